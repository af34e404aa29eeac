//! `backup-node-files` and `restore-node-files`, WS-04 and WS-27, with the real rsync.

use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use super::fresh::{self, shared};
use crate::support::rehearsal::{Bench, compare};

const BACKUP: &str = "webservice backup-node-files --node webservice0";
const RESTORE: &str = "webservice restore-node-files --node webservice0";
const WEB: &str = "guests/webservice0/pitrix/lib/pitrix-webconsole";

/// The node after its relaunch and deployment: the stock files.
fn stock(bench: &Bench) {
    bench.write_shared("guests/webservice0/os-release", "ID=ubuntu\nVERSION_ID=\"16.04\"\n");
    bench.write_shared(&format!("{WEB}/static/img/logo.svg"), "<svg>stock logo</svg>\n");
    bench.write_shared(&format!("{WEB}/mysite/local_config.yaml"), "brand: stock\n");
}

/// X0.3, X0.4: one directory for one node, for root alone.
#[test]
fn the_files_of_a_node_are_backed_up_once() {
    let bench = fresh::bench();
    bench.keeps_its_word(BACKUP);
    let dir = bench.path("firstbox", "/root/webservice0-bak");
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    assert_eq!(mode(&dir.join("local_config.yaml")), 0o600);
    let read = |name: &str| std::fs::read_to_string(dir.join(name)).unwrap();
    assert!(read("static/img/logo.svg").contains("made-up company"));
    assert!(read("rc.local").contains("exit 0 # nothing to tune"));
    let manifest = read(".xtask-manifest");
    assert_eq!(manifest.lines().filter(|line| line.contains(" ./")).count(), 3, "{manifest}");
    bench.is_kept(BACKUP);
    bench.ends(2, "webservice backup-node-files --node webservice0/1");
}

/// X0.5: a good backup is never overwritten with the files of the relaunched VM.
#[test]
fn the_stock_files_of_the_new_system_are_not_backed_up() {
    let bench = fresh::bench();
    bench.ends(0, BACKUP);
    stock(&bench);
    bench.is_kept(BACKUP);
    let logo = bench.read("firstbox", "/root/webservice0-bak/static/img/logo.svg").unwrap();
    assert!(logo.contains("made-up company"), "{logo}");
    let bench = fresh::bench();
    stock(&bench);
    let refused = bench.ends(6, BACKUP).stderr;
    assert!(refused.contains("webservice0 runs the new system already (16.04)"), "{refused}");
    assert!(bench.read("firstbox", "/root/webservice0-bak/rc.local").is_none());
}

#[test]
fn a_backup_that_was_cut_short_is_none_and_is_finished_by_the_next_run() {
    for intents in [1, 2, 4] {
        let bench = fresh::bench();
        bench.kill(BACKUP, intents, Duration::from_millis(10));
        let early = bench.run(RESTORE);
        assert_eq!(early.code, 6, "{}", early.stderr);
        assert!(
            early.stderr.contains("the backup of webservice0's files is incomplete"),
            "{}",
            early.stderr
        );
        bench.ends(0, BACKUP);
        bench.is_kept(BACKUP);
    }
}

#[test]
fn an_empty_or_missing_file_is_no_backup() {
    let bench = fresh::bench();
    std::fs::remove_file(bench.shared(&format!("{WEB}/static/img/logo.svg"))).unwrap();
    let failed = bench.ends(1, BACKUP).stderr;
    assert!(failed.contains("/root/webservice0-bak/static contains no file"), "{failed}");
    std::fs::remove_file(bench.shared(&format!("{WEB}/mysite/local_config.yaml"))).unwrap();
    let refused = bench.ends(6, BACKUP).stderr;
    assert!(
        refused
            .contains("webservice0 has no /pitrix/lib/pitrix-webconsole/mysite/local_config.yaml"),
        "{refused}"
    );
}

/// X0.5: the relaunched node gets its own logo and local_config.yaml back; the replaced files stay aside.
#[test]
fn a_relaunched_node_gets_its_own_files_back_once() {
    let bench = fresh::bench();
    bench.ends(0, BACKUP);
    let (logo, config) =
        (format!("{WEB}/static/img/logo.svg"), format!("{WEB}/mysite/local_config.yaml"));
    let (own_logo, own_config) = (shared(&bench, &logo), shared(&bench, &config));
    stock(&bench);
    bench.keeps_its_word(RESTORE);
    assert_eq!((shared(&bench, &logo), shared(&bench, &config)), (own_logo, own_config));
    bench.is_kept(RESTORE);
    let beside = std::fs::read_dir(bench.shared(WEB)).unwrap().map(|entry| entry.unwrap().path());
    let aside: Vec<_> = beside.filter(|path| path.join("img/logo.svg").exists()).collect();
    assert_eq!(aside.len(), 2, "{aside:?}");
}

/// local_config.yaml may hold credentials: they are shown and recorded nowhere.
#[test]
fn a_credential_of_local_config_is_in_no_output_and_no_record() {
    let bench = fresh::bench();
    for line in [format!("{BACKUP} -n"), format!("{BACKUP} -v --diff")] {
        let said = bench.ends(0, &line);
        assert!(!said.stderr.contains("made-up-session-key"), "{}", said.stderr);
    }
    stock(&bench);
    let said = bench.ends(0, &format!("{RESTORE} -v --diff"));
    assert!(!said.stderr.contains("made-up-session-key"), "{}", said.stderr);
    for run in bench.journals() {
        assert!(!serde_json::to_string(&run).unwrap().contains("made-up-session-key"));
    }
}

#[test]
fn a_damaged_backup_is_not_restored() {
    let bench = fresh::bench();
    bench.ends(0, BACKUP);
    stock(&bench);
    let before = bench.result();
    bench.write("firstbox", "/root/webservice0-bak/local_config.yaml", "brand: somebody else\n");
    let refused = bench.ends(6, RESTORE).stderr;
    assert!(
        refused.contains("is incomplete") && refused.contains("local_config.yaml: FAILED"),
        "{refused}"
    );
    assert_eq!(
        shared(&bench, &format!("{WEB}/mysite/local_config.yaml")).as_deref(),
        Some("brand: stock\n")
    );
    compare(&before, &bench.result());
}

/// The packages come first: they would overwrite the restored files.
#[test]
fn a_node_without_the_web_console_is_not_restored() {
    let bench = fresh::bench();
    bench.ends(0, BACKUP);
    std::fs::remove_dir_all(bench.shared(WEB)).unwrap();
    let refused = bench.ends(6, RESTORE).stderr;
    assert!(refused.contains("cargo xtask webservice deploy --node webservice0"), "{refused}");
}

/// X0.5, X0.27: rc.local only on request, and never over the keepalived block.
#[test]
fn rc_local_is_restored_before_the_keepalived_block_or_not_at_all() {
    let bench = fresh::bench();
    bench.ends(0, BACKUP);
    let own = bench.read("webservice0", "/etc/rc.local").unwrap();
    bench.write("webservice0", "/etc/rc.local", "#!/bin/sh -e\nexit 0\n");
    let part = format!("{RESTORE} --part rc-local");
    bench.ends(0, &part);
    assert_eq!(bench.read("webservice0", "/etc/rc.local").unwrap(), own);
    bench.is_kept(&part);
    bench.ends(0, "webservice rc-local-keepalived --node webservice0");
    bench.is_kept("webservice rc-local-keepalived --node webservice0");
    let refused = bench.ends(6, &part).stderr;
    assert!(refused.contains("has the keepalived block already (X0.5)"), "{refused}");
}
