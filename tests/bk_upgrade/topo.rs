//! `bk-upgrade topo`, BK-73 to BK-79 and BK-82: the topology of the BlueKing business.

use std::path::Path;
use std::time::Duration;

use crate::support::killed::Mortal as _;
use crate::support::rehearsal::Bench;
use crate::support::{Outcome, Xtask, root};

const TOPO: &str = "bk-upgrade topo --mode api --wait-timeout 1";
const EXPORT: &str = "/data/backup/topology";
const STATE: &str = "cmdb_api/state.json";
const TOOL: &str = "/data/install/bin/create_blueking_set.py";
/// The secret of the application, as the fixtures have it.
const SECRET: &str = "made-up-app&secret=1";

/// Hosts on which the back-end services are deployed.
fn deployed() -> Bench {
    Bench::made("topo deployed", |bench| drop(bench.ends(0, "bk-upgrade paas")))
}

/// The same with an export.
fn exported() -> Bench {
    Bench::made("topo exported", |bench| {
        bench.ends(0, "bk-upgrade paas");
        bench.ends(0, &format!("{TOPO} guard"));
    })
}

fn state(bench: &Bench) -> serde_json::Value {
    let text = std::fs::read_to_string(bench.shared(STATE)).expect("a state");
    serde_json::from_str(&text).expect("JSON")
}

/// Changes the state of the CMDB, as a person on its page does: `code` is Python.
fn edit(bench: &Bench, code: &str) {
    let api = root().join("tests/standins/cmdb_api");
    let mut command = Xtask::program(api.to_str().expect("a path"));
    let shared = bench.shared(STATE).parent().and_then(Path::parent).expect("a path").to_owned();
    let done = command.args(["edit", code]).env("STANDIN_SHARED", shared).status();
    assert!(done.expect("python").success(), "{code}");
}

