//! Start-up files, locales, sudo: all that stands between a login and the first command.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use expect_test::expect;

use crate::support::{Fleet, Outcome, Xtask, scratch, write};

const NOISE: &str =
    "echo 'Welcome! sudo: a word'; echo 'stdin: is not a tty' >&2; printf 'half a line'\n";

#[test]
fn noise_of_start_up_files_is_dropped_and_their_functions_are_found() {
    let (state, fleet) = (scratch(), Fleet::start());
    let home = fleet.dir.join("home");
    write(&home.join(".bashrc"), NOISE);
    write(
        &home.join(".bash_profile"),
        &format!("{NOISE}rmvirtualenv() {{ echo \"removed $*\"; }}\n"),
    );
    let outcome =
        fleet.xtask(state.path(), &["pcmd", "-w", "h[001-002]", "rmvirtualenv a b"]).run();
    assert_eq!(
        (outcome.code, outcome.stdout.as_str(), outcome.stderr.as_str()),
        (0, "h001: removed a b\nh002: removed a b\n", "2 hosts: 2 ok\n")
    );
    let check = fleet.xtask(state.path(), &["hosts", "check", "-w", "h001"]).run();
    assert_eq!(check.shown(&[]), "exit 0\n-- stdout\nh001  reachable  N.NN s\n");
}

#[test]
fn a_start_up_file_that_ends_the_shell_is_an_unreachable_host() {
    let outcome = local("exec false\n", &["pcmd", "-w", "me", "true"], &[]);
    expect![[r#"
        exit 4
        -- stderr
        me: unreachable: no shell: the connection ended with exit 1
        hint: check that `sh` starts on this machine
    "#]]
    .assert_eq(&outcome.shown(&[]));
}

/// One call on this machine, with a home directory that has this `.bash_profile`.
fn local(profile: &str, args: &[&str], env: &[(&str, &str)]) -> Outcome {
    let dir = scratch();
    write(&dir.path().join(".bash_profile"), profile);
    write(&dir.path().join("hosts.toml"), "[hosts.me]\nsession = \"local\"\n");
    let mut call = Xtask::new(dir.path(), args)
        .env("HOME", dir.path())
        .env("XTASK_INVENTORY", dir.path().join("hosts.toml"));
    for (name, value) in env {
        call = call.env(name, value);
    }
    call.run()
}

#[test]
fn pcmd_has_the_locale_of_the_login() {
    let command = "echo ${LC_ALL-none} ${LANG-none}";
    let plain = local("", &["pcmd", "-w", "me", command], &[]);
    assert_eq!((plain.code, plain.stdout.as_str(), plain.stderr.as_str()), (0, "none none\n", ""));
    let env = [("LANG", "C.UTF-8")];
    let set = local("export LC_ALL=POSIX\n", &["pcmd", "-w", "me", command], &env);
    assert_eq!((set.code, set.stdout.as_str(), set.stderr.as_str()), (0, "POSIX C.UTF-8\n", ""));
}

/// One call on a host that is opened with `become = "sudo"`.
fn with_sudo(dir: &Path, path: &str, args: &[&str]) -> Outcome {
    let inventory = format!(
        "[hosts.me]\nsession = \"exec\"\nexec = [\"/usr/bin/env\", \"PATH={path}\", \"MARK=kept\"]\nbecome = \"sudo\"\n"
    );
    write(&dir.join("hosts.toml"), &inventory);
    Xtask::new(dir, args).env("XTASK_INVENTORY", dir.join("hosts.toml")).run()
}

#[test]
fn become_opens_the_shell_through_sudo() {
    let dir = scratch();
    let args = ["pcmd", "-w", "me", "echo $SUDO_COMMAND | cut -c1-20; id -u; echo ${MARK-none}"];
    let outcome = with_sudo(dir.path(), "/usr/bin:/bin", &args);
    assert_eq!(
        (outcome.code, outcome.stdout.as_str(), outcome.stderr.as_str()),
        (0, "/usr/bin/bash -lc ev\n0\nnone\n", "")
    );
}

#[test]
fn a_sudo_that_wants_a_password_says_what_to_configure() {
    let dir = scratch();
    let sudo = dir.path().join("sudo");
    write(
        &sudo,
        "#!/bin/sh\n[ \"$1\" = -n ] || read -r password </dev/tty\necho 'sudo: a password is required' >&2\nexit 1\n",
    );
    std::fs::set_permissions(&sudo, std::fs::Permissions::from_mode(0o755)).expect("a mode");
    let path = format!("{}:/usr/bin:/bin", dir.path().display());
    let outcome = with_sudo(dir.path(), &path, &["pcmd", "-w", "me", "true"]);
    expect![[r#"
        exit 4
        -- stderr
        me: unreachable: sudo refused
            stderr  sudo: a password is required
        hint: allow it without a password for this account (NOPASSWD in sudoers), or remove `become`
    "#]]
    .assert_eq(&outcome.shown(&[(dir.path(), "DIR")]));
    let outcome = with_sudo(dir.path(), &path, &["hosts", "check"]);
    expect![[r#"
        exit 4
        -- stdout
        me  sudo refused  sudo: a password is required
        -- stderr
        hint: allow it without a password for this account (NOPASSWD in sudoers), or remove `become`
    "#]]
    .assert_eq(&outcome.shown(&[(dir.path(), "DIR")]));
}

#[test]
fn a_container_that_is_not_there_names_the_command_to_try() {
    let dir = scratch();
    let inventory = "[hosts.box]\nsession = \"exec\"\nexec = [\"sh\", \"-c\", \"echo no such container >&2; exit 1\"]\n";
    write(&dir.path().join("hosts.toml"), inventory);
    let call = Xtask::new(dir.path(), &["pcmd", "-w", "box", "true"]);
    let outcome = call.env("XTASK_INVENTORY", dir.path().join("hosts.toml")).run();
    expect![[r#"
        exit 4
        -- stderr
        box: unreachable: no shell: the connection ended with exit 1
            stderr  no such container
        hint: try by hand: sh -c 'echo no such container >&2; exit 1' sh -c true
    "#]]
    .assert_eq(&outcome.shown(&[]));
}
