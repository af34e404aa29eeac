//! `bk-upgrade topo`, BK-73 to BK-79 and BK-82: the topology of the BlueKing business.

use std::path::Path;
use std::time::Duration;

use crate::support::killed::Mortal as _;
use crate::support::rehearsal::Bench;
use crate::support::{Outcome, Xtask, root};

pub(super) const TOPO: &str = "bk-upgrade topo --mode api --wait-timeout 1";
pub(super) const EXPORT: &str = "/data/backup/topology";
const STATE: &str = "cmdb_api/state.json";
pub(super) const TOOL: &str = "/data/install/bin/create_blueking_set.py";
/// The secret of the application, as the fixtures have it.
const SECRET: &str = "made-up-app&secret=1";

/// Packages of back-end services, and where the hosts share them.
const SERVICES: [(&str, &str); 8] = [
    ("bkiam", "bkiam"),
    ("usermgr", "usermgr"),
    ("gse", "gse"),
    ("cmdb", "cmdb"),
    ("job", "job"),
    ("bknodeman", "nodeman"),
    ("bkmonitorv3", "bkmonitorv3"),
    ("bklog", "bklog"),
];

/// The back-end services have the versions of 6.2, as their steps leave them.
fn deploy(bench: &Bench) {
    bench.ends(0, "bk-upgrade paas");
    for (package, home) in SERVICES {
        let new = bench.read("bk-control", &format!("/data/src/{package}/VERSION"));
        bench.write_shared(&format!("{home}/{package}/VERSION"), &new.expect("a package"));
    }
}

/// Hosts on which the back-end services are deployed.
pub(super) fn deployed() -> Bench {
    Bench::unpacked_and("topo deployed", deploy)
}

/// The same with an export.
pub(super) fn exported() -> Bench {
    Bench::unpacked_and("topo exported", |bench| {
        deploy(bench);
        bench.ends(0, &format!("{TOPO} guard"));
    })
}

pub(super) fn state(bench: &Bench) -> serde_json::Value {
    let text = std::fs::read_to_string(bench.shared(STATE)).expect("a state");
    serde_json::from_str(&text).expect("JSON")
}

/// Changes the state of the CMDB, as a person on its page does: `code` is Python.
pub(super) fn edit(bench: &Bench, code: &str) {
    let api = root().join("tests/standins/cmdb_api");
    let mut command = Xtask::program(api.to_str().expect("a path"));
    let shared = bench.shared(STATE).parent().and_then(Path::parent).expect("a path").to_owned();
    let done = command.args(["edit", code]).env("STANDIN_SHARED", shared).status();
    assert!(done.expect("python").success(), "{code}");
}

/// The CMDB fails: lines `INTERFACE KIND`.
pub(super) fn faults(bench: &Bench, lines: &str) {
    bench.write_shared("cmdb_api/faults", lines);
}

/// Requests for an interface of the CMDB.
fn requests(bench: &Bench, name: &str) -> usize {
    bench.calls("bk-control", "cmdb_api", name)
}

fn listed(bench: &Bench) -> String {
    let runs = Xtask::new(bench.state.path(), &["runs", "list"]).run();
    assert_eq!(runs.code, 0, "{}", runs.stderr);
    runs.stdout + &runs.stderr
}

pub(super) fn says(outcome: &Outcome, words: &[&str]) {
    for word in words {
        assert!(outcome.stderr.contains(word), "no {word:?}: {}", outcome.stderr);
    }
}

