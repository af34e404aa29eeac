//! The markers of launch, installation, list and packages.

use super::fresh;
use crate::support::rehearsal::Bench;

const STEPS: [&str; 4] = [
    "webservice gen-node-list",
    "webservice build-pkgs",
    "relaunch-vm --node webservice0",
    "webservice install-node --node webservice0",
];

/// The commands with which former versions of the program wrote them.
const FORMER: &str = r#"
set -eu
cd /var/lib/xtask
rm node-list packages launched/webservice0 installed/webservice0
settings=/pitrix/conf/settings
(echo /pitrix/bin/gen_node_list.py && cat $settings/*) | sha256sum | cut -d ' ' -f 1 >node-list
(echo /pitrix/build/build_pkgs_allinone.py && find $settings /pitrix/conf/variables -type f ! -name '*.xtask-*' -exec sha256sum {} + | sort -k 2) | sha256sum | cut -d ' ' -f 1 >packages
sha256sum <$settings/webservice0 | cut -d ' ' -f 1 >launched/webservice0
printf '%s\n' "$(cat launched/webservice0) $(stat -c %Y launched/webservice0)" >installed/webservice0
"#;

fn installed() -> Bench {
    Bench::made("marked", |bench| {
        fresh::make(bench);
        bench.ends(0, "backup-settings --stamp 20260101");
        fresh::backed_up(bench);
        bench.ends(0, "gen-settings --node webservice0 --mgmt-address 10.16.0.12 --stamp 20260101");
        STEPS.iter().for_each(|step| drop(bench.ends(0, step)));
    })
}

/// An upgrade that another version of the program began is continued.
#[test]
fn marks_of_the_former_version_count() {
    let bench = installed();
    let ran = bench.xtask("rehearsal shell firstbox -- sh -s").fed(FORMER);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    STEPS.iter().for_each(|step| bench.is_kept(step));
}

/// A damaged mark is no launch: nothing is installed on what nobody knows.
#[test]
fn a_damaged_mark_does_not_count() {
    let bench = installed();
    let mark = "/var/lib/xtask/launched/webservice0";
    let whole = bench.read("firstbox", mark).expect("a mark");
    for damaged in ["", whole.trim_end()] {
        bench.write("firstbox", mark, damaged);
        // Nobody knows whose VM runs there: it is not built over.
        let refused = bench.ends(6, STEPS[2]).stderr;
        assert!(refused.contains("webservice0 is running on node2"), "{refused}");
        let failed = bench.ends(1, STEPS[3]).stderr;
        assert!(failed.contains("webservice0 was not launched from here"), "{failed}");
    }
    bench.write("firstbox", "/var/lib/xtask/packages", "");
    let plan = bench.ends(3, &format!("{} -n --exit-code", STEPS[1])).stderr;
    assert!(plan.contains("packages: its marker is damaged"), "{plan}");
    bench.ends(0, STEPS[1]);
    bench.is_kept(STEPS[1]);
}

/// The script has ended, and its mark is not there: it runs again, and the plan says why.
#[test]
fn a_build_without_its_mark_is_done_again() {
    let bench = installed();
    let mark = bench.path("firstbox", "/var/lib/xtask/packages");
    std::fs::rename(&mark, mark.with_extension("begun")).expect("a mark");
    let plan = bench.ends(3, &format!("{} -n --exit-code", STEPS[1])).stderr;
    assert!(plan.contains("packages: it was started and did not finish"), "{plan}");
    bench.ends(0, STEPS[1]);
    bench.is_kept(STEPS[1]);
    assert_eq!(bench.calls("firstbox", "build_pkgs_allinone.py", ""), 2);
    assert!(mark.exists() && !mark.with_extension("begun").exists());
}
