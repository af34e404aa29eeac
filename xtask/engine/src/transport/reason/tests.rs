//! The messages of ssh, as OpenSSH 7.4 to 10 print them; `tests/reasons.rs` asks the installed one.

use super::*;

fn target() -> Target {
    Target {
        destination: "db1".to_owned(),
        port: Some(2222),
        user: Some("ops".to_owned()),
        config: Some("/etc/conf dir/ssh".into()),
        sudo: None,
        moved: None,
    }
}

/// Reason, line and hint of what ssh printed before it ended.
fn of(said: &str) -> [String; 3] {
    shown(&target(), said, "no shell: the connection ended with exit 255")
}

fn shown(target: &Target, said: &str, fallback: &str) -> [String; 3] {
    let fault = explain(target, said, fallback);
    let line = fault.details.iter().find(|(label, _)| label == "stderr");
    let line = line.map(|(_, line)| line.clone()).unwrap_or_default();
    [fault.message, line, fault.hints.join(" | ")]
}

/// Fault S8: the cause is the message of ssh, and the banner before it is not.
#[test]
fn a_banner_is_no_cause() {
    let banner = "Welcome\nConnection refused is a crime\nsudo: be careful\n";
    let said = format!("{banner}ops@10.0.0.1: Permission denied (publickey).\n");
    let by_hand = "ssh -F '/etc/conf dir/ssh' -p 2222 -l ops -o BatchMode=yes db1 true";
    assert_eq!(
        of(&said),
        [
            "login refused",
            "ops@10.0.0.1: Permission denied (publickey).",
            &format!("check user and key: {by_hand}")
        ]
    );
    assert_eq!(
        shown(&target(), banner, "no shell after 10 s"),
        ["timed out: no shell after 10 s", "", &format!("try by hand: {by_hand}")]
    );
}

/// Fault S8: a host that has let us in is up; the words after the login are its own.
#[test]
fn after_the_login_the_shell_is_at_fault() {
    let login = "A banner\nsshconnect2.c:ssh_userauth2():580 (pid=7): Authenticated to 10.0.0.1 ([10.0.0.1]:2222) using \"publickey\".\n";
    let [reason, line, hint] = shown(&target(), login, "no shell after 10 s");
    assert_eq!((reason.as_str(), line.as_str()), ("logged in, no shell after 10 s", ""));
    assert!(hint.starts_with("a start-up file or the login shell is slow: raise"), "{hint}");
    let said = format!("{login}This account is not available.\n");
    let [reason, line, _] = of(&said);
    assert_eq!(reason, "logged in, no shell: the connection ended with exit 255");
    assert_eq!(line, "This account is not available.");
    let [reason, line, _] = of(&format!("{login}hello\nsudo: a password is required\n"));
    assert_eq!((reason.as_str(), line.as_str()), ("sudo refused", "sudo: a password is required"));
}

/// Fault S8: a revoked key is not an unknown one, and nobody is asked to accept it.
#[test]
fn each_fault_of_a_key_has_its_own_reason() {
    let end = "Host key verification failed.\n";
    let of = |said: &str| of(&format!("{said}{end}"));
    let withdrawn = "do not log in: somebody has withdrawn the key that the host shows";
    for line in [
        "The ED25519 host key for db1 is marked as revoked.",
        "Host key ED25519 SHA256:x revoked by file /etc/revoked",
    ] {
        assert_eq!(of(&format!("{line}\n")), ["wrong host key: it is revoked", line, withdrawn]);
    }
    let unknown =
        "No ED25519 host key is known for [10.0.0.1]:2222 and you have requested strict checking.";
    let [reason, line, hint] = of(&format!("{unknown}\n"));
    assert_eq!((reason.as_str(), line.as_str()), ("wrong host key: it is not known", unknown));
    assert!(hint.ends_with("-o BatchMode=no -o StrictHostKeyChecking=ask db1 true"), "{hint}");
    let [reason, line, _] = of("Certificate invalid: name is not a listed principal\n");
    assert_eq!(
        (reason.as_str(), line.as_str()),
        ("wrong host key", "Certificate invalid: name is not a listed principal")
    );
}