/// X4.62: everything goes away and comes back as 6.2 has it, after one export; the second run does nothing.
#[test]
fn the_topology_is_exported_deleted_and_built_again_once() {
    let bench = deployed();
    let before = state(&bench);
    bench.keeps_its_word(TOPO);
    let after = state(&bench);
    for kind in ["sets", "modules", "set_templates", "service_templates"] {
        let ids = |state: &serde_json::Value| -> Vec<i64> {
            let rows = state[kind].as_array().expect("rows").iter();
            rows.map(|row| row["id"].as_i64().expect("an id")).collect()
        };
        let (old, new) = (ids(&before), ids(&after));
        assert!(!new.is_empty() && !new.iter().any(|id| old.contains(id)), "{kind}");
    }
    assert_eq!(after["modify"], false);
    let modules = after["modules"].as_array().expect("modules");
    // X4.67, and the two projects of the document's layout.
    for (host, name) in [(3, "job-execute"), (1, "ingester"), (2, "unify-query")] {
        let module = modules.iter().find(|module| module["name"] == name).expect("a module");
        let pair = serde_json::json!([host, module["id"]]);
        assert!(after["relations"].as_array().expect("pairs").contains(&pair), "{name}");
    }
    for (file, word) in
        [("topology", "作业平台v3"), ("relations", "bk_module_id"), ("hosts", "10.0.0.13")]
    {
        let text = bench.read("bk-control", &format!("{EXPORT}/{file}.json")).expect("an export");
        assert!(text.contains(word), "{text}");
    }
    bench.is_kept(TOPO);
    assert_eq!(state(&bench), after);
}

/// XX.1: the secret reaches curl and the tool on standard input only.
#[test]
fn the_secret_of_the_application_is_in_no_argument_and_no_record() {
    let bench = deployed();
    bench.ends(0, TOPO);
    let mut open = vec![bench.state.path().to_owned()];
    let mut seen = 0;
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
            let (path, kind) = (entry.path(), entry.file_type().expect("a kind"));
            if kind.is_dir() {
                open.push(path);
            } else if kind.is_file() && entry.file_name() != "paas.env" {
                let bytes = std::fs::read(&path).unwrap_or_default();
                let has = bytes.windows(SECRET.len()).any(|part| part == SECRET.as_bytes());
                assert!(!has, "{}", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 50, "{seen} files");
    assert!(requests(&bench, "delete_service_template") > 0);
}

/// X4.66: the tool reads 200 service templates and 50 set templates at most, so it runs until none is left.
#[test]
fn more_templates_than_the_tool_reads_are_deleted_in_rounds() {
    let bench = deployed();
    edit(
        &bench,
        "state['set_templates'] += [{'id': 1000 + n, 'name': f'gse{n}'} for n in range(70)]; \
         state['service_templates'] += [{'id': 2000 + n, 'name': f's{n}'} for n in range(180)]",
    );
    bench.ends(0, &format!("{TOPO} guard --accept-custom many"));
    for stage in ["transfer-idle", "unlock", "delete-sets"] {
        bench.ends(0, &format!("{TOPO} {stage}"));
    }
    faults(&bench, "delete_set_template false\n");
    let failed = bench.ends(1, &format!("{TOPO} delete-templates"));
    says(&failed, &["the check still fails", "template gse69"]);
    faults(&bench, "");
    bench.ends(0, &format!("{TOPO} delete-templates"));
    let after = state(&bench);
    assert_eq!(
        (&after["set_templates"], &after["service_templates"]),
        (&serde_json::json!([]), &serde_json::json!([]))
    );
    bench.is_kept(&format!("{TOPO} delete-templates"));
}

/// X4.64: a run that is killed after `unlock` leaves an open item, until `lock` has run.
#[test]
fn the_protection_that_is_off_stays_in_sight_until_it_is_on() {
    let bench = exported();
    bench.ends(0, &format!("{TOPO} transfer-idle"));
    // Killed while the sets are deleted.
    faults(&bench, "batch_delete_set slow\n");
    bench.kill(&format!("{TOPO} --from unlock"), 2, Duration::ZERO);
    faults(&bench, "");
    let open = "the protection of the BlueKing business 2 is off";
    let close = "to close it: cargo xtask --rehearse bk-upgrade topo lock";
    let list = listed(&bench);
    assert!(list.contains(open) && list.contains(close), "{list}");
    assert_eq!(state(&bench)["modify"], true);
    says(&bench.ends(0, "bk-upgrade paas check"), &[&format!("note: open: {open}; {close}")]);
    bench.ends(0, &format!("{TOPO} --from delete-sets"));
    assert_eq!(state(&bench)["modify"], false);
    assert!(!listed(&bench).contains(open));
}

/// The protection is not switched off when nothing is left to delete, and its undo switches it on again.
#[test]
fn the_protection_is_off_only_while_sets_are_deleted() {
    let bench = exported();
    bench.ends(0, &format!("{TOPO} transfer-idle"));
    bench.ends(0, &format!("{TOPO} unlock"));
    bench.ends(0, &format!("undo {} --yes", bench.last()));
    assert_eq!(state(&bench)["modify"], false);
    assert!(!listed(&bench).contains("is off"));
    let refused = bench.ends(1, &format!("{TOPO} delete-sets"));
    says(&refused, &["built-in set can not be deleted"]);
    bench.ends(0, &format!("{TOPO} --from unlock"));
    let before = requests(&bench, "user_config/blueking_modify/true");
    bench.ends(0, &format!("{TOPO} unlock"));
    assert_eq!(requests(&bench, "user_config/blueking_modify/true"), before);
}

/// The default: a person works on the page, and the program believes the CMDB only.
#[test]
fn by_hand_the_program_waits_until_the_cmdb_shows_it() {
    let bench = exported();
    let line = "bk-upgrade topo transfer-idle";
    says(
        &bench.ends(1, &format!("{line} --wait-timeout 1")),
        &["timed out after 1 s waiting for: every host"],
    );
    let child = bench.xtask(&format!("{line} --wait-timeout 60")).spawn();
    let before = requests(&bench, "list_biz_hosts");
    crate::support::wait_until("it waits", || requests(&bench, "list_biz_hosts") > before + 2);
    edit(&bench, "state['relations'] = [[host['id'], 3] for host in state['hosts']]");
    let done = child.wait_with_output().expect("an end");
    let said = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(0), "{said}");
    assert!(said.contains("by hand: topo-transfer-idle"), "{said}");
    assert_eq!(requests(&bench, "transfer_host_to_idlemodule"), 0);
    // Done: nobody is asked again.
    let again = bench.ends(0, line);
    assert!(!again.stderr.contains("by hand"), "{}", again.stderr);
}

