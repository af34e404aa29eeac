//! `hosts`: the hosts of the inventory, and their state.

use std::collections::{BTreeMap, HashSet};

use anyhow::Result;
use engine::data::inventory::{Host, Inventory, Session, Sudo};
use engine::data::range::fold;
use engine::ops::ensure::Mode;
use engine::run::Options;
use engine::run::options::Output;
use engine::run::report::{Report, print, print_long};
use engine::text::hostset;
use engine::transport::launch::Shell;
use engine::transport::persist;
use engine::transport::ssh::Control;
use serde_json::json;

use super::form::{document, table};
use crate::setup::{self, Typed};

#[derive(clap::Subcommand, Debug)]
#[command(defer = true)]
pub(crate) enum Command {
    /// List the hosts
    List,
    /// Show all settings of each host
    Show,
    /// List the groups and their hosts
    Groups,
    /// Open a session to each host, and show the result
    Check,
    /// Accept the present identity of hosts into hosts.lock
    ///
    /// A host whose machine-id or host key differs from hosts.lock is refused before it is changed. If the
    /// host was rebuilt on purpose, this command shows both identities and asks.
    ///
    /// Examples:
    ///   cargo xtask hosts pin paas1
    ///   cargo xtask hosts pin '@paas' --yes
    #[command(verbatim_doc_comment)]
    Pin {
        /// The hosts
        #[arg(value_name = "HOSTSET")]
        hosts: String,
    },
    /// Close the connections that are kept for the next call
    Disconnect,
}

pub(crate) fn run(options: Options, command: Command, typed: Typed<'_>) -> Result<u8> {
    if let Command::Disconnect = command {
        return persist::release(&Control::open(true)?).map(|()| 0);
    }
    let inventory = setup::inventory(&options)?;
    let hosts: Vec<Host> = selected(&inventory, &options)?.into_iter().cloned().collect();
    let json = options.form() != Output::Text;
    if options.verbose && !json && !matches!(command, Command::Check | Command::Pin { .. }) {
        let report = Report::new(&options, "hosts".to_owned(), Mode::Run);
        report.inform(&format!("inventory: {}", inventory.path));
        for unused in &inventory.unused {
            let names: Vec<&str> = unused.names.iter().map(String::as_str).collect();
            let names = names.join(", ");
            report.inform(&format!("{}: variables without a use here: {names}", unused.path));
        }
    }
    match command {
        Command::Check => return check(options, inventory, &hosts, typed),
        Command::Pin { hosts } => return pin(options, inventory, &hosts, typed),
        Command::List if json => {
            let names: Vec<&String> = hosts.iter().map(|host| &host.name).collect();
            document(&options, "hosts", &json!(names))?
        }
        Command::Show if json => document(&options, "hosts", &json!(hosts))?,
        Command::Groups if json => {
            let groups: BTreeMap<_, _> = groups(&inventory).into_iter().collect();
            document(&options, "groups", &json!(groups))?
        }
        Command::List => {
            print_long(&table(&hosts.iter().map(row).collect::<Vec<_>>()), &options)?;
        }
        Command::Show => {
            let groups = groups_of_hosts(&inventory);
            print(&hosts.iter().map(|host| show(host, &inventory, &groups)).collect::<String>())?
        }
        Command::Groups => print(&table(
            &groups(&inventory)
                .iter()
                .map(|(name, hosts)| vec![name.clone(), fold(hosts)])
                .collect::<Vec<_>>(),
        ))?,
        Command::Disconnect => {}
    }
    Ok(0)
}

fn selected<'a>(inventory: &'a Inventory, options: &Options) -> Result<Vec<&'a Host>> {
    let mut hosts = hostset::resolve(inventory, options.only.as_deref().unwrap_or("@all"))?;
    if let Some(exclude) = &options.exclude {
        let exclude = hostset::resolve(inventory, exclude)?;
        let exclude: HashSet<&str> = exclude.iter().map(|host| host.name.as_str()).collect();
        hosts.retain(|host| !exclude.contains(host.name.as_str()));
    }
    Ok(hosts)
}

fn groups(inventory: &Inventory) -> Vec<(String, Vec<String>)> {
    let members = |group| inventory.members(group).map(|host| host.name.clone()).collect();
    inventory.groups.iter().map(|group| (group.name.clone(), members(group))).collect()
}

fn row(host: &Host) -> Vec<String> {
    let way = match &host.session {
        Session::Local => "local".to_owned(),
        Session::Exec(words) => words.join(" "),
        Session::Ssh => {
            let user = host.user.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
            let port = host.port.map(|port| format!(":{port}")).unwrap_or_default();
            format!("ssh {user}{}{port}", host.target())
        }
    };
    vec![host.name.clone(), way, raised(host)]
}

/// `sudo`, `sudo -u postgres`, or nothing.
fn raised(host: &Host) -> String {
    match host.raised() {
        None => String::new(),
        Some(Sudo { user: None }) => "sudo".to_owned(),
        Some(Sudo { user: Some(user) }) => format!("sudo -u {user}"),
    }
}

/// The names of the groups of each host of the inventory.
fn groups_of_hosts(inventory: &Inventory) -> Vec<Vec<&str>> {
    let mut groups = vec![Vec::new(); inventory.hosts.len()];
    for group in &inventory.groups {
        group.hosts.iter().for_each(|&host| groups[host].push(group.name.as_str()));
    }
    groups
}

fn show(host: &Host, inventory: &Inventory, groups: &[Vec<&str>]) -> String {
    let groups = inventory.roster.named(&host.name).map_or(&[][..], |number| &groups[number]);
    let mut text = format!("{}\n  way     {}\n", host.name, row(host)[1..].join(" ").trim_end());
    if !groups.is_empty() {
        text.push_str(&format!("  groups  {}\n", groups.join(", ")));
    }
    for (name, value) in &host.vars {
        text.push_str(&format!("  var     {name} = {value}\n"));
    }
    text
}

fn check(
    mut options: Options,
    inventory: Inventory,
    hosts: &[Host],
    typed: Typed<'_>,
) -> Result<u8> {
    (options.only, options.exclude) = (None, None);
    let cx = setup::context_with(options, inventory, typed, Shell::Sh)?;
    let names: Vec<String> = hosts.iter().map(|host| host.name.clone()).collect();
    engine::run::check::run(cx, &names, &table)
}

fn pin(mut options: Options, inventory: Inventory, hosts: &str, typed: Typed<'_>) -> Result<u8> {
    let hosts = hostset::resolve(&inventory, hosts)?;
    let names: Vec<String> = hosts.iter().map(|host| host.name.clone()).collect();
    (options.only, options.exclude) = (None, None);
    let cx = setup::context_with(options, inventory, typed, Shell::Sh)?;
    engine::run::pin::run(cx, &names)
}
