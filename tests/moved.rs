//! A host that is at another address for a while, over a real sshd on loopback.

use crate::support::drill::Drill;

/// The sessions go to the other address and in the same process back, with all that `ssh_config` says of the host; the
/// record has both, and a change at the new place is admitted there.
#[test]
fn a_host_is_reached_where_it_is_and_then_where_it_was() {
    let drill = Drill::on("h001");
    let told = drill.ends(0, "moved 127.0.1.2").stderr;
    let at: Vec<&str> =
        told.lines().filter_map(|line| line.strip_prefix("note: h001 is ")).collect();
    assert_eq!(at, ["127.0.1.1", "127.0.1.2", "127.0.1.1"], "{told}");
    assert!(told.contains("h001: at 127.0.1.2\n"), "{told}");
    assert!(told.contains("h001: at 127.0.1.1 again\n"), "{told}");
    assert_eq!(drill.log("h001"), "first second ");
    let moved = drill.journal("moved");
    let addresses: Vec<_> = moved.iter().map(|line| line["address"].as_str()).collect();
    assert_eq!(addresses, [Some("127.0.1.2"), None]);
}

/// X0.17: a rebuilt machine shows an unknown key; the error says the next step, with the address.
#[test]
fn a_strange_key_at_the_other_address_is_told_with_the_address() {
    let drill = Drill::on("h001").without_key_of("127.0.1.3");
    let told = drill.ends(4, "moved 127.0.1.3").stderr;
    assert!(told.contains("h001: unreachable: wrong host key: it is not known"), "{told}");
    assert!(told.contains("compare the new host key at 127.0.1.3, then accept it"), "{told}");
    assert!(
        told.contains("-o HostName=127.0.1.3 -o BatchMode=no -o StrictHostKeyChecking=ask"),
        "{told}"
    );
    assert_eq!(drill.log("h001"), "first ");
}

/// No host is there: the error is that of any host, and nothing is done at the old address instead.
#[test]
fn nobody_at_the_other_address_is_told() {
    let drill = Drill::on("h001");
    let told = drill.ends(4, "moved 127.0.1.99").stderr;
    assert!(told.contains("connection refused"), "{told}");
    assert_eq!(drill.log("h001"), "first ");
}
