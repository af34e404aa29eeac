//! The namespaces of a rehearsal host, as options of unshare(1).

use std::fs;

use super::layout::is_machine_root;

/// Options of unshare(1) for a host.
pub(super) fn unshare_options() -> Vec<String> {
    let spaces = ["--mount", "--pid", "--uts", "--ipc", "--net", "--fork", "--kill-child"];
    user_options().into_iter().chain(spaces.map(String::from)).collect()
}

/// Options of unshare(1) for a user namespace; none for root. With newuidmap(1) and an entry for the
/// user in /etc/subuid a host has more users than root.
pub(super) fn user_options() -> Vec<String> {
    if is_machine_root() {
        return Vec::new();
    }
    let mut options = vec!["--user".to_owned(), "--map-root-user".to_owned()];
    if has_more_users() {
        options.push("--map-auto".to_owned());
    }
    options
}

fn has_more_users() -> bool {
    let uid = rustix::process::getuid().as_raw().to_string();
    let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let named = passwd.lines().find(|line| line.split(':').nth(2) == Some(&uid));
    let name = named.and_then(|line| line.split(':').next()).unwrap_or(&uid);
    let listed = |file: &str| {
        let list = fs::read_to_string(file).unwrap_or_default();
        list.lines().filter_map(|line| line.split(':').next()).any(|who| who == name || who == uid)
    };
    let mapper = ["newuidmap", "newgidmap"].iter().all(|tool| which::which(tool).is_ok());
    mapper && listed("/etc/subuid") && listed("/etc/subgid")
}

/// Clears the environment except for `PATH`: it may hold secrets.
pub(super) fn bare(command: xshell::Cmd<'_>) -> xshell::Cmd<'_> {
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default())
}