/// The CMDB fails: lines `INTERFACE KIND`.
fn faults(bench: &Bench, lines: &str) {
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

fn says(outcome: &Outcome, words: &[&str]) {
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
    let execute = modules.iter().find(|module| module["name"] == "job-execute").expect("a module");
    let pair = serde_json::json!([3, execute["id"]]);
    assert!(after["relations"].as_array().expect("pairs").contains(&pair), "X4.67");
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

/// X4.61: what the deploy scripts have not made stops the guard; a reason lets it pass, and is shown.
#[test]
fn a_custom_topology_is_refused_unless_it_is_accepted_with_a_reason() {
    let bench = deployed();
    edit(
        &bench,
        "state['levels'].insert(1, 'region'); state['service_templates'].append({'id': 99, 'name': 'my-app'})",
    );
    let refused = bench.ends(6, &format!("{TOPO} guard"));
    says(&refused, &["has a custom topology", "level region", "service template my-app"]);
    assert_eq!(bench.read("bk-control", &format!("{EXPORT}/topology.json")), None);
    let line = format!("{TOPO} guard --accept-custom ours-are-tests");
    says(&bench.ends(0, &line), &["custom, and to be deleted (ours-are-tests): level region"]);
    assert!(bench.read("bk-control", &format!("{EXPORT}/topology.json")).is_some());
}

/// 004 L505.
#[test]
fn services_that_are_not_deployed_stop_the_guard() {
    let bench = Bench::new();
    bench.prepare("bk-control,paas[1-3]");
    let refused = bench.ends(6, &format!("{TOPO} guard"));
    says(
        &refused,
        &["not all back-end services are deployed", "paas1: open_paas 2.13.7, not 2.14.20"],
    );
}

/// X4.62: no stage deletes anything without the export.
#[test]
fn nothing_is_deleted_without_an_export() {
    let bench = deployed();
    let before = state(&bench);
    for stage in ["transfer-idle", "unlock", "delete-sets", "delete-templates", "rebuild"] {
        let refused = bench.ends(6, &format!("{TOPO} {stage}"));
        says(&refused, &["the backup of the topology of the business 2 is incomplete"]);
        says(&refused, &["make one: cargo xtask bk-upgrade topo guard"]);
    }
    assert_eq!(state(&bench), before);
}

/// X4.62: an export that lacks something is no way back, and is never replaced by what is left.
#[test]
fn an_export_that_is_older_than_the_topology_is_refused() {
    let bench = exported();
    edit(&bench, "state['sets'].append({'id': 77, 'name': 'new', 'template': 1})");
    for stage in ["guard", "transfer-idle", "delete-sets"] {
        let refused = bench.ends(6, &format!("{TOPO} {stage}"));
        says(&refused, &["the export is older than the topology", "set 77 new"]);
    }
    edit(&bench, "state['sets'].pop(); state['relations'].append([2, 100])");
    says(&bench.ends(6, &format!("{TOPO} transfer-idle")), &["host 2 in job-config"]);
    // After a deletion the guard keeps the export of before.
    edit(
        &bench,
        "state['relations'] = []; state['sets'] = state['sets'][:1]; state['modules'] = []",
    );
    let export = bench.read("bk-control", &format!("{EXPORT}/topology.json"));
    bench.ends(0, &format!("{TOPO} guard"));
    assert_eq!(bench.read("bk-control", &format!("{EXPORT}/topology.json")), export);
}

/// A file of the export that somebody has changed is no proof.
#[test]
fn a_damaged_export_is_neither_used_nor_replaced() {
    let bench = exported();
    bench.write("bk-control", &format!("{EXPORT}/hosts.json"), "[]\n");
    for stage in ["guard", "delete-sets"] {
        says(&bench.ends(6, &format!("{TOPO} {stage}")), &["is incomplete", "hosts.json"]);
    }
}

/// X4.65: the exit code of curl says nothing; status and body do.
#[test]
fn an_interface_that_fails_with_http_200_is_a_failure() {
    let bench = exported();
    bench.ends(0, &format!("{TOPO} transfer-idle"));
    let before = state(&bench);
    for (kind, words) in [
        ("false", "and no success"),
        ("500", "HTTP 500"),
        ("html", "and no success"),
        ("refused", "Connection refused"),
        // It says success, and the switch has not moved.
        ("nothing", "the check still fails"),
    ] {
        faults(&bench, &format!("switch {kind}\n"));
        says(&bench.ends(1, &format!("{TOPO} unlock")), &[words]);
        assert_eq!(state(&bench), before, "{kind}");
    }
    for (kind, words) in [
        ("false", "the server refuses the request"),
        ("500", "the server answers HTTP 500"),
        ("html", "the answer is no JSON"),
        ("refused", "no answer from http://paas.service.consul:80"),
    ] {
        faults(&bench, &format!("find_host_topo_relation {kind}\n"));
        says(&bench.ends(1, &format!("{TOPO} transfer-idle")), &[words]);
    }
    faults(&bench, "");
    bench.ends(0, &format!("{TOPO} unlock"));
    faults(&bench, "batch_delete_set nothing\n");
    let failed = bench.ends(1, &format!("{TOPO} delete-sets"));
    says(&failed, &["the check still fails 1 s after the change", "set 作业平台v3"]);
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

/// X4.67: found before anything is deleted, not after it.
#[test]
fn a_tool_without_one_list_of_job_modules_stops_the_guard() {
    let bench = deployed();
    let old = "\"job\": [\"job-gateway\", \"job-assemble\"],";
    let whole = bench.edit("bk-control", TOOL, old, "\"job\": JOB,");
    says(&bench.ends(6, &format!("{TOPO} guard")), &["0 entries `\"job\": [ … ]`"]);
    bench.write("bk-control", TOOL, &whole.replace(old, &format!("{old}\n        {old}")));
    says(&bench.ends(6, &format!("{TOPO} guard")), &["2 entries", "in lines"]);
    // A list over several lines, which the `sed` of the document leaves without an error.
    bench.write(
        "bk-control",
        TOOL,
        &whole.replace(old, "\"job\": [\n            \"job-gateway\",\n        ],"),
    );
    bench.ends(0, TOPO);
    let now = bench.read("bk-control", TOOL).expect("a tool");
    assert!(now.contains("\"job\": [\"job-config\", \"job-crontab\", \"job-execute\","), "{now}");
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

/// A set with hosts cannot be deleted, and a rebuild beside the old topology would double it.
#[test]
fn a_stage_out_of_turn_is_refused() {
    let bench = exported();
    for (stage, words) in [
        ("delete-sets", "3 hosts of the business 2 must go first"),
        ("delete-templates", "5 sets of the business 2 must go first"),
        ("rebuild", "the former topology of the business 2 is not deleted yet"),
    ] {
        says(&bench.ends(6, &format!("{TOPO} {stage}")), &[words]);
    }
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
