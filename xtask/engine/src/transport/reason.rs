//! The words of ssh and of the far end as a reason: the stage, the cause, the next thing to do.
//!
//! ssh prints its own message last. Before it there may be a banner of the host, which may say
//! anything. After the login the words are those of the far end.

use super::ssh::Target;
use crate::data::fault::{Fault, Kind};
use crate::text::quote;

/// A message of ssh, and our answer.
struct Row {
    /// All of these are in one line of ssh.
    words: &'static [&'static str],
    reason: &'static str,
    hint: &'static str,
    /// The hint ends with the login as a command, with these options.
    by_hand: Option<&'static [&'static str]>,
}

const fn row(words: &'static [&'static str], reason: &'static str, hint: &'static str) -> Row {
    Row { words, reason, hint, by_hand: None }
}

impl Row {
    const fn by_hand(mut self, options: &'static [&'static str]) -> Self {
        self.by_hand = Some(options);
        self
    }
}

const ALONE: &[&str] = &["BatchMode=yes"];
const ASK: &[&str] = &["BatchMode=no", "StrictHostKeyChecking=ask"];
/// The end of every failed check of a host key: the cause is in the line before.
const KEY: &str = "Host key verification failed.";
/// The function of ssh that says when a login has succeeded; see [`super::overrides`].
const LOGIN: &str = "sshconnect2.c:ssh_userauth2()";
/// The address of a host behind a jump host or a `ProxyCommand`.
const PROXIED: &str = "UNKNOWN port 65535";
/// The far end hangs up before it has said that it is an sshd: `MaxStartups` of sshd does that.
const GREETING: &str = "_exchange_identification: ";
const BUSY: &str = "the connection was closed before the login";

/// The beginning of the sentence about a far end that has not answered in time.
const LATE: &str = "no shell after";

/// The first row with a line decides. So the more exact words come first.
#[rustfmt::skip]
const ROWS: [Row; 22] = [
    row(&["is marked as revoked"], "wrong host key: it is revoked", "do not log in: somebody has withdrawn the key that the host shows"),
    row(&["Host key ", " revoked by file "], "wrong host key: it is revoked", "do not log in: somebody has withdrawn the key that the host shows"),
    row(&["Host key for ", " has changed"], "wrong host key: it has changed", CHANGED),
    row(&["No ", " host key is known for "], "wrong host key: it is not known", "connect once by hand and compare the fingerprint").by_hand(ASK),
    row(&[KEY], "wrong host key", "compare the fingerprint by hand").by_hand(ASK),
    row(&["Too many authentication failures"], "login refused: ssh has offered too many keys", "name one key in ssh_config, with IdentityFile and IdentitiesOnly; then try by hand").by_hand(ALONE),
    row(&[": Permission denied ("], "login refused", "check user and key").by_hand(ALONE),
    row(&["Unable to negotiate with ", "key exchange"], "no common key exchange", "allow one of its offer in ssh_config (KexAlgorithms), or update its sshd"),
    row(&["Unable to negotiate with ", "host key type"], "no common host key type", "allow one of its offer in ssh_config (HostKeyAlgorithms), or make a newer host key there"),
    row(&["Unable to negotiate with "], "no common cipher", "allow one of its offer in ssh_config (Ciphers, MACs), or update its sshd"),
    row(&["Bad configuration option"], "wrong ssh configuration", "correct that line"),
    row(&["terminating, ", " bad configuration options"], "wrong ssh configuration", "correct the lines that ssh names").by_hand(ALONE),
    row(&["Bad owner or permissions on "], "wrong ssh configuration", "correct its owner and mode: ssh refuses a file that others may write to"),
    row(&["Could not resolve hostname"], "name not known", "give the host an `address` in hosts.toml, or name it in ssh_config"),
    row(&["connect to ", "Connection refused"], "connection refused", "check that sshd listens on that port"),
    row(&["connect to ", "No route to host"], "no route to the host", "check the network and its routes"),
    row(&["connect to ", "Network is unreachable"], "no route to the host", "check the network and its routes"),
    row(&["during banner exchange"], "timed out: sshd does not answer", "check sshd on the host, or raise --connect-timeout"),
    row(&["connect to ", "timed out"], "timed out", "check that the host is up and reachable, or raise --connect-timeout"),
    row(&["stdio forwarding failed"], "the jump host cannot reach it", "check name, port and network as the jump host sees them"),
    row(&[GREETING], BUSY, "lower --fanout, or raise MaxStartups in the sshd of the host or of its jump host"),
    row(&["Connection ", " by ", " port "], "login refused: the host has closed the connection", "try by hand").by_hand(ALONE),
];

