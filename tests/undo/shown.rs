//! What a person sees of changes and of their undo: hosts together, values in their places, no secret.

use super::{UECM, uecm};

/// Costs a second: one bench, four calls.
#[test]
fn diffs_of_several_hosts_are_one_and_the_undo_shows_the_way_back() {
    let bench = uecm();
    let plan = bench.ends(0, &format!("{UECM} -n")).stderr;
    let there = "phy[1-3]: needed  write /etc/keepalived/keepalived.conf\n    --- /dev/null\n";
    assert!(plan.contains(there), "{plan}");
    assert!(plan.contains("\n    +    priority {phy1=100 phy2=90 phy3=80}\n"), "{plan}");
    // Hosts at the same operation are one line where nobody watches.
    let ran = bench.ends(0, UECM).stderr;
    let wrote = |line: &&str| line.contains(": changed  write /etc/keepalived/keepalived.conf  ");
    let lines: Vec<&str> = ran.lines().filter(wrote).collect();
    assert!(lines.len() == 1 && lines[0].starts_with("phy[1-3]: "), "{ran}");
    let back = bench.ends(0, "undo last -n").stderr;
    let gone = "take back: write /etc/keepalived/keepalived.conf\n    --- a/etc/keepalived/keepalived.conf\n    +++ /dev/null\n";
    assert!(back.contains(gone), "{back}");
    assert!(back.contains("\n    -    priority {phy1=100 phy2=90 phy3=80}\n"), "{back}");
    assert!(back.contains("keepalived.service: active, enabled -> inactive, disabled"), "{back}");
    let other = bench.with_env("VRRP_PASSWORD", "pK3v9Qr");
    let plan = other.ends(0, &format!("{UECM} -n")).stderr;
    assert!(plan.contains("\n    +        auth_pass **** (value differs)\n"), "{plan}");
    for said in [&ran, &back, &plan] {
        assert!(!said.contains("Zq7kW2x") && !said.contains("pK3v9Qr"), "{said}");
    }
}
