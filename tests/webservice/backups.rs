//! The launch of a VM destroys the node: without proved backups it does not begin.

use std::time::{Duration, Instant};

use super::fresh;
use crate::support::killed::Mortal as _;
use crate::support::rehearsal::Bench;

const STEP: &str = "relaunch-vm --node webservice0";
const MANIFEST: &str = "/root/webservice0-bak/.xtask-manifest";

/// Settings that name the new physical host, and both backups.
fn bench() -> Bench {
    Bench::made("backed up and moved aside", |bench| {
        fresh::moved_aside(bench);
        bench.ends(0, "backup-settings --stamp 20260101");
        bench.ends(0, "gen-settings --node webservice0 --mgmt-address 10.16.0.12 --stamp 20260101");
    })
}

/// Exit 6 with the reason and the command, also with `--yes` and in a plan; nothing is launched.
#[track_caller]
fn refuses(bench: &Bench, reason: &str, command: &str) {
    let before = bench.intents().len();
    for flags in ["--yes", "-n"] {
        let said = bench.ends(6, &format!("{STEP} {flags}")).stderr;
        assert!(said.contains(reason), "{flags}: {said}");
        assert!(
            said.contains(&format!("hint: make one: cargo xtask {command}")),
            "{flags}: {said}"
        );
    }
    assert_eq!(bench.intents().len(), before);
    assert_eq!(bench.calls("firstbox", "launch_vms.sh", ""), 0);
}

const FILES: &str = "webservice backup-node-files --node webservice0";
const IMAGE: &str = "webservice backup-vm-image --node webservice0";

/// X0.5, X0.15: the document's backups, each lost, altered, old or of somebody else.
#[test]
fn a_launch_without_a_proved_backup_is_refused() {
    let bench = bench();
    let spoil = |path: &str, change: &dyn Fn(String) -> String, reason: &str| {
        let text = bench.read("firstbox", path).expect("a backup");
        bench.write("firstbox", path, &change(text.clone()));
        refuses(&bench, reason, FILES);
        bench.write("firstbox", path, &text);
    };
    let config = "/root/webservice0-bak/local_config.yaml";
    spoil(
        config,
        &|text| text.replacen('a', "b", 1),
        "./local_config.yaml: FAILED, its content differs",
    );
    spoil(config, &|text| text[1..].to_owned(), "./local_config.yaml: FAILED, it has ");
    spoil(MANIFEST, &|text| text.replace("cluster ", "cluster other-"), "is of another cluster");
    spoil(MANIFEST, &|text| text.replace("webservice0's", "webservice1's"), "is of something else");
    let made = |text: &str, seconds: i64| {
        let line = |line: &str| match line.strip_prefix("made ") {
            Some(made) => format!("made {}\n", made.parse::<i64>().expect("seconds") - seconds),
            None => format!("{line}\n"),
        };
        text.lines().map(line).collect::<String>()
    };
    spoil(MANIFEST, &|text| made(&text, 31 * 24 * 3600), "31 days old; at most 30 days");
    spoil(MANIFEST, &|text| made(&text, -7200), "in the future: compare the clocks");
    let dir = bench.path("firstbox", "/root/webservice0-bak");
    std::fs::rename(&dir, dir.with_extension("away")).expect("a backup");
    refuses(&bench, "the backup of webservice0's files is incomplete", FILES);
    std::fs::rename(dir.with_extension("away"), &dir).expect("a backup");

    let kernels = bench.shared("kernels/node1");
    let (image, manifest) =
        (kernels.join("old-webservice0.img"), kernels.join("old-webservice0.img.xtask-manifest"));
    let whole = std::fs::read(&image).expect("an image");
    std::fs::write(&image, &whole[..whole.len() - 1]).expect("a cut image");
    refuses(&bench, "./old-webservice0.img: FAILED, it has ", IMAGE);
    // That step makes no backup of it: the image is all there is.
    let said = bench.ends(6, fresh::SEAL).stderr;
    assert!(said.contains("webservice0's old image is not as its manifest says"), "{said}");
    refuses(&bench, "./old-webservice0.img: FAILED, it has ", IMAGE);
    std::fs::remove_file(&image).expect("an image");
    refuses(&bench, "the backup of webservice0's old image is missing", IMAGE);
    std::fs::write(&image, &whole).expect("an image");
    let text = std::fs::read(&manifest).expect("a manifest");
    std::fs::remove_file(&manifest).expect("a manifest");
    refuses(&bench, "the backup of webservice0's old image is incomplete", IMAGE);
    std::fs::write(&manifest, text).expect("a manifest");
    bench.ends(6, &format!("{STEP} --max-backup-age 0 --files-backup /root/other"));
    bench.ends(0, STEP);
    // A finished launch asks for no backup.
    std::fs::remove_dir_all(&dir).expect("a backup");
    bench.is_kept(STEP);
}

