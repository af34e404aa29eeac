//! The file with the pins: what a host may put there, and who else may write it.

use super::{NAMES, changed, id, run};
use crate::support::machines::Machines;
use crate::support::write;

/// Fault T3: one host that writes nonsense into its key does not block the inventory.
#[test]
fn a_key_that_is_none_is_not_pinned_and_blocks_nobody() {
    let machines = Machines::new(&NAMES);
    let odd = ["ssh\u{1b}[2J-ed25519 AAAA", "ssh-ed25519\u{7f} AAAA", "ssh-ed25519\u{200b} AAAA"];
    for key in odd {
        machines.put("web1", "etc/ssh/ssh_host_ed25519_key.pub", key);
        let pin = machines.run("alice", &["hosts", "pin", "@paas", "--yes"]).run();
        assert_eq!(pin.code, 0, "{}", pin.stderr);
        let pins = machines.pins().expect("pins");
        assert!(
            pins.contains(&format!("[hosts.\"web1\"]\nmachine_id = \"{}\"\n\n", id(2))),
            "{pins}"
        );
        assert_eq!(pins.matches("host_key").count(), 2, "{pins}");
    }
    assert_eq!((run(&machines, &[]).code, changed(&machines)), (0, 3));
}

/// Fault T3: pins that cannot be read name the line and the way out.
#[test]
fn a_broken_pin_names_its_line_and_the_way_out() {
    let machines = Machines::new(&NAMES);
    assert_eq!(machines.run("alice", &["hosts", "pin", "web1"]).run().code, 0);
    let file = machines.dir.path().join("hosts.lock");
    let pins = machines.pins().expect("pins").replace("ssh-ed25519", "ssh\\u{1b}");
    write(&file, &pins);
    for words in [&["hosts", "pin", "web2"][..], &["hosts", "pin", "web1"]] {
        let said = machines.run("alice", words).run();
        assert_eq!(said.code, 2, "{}", said.stderr);
        let place =
            format!("error: {}:6: cannot read the pinned identity of a host", file.display());
        assert!(said.stderr.starts_with(&place), "{}", said.stderr);
        assert!(said.stderr.contains("6 |  host_key = \"ssh\\u{1b} SHA256:"), "{}", said.stderr);
        assert!(said.stderr.contains("\nhint: restore the committed version"), "{}", said.stderr);
    }
}

/// Fault T1: pins that everybody may write are not believed, and those that we write are not of that kind.
#[test]
fn pins_that_others_may_write_are_refused() {
    use std::os::unix::fs::PermissionsExt;
    let machines = Machines::new(&NAMES);
    let pin = ["hosts", "pin", "web1"];
    let loose = machines.run("alice", &pin).behind(&["sh", "-c", "umask 0; exec \"$@\"", "sh"]);
    assert_eq!(loose.run().code, 0);
    let file = machines.dir.path().join("hosts.lock");
    let mode = std::fs::metadata(&file).expect("pins").permissions().mode();
    assert_eq!(mode & 0o777, 0o644);
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o666)).expect("a mode");
    for said in [machines.run("alice", &pin).run(), run(&machines, &[])] {
        let why = format!("{} can be written by everybody (mode 666)", file.display());
        assert!(said.code == 2 && said.stderr.contains(&why), "{} {}", said.code, said.stderr);
    }
    assert_eq!(changed(&machines), 0);
}
