//! The values of an environment: given as flags, or in hosts.toml.

use std::net::Ipv4Addr;
use std::str::FromStr;

use engine::data::cidr::Cidr;
use engine::prelude::*;

use super::parse_args::{parse_args, word};
use super::stage::Stage;
use super::{Args, VARIABLES};
use crate::webservice::common::floating_ip;
use crate::webservice::common::platform::{Platform, ZoneKind};
use crate::webservice::{check_console, sync_access_keys};

/// The flags.
#[derive(clap::Args, Debug)]
#[group(skip)]
pub(super) struct Given {
    /// The base image of the new system, on firstbox
    #[arg(long, value_name = "FILE")]
    base_image: Option<AbsPath>,
    /// The package repository of the new system, on firstbox
    #[arg(long, value_name = "DIR")]
    repo_dir: Option<AbsPath>,
    /// A node's temporary management address, which no host may use; once for each node
    #[arg(long, value_name = "NODE=IP", conflicts_with = "range")]
    temp_ip: Vec<TempIp>,
    /// Take the first free addresses of this network instead
    #[arg(long, value_name = "CIDR")]
    range: Option<Cidr>,
    /// The floating IP, if the nodes have none yet (X0.30)
    #[arg(long, value_name = "IP")]
    pub(super) floating_ip: Option<Ipv4Addr>,
    /// The server of the account database of the GLOBAL zone, also for a sub zone
    #[arg(long, value_name = "HOST")]
    db_host: Option<String>,
    /// Its user
    #[arg(long, value_name = "NAME")]
    db_user: Option<String>,
    /// Its kind: mysql, postgres [default: mysql]
    #[arg(long, value_name = "KIND")]
    db_kind: Option<String>,
    /// The address of the console page
    #[arg(long, value_name = "URL")]
    console_url: Option<String>,
    /// Text that the page must contain, an extended regular expression
    #[arg(long, value_name = "REGEX")]
    console_expect: Option<String>,
    /// Output file of gen_node_list, to check each node and its address
    #[arg(long, value_name = "FILE")]
    node_list: Option<AbsPath>,
    /// Seconds to wait for each result [default: that of each step]
    #[arg(long, alias = "patience", value_name = "SECS")]
    wait_timeout: Option<u64>,
}

/// `webservice0=10.16.0.12`.
#[derive(Debug, Clone)]
struct TempIp(NodeName, Ipv4Addr);

impl FromStr for TempIp {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let (node, ip) = text.split_once('=').ok_or_else(|| {
            Fault::usage(format!("`{text}` is not NODE=IP, as in webservice0=10.16.0.12"))
        })?;
        let ip = ip.parse().map_err(|_| Fault::usage(format!("`{ip}` is not an IPv4 address")))?;
        Ok(Self(node.parse()?, ip))
    }
}

/// The arguments of the steps, as words of their command lines.
#[derive(Debug)]
pub(super) struct Config {
    pub(super) zone: ZoneKind,
    pub(super) new_system: Vec<String>,
    pub(super) database: Vec<String>,
    pub(super) console: Vec<String>,
    pub(super) node_list: Vec<String>,
    pub(super) wait_timeout: Vec<String>,
}

/// The source of a value.
struct Source<'a> {
    cx: &'a Context,
    args: &'a Args,
}

impl Config {
    /// Reads and checks all values of the stages, before any host is touched.
    pub(super) fn of(cx: &Context, args: &Args) -> Result<Self> {
        let (given, source) = (&args.given, Source { cx, args });
        let firstbox = cx.one_host("firstbox")?;
        let place = |fault: Fault| fault.detail("in", cx.inventory.path.as_str());
        let platform = Platform::of(&firstbox).map_err(place)?;
        if !platform.is_new() {
            platform.zone().map_err(place)?;
        }
        let zone = ZoneKind::of(&firstbox, None).map_err(place)?;
        let mut new_system = Vec::new();
        if source.wants(Stage::CheckPrereqs) {
            let base: AbsPath =
                source.need(given.base_image.as_ref(), "base-image", "base_image")?;
            let repo: AbsPath = source.need(given.repo_dir.as_ref(), "repo-dir", "repo_dir")?;
            new_system = vec![word("base-image", base), word("repo-dir", repo)];
        }
        let mut database = Vec::new();
        let keys = [Stage::CheckPrereqs, Stage::SyncAccessKeys, Stage::SyncConsoleKeys];
        if keys.into_iter().any(|stage| source.wants(stage)) {
            let host: String = source.need(given.db_host.as_ref(), "db-host", "account_db_host")?;
            let user: String = source.need(given.db_user.as_ref(), "db-user", "account_db_user")?;
            database = vec![word("db-host", host), word("db-user", user)];
            let kind =
                source.var::<String>(given.db_kind.as_ref(), "firstbox", "account_db_kind")?;
            database.extend(kind.map(|kind| word("db-kind", kind)));
            parse_args::<sync_access_keys::Args>(&database).map_err(place)?;
        }
        let mut console = Vec::new();
        if source.wants(Stage::CheckConsole) {
            let url: String =
                source.need(given.console_url.as_ref(), "console-url", "console_url")?;
            console.push(word("url", url));
            let expect = given.console_expect.as_ref();
            let expect = source.var::<String>(expect, "firstbox", "console_expect")?;
            console.extend(expect.map(|text| word("expect", text)));
            parse_args::<check_console::Args>(&console).map_err(place)?;
        }
        let config = Self {
            zone,
            new_system,
            database,
            console,
            node_list: given.node_list.iter().map(|file| word("node-list", file)).collect(),
            wait_timeout: given
                .wait_timeout
                .iter()
                .map(|secs| word("wait-timeout", secs))
                .collect(),
        };
        source.temporary()?;
        Ok(config)
    }
}