/// The hint to a changed key; the command is of its own making.
const CHANGED: &str = "if the host was rebuilt on purpose, remove its old key";

/// What was said, without the noise of ssh.
struct Said<'a> {
    /// Before the login.
    before: Vec<&'a str>,
    /// After it, by the far end; none when there was no login.
    after: Option<Vec<&'a str>>,
}

impl<'a> Said<'a> {
    fn new(text: &'a str) -> Self {
        let noise = ["@@@", "debug1: ", "debug2: ", "debug3: "];
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let mut before: Vec<&str> =
            lines.filter(|line| !noise.iter().any(|noise| line.starts_with(noise))).collect();
        let login = before.iter().rposition(|line| line.starts_with(LOGIN));
        let after = login.map(|at| before.split_off(at).split_off(1));
        Self { before, after }
    }

    /// The message of ssh before the login, and its line.
    fn found(&self) -> Option<(&'static Row, &'a str)> {
        if self.after.is_some() {
            return None;
        }
        let line = |row: &Row| {
            let has = |line: &&&str| row.words.iter().all(|words| line.contains(words));
            self.before.iter().rev().find(has).copied()
        };
        ROWS.iter().find_map(|row| Some((row, line(row)?)))
    }

    /// Whether the jump host or the `ProxyCommand` on the way has failed, and not the host itself.
    fn is_on_the_way(&self, line: &str) -> bool {
        self.before.last().is_some_and(|last| last.contains(PROXIED))
            && !line.contains(PROXIED)
            && !line.contains("stdio forwarding failed")
    }

    /// Lines that are not of ssh hanging up: what a `ProxyCommand` said, or a banner.
    fn strange(&self) -> Option<&'a str> {
        let own = |line: &&str| line.contains(GREETING) || line.contains(" port ");
        self.before.iter().copied().rfind(|line| !own(line))
    }
}

/// Whether a host, or a jump host, has hung up before the login, as `MaxStartups` makes it. Nothing
/// has run there; a little later it may let us in.
pub(super) fn is_busy(said: &str) -> bool {
    let said = Said::new(said);
    let Some((row, _)) = said.found().filter(|(row, _)| row.reason == BUSY) else { return false };
    let greetings = said.before.iter().filter(|line| line.contains(row.words[0])).count();
    let proxied = said.before.last().is_some_and(|last| last.contains(PROXIED));
    // A `ProxyCommand` that fails has its own words, and ssh then sees the same end.
    !proxied || greetings > 1 || said.strange().is_none()
}

