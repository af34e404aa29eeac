//! `bk-upgrade paas rm-venv`, BK-26.

use crate::support::rehearsal::Bench;

const PAAS: &str = "bk-upgrade paas";

/// X4.35: a virtual environment that is gone already is done; the others still go.
#[test]
fn a_virtual_environment_that_is_gone_keeps_no_other_from_going() {
    let bench = Bench::unpacked();
    bench.prepare("paas1,bk-control");
    std::fs::remove_dir_all(bench.path("paas1", "/data/bkce/.envs/open_paas-apigw")).unwrap();
    bench.ends(0, &format!("{PAAS} rm-venv --only paas1"));
    assert!(!bench.path("paas1", "/data/bkce/.envs/open_paas-paas").exists());
    // X4.32: in a login shell, where the function is.
    assert_eq!(bench.calls("paas1", "rmvirtualenv", ""), 5);
}

/// X4.35: `rmvirtualenv` would remove the target of `../..`.
#[test]
fn a_virtual_environment_has_a_name_and_no_path() {
    let bench = Bench::new();
    for name in ["../../../etc", "a/b", "..", "-f", ""] {
        let wrong = bench.ends(2, &format!("{PAAS} rm-venv --venvs={name}"));
        assert!(wrong.stderr.contains("letters, digits, -, _ and . only"), "{}", wrong.stderr);
    }
    assert!(bench.snapshot().is_empty());
}
