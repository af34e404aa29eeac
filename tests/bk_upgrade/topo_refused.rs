//! What `bk-upgrade topo` refuses, and which answers of the CMDB it does not believe.

use super::topo::{EXPORT, TOOL, TOPO, deployed, edit, exported, faults, says, state};
use crate::support::rehearsal::Bench;

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
    let bench = Bench::unpacked();
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
        ("refused", "Empty reply from server"),
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
