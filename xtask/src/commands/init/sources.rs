//! The files of other tools that name hosts.

use camino::{Utf8Path, Utf8PathBuf};
use engine::data::inventory::Importer;

/// A line of `[import]`.
pub(super) struct Source {
    pub(super) line: String,
    /// What it reads, for people.
    pub(super) name: String,
}

/// The usual names of an inventory of Ansible.
const USUAL: [&str; 10] = [
    "inventory",
    "inventory.ini",
    "inventory.yml",
    "inventory.yaml",
    "inventory.json",
    "hosts",
    "hosts.ini",
    "hosts.yml",
    "hosts.yaml",
    "production",
];

/// What is there, seen from `dir`: paths below it are relative, all others whole.
pub(super) fn found(dir: &Utf8Path, machine: &dyn Importer) -> Vec<Source> {
    let mut sources = Vec::new();
    sources.extend(ansible(dir, machine));
    let ssh = "~/.ssh/config";
    let has_hosts = |text: String| {
        let host = |line: &str| line.trim_start().to_ascii_lowercase().starts_with("host ");
        text.lines().any(|line| host(line) && !line.contains(['*', '?', '!']))
    };
    if machine.read(Utf8Path::new(ssh)).is_ok_and(has_hosts) {
        sources.push(Source { line: format!("ssh_config = \"{ssh}\""), name: ssh.to_owned() });
    }
    let places = ["install.config", "/data/install/install.config"];
    if let Some(path) = places.into_iter().find(|path| dir.join(path).is_file()) {
        let line = format!("install_config = \"{path}\"");
        sources.push(Source { line, name: path.to_owned() });
    }
    sources
}

/// The inventory that Ansible itself would read here. It is asked where only it knows how: for directories, programs
/// and variables beside the file.
fn ansible(dir: &Utf8Path, machine: &dyn Importer) -> Option<Source> {
    let named = named(dir, machine).or_else(|| {
        let usual = USUAL.into_iter().chain(["/etc/ansible/hosts"]);
        let found = usual.map(Utf8PathBuf::from).find(|name| dir.join(name).exists());
        found.map(|path| vec![path])
    })?;
    let name = named.iter().map(|path| path.as_str()).collect::<Vec<_>>().join(", ");
    let quoted = |paths: &[Utf8PathBuf]| {
        paths.iter().map(|path| format!("\"{path}\"")).collect::<Vec<_>>().join(", ")
    };
    let line = if named.iter().any(|path| needs_ansible(dir, path)) {
        let words = named.iter().map(|path| format!("\"-i\", \"{path}\", "));
        let words: String = words.collect();
        format!("dynamic = [\"ansible-inventory\", {words}\"--list\"]")
    } else {
        format!("ansible = [{}]", quoted(&named))
    };
    Some(Source { line, name })
}

/// The inventories of the environment, or of the first configuration of Ansible.
fn named(dir: &Utf8Path, machine: &dyn Importer) -> Option<Vec<Utf8PathBuf>> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    if let Some(paths) = set("ANSIBLE_INVENTORY") {
        return list(dir, Utf8Path::new(""), &paths);
    }
    let configs = [
        set("ANSIBLE_CONFIG").map(Utf8PathBuf::from),
        Some("ansible.cfg".into()),
        Some("~/.ansible.cfg".into()),
        Some("/etc/ansible/ansible.cfg".into()),
    ];
    let read = |path: Utf8PathBuf| {
        let place = if path.starts_with("~") { path.clone() } else { dir.join(&path) };
        Some((path, machine.read(&place).ok()?))
    };
    let (path, text) = configs.into_iter().flatten().find_map(read)?;
    let mut within = false;
    let value = text.lines().find_map(|line| {
        let line = line.trim();
        if line.starts_with('[') {
            within = line.starts_with("[defaults]");
        }
        let (key, value) = line.split_once('=').filter(|_| within)?;
        (key.trim() == "inventory").then(|| value.trim())
    })?;
    list(dir, path.parent().unwrap_or(Utf8Path::new("")), value)
}

/// The paths of a list with commas that are there.
fn list(dir: &Utf8Path, beside: &Utf8Path, text: &str) -> Option<Vec<Utf8PathBuf>> {
    let paths = text.split(',').map(str::trim).filter(|path| !path.is_empty());
    let paths =
        paths.map(|path| if path.starts_with('~') { path.into() } else { beside.join(path) });
    let paths: Vec<Utf8PathBuf> =
        paths.filter(|path| path.starts_with("~") || dir.join(path).exists()).collect();
    (!paths.is_empty()).then_some(paths)
}

/// Whether Ansible alone can read it.
fn needs_ansible(dir: &Utf8Path, path: &Utf8Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    let place = dir.join(path);
    let program =
        |meta: std::fs::Metadata| meta.is_file() && meta.permissions().mode() & 0o111 != 0;
    let beside = place.parent().unwrap_or(Utf8Path::new("."));
    place.is_dir()
        || place.metadata().is_ok_and(program)
        || ["group_vars", "host_vars"].iter().any(|name| beside.join(name).is_dir())
}
