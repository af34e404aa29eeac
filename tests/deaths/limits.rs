//! Limits of the far end: time, processes, what is not there.

use engine::transport::call::End;
use engine::transport::channel::Channel;
use engine::transport::launch::Shell;
use engine::transport::local::Exec;

use super::call;
use crate::support::machines::settings;
use crate::support::{Fleet, fleet, scratch, write};

/// Fault S1: `bash` obeys TMOUT in the `read` that waits for commands.
#[test]
fn no_time_limit_of_the_far_shell_ends_a_session_or_a_command() {
    let (state, fleet) = (scratch(), Fleet::start());
    let profile = fleet.dir.join("home/.bash_profile");
    write(&profile, "TMOUT=1\nreadonly TMOUT\nexport TMOUT\n");
    let done = fleet.dir.join("done");
    let command = format!("echo a; sleep 3; touch {}", done.display());
    let outcome = fleet.xtask(state.path(), &["pcmd", "-w", "h001", &command]).run();
    assert_eq!((outcome.code, outcome.stdout.as_str(), outcome.stderr.as_str()), (0, "a\n", ""));
    assert!(done.exists());
    // Steps have `sh`, which is bash on many hosts. It reads no start-up file, but inherits the variable.
    let bin = scratch();
    std::os::unix::fs::symlink("/bin/bash", bin.path().join("sh")).expect("a link");
    let path = format!("PATH={}:/usr/bin:/bin", bin.path().display());
    let prefix = ["/usr/bin/env", "TMOUT=1", &path].map(str::to_owned).to_vec();
    let channel = Channel::new(Box::new(Exec { prefix, sudo: None }), Shell::Sh);
    let long = call(&channel, "sleep 2; echo $$ ${TMOUT-none}");
    assert!(long.0 == Ok(End::Exit(0)) && long.1.ends_with(" none\n"), "{long:?}");
    // The limit passes while nothing runs, too.
    std::thread::sleep(std::time::Duration::from_millis(1200));
    let same = call(&channel, "echo $$ ${TMOUT-none}");
    assert_eq!(same, long, "it is the same shell");
    channel.close(&settings());
}

/// A host without another process to give.
#[test]
fn a_command_that_could_not_be_started_is_no_success() {
    if !crate::support::machines::is_root() {
        eprintln!("SKIPPED: another user's limit of processes needs root");
        return;
    }
    // Two processes are the shells of the session. bash would wait 15 s for a third.
    for (number, (shell, limit)) in (0..).zip([("dash", 2), ("busybox", 2), ("dash", 3)]) {
        let bin = scratch();
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(bin.path(), open).expect("a mode");
        std::os::unix::fs::symlink(format!("/bin/{shell}"), bin.path().join("sh")).expect("a link");
        // A number that no other process of this machine has.
        let user = (4_200_000 + 3 * std::process::id() + number).to_string();
        let path = format!("PATH={}:/usr/bin:/bin", bin.path().display());
        let limit_to = format!("prlimit --nproc={limit}");
        // It begins a session here: the driver would need a process more for that.
        let enter = format!("setsid setpriv --reuid {user} --clear-groups {limit_to} env {path}");
        let prefix: Vec<&str> = enter.split(' ').collect();
        let prefix = prefix.into_iter().map(str::to_owned).collect();
        let channel = Channel::new(Box::new(Exec { prefix, sudo: None }), Shell::Sh);
        let (end, said) = call(&channel, "sleep 0.1 & sleep 0.1 & sleep 0.1; echo no");
        assert_eq!(said, "", "{shell} {limit}: {end:?}");
        match end {
            Ok(End::Exit(code)) => assert!(limit == 3 && code != 0, "{shell} {limit}: {code}"),
            Err(why) => assert!(
                limit == 2 && why.starts_with("the shell of the host has ended by itself: exit "),
                "{shell} {limit}: {why}"
            ),
            Ok(end) => panic!("{shell} {limit}: {end:?}"),
        }
        channel.close(&settings());
    }
}

/// The way of the framing needs no disk: a full one is the command's own failure.
#[test]
fn a_full_disk_or_no_descriptor_is_the_failure_of_the_command() {
    let state = scratch();
    let run = |command: &str| {
        let outcome = fleet().xtask(state.path(), &["pcmd", "-w", "h001", command]).run();
        (outcome.code, outcome.stdout)
    };
    assert_eq!(run("echo x >/dev/full; echo next"), (1, "next\n".to_owned()));
    assert_eq!(run("ulimit -n 3; echo x >\"$HOME/x\" && echo next"), (1, String::new()));
    let large = "ulimit -v 20000; x=$(head -c 90000000 /dev/zero | tr '\\0' x); echo ${#x}";
    let (code, said) = run(large);
    assert!(code != 0 && said.len() < 3, "exit {code}: {said}");
}

/// Without `/proc` nobody can find the processes of a session.
#[test]
fn a_host_without_proc_has_no_shell() {
    let user = if crate::support::machines::is_root() { "--mount" } else { "--map-root-user" };
    let enter = "mount -t tmpfs none /proc && exec \"$@\"";
    let prefix = ["unshare", "--mount", user, "sh", "-c", enter, "enter"];
    let prefix = prefix.map(str::to_owned).to_vec();
    let channel = Channel::new(Box::new(Exec { prefix, sudo: None }), Shell::Sh);
    let (end, said) = call(&channel, "echo no");
    let why = end.expect_err("no session");
    assert!(
        why.starts_with("no shell: the connection ended with exit ") && said.is_empty(),
        "{why}"
    );
}
