//! `rehearsal`: the throw-away hosts of `--rehearse`.

use anyhow::Result;
use engine::data::fault::Fault;
use engine::data::inventory::Inventory;
use engine::run::Options;
use engine::run::captures;
use engine::run::options::Output;
use engine::run::report::print;
use engine::text::hostset;
use engine::transport::rehearsal::{Change, HostState, Rehearsal, What};
use serde_json::json;

use super::form::document;
use crate::setup::{self, rehearse};

#[derive(clap::Subcommand, Debug)]
#[command(defer = true)]
pub(crate) enum Command {
    /// List the hosts and the number of changed paths; the paths with -v
    List,
    /// Delete hosts [default: all]
    ///
    /// Examples:
    ///   cargo xtask rehearsal reset
    ///   cargo xtask rehearsal reset 'paas[1-2]'
    #[command(verbatim_doc_comment)]
    Reset {
        /// The hosts [default: all]
        #[arg(value_name = "HOSTSET")]
        hosts: Option<String>,
    },
    /// Open a shell on a host, or run a command there: `shell paas1 -- systemctl status bk-paas`
    Shell {
        /// The host
        host: String,
        /// The command; standard input is passed on
        #[arg(last = true, value_name = "COMMAND")]
        command: Vec<String>,
    },
}

pub(crate) fn run(options: &Options, command: Command) -> Result<u8> {
    let rehearsal = rehearse::rehearsal(options)?;
    match command {
        Command::List => list(&rehearsal, options)?,
        Command::Reset { hosts } => reset(&rehearsal, options, hosts.as_deref())?,
        Command::Shell { host, command } => return shell(&rehearsal, options, &host, &command),
    }
    Ok(0)
}

/// Files of the stand-ins on a host: their state, and a note on each call, also a read-only one.
const STANDINS: &str = "/var/lib/standins";

fn list(rehearsal: &Rehearsal, options: &Options) -> Result<()> {
    let (mut rows, mut text) = (Vec::new(), String::new());
    for HostState { name, .. } in chosen(rehearsal, options, None)? {
        let changes = rehearsal.changed(&name)?;
        let own = changes.iter().filter(|change| !change.path.starts_with(STANDINS)).count();
        let others = changes.len() - own;
        rows.push(json!({ "name": name, "changed": own, "of_standins": others }));
        let plural = if own == 1 { "" } else { "s" };
        text.push_str(&format!("{name}: {own} changed path{plural}, and {others} of stand-ins\n"));
        text.extend(changes.iter().filter(|_| options.verbose).map(path));
    }
    if options.form() != Output::Text {
        return document(options, "hosts", &json!(rows));
    }
    if rows.is_empty() {
        text.push_str(
            "no rehearsal hosts yet; make some: cargo xtask --rehearse bk-upgrade paas stop\n",
        );
    }
    print(&text)?;
    Ok(())
}

fn path(change: &Change) -> String {
    let what = match change.what {
        What::Added => "added",
        What::Changed => "changed",
        What::Removed => "removed",
    };
    format!("  {what:7}  {}\n", change.path.display())
}

fn reset(rehearsal: &Rehearsal, options: &Options, named: Option<&str>) -> Result<()> {
    let hosts = chosen(rehearsal, options, named)?;
    let narrow = [named, options.only.as_deref(), options.exclude.as_deref()];
    let narrow: Vec<&str> = narrow.into_iter().flatten().collect();
    if !narrow.is_empty() && hosts.is_empty() {
        return Err(Fault::usage(format!("no rehearsal host {}", narrow.join(" ")))
            .hint("see: cargo xtask rehearsal list")
            .into());
    }
    let names: Vec<String> = hosts.into_iter().map(|host| host.name).collect();
    match (options.dry_run, narrow.is_empty()) {
        (true, _) => {}
        (false, true) => drop(rehearsal.reset(None)?),
        (false, false) => {
            for name in &names {
                rehearsal.reset(Some(name))?;
            }
        }
    }
    if !options.dry_run {
        let inventory = match options.inventory.first() {
            Some(path) => path.clone(),
            None => setup::sample()?.path,
        };
        captures::forget(&inventory, &names)?;
    }
    if options.form() != Output::Text {
        return document(options, "forgotten", &json!(names));
    }
    let word = if options.dry_run { "would be deleted" } else { "deleted" };
    print(&names.iter().map(|name| format!("{name}: {word}\n")).collect::<String>())?;
    Ok(())
}

/// The existing ones of the named hosts, narrowed by the flags. A name may be that of a host that is no longer
/// in the inventory.
fn chosen(rehearsal: &Rehearsal, options: &Options, named: Option<&str>) -> Result<Vec<HostState>> {
    let mut hosts = rehearsal.list()?;
    let sets =
        [(named, true), (options.only.as_deref(), true), (options.exclude.as_deref(), false)];
    for (set, stays) in sets {
        let Some(set) = set else { continue };
        let these = if hosts.iter().any(|host| host.name == set) {
            vec![set.to_owned()]
        } else {
            let inventory = inventory(options)?;
            let these = hostset::resolve(&inventory, set)?;
            these.into_iter().map(|host| host.name.clone()).collect()
        };
        hosts.retain(|host| these.contains(&host.name) == stays);
    }
    Ok(hosts)
}

fn shell(rehearsal: &Rehearsal, options: &Options, host: &str, command: &[String]) -> Result<u8> {
    let inventory = inventory(options)?;
    let [host] = hostset::resolve(&inventory, host)?[..] else {
        return Err(
            Fault::usage(format!("a shell needs exactly one host; {host} are several")).into()
        );
    };
    rehearse::prepare(rehearsal, &inventory, host)?;
    rehearsal.interactive(&host.name, command)
}

fn inventory(options: &Options) -> Result<Inventory> {
    setup::inventory(&Options { rehearse: true, ..options.clone() })
}
