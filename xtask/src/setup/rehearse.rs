//! Rehearsal hosts from an inventory, with the stand-ins and fixtures of each.

use std::fs::Permissions;
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
use include_dir::{Dir, File, include_dir};

/// The stand-ins and fixtures are in the program: it rehearses on a machine without its source.
static STANDINS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../tests/standins");
static FIXTURES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../tests/fixtures");
static PACKAGE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../tests/package");

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
        let (program, mut args) = self.rehearsal.command(&self.host, &shell.argv(token, None));
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
    let full = |path: &Utf8PathBuf| path.canonicalize_utf8().unwrap_or_else(|_| path.clone());
    let name = |path| full(path).as_str().replace('/', "-").trim_matches('-').to_owned();
    let names: Vec<String> = options.inventory.iter().map(name).collect();
    let key = match names.join("+") {
        // Standard input alone has an empty name.
        key if key.is_empty() && names.is_empty() => "sample".to_owned(),
        key if key.is_empty() => "stdin".to_owned(),
        key => key,
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
    let text = STANDINS.get_file("placement").and_then(|file| file.contents_utf8());
    let text = text.context("this program was built without its stand-ins")?;
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
    for role in std::iter::once("shared").chain(roles.iter().copied()) {
        let to = if role == "shared" { SHARED } else { "/" };
        if let Some(dir) = FIXTURES.get_dir(role) {
            copy_tree(dir, role, to, &mut seed)?;
        }
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
            let file = STANDINS.get_file(source);
            let content = file.with_context(|| format!("no stand-in {source}"))?.contents();
            let mode = u32::from_str_radix(mode, 8)
                .with_context(|| format!("reading the mode of {source}"))?;
            seed.files.push(SeedFile { path: dest.into(), content: content.to_vec(), mode });
        }
        [_, "made", program, dest] => {
            let program = format!("standins/{program}").into();
            seed.scripts.push(SeedScript { parts: write_all, program, path: dest.into() });
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

/// All of them, as they are in the source.
fn write_all(dir: &Utf8Path) -> Result<()> {
    for (name, tree) in [("standins", &STANDINS), ("fixtures", &FIXTURES), ("package", &PACKAGE)] {
        for file in files(tree) {
            let to = dir.join(name).join(Utf8Path::from_path(file.path()).context("UTF-8")?);
            std::fs::create_dir_all(to.parent().unwrap_or(dir))?;
            std::fs::write(&to, file.contents()).with_context(|| format!("writing {to}"))?;
            std::fs::set_permissions(&to, Permissions::from_mode(mode(file)))?;
        }
    }
    Ok(())
}

/// All files below a directory of the fixtures.
fn copy_tree(dir: &Dir<'_>, from: &str, to: &str, seed: &mut Seed) -> Result<()> {
    for file in files(dir) {
        let path = file.path().strip_prefix(from).context("a file of this directory")?;
        let path = Utf8Path::from_path(path).context("a name in UTF-8")?;
        let (path, content) = (Utf8Path::new(to).join(path), file.contents().to_vec());
        seed.files.push(SeedFile { path, content, mode: mode(file) });
    }
    Ok(())
}

/// All files below a directory, in the order of their paths.
fn files<'a>(dir: &'a Dir<'a>) -> Vec<&'a File<'a>> {
    let mut open = vec![dir];
    let mut files = Vec::new();
    while let Some(dir) = open.pop() {
        open.extend(dir.dirs());
        files.extend(dir.files());
    }
    files.sort_by_key(|file| file.path());
    files
}

/// A script is executable: what is in a program has no modes.
fn mode(file: &File<'_>) -> u32 {
    if file.contents().starts_with(b"#!") { 0o755 } else { 0o644 }
}