/// The proof is in the report and in the record, before and directly before the launch.
#[test]
fn a_proof_is_reported_and_recorded() {
    let bench = bench();
    let said = bench.ends(0, STEP).stderr;
    let line = "backup: webservice0's files, firstbox:/root/webservice0-bak: 3 files, ";
    assert_eq!(said.matches(line).count(), 1, "{said}");
    assert!(said.contains("; complete, readable, of this cluster, young enough, outside of what goes away, logo and configuration is sound\n"), "{said}");
    let journal = bench.journal(&bench.last());
    let proofs: Vec<_> = journal.iter().filter(|line| line["event"] == "backup").collect();
    let seen: Vec<_> =
        proofs.iter().map(|proof| (proof["host"].as_str(), proof["again"].as_bool())).collect();
    let [files, image] = [Some("firstbox"), Some("node1")];
    assert_eq!(
        seen,
        [(files, Some(false)), (image, Some(false)), (files, Some(true)), (image, Some(true))]
    );
    assert_eq!(proofs[0]["doomed"][0], "host webservice0");
    assert_eq!(proofs[0]["manifest"], proofs[2]["manifest"]);
    let place = |what: &dyn Fn(&serde_json::Value) -> bool| journal.iter().position(what);
    let launch = place(&|line| line["event"] == "intent" && line["undo"].is_null());
    let again = place(&|line| line["again"] == true).expect("a second proof");
    assert_eq!(launch, Some(again + 2));
    let shown = crate::support::Xtask::new(bench.state.path(), &["runs", "show"]).run().stdout;
    assert!(
        shown.contains("  backup  webservice0's files, firstbox:/root/webservice0-bak, made "),
        "{shown}"
    );
}

/// While the image is read, somebody changes the files that were proved before it.
#[test]
fn a_backup_that_is_altered_after_its_proof_stops_the_launch() {
    let bench = bench();
    let image = bench.shared("kernels/node1/old-webservice0.img");
    std::fs::OpenOptions::new().write(true).open(&image).unwrap().set_len(128 << 20).unwrap();
    std::fs::remove_file(format!("{}.xtask-manifest", image.display())).expect("a manifest");
    bench.ends(0, fresh::SEAL);
    for (path, text) in
        [("/root/webservice0-bak/local_config.yaml", "altered\n"), (MANIFEST, "xtask-backup 1\n")]
    {
        let runs = bench.runs().len();
        let child = bench.xtask(STEP).spawn();
        let proved = |bench: &Bench| {
            bench.runs().len() > runs
                && bench.journal(&bench.last()).iter().any(|line| line["event"] == "backup")
        };
        let limit = Instant::now() + Duration::from_secs(60);
        while !proved(&bench) {
            assert!(Instant::now() < limit, "no proof");
            std::thread::sleep(Duration::from_millis(2));
        }
        let was = bench.read("firstbox", path).expect("a backup");
        bench.write("firstbox", path, text);
        let output = child.wait_with_output().expect("an end");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(6), "{said}");
        assert!(said.contains("the backup of webservice0's files is incomplete"), "{said}");
        let journal = bench.journal(&bench.last());
        assert!(!journal.iter().any(|line| line["event"] == "intent"), "{journal:#?}");
        assert_eq!(bench.calls("firstbox", "launch_vms.sh", ""), 0);
        bench.write("firstbox", path, &was);
    }
    bench.ends(0, STEP);
}

/// A former version has sealed its backups by a plain list of hashes. The node may have its new system by now.
#[test]
fn a_backup_of_a_former_version_is_sealed_again() {
    let bench = bench();
    let list = || {
        let script = format!(
            "cd /root/webservice0-bak && find . -type f ! -name '.xtask-manifest*' -exec sha256sum {{}} + | sort -k 2 >/tmp/list && mv /tmp/list {MANIFEST}"
        );
        let ran = bench.xtask("rehearsal shell firstbox -- sh -s").fed(&script);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    };
    list();
    refuses(&bench, "backup", FILES);
    let run = bench.json(0, FILES);
    let changed: Vec<&str> = run["operations"]
        .as_array()
        .expect("operations")
        .iter()
        .filter(|operation| operation["outcome"] == "changed")
        .filter_map(|operation| operation["operation"].as_str())
        .collect();
    assert_eq!(changed, ["write the manifest of /root/webservice0-bak"]);
    bench.is_kept(FILES);
    // Altered since, it does not count: the files are wanted from the node, which is off.
    list();
    bench.write("firstbox", "/root/webservice0-bak/rc.local", "altered\n");
    bench.ends(1, FILES);
    refuses(&bench, "backup", FILES);
}