/// Fault S8: the command names the file and the name as ssh has them: port, alias, another file.
#[test]
fn a_changed_key_is_removed_where_ssh_has_found_it() {
    let said = "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nOffending ED25519 key in /tmp/known hosts:3\n\
                Host key for [10.0.0.1]:2222 has changed and you have requested strict checking.\n\
                Host key verification failed.\n";
    let [reason, _, hint] = of(said);
    assert_eq!(reason, "wrong host key: it has changed");
    let command = "ssh-keygen -f '/tmp/known hosts' -R '[10.0.0.1]:2222'";
    assert_eq!(hint, format!("if the host was rebuilt on purpose, remove its old key: {command}"));
    let moved = Target { moved: Some("10.0.0.9".to_owned()), ..target() };
    let [_, _, hint] = shown(&moved, said, "");
    assert!(hint.contains("-o HostName=10.0.0.9 -o BatchMode=no"), "{hint}");
}

#[test]
fn every_other_message_has_a_reason() {
    for (said, reason) in [
        (
            "Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures\nDisconnected from 10.0.0.1 port 22",
            "login refused: ssh has offered too many keys",
        ),
        (
            "Unable to negotiate with 10.0.0.1 port 22: no matching key exchange method found. Their offer: a",
            "no common key exchange",
        ),
        (
            "Unable to negotiate with 10.0.0.1 port 22: no matching host key type found. Their offer: ssh-rsa",
            "no common host key type",
        ),
        (
            "Unable to negotiate with 10.0.0.1 port 22: no matching MAC found. Their offer: a",
            "no common cipher",
        ),
        (
            "/x: line 1: Bad configuration option: foo\n/x: terminating, 1 bad configuration options",
            "wrong ssh configuration",
        ),
        (
            "/x line 2: Bad port 'x'.\n/x: terminating, 1 bad configuration options",
            "wrong ssh configuration",
        ),
        ("Bad owner or permissions on /x", "wrong ssh configuration"),
        ("ssh: Could not resolve hostname db1: Name or service not known", "name not known"),
        ("ssh: connect to host 10.0.0.1 port 22: Connection refused", "connection refused"),
        ("ssh: connect to host 10.0.0.1 port 22: Network is unreachable", "no route to the host"),
        ("ssh: connect to host 10.0.0.1 port 22: No route to host", "no route to the host"),
        ("ssh: connect to host 10.0.0.1 port 22: Connection timed out", "timed out"),
        (
            "Connection timed out during banner exchange\nConnection to 10.0.0.1 port 22 timed out",
            "timed out: sshd does not answer",
        ),
        (
            "channel 0: open failed: connect failed: Connection refused\nstdio forwarding failed\nkex_exchange_identification: Connection closed by remote host\nConnection closed by UNKNOWN port 65535",
            "the jump host cannot reach it",
        ),
        (
            "Your account has expired.\nConnection closed by 10.0.0.1 port 22",
            "login refused: the host has closed the connection",
        ),
        ("something new", "no shell: the connection ended with exit 255"),
    ] {
        assert_eq!(of(said)[0], reason, "{said}");
        assert!(!is_busy(said), "{said}");
    }
    assert_eq!(
        of("Your account has expired.\nConnection closed by 10.0.0.1 port 22")[1],
        "Your account has expired."
    );
}

/// Fault S8: the end of what mount(8) says is not the cause.
#[test]
fn the_cause_of_a_mount_is_its_first_line() {
    let said = "mount: /h/tree: wrong fs type, bad option.\n       dmesg(1) may have more information after failed mount system call.\n";
    assert_eq!(cause(said), "mount: /h/tree: wrong fs type, bad option.");
    assert_eq!(cause("one\ndmesg(1) may\n"), "one");
    assert_eq!((cause("one\n two \n\n"), cause("")), ("two", ""));
}

/// Fault S6: only hanging up before the login counts as busy.
#[test]
fn a_host_that_hangs_up_before_the_login_is_busy() {
    let hangs_up = "kex_exchange_identification: Connection closed by remote host\nConnection closed by 10.0.0.1 port 22\n";
    let behind = "kex_exchange_identification: Connection closed by remote host\nConnection closed by UNKNOWN port 65535\n";
    let old = "ssh_exchange_identification: read: Connection reset by peer\n";
    for said in [
        hangs_up.to_owned(),
        behind.to_owned(),
        old.to_owned(),
        format!("{hangs_up}{behind}"),
        format!("a banner\n{hangs_up}{behind}"),
    ] {
        assert!(is_busy(&said), "{said}");
        assert_eq!(of(&said)[0], "the connection was closed before the login");
    }
    assert!(!is_busy(&format!("/bin/bash: line 1: exec: nc: not found\n{behind}")));
    assert!(!is_busy(&format!(
        "ssh: connect to host 10.0.0.1 port 1: Connection refused\n{behind}"
    )));
    assert_eq!(of(&format!("exec: nc: not found\n{behind}"))[1], "exec: nc: not found");
}
