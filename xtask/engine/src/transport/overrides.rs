//! The options of `ssh_config` that a session does not take from the user.
//!
//! They belong to a login at a terminal, or to a connection that nobody but us reads. All other
//! options hold. `tests/ssh_config.tsv` names every option that ssh knows, with our answer.

use std::os::unix::fs::MetadataExt as _;

use camino::Utf8Path;

use super::replace::replace;

/// On the command line the first value is final: neither `ssh_config` nor a `Match` changes it. A
/// jump host does not get these.
pub const OVERRIDES: [&str; 11] = [
    // Nobody answers a question.
    "BatchMode=yes",
    // Two sessions cannot listen on one port, and nobody uses what they would forward.
    "ClearAllForwardings=yes",
    "ForwardX11=no",
    // Each of these takes the streams away from the shell, or starts something else in its place.
    "RemoteCommand=none",
    "SessionType=default",
    "StdinNull=no",
    "ForkAfterAuthentication=no",
    // Its output would come before ours.
    "PermitLocalCommand=no",
    // No quiet time ends a session: a command may be silent for hours.
    "ChannelTimeout=none",
    // The reason of a failure is read from these messages.
    "LogLevel=INFO",
    // Says when the host has let us in, and nothing else.
    "LogVerbose=sshconnect2.c:ssh_userauth2():*",
];

/// Those that the installed ssh knows; an older one ends at a name that it does not know. The
/// answer is kept in `dir`, because it costs a process.
pub(super) fn known(dir: &Utf8Path) -> Vec<&'static str> {
    let client = which::which("ssh").ok().and_then(|path| {
        let meta = std::fs::metadata(&path).ok()?;
        Some(format!("{} {} {}.{}", path.display(), meta.len(), meta.mtime(), meta.mtime_nsec()))
    });
    // Without an ssh the start of a session gives the error.
    let Some(client) = client else { return OVERRIDES.to_vec() };
    let answer = format!("{client}\n{}\n", OVERRIDES.join(" "));
    let file = dir.join("client");
    let before = std::fs::read_to_string(&file).unwrap_or_default();
    let unknown = before.strip_prefix(&answer).map_or_else(unknown, str::to_owned);
    if !before.starts_with(&answer) {
        // Without the file the next call asks again.
        drop(replace(&file, format!("{answer}{unknown}").as_bytes(), 0o600));
    }
    OVERRIDES.into_iter().filter(|option| !unknown.lines().any(|name| name == *option)).collect()
}

/// Those that the installed ssh does not know, one a line.
#[expect(clippy::disallowed_methods, reason = "transport is where processes are started")]
fn unknown() -> String {
    let lines = OVERRIDES.map(|option| format!("{}\n", option.replace('=', " "))).concat();
    let asked = duct::cmd!("ssh", "-G", "-F", "/dev/stdin", "x").stdin_bytes(lines);
    let asked = asked.stdout_null().stderr_capture().unchecked().run();
    let said = asked.map(|output| String::from_utf8_lossy(&output.stderr).to_lowercase());
    let said = said.unwrap_or_default();
    let is_unknown = |option: &&str| {
        let name = option.split('=').next().unwrap_or_default().to_lowercase();
        said.lines().any(|line| line.ends_with(&format!("bad configuration option: {name}")))
    };
    OVERRIDES.into_iter().filter(is_unknown).map(|option| format!("{option}\n")).collect()
}
