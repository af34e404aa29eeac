//! Rehearsal hosts from an inventory, with the stand-ins and fixtures of each.

use std::os::unix::fs::PermissionsExt as _;

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};
use engine::data::fault::{Fault, Kind};
use engine::data::inventory::{Host, Inventory};
use engine::run::Options;
use engine::run::record::state_dir;
use engine::transport::Transport;
use engine::transport::launch::{Launch, Shell};
use engine::transport::reason::cause;
use engine::transport::rehearsal::{Rehearsal, SHARED, Seed, SeedFile, SeedScript};
use engine::transport::ssh::Control;

/// Directory of the stand-ins and fixtures, beside the program's source.
const TESTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests");

/// The transport to a rehearsal host; the first session makes the host.
#[derive(Debug)]
struct Stage {
    rehearsal: Rehearsal,
    host: String,
    seed: Seed,
}

impl Transport for Stage {
    fn launch(
        &self,
        shell: Shell,
        token: &str,
        _: std::time::Duration,
        _: Option<&Control>,
    ) -> Result<Launch> {
        self.rehearsal.prepare(&self.host, &self.seed)?;
        let (program, mut args) = self.rehearsal.command(&self.host, &shell.argv(token, false));
        args.insert(0, program);
        Ok(Launch { argv: args, own_group: true, without: Vec::new() })
    }

    fn explain(&self, said: &str, fallback: &str) -> Fault {
        if let Err(fault) = self.rehearsal.check_free(&self.host) {
            return fault;
        }
        Fault::new(Kind::Unreachable, fallback)
            .detail("stderr", cause(said))
            .hint("make it again: cargo xtask rehearsal reset")
    }
}

/// The rehearsal that belongs to the inventory of the flags.
pub(crate) fn rehearsal(options: &Options) -> Result<Rehearsal> {
    let key = match &options.inventory {
        None => "sample".to_owned(),
        Some(path) => path
            .canonicalize_utf8()
            .unwrap_or_else(|_| path.clone())
            .as_str()
            .replace('/', "-")
            .trim_matches('-')
            .to_owned(),
    };
    Ok(Rehearsal::at(&state_dir()?, &key))
}

/// The transport to each rehearsal host.
pub(crate) fn transports<'a>(
    rehearsal: &'a Rehearsal,
    inventory: &'a Inventory,
) -> Result<impl Fn(&Host) -> Box<dyn Transport> + 'a> {
    rehearsal.available()?;
    let table = placement()?;
    Ok(move |host: &Host| {
        // An unreadable fixture fails the first session of the host.
        let seed = seed(&table, inventory, host).unwrap_or_default();
        let stage = Stage { rehearsal: rehearsal.clone(), host: host.name.clone(), seed };
        Box::new(stage) as Box<dyn Transport>
    })
}

/// Makes one host.
pub(crate) fn prepare(rehearsal: &Rehearsal, inventory: &Inventory, host: &Host) -> Result<()> {
    rehearsal.available()?;
    rehearsal.prepare(&host.name, &seed(&placement()?, inventory, host)?)?;
    Ok(())
}

/// The place of each stand-in, by role: the lines of `tests/standins/placement`.
fn placement() -> Result<Vec<Vec<String>>> {
    let path = format!("{TESTS}/standins/placement");
    let text = std::fs::read_to_string(&path).with_context(|| {
        format!("reading {path}: rehearsal needs the program's source beside it")
    })?;
    let lines =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(lines.map(|line| line.split_whitespace().map(str::to_owned).collect()).collect())
}

/// A host has the role of its own name and of each of its groups.
fn seed(table: &[Vec<String>], inventory: &Inventory, host: &Host) -> Result<Seed> {
    let mut roles: Vec<&str> = vec!["all", &host.name];
    let member = |group: &&engine::data::inventory::Group| {
        inventory.members(group).any(|other| other.name == host.name)
    };
    roles.extend(inventory.groups.iter().filter(member).map(|group| group.name.as_str()));
    let mut seed = Seed::default();
    copy_tree(
        &Utf8PathBuf::from(format!("{TESTS}/fixtures/shared")),
        Utf8Path::new(SHARED),
        &mut seed,
    )?;
    for role in &roles {
        copy_tree(
            &Utf8PathBuf::from(format!("{TESTS}/fixtures/{role}")),
            Utf8Path::new("/"),
            &mut seed,
        )?;
    }
    for line in
        table.iter().filter(|line| line.first().is_some_and(|role| roles.contains(&role.as_str())))
    {
        place(line, host, &mut seed)?;
    }
    Ok(seed)
}

fn place(line: &[String], host: &Host, seed: &mut Seed) -> Result<()> {
    let words: Vec<&str> = line.iter().map(String::as_str).collect();
    match words[..] {
        [_, kind @ ("file" | "spare"), source, dest, mode] => {
            // A real program is used before its stand-in.
            if kind == "spare" && Utf8Path::new(dest).exists() {
                return Ok(());
            }
            let path = format!("{TESTS}/standins/{source}");
            let content = std::fs::read(&path).with_context(|| format!("reading {path}"))?;
            let mode = u32::from_str_radix(mode, 8)
                .with_context(|| format!("reading the mode of {source}"))?;
            seed.files.push(SeedFile { path: dest.into(), content, mode });
        }
        [_, "made", program, dest] => {
            let program = format!("{TESTS}/standins/{program}").into();
            seed.scripts.push(SeedScript { program, path: dest.into() });
        }
        [_, "link", target, dest] => {
            seed.links.push((dest.into(), target.replace("%h", &host.name).into()))
        }
        [_, "dir", dest] => seed.directories.push(dest.into()),
        _ => {
            return Err(Fault::usage(format!(
                "tests/standins/placement: cannot read `{}`",
                words.join(" ")
            ))
            .into());
        }
    }
    Ok(())
}

/// All files below `from`, with their modes.
fn copy_tree(from: &Utf8Path, to: &Utf8Path, seed: &mut Seed) -> Result<()> {
    let Ok(entries) = from.read_dir_utf8() else { return Ok(()) };
    let mut entries: Vec<_> =
        entries.collect::<std::io::Result<_>>().with_context(|| format!("reading {from}"))?;
    entries.sort_by(|left, right| left.file_name().cmp(right.file_name()));
    for entry in entries {
        let (path, dest) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy_tree(path, &dest, seed)?;
            continue;
        }
        let content = std::fs::read(path).with_context(|| format!("reading {path}"))?;
        let mode = std::fs::metadata(path)?.permissions().mode() & 0o777;
        seed.files.push(SeedFile { path: dest, content, mode });
    }
    Ok(())
}
