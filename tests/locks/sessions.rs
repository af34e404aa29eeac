//! The lock as a session holds it.

use engine::transport::admit::Lock;
use engine::transport::call::{Call, End, Pair};
use engine::transport::channel::Channel;
use engine::transport::launch::Shell;
use engine::transport::local::Exec;

use super::{holder, lock};
use crate::support::machines::{Machines, settings};
use crate::support::{Xtask, sleepers};

/// A machine whose `sh` is one of three. Tools that busybox was built without come from the machine: Debian's
/// has no `flock`.
fn shell(machines: &Machines, name: &str) -> Channel {
    let bin = machines.home("control").join(format!("shells-{name}"));
    let script = format!(
        "mkdir {0} && ln -s \"$(command -v {name})\" {0}/sh; [ {name} != busybox ] || busybox --install -s {0} 2>&1 | grep -v exists",
        bin.display()
    );
    Xtask::program("sh").args(["-c", &script]).status().expect("sh starts");
    let mut prefix = machines.way("control");
    prefix.extend(["/usr/bin/env".to_owned(), format!("PATH={}:/usr/bin:/bin", bin.display())]);
    Channel::new(Box::new(Exec { prefix, sudo: None }), Shell::Sh)
}

#[test]
fn dash_bash_and_busybox_keep_each_other_out() {
    let machines = Machines::new(&["control"]);
    let shells = ["dash", "bash", "busybox"].map(|name| shell(&machines, name));
    for (number, first) in shells.iter().enumerate() {
        let other = &shells[(number + 1) % shells.len()];
        assert_eq!(lock(first, "alice"), Lock::Taken(None), "{number}");
        let refused = lock(other, "bob");
        let Lock::Held(held) = refused else { panic!("{number}: {refused:?}") };
        assert!(held.is_same_run(&holder("alice")) && held.who == "alice", "{held:?}");
        assert!(first.is_admitted() && !other.is_admitted());
        first.release(&settings()).expect("a shell");
        assert_eq!(machines.get("control", "run/xtask.lock"), None);
        assert_eq!(lock(other, "bob"), Lock::Taken(None), "{number}");
        other.release(&settings()).expect("a shell");
    }
}

/// Fault T5: a shell that was killed takes everything with it that ran under its lock.
#[test]
fn a_session_that_was_lost_may_not_change_until_it_is_admitted_again() {
    let machines = Machines::new(&["control"]);
    let channel = machines.channel("control");
    assert_eq!(lock(&channel, "alice"), Lock::Taken(None));
    let change = |script: &str| {
        let call = Call { script, data: None, timeout: None, terminal: None, prompt: false };
        channel.change(&call, &mut Pair(std::io::sink(), std::io::sink()), &settings())
    };
    assert_eq!(change("true").expect("a shell"), End::Exit(0));
    // The shell that serves the session, not the one of the command.
    let killed = change("read -r s </proc/self/stat; set -- ${s##*) }; kill -9 $2; sleep 31.62");
    assert_eq!((killed.expect("an end"), sleepers("31.62")), (End::Exit(137), 0));
    let refused = change("true").expect_err("another session has no lock");
    assert_eq!(refused.to_string(), "the connection and the lock of the host were lost");
    assert!(matches!(lock(&channel, "alice"), Lock::Taken(Some(_))), "it was left behind");
    assert_eq!(change("true").expect("a shell"), End::Exit(0));
}