/// X4.63: a line that nobody has removed is named; a module without its line is refused.
#[test]
fn a_moved_module_is_named_and_a_missing_one_is_refused() {
    let bench = deployed();
    let list = std::fs::read_to_string(bench.shared("installed/paas2")).expect("a list");
    bench.write_shared("installed/paas2", &format!("{list}mysql\n"));
    let line = format!("{TOPO} show-installed");
    let shown = bench.ends(0, &line);
    says(&shown, &["paas2 lists mysql, and install.config places it on paas3"]);
    says(&shown, &["changed  by hand: topo-mapping"]);
    assert!(!bench.ends(0, &line).stderr.contains("by hand: topo-mapping"));
    bench.write_shared("installed/paas2", &list.replace("nginx\n", ""));
    says(&bench.ends(6, &line), &["paas2: nginx"]);
    std::fs::remove_file(bench.shared("installed/paas2")).expect("a list");
    says(&bench.ends(1, &line), &["there is no /data/bkce/.installed_module"]);
}

/// The tool cannot make a template twice: what a former run has left half made is completed or removed.
#[test]
fn a_rebuild_that_was_cut_short_is_finished() {
    for cut in ["templates", "sets"] {
        let bench = exported();
        faults(&bench, &format!("initdata {cut}\n"));
        let failed = bench.ends(1, &format!("{TOPO} --from transfer-idle"));
        says(&failed, &["initdata topo failed"]);
        faults(&bench, "");
        bench.ends(0, &format!("{TOPO} --from rebuild"));
        bench.is_kept(&format!("{TOPO} --from transfer-idle"));
        let after = state(&bench);
        assert_eq!(after["sets"].as_array().expect("sets").len(), 9, "{cut}");
        assert_eq!(after["modify"], false);
    }
}

/// A registration that does nothing is no success, whatever the tool prints.
#[test]
fn a_rebuild_is_judged_by_the_cmdb() {
    let bench = exported();
    bench.write("bk-control", "/data/install/bkcli.d/initdata-topo", "echo all is well\n");
    let failed = bench.ends(1, &format!("{TOPO} --from transfer-idle"));
    says(&failed, &["the check still fails 1 s after the change", "+ 10.0.0.13: "]);
}
