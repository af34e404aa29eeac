//! `undo` takes back the work of a step, byte for byte, except where somebody has changed it since.

mod extent;
mod killed;
mod refused;
mod shown;
mod steps;

use crate::support::rehearsal::{Bench, Snapshot, compare};

pub(super) const CONF: &str = "/etc/keepalived/keepalived.conf";
pub(super) const UECM: &str = "keepalived-vip --profile uecm --vip 172.18.5.224";
pub(super) const WEBSERVICE: &str = "keepalived-vip --profile webservice --node webservice0";
pub(super) const SETTINGS: &str =
    "gen-settings --node webservice0 --mgmt-address 10.16.0.12 --stamp 20260101";

/// The files of the hosts, and the state of their units. The stand-in keeps no file of an untouched unit,
/// so its files alone would say too little.
pub(super) fn state(bench: &Bench, hosts: &[&str]) -> Snapshot {
    let mut state = bench.result();
    state.retain(|path, _| !path.contains("/standins/systemctl/"));
    for host in hosts {
        let lists = "systemctl list-units && systemctl list-unit-files\n";
        let told = bench.xtask(&format!("rehearsal shell {host} -- sh -s")).fed(lists);
        assert_eq!(told.code, 0, "{}", told.stderr);
        state.insert(format!("{host} units"), told.stdout);
    }
    state
}

pub(crate) fn last(bench: &Bench) -> String {
    bench.runs().pop().expect("a run")
}

pub(super) fn uecm() -> Bench {
    let bench = Bench::mortal().with_env("VRRP_PASSWORD", "Zq7kW2x");
    bench.prepare("phy[1-3]");
    bench
}

pub(super) fn paas() -> Bench {
    let bench = Bench::unpacked().with_env("TZ", "UTC");
    bench.prepare("paas[1-3],bk-control");
    bench
}

/// After `line` and its undo the hosts are as before; the undo follows its dry run, and is done once.
pub(super) fn goes_back(bench: &Bench, hosts: &[&str], line: &str) {
    let before = state(bench, hosts);
    bench.ends(0, line);
    let (run, after) = (last(bench), state(bench, hosts));
    assert_ne!(before, after, "{line} does nothing");
    let undo = format!("undo {run}");
    bench.keeps_its_word(&undo);
    compare(&before, &state(bench, hosts));
    let journal = bench.journal(&run);
    let noted = journal.last().expect("a line");
    assert_eq!((&noted["event"], &noted["by"]), (&"undone".into(), &last(bench).into()));
    bench.is_kept(&undo);
    compare(&before, &state(bench, hosts));
    // The step itself does it again.
    bench.ends(0, line);
    compare(&after, &state(bench, hosts));
}