/// The error text of ssh, or of the far end, as a fault.
pub(super) fn explain(target: &Target, text: &str, fallback: &str) -> Fault {
    let said = Said::new(text);
    if let Some(after) = &said.after {
        return no_shell(target, after, fallback);
    }
    let Some((row, line)) = said.found() else {
        let timed_out = fallback.starts_with(LATE);
        let reason = if timed_out { format!("timed out: {fallback}") } else { fallback.to_owned() };
        // Without an end of its own ssh has no last words: the last line is of a banner.
        let line = said.before.last().copied().filter(|_| !timed_out);
        return fault(&reason, line).hint(format!("try by hand: {}", target.by_hand(ALONE)));
    };
    let on_the_way = said.is_on_the_way(line);
    let way = if on_the_way { target.through() } else { None };
    let at = if way.is_some() { "jump host: " } else { "" };
    let line = match row.words[0] {
        KEY => before(&said, KEY).unwrap_or(line),
        "stdio forwarding failed" => {
            said.before.iter().copied().find(|line| line.contains("open failed: ")).unwrap_or(line)
        }
        GREETING => said.strange().unwrap_or(line),
        // The reason of PAM is in the line before.
        "Connection " => said.before.iter().rev().nth(1).copied().unwrap_or(line),
        "Bad configuration option" => {
            said.before.iter().copied().find(|line| line.contains(row.words[0])).unwrap_or(line)
        }
        _ => line,
    };
    let way = way.as_ref().unwrap_or(target);
    let hint = match row.by_hand {
        Some(options) => format!("{}: {}", row.hint, way.by_hand(options)),
        None if row.hint == CHANGED => changed(&said, line),
        None => row.hint.to_owned(),
    };
    let fault = fault(&format!("{at}{}", row.reason), Some(line));
    let Some(address) = target.moved.as_ref().filter(|_| row.reason.starts_with("wrong host key"))
    else {
        return fault.hint(hint);
    };
    // A rebuilt host at a temporary address has a key that this machine cannot know.
    let accept =
        format!("compare the new host key at {address}, then accept it: {}", way.by_hand(ASK));
    let fault = fault.detail("at", address.as_str());
    if row.hint == CHANGED { fault.hint(hint).hint(accept) } else { fault.hint(accept) }
}

fn before<'a>(said: &Said<'a>, last: &str) -> Option<&'a str> {
    let at = said.before.iter().rposition(|line| *line == last)?;
    said.before.get(at.checked_sub(1)?).copied()
}

/// The command that removes a changed key, with the file and the name as ssh has them.
fn changed(said: &Said<'_>, line: &str) -> String {
    let name =
        line.split_once("Host key for ").and_then(|(_, rest)| rest.split_once(" has changed"));
    let file = said.before.iter().find_map(|line| {
        let (_, rest) = line.split_once("Offending ")?;
        rest.split_once(" key in ")?.1.rsplit_once(':')
    });
    let (Some((name, _)), Some((file, _))) = (name, file) else { return CHANGED.to_owned() };
    let words = ["ssh-keygen", "-f", file, "-R", name].map(str::to_owned);
    format!("{CHANGED}: {}", quote::join(&words).unwrap_or_default())
}

/// The host has let us in, and then there is no shell that serves.
fn no_shell(target: &Target, after: &[&str], fallback: &str) -> Fault {
    if let Some(fault) = sudo(after) {
        return fault;
    }
    let hint = if fallback.starts_with(LATE) {
        "a start-up file or the login shell is slow: raise --connect-timeout, or look by hand"
    } else {
        "check the login shell and its start-up files by hand"
    };
    fault(&format!("logged in, {fallback}"), after.last().copied())
        .hint(format!("{hint}: {}", target.by_hand(ALONE)))
}

/// The refusal of sudo, if it is one.
pub(super) fn sudo(lines: &[&str]) -> Option<Fault> {
    let line = lines.iter().rfind(|line| line.starts_with("sudo:"))?;
    Some(fault("sudo refused", Some(line)).hint(
        "allow it without a password for this account (NOPASSWD in sudoers), or remove `become`",
    ))
}

/// The line of a program's last words that names the cause. mount(8) begins with it, and ends with the advice to
/// look elsewhere.
pub fn cause(said: &str) -> &str {
    let mut lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    let mount = lines.clone().find(|line| line.starts_with("mount: "));
    mount.or_else(|| lines.rfind(|line| !line.starts_with("dmesg(1) "))).unwrap_or_default()
}

fn fault(reason: &str, line: Option<&str>) -> Fault {
    Fault::new(Kind::Unreachable, reason).detail("stderr", line.unwrap_or_default())
}

#[cfg(test)]
mod tests;
