//! `hosts`: the hosts of the inventory, and their state.

use std::collections::{BTreeMap, HashSet};

use anyhow::Result;
use engine::data::fault::Fault;
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

mod export;
mod schema;
mod show;

#[derive(clap::Subcommand, Debug)]
#[command(defer = true)]
pub(crate) enum Command {
    /// List the hosts
    List,
    /// Show all settings of hosts, and where each comes from
    ///
    /// Examples:
    ///   cargo xtask hosts show paas1
    ///   cargo xtask hosts show '@paas!paas2' --json
    #[command(verbatim_doc_comment)]
    Show {
        /// The hosts; all of them when left out
        #[arg(value_name = "HOSTSET")]
        hosts: Option<String>,
    },
    /// Print the hosts for other tools: Ansible and ssh
    ///
    /// `[import]` of hosts.toml reads all of these forms. Values of groups and defaults are written to each host.
    /// The keys `identity` and `on` are left out.
    ///
    /// Examples:
    ///   cargo xtask hosts export --format ansible >inventory.ini
    ///   cargo xtask hosts export '@paas' --format ssh-config >>~/.ssh/config
    #[command(verbatim_doc_comment)]
    Export {
        /// The hosts; all of them when left out
        #[arg(value_name = "HOSTSET")]
        hosts: Option<String>,
        /// The form
        #[arg(long, value_enum, value_name = "FORMAT", default_value = "json")]
        format: export::Format,
    },
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
    /// Print the JSON Schema of hosts.toml, for editors
    ///
    /// Examples:
    ///   cargo xtask hosts schema >hosts.schema.json
    ///   printf '#:schema ./hosts.schema.json\n' | cat - hosts.toml     the first line that taplo looks for
    #[command(verbatim_doc_comment)]
    Schema,
    /// Close the connections that are kept for the next call
    Disconnect,
}

pub(crate) fn run(options: Options, command: Command, typed: Typed<'_>) -> Result<u8> {
    match command {
        Command::Disconnect => return persist::release(&Control::open(true)?).map(|()| 0),
        Command::Schema => return print(&schema::text()?).map(|()| 0),
        _ => {}
    }
    let inventory = setup::inventory(&options)?;
    let set = match &command {
        Command::Show { hosts } | Command::Export { hosts, .. } => hosts.as_deref(),
        _ => None,
    };
    let hosts: Vec<Host> = selected(&inventory, &options, set)?.into_iter().cloned().collect();
    let json = options.form() != Output::Text;
    if !json && !matches!(command, Command::Check | Command::Pin { .. }) {
        let report = Report::new(&options, "hosts".to_owned(), Mode::Run);
        inventory.notes.iter().for_each(|note| report.inform(note));
    }
    if options.verbose && !json && !matches!(command, Command::Check | Command::Pin { .. }) {
        let report = Report::new(&options, "hosts".to_owned(), Mode::Run);
        report.inform(&format!("inventory: {}", inventory.path));
        for unused in &inventory.unused {
            let names: Vec<&str> = unused.names.iter().map(String::as_str).collect();
            let names = names.join(", ");
            report.inform(&format!("{}: without a use here: {names}", unused.path));
        }
    }
    match command {
        Command::Check => return check(options, inventory, &hosts, typed),
        Command::Pin { hosts } => return pin(options, inventory, &hosts, typed),
        Command::List if json => {
            let names: Vec<&String> = hosts.iter().map(|host| &host.name).collect();
            document(&options, "hosts", &json!(names))?
        }
        Command::Show { .. } if json => document(&options, "hosts", &show::document(&hosts))?,
        Command::Show { .. } => print(&show::text(&hosts, &inventory))?,
        Command::Export { format, .. } => {
            let (text, left) = export::text(&inventory, &hosts, format);
            print(&text)?;
            if !left.is_empty() {
                let report = Report::new(&options, "hosts".to_owned(), Mode::Run);
                report.inform(&format!("left out, the form has no way to them: {}", fold(left)));
            }
        }
        Command::Groups if json => {
            let groups: BTreeMap<_, _> = groups(&inventory).into_iter().collect();
            document(&options, "groups", &json!(groups))?
        }
        Command::List => {
            print_long(&table(&hosts.iter().map(row).collect::<Vec<_>>()), &options)?;
        }
        Command::Groups => print(&table(
            &groups(&inventory)
                .iter()
                .map(|(name, hosts)| vec![name.clone(), fold(hosts)])
                .collect::<Vec<_>>(),
        ))?,
        Command::Disconnect | Command::Schema => {}
    }
    Ok(0)
}

/// The hosts of `set`, as far as the flags leave them.
fn selected<'a>(
    inventory: &'a Inventory,
    options: &Options,
    set: Option<&str>,
) -> Result<Vec<&'a Host>> {
    let mut hosts = hostset::resolve(inventory, set.unwrap_or("@all"))?;
    if let Some(only) = &options.only {
        let only = hostset::resolve(inventory, only)?;
        let only: HashSet<&str> = only.iter().map(|host| host.name.as_str()).collect();
        hosts.retain(|host| only.contains(host.name.as_str()));
    }
    if let Some(exclude) = &options.exclude {
        let exclude = hostset::resolve(inventory, exclude)?;
        let exclude: HashSet<&str> = exclude.iter().map(|host| host.name.as_str()).collect();
        hosts.retain(|host| !exclude.contains(host.name.as_str()));
    }
    if hosts.is_empty() && !inventory.hosts.is_empty() {
        let fault = Fault::usage("no host is left to show");
        return Err(fault.hint("leave out -w or -x; see: cargo xtask hosts list").into());
    }
    Ok(hosts)
}

fn groups(inventory: &Inventory) -> Vec<(String, Vec<String>)> {
    let members = |group| inventory.members(group).map(|host| host.name.clone()).collect();
    inventory.groups.iter().map(|group| (group.name.clone(), members(group))).collect()
}

fn row(host: &Host) -> Vec<String> {
    vec![host.name.clone(), way(host), raised(host)]
}

/// `ssh ops@10.0.0.1:2222`, `local`, or a command.
fn way(host: &Host) -> String {
    match &host.session {
        Session::Local => "local".to_owned(),
        Session::Exec(words) => words.join(" "),
        Session::Ssh => {
            let user = host.user.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
            let port = host.port.map(|port| format!(":{port}")).unwrap_or_default();
            format!("ssh {user}{}{port}", host.target())
        }
    }
}

/// `sudo`, `sudo -u postgres`, or nothing.
fn raised(host: &Host) -> String {
    match host.raised() {
        None => String::new(),
        Some(Sudo { user: None }) => "sudo".to_owned(),
        Some(Sudo { user: Some(user) }) => format!("sudo -u {user}"),
    }
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
