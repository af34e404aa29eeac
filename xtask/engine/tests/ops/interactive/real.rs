//! Real programs of Debian at a terminal. Each gives its own words, and reads in its own way.
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

use super::*;

/// The programs of a host, or a word that the test is skipped.
fn has(programs: &[&str]) -> bool {
    let lacks = programs.iter().find(|program| which::which(program).is_err());
    if let Some(program) = lacks {
        eprintln!("SKIPPED: no {program} here");
    }
    lacks.is_none()
}

/// OpenSSH reads /dev/tty, and empties its input when it turns the echo off.
#[test]
fn ssh_keygen_changes_the_pass_phrase_of_a_key() {
    if !has(&["ssh-keygen"]) {
        return;
    }
    for host in hosts() {
        let key = host.path("key");
        let (old, new) = (Secret::new("old phrase 1"), Secret::new("new 'phrase' 2"));
        let make = format!("ssh-keygen -q -t ed25519 -f {key}");
        let made = any(&host, &make)
            .secret("Enter passphrase (empty for no passphrase):", &old)
            .secret("Enter same passphrase again:", &old);
        assert_eq!(host.ensure(&made).unwrap(), Outcome::Changed);
        host.undo().unwrap();
        let change = any(&host, &format!("ssh-keygen -p -f {key}"))
            .secret("Enter old passphrase:", &old)
            .secret("Enter new passphrase (empty for no passphrase):", &new)
            .secret("Enter same passphrase again:", &new);
        assert_eq!(host.ensure(&change).unwrap(), Outcome::Changed);
        let with = |phrase: &str| {
            host.raw(&format!("ssh-keygen -y -P \"{phrase}\" -f {key} >/dev/null 2>&1"), b"")
        };
        assert_eq!((with("new 'phrase' 2"), with("old phrase 1")), ("0 ".into(), "255 ".into()));
        // Its question goes on the line of its words: no line begins with it.
        assert!(
            !said(&host).contains("phrase 1") && !said(&host).contains("phrase' 2"),
            "{}",
            said(&host)
        );
    }
}

/// OpenSSL has prompts of its own, and asks twice.
#[test]
fn openssl_encrypts_a_key() {
    if !has(&["openssl"]) {
        return;
    }
    let host = Host::new();
    let secret = Secret::new("a pass phrase");
    let file = host.path("key");
    let op = any(&host, &format!("openssl genrsa -aes128 -out {file} 2048"))
        .secret("Enter PEM pass phrase:", &secret)
        .secret("Verifying - Enter PEM pass phrase:", &secret)
        .required();
    assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
    let read = format!("openssl rsa -in {file} -passin stdin -noout");
    assert_eq!(host.raw(&read, b"a pass phrase\n").split(' ').next(), Some("0"));
    assert!(host.get("key").contains("ENCRYPTED"));
}

/// bash with readline takes keys one by one, and waits for them in a select.
#[test]
fn readline_of_bash_is_answered() {
    if !has(&["bash"]) {
        return;
    }
    let host = Host::new();
    let asks =
        "bash -c 'read -e -p \"Name: \" a; read -s -p \"Code: \" b; echo; echo \"$a ${#b}\"'";
    let op = any(&host, asks).answer("Name:", "ann").secret("Code:", &Secret::new("12345678"));
    assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
    assert!(said(&host).ends_with("\nann 8\n"), "{}", said(&host));
}

/// passwd itself, with a copy of /etc in the place of the real one.
#[test]
fn passwd_sets_a_password() {
    if !crate::bench::is_root() || !has(&["passwd", "unshare", "openssl"]) {
        eprintln!("SKIPPED: passwd needs root");
        return;
    }
    let etc = tempfile::tempdir().unwrap();
    let etc_path = etc.path().display();
    let files = "passwd group shadow gshadow nsswitch.conf login.defs pam.d pam.conf security";
    // Not every system has all of them.
    Host::new().raw(&format!("cd /etc; cp -a {files} {etc_path} 2>/dev/null"), b"");
    let enter = format!("mount --bind {etc_path} /etc && exec \"$@\"");
    let host = Host::behind(&["unshare", "--mount", "sh", "-c", &enter, "host"]);
    let shadow = || std::fs::read_to_string(etc.path().join("shadow")).unwrap();
    let before = shadow();
    let secret = Secret::new("S3cret 'pass'");
    let again = Secret::new("S3cret 'pass'!");
    let passwd = |second: &Secret| {
        any(&host, "passwd root")
            .secret("New password:", &secret)
            .secret("Retype new password:", second)
    };
    let differ = told(host.ensure(&passwd(&again)));
    assert!(differ.contains("exit 10") && differ.contains("do not match"), "{differ}");
    assert_eq!(shadow(), before);
    assert_eq!(host.ensure(&passwd(&secret)).unwrap(), Outcome::Changed);
    let after = shadow();
    let root = after.lines().find(|line| line.starts_with("root:")).unwrap();
    assert!(root.starts_with("root:$") && after != before, "{root}");
    assert!(!said(&host).contains("S3cret") && said(&host).contains("updated successfully"));
}

/// A program in a terminal of its own inside ours, as `sudo` gives it: the outer one only passes keys on.
#[test]
fn a_terminal_inside_the_terminal_is_looked_through() {
    let host = Host::new();
    let script =
        host.put("inner", "printf 'Working '; sleep 2; printf 'Mode: '; read -r x; echo got $x");
    let op = any(&host, &format!("SHELL=/bin/sh script -qec \"$(cat {script})\" /dev/null"));
    let op = op.answer("Mode:", "5").at_line_end();
    assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
    assert!(said(&host).contains("Mode: 5"), "{:?}", said(&host));
}

/// The whole session through sudo, and sudo once more in the terminal: it may give the program a terminal of its own.
#[test]
fn sudo_around_the_session_and_in_the_terminal() {
    if Host::new().raw("sudo -n true 2>/dev/null", b"") != "0 " {
        eprintln!("SKIPPED: sudo asks for a password here, or is not there");
        return;
    }
    let host = Host::behind(&["sudo", "-n", "--"]);
    let inner =
        host.put("inner", "printf 'Working '; sleep 1; printf 'Mode: '; read -r x; echo got $x");
    let op = any(&host, &format!("sudo -n sh {inner}")).answer("Working Mode:", "5");
    assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
    assert!(said(&host).ends_with("got 5\n"), "{:?}", said(&host));
}

/// `su` of another user: the kernel does not tell what it does, so it gets its answer after a moment of silence.
#[test]
fn a_program_that_may_not_be_looked_at_is_answered_after_a_silence() {
    if !crate::bench::is_root() || !has(&["su", "setpriv"]) {
        eprintln!("SKIPPED: to be another user needs root");
        return;
    }
    // The temporary directory of the tests is not that user's.
    let other = ["env", "TMPDIR=/tmp", "setpriv", "--reuid=65534", "--regid=65534"];
    let host = Host::behind(&[&other[..], &["--clear-groups"]].concat());
    let op = any(&host, "su root -c true").secret("Password:", &Secret::new("not the password"));
    let error = told(host.ensure(&op));
    assert!(error.contains("Password:") && error.contains("uthentication failure"), "{error}");
}