/// The word of `pick-temp-ip` for the temporary address of a node, and the address if one is given.
pub(super) fn temporary(
    cx: &Context,
    args: &Args,
    node: &str,
) -> Result<(String, Option<Ipv4Addr>)> {
    Source { cx, args }.temporary_of(node)
}

/// The present floating IP; in a dry run the planned one.
pub(super) fn vip(cx: &Context) -> Result<Option<Ipv4Addr>> {
    floating_ip::read(cx, &cx.one_host("firstbox")?, VARIABLES)
}

impl Source<'_> {
    fn wants(&self, stage: Stage) -> bool {
        !self.args.map && self.args.stages.has(&stage)
    }

    /// The flag, else the variable of this host.
    fn var<T: FromStr<Err: std::fmt::Display> + Clone>(
        &self,
        flag: Option<&T>,
        host: &str,
        name: &str,
    ) -> Result<Option<T>> {
        let host = self.cx.one_host(host)?;
        let entry = host.entry();
        if flag.is_some() || entry.var(name).is_none() {
            return Ok(flag.cloned());
        }
        let place = |fault: Fault| {
            fault.detail("in", self.cx.inventory.path.as_str()).hint("correct it there")
        };
        Ok(Some(entry.need(name).map_err(place)?))
    }

    /// The same, required.
    fn need<T: FromStr<Err: std::fmt::Display> + Clone>(
        &self,
        flag: Option<&T>,
        option: &str,
        name: &str,
    ) -> Result<T> {
        self.var(flag, "firstbox", name)?.ok_or_else(|| {
            let file = &self.cx.inventory.path;
            Fault::usage(format!("neither --{option} nor the variable `{name}` in {file} is given"))
                .hint(format!("add it to [vars]: {name} = \"...\"; or give --{option}"))
                .into()
        })
    }

    /// Every node gets an address, and no two the same one.
    fn temporary(&self) -> Result<()> {
        if !self.wants(Stage::PickTempIp) && !self.wants(Stage::CheckPrereqs) {
            return Ok(());
        }
        let mut known = Vec::new();
        for node in self.cx.all_hosts("@webservice")?.names() {
            if self.args.only_node.as_ref().is_some_and(|only| only.as_str() != node) {
                continue;
            }
            if let (_, Some(ip)) = self.temporary_of(node)? {
                if let Some((other, _)) = known.iter().find(|(_, used)| *used == ip) {
                    return Err(Fault::usage(format!(
                        "{other} and {node} have the same temporary address {ip}"
                    ))
                    .hint("give each its own")
                    .into());
                }
                known.push((node, ip));
            }
        }
        let nodes = self.cx.all_hosts("@webservice")?.names();
        for TempIp(node, _) in &self.args.given.temp_ip {
            if !nodes.contains(&node.as_str()) {
                let fault = Fault::usage(format!("--temp-ip: {node} is not a host of @webservice"));
                return Err(fault.detail("there are", nodes.join(", ")).into());
            }
        }
        Ok(())
    }

    fn temporary_of(&self, node: &str) -> Result<(String, Option<Ipv4Addr>)> {
        let given = &self.args.given;
        let flag = given
            .temp_ip
            .iter()
            .rfind(|TempIp(name, _)| name.as_str() == node)
            .map(|found| &found.1);
        if flag.is_none()
            && let Some(range) = &given.range
        {
            return Ok((word("range", range), None));
        }
        if let Some(ip) = self.var(flag, node, "temp_ip")? {
            return Ok((word("ip", ip), Some(ip)));
        }
        if let Some(range) = self.var::<Cidr>(None, "firstbox", "temp_range")? {
            return Ok((word("range", range), None));
        }
        let file = &self.cx.inventory.path;
        Err(Fault::usage(format!("{node} has no temporary address: neither a flag nor a variable in {file} names one"))
            .hint(format!("add to [hosts.{node}]: vars = {{ temp_ip = \"...\" }}; or give --temp-ip {node}=IP, or --range CIDR"))
            .into())
    }
}
