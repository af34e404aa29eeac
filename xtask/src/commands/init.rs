//! `init`: writes a `hosts.toml` from what other tools know of the hosts already.

mod sources;

use std::net::{IpAddr, UdpSocket};

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};
use engine::data::fault::Fault;
use engine::data::inventory::{File, Inventory};
use engine::ops::ensure::Mode;
use engine::run::Options;
use engine::run::report::{Report, failure, print};
use engine::transport::import::Machine;
use engine::transport::replace;
use engine::transport::trust::Consent;

use self::sources::Source;

/// Write a hosts.toml from what this machine knows of the hosts
///
/// Looks for the inventory of Ansible (ANSIBLE_INVENTORY, ansible.cfg, the usual names here, /etc/ansible/hosts),
/// for ~/.ssh/config, and for BlueKing's install.config (here, /data/install). They are imported, not copied: a host
/// that they get later is there as well. What cannot be read is written as a comment with the reason. -n prints the
/// file and writes nothing.
///
/// Examples:
///   cargo xtask init -n
///   cargo xtask init && cargo xtask hosts check
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The file to write; one that is there is never replaced
    #[arg(value_name = "FILE", default_value = "hosts.toml")]
    file: Utf8PathBuf,
}

/// The tables of `[import]` that are read, and those that are left out.
#[derive(Default)]
struct Tables {
    /// Lines of `[import]`.
    lines: Vec<String>,
    inventory: Option<Inventory>,
    /// Each source with what it gave, or why it is left out.
    said: Vec<String>,
}

pub(crate) fn run(options: &Options, args: &Args) -> Result<u8> {
    let path = &args.file;
    if path.exists() && !options.dry_run {
        let fault = Fault::usage(format!("{path} is there already, and is not replaced"));
        return Err(fault.hint("name another: cargo xtask init FILE; or only look: -n").into());
    }
    // The imports of the file are relative to its directory.
    let dir = path.parent().unwrap_or(Utf8Path::new(""));
    let tables = read(dir);
    let text = text(&tables);
    let file = File { path: path.clone(), text };
    Inventory::load(std::slice::from_ref(&file), &machine())?;
    if options.dry_run {
        print(&file.text)?;
        return Ok(0);
    }
    replace::create_synced(path, file.text.as_bytes(), 0o644)
        .with_context(|| format!("writing {path}"))?;
    print(&format!("{path}\n"))?;
    let report = Report::new(options, "init".to_owned(), Mode::Run);
    for line in &tables.said {
        report.inform(line);
    }
    let flag = if path == "hosts.toml" { String::new() } else { format!(" -i {path}") };
    report.inform(&format!("next: cargo xtask{flag} hosts list, then hosts check"));
    Ok(0)
}

fn machine() -> Machine {
    Machine { consent: Consent::default(), announce: Some(failure::aside) }
}

/// Tries each source after the ones before it: what does not go with them is left out.
fn read(dir: &Utf8Path) -> Tables {
    let mut tables = Tables::default();
    for Source { line, name } in sources::found(dir, &machine()) {
        let lines: Vec<&str> =
            tables.lines.iter().map(String::as_str).chain([line.as_str()]).collect();
        match load(dir, &lines) {
            Ok(inventory) => {
                let count = |of: fn(&Inventory) -> usize| {
                    of(&inventory) - tables.inventory.as_ref().map_or(0, of)
                };
                let (hosts, groups) = (count(|it| it.hosts.len()), count(|it| it.groups.len()));
                tables.said.push(format!("{name}: new hosts {hosts}, new groups {groups}"));
                tables.inventory = Some(inventory);
                tables.lines.push(line);
            }
            Err(fault) => {
                tables.said.push(format!("{name}: left out: {}", fault.message));
                tables.lines.push(format!("# left out: {}\n# {line}", fault.message));
            }
        }
    }
    tables
}

fn load(dir: &Utf8Path, lines: &[&str]) -> Result<Inventory, Fault> {
    let text = format!("[import]\n{}\n", lines.join("\n"));
    Inventory::load(&[File { path: dir.join("hosts.toml"), text }], &machine())
}

/// The whole file.
fn text(tables: &Tables) -> String {
    let mut text = include_str!("init/head.toml").to_owned();
    if tables.lines.is_empty() {
        text += include_str!("init/none.toml");
    } else {
        text += &format!(
            "\n[import]                            # hosts and groups that other tools know\n{}\n",
            tables.lines.join("\n")
        );
    }
    text + &here(tables.inventory.as_ref()) + include_str!("init/tail.toml")
}

/// This machine: the host that has its address or name, else one of its own name; and the group `control`, which steps
/// on this machine look for, unless the name is taken.
fn here(inventory: Option<&Inventory>) -> String {
    let hosts = inventory.map(|it| it.hosts.as_slice()).unwrap_or_default();
    let groups = inventory.map(|it| it.groups.as_slice()).unwrap_or_default();
    let own = own_name();
    let mine = hosts.iter().find(|host| is_ours(host.target()) || host.name == own);
    let is_taken = |name: &str| groups.iter().any(|group| group.name == name);
    let name = match mine {
        Some(host) => host.name.clone(),
        None if is_taken(&own) => format!("{own}-local"),
        None => own,
    };
    let named =
        is_taken("control") || name == "control" || hosts.iter().any(|it| it.name == "control");
    let control = if named { String::new() } else { format!("control = \"{name}\"\n") };
    format!(
        "\n[hosts.\"{name}\"]\nsession = \"local\"                   # this machine: no ssh to itself\n\n[groups]\n{control}"
    )
}

/// Whether an address is one of this machine: only then a socket can have it.
fn is_ours(address: &str) -> bool {
    let address = address.parse().ok().filter(|it: &IpAddr| !it.is_loopback());
    address.is_some_and(|it| !it.is_unspecified() && UdpSocket::bind((it, 0)).is_ok())
}

/// The first label of the name of this machine.
fn own_name() -> String {
    let name = engine::run::record::origin::machine();
    name.split('.').next().filter(|name| !name.is_empty()).unwrap_or("control").to_owned()
}
