//! Document section 6. 更新软件包及相关文件, 2.
//!
//! - Hosts: the control machine; opens a session to each host that gets a module
//! - Changes: adds the five new modules to the lines of install.config
//! - Proof: the whole file is read again: each of the five has its hosts, nothing else has changed
//! - Undo: restores the file
//!
//! ```text
//! 2. 配置 install.config（本次升级，新增了redis_cluster、auth、etcd、apigw、iam_search_engine 模块，
//!    请合理评估机器资源后，将其分布在 install.config 文件中。可参考下述默认的模块分布。）
//! ```

use std::net::Ipv4Addr;

use engine::data::install_config::InstallConfig;
use engine::prelude::*;
use engine::run::report::print;

use super::common::layout::{self, EXAMPLE, NEW_MODULES, Placement};

/// Adds each module behind the others of its host, and leaves every other byte of the file alone. The
/// layout of the document is that of three other hosts: it is only printed, with --print-example
/// (X4.19). A person decides about the hosts, by their free memory. Each must be known, and be
/// reached. All five modules get a place here, also `iam_search_engine`, which no later section of
/// the document installs (X4.20).
///
/// Examples:
///   cargo xtask bk-upgrade install-config --place 'auth=10.0.0.3;apigw=10.0.0.1' -n
///   cargo xtask bk-upgrade install-config --print-example
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// Hosts of a new module (repeatable, or several with `;`) [default: its variable in `[vars]`]
    #[arg(long, value_name = "MODULE=IP,IP", value_delimiter = ';')]
    place: Vec<Placement>,
    /// One host for redis_cluster, without fail-over
    #[arg(long)]
    single: bool,
    /// The file
    #[arg(long, value_name = "FILE", default_value = "/data/install/install.config")]
    config: AbsPath,
    /// Print the document's layout, and do nothing
    #[arg(long, conflicts_with_all = ["place", "single"])]
    pub(super) print_example: bool,
}

/// Checks the placements, reaches their hosts, edits.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    if args.print_example {
        return print(EXAMPLE);
    }
    let control = cx.one_host("control")?;
    let path = args.config.to_string();
    let (placements, is_new) = checked(cx, &control, &path, &args.place, args.single)?;
    if is_new {
        reached(cx, &placements)?;
        let words: Vec<String> = placements.iter().map(ToString::to_string).collect();
        control.confirm(&format!(
            "adds new modules to {path}: {}; is there enough free memory?",
            words.join("; ")
        ))?;
    }
    let edit = Edit::new(path.clone(), format!("add the new modules to {path}"), move |text| {
        layout::place(&path, text, &placements)
    });
    control.ensure(&edit).map(drop)
}

/// The placements, and whether the file at `path` lacks one of them.
///
/// # Errors
/// A wrong number of hosts; an unknown address; a module that is elsewhere already, or nowhere.
pub(super) fn checked(
    cx: &Context,
    control: &Host<'_>,
    path: &str,
    place: &[Placement],
    single: bool,
) -> Result<(Vec<Placement>, bool)> {
    let (placements, single) = wanted(control, place, single)?;
    layout::check(&placements, single)?;
    let (config, is_new) = control.look("read install.config", |reader| {
        let Entry::File(file) = reader.read(path.into())? else {
            return Err(Fault::refused(format!("there is no {path}"))
                .hint("name it: --config FILE")
                .into());
        };
        let text = file.text(path.into())?;
        let is_new = layout::place(path, text, &placements)? != text;
        Ok((InstallConfig::parse(path, text)?, is_new))
    })?;
    known(cx, path, &config, &placements)?;
    Ok((placements, is_new))
}

/// For each module the flag, else the variable of its name.
fn wanted(
    control: &Host<'_>,
    place: &[Placement],
    single: bool,
) -> Result<(Vec<Placement>, bool), Fault> {
    let mut placements = place.to_vec();
    for module in NEW_MODULES {
        let given = placements.iter().any(|placement| placement.module == module);
        if let Some(hosts) = control.entry().var(module).filter(|_| !given) {
            let placement = format!("{module}={hosts}").parse().map_err(|why: String| {
                Fault::usage(format!("variable `{module}`: {why}")).hint("correct it in hosts.toml")
            })?;
            placements.push(placement);
        }
    }
    let told = control.entry().var("redis_cluster_single") == Some("true");
    Ok((placements, single || told))
}

/// Refuses an address that neither the file nor the inventory has: a mistyped one would be a new host.
fn known(
    cx: &Context,
    path: &str,
    config: &InstallConfig,
    placements: &[Placement],
) -> Result<(), Fault> {
    let present = layout::addresses(config);
    for placement in placements {
        for host in &placement.hosts {
            if !present.contains(host) && name_of(cx, *host).is_none() {
                return Err(Fault::usage(format!("{host} is no known host: {}", placement.module))
                    .detail("neither in", path)
                    .detail("nor in", cx.inventory.path.as_str())
                    .hint("correct the address, or add the host to the inventory"));
            }
        }
    }
    Ok(())
}

fn name_of(cx: &Context, address: Ipv4Addr) -> Option<&str> {
    cx.inventory.at(&address.to_string()).map(|host| host.name.as_str())
}

/// Opens a session to each host of the inventory that gets a module.
fn reached(cx: &Context, placements: &[Placement]) -> Result<()> {
    let hosts = placements.iter().flat_map(|placement| &placement.hosts);
    let names: Vec<&str> = hosts.filter_map(|host| name_of(cx, *host)).collect();
    if names.is_empty() {
        return Ok(());
    }
    cx.all_hosts(&names.join(","))?.look_each(|host| host.machine().map(drop))
}
