//! Each step that has an undo, there and back.

use super::{SETTINGS, UECM, WEBSERVICE, goes_back, last, paas, state, uecm};
use crate::support::rehearsal::{Bench, compare};

#[test]
fn a_backup_and_its_restoration_go_back() {
    let bench = Bench::new();
    bench.prepare("firstbox");
    goes_back(&bench, &["firstbox"], "backup-settings --stamp 20260101");
    bench.write("firstbox", "/pitrix/conf/settings/webservice0", "role=\"other\"\n");
    let before = state(&bench, &["firstbox"]);
    bench.ends(0, "backup-settings --restore 20260101");
    bench.keeps_its_word(&format!("undo {}", last(&bench)));
    compare(&before, &state(&bench, &["firstbox"]));
}

#[test]
fn settings_go_back() {
    let bench = Bench::new();
    bench.ends(0, "backup-settings --stamp 20260101");
    goes_back(&bench, &["firstbox"], SETTINGS);
}

#[test]
fn keepalived_of_webservice_goes_back() {
    let bench = Bench::new();
    bench.prepare("firstbox,webservice[0-1]");
    goes_back(&bench, &["webservice0", "webservice1"], WEBSERVICE);
}

#[test]
fn keepalived_of_uecm_goes_back() {
    goes_back(&uecm(), &["phy1", "phy2", "phy3"], UECM);
}

/// A daemon that ran before runs again with the old files, once they are back.
#[test]
fn a_daemon_restarts_after_its_files_are_back() {
    let bench = uecm();
    bench.ends(0, UECM);
    let before = state(&bench, &["phy1"]);
    bench.ages();
    bench.ends(0, &format!("{UECM} --advert-int 2"));
    let undo = format!("undo {}", last(&bench));
    assert_eq!(bench.calls("phy1", "systemctl", "'restart'"), 1);
    bench.ages();
    let (_, run) = bench.keeps_its_word(&undo);
    let done: Vec<&str> = run["operations"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|operation| operation["host"] == "phy1" && operation["outcome"] == "changed")
        .map(|operation| operation["operation"].as_str().unwrap())
        .collect();
    assert_eq!(
        done,
        [
            "take back: write /etc/keepalived/keepalived.conf",
            "take back: enable and start keepalived.service"
        ]
    );
    assert_eq!(bench.calls("phy1", "systemctl", "'restart'"), 2);
    compare(&before, &state(&bench, &["phy1"]));
    bench.is_kept(&undo);
    assert_eq!(bench.calls("phy1", "systemctl", "'restart'"), 2);
}

/// Both changes of one file belong to one run, whose undo goes through them backwards.
#[test]
fn two_changes_of_one_file_go_back_in_order() {
    let bench = Bench::new();
    bench.ends(0, "backup-settings --stamp 20260101");
    let before = state(&bench, &[]);
    bench.ends(0, SETTINGS);
    let first = last(&bench);
    bench.ends(0, &SETTINGS.replace("10.16.0.12", "10.16.0.13"));
    let second = last(&bench);
    let feeds = std::fs::read_dir(bench.record(&second).join("before")).unwrap();
    for feed in feeds.map(|entry| entry.unwrap()) {
        let name = format!("9{}", feed.file_name().to_string_lossy());
        std::fs::copy(feed.path(), bench.record(&first).join("before").join(name)).unwrap();
    }
    let more = bench.journal(&second);
    bench.forge(&first, |lines| {
        let end = lines.pop().unwrap();
        for mut line in more
            .iter()
            .filter(|line| line["event"] == "intent" || line["event"] == "result")
            .cloned()
        {
            line["op"] = (line["op"].as_u64().unwrap() + 100).into();
            if let Some(feed) = line["undo"][0]["feed"].as_str() {
                line["undo"][0]["feed"] = format!("9{feed}").into();
            }
            lines.push(line);
        }
        lines.push(end);
    });
    let plan = bench.ends(0, &format!("undo {first} -n"));
    assert!(
        plan.stderr.contains("a later change of /pitrix/conf/settings/webservice0 comes first"),
        "{}",
        plan.stderr
    );
    bench.keeps_its_word(&format!("undo {first}"));
    compare(&before, &state(&bench, &[]));
    bench.is_kept(&format!("undo {first}"));
}

#[test]
fn stages_of_paas_go_back() {
    let (bench, hosts) = (paas(), ["paas1", "paas2", "paas3"]);
    goes_back(&bench, &hosts, "bk-upgrade paas stop");
    goes_back(&bench, &hosts, "bk-upgrade paas remove-units");
}
