//! BK-09 to BK-16: backups, packages and deploy scripts of the control machine.

use std::os::unix::fs::PermissionsExt as _;

use crate::support::rehearsal::{Bench, compare};
use crate::support::{Xtask, write};

const CONTROL: &str = "bk-control";

/// The bench after the steps up to this one.
fn after(last: &str) -> Bench {
    let steps = ["fetch-package", "unpack-package", "backup-install-dir", "backup-src-dir", "replace-src"];
    let count = steps.iter().position(|step| *step == last).expect("one of them") + 1;
    Bench::made(&format!("bk-{last}"), |bench| {
        for step in &steps[..count] {
            bench.ends(0, &format!("bk-upgrade {step}"));
        }
    })
}

/// The names in a directory of the control machine that begin so.
fn names(bench: &Bench, dir: &str, head: &str) -> Vec<String> {
    let entries = std::fs::read_dir(bench.path(CONTROL, dir)).expect("a directory");
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.starts_with(head)).collect();
    names.sort();
    names
}

fn remove(bench: &Bench, path: &str) {
    let at = bench.path(CONTROL, path);
    if at.is_dir() { std::fs::remove_dir_all(at) } else { std::fs::remove_file(at) }.expect(path);
}

/// X4.12: one copy of a state; a changed state gets another; the new scripts none.
#[test]
fn the_deploy_scripts_have_one_copy_of_each_state() {
    let bench = after("unpack-package");
    let copy = |stamp: &str| bench.ends(0, &format!("bk-upgrade backup-install-dir --stamp {stamp}"));
    let copies = || names(&bench, "/data", "install_");
    copy("202601020304");
    copy("202601020305");
    assert_eq!(copies(), ["install_202601020304", "install_202601020304.xtask-manifest"]);
    bench.write(CONTROL, "/data/install/site/notes", "changed\n");
    copy("202601020305");
    assert_eq!(copies().len(), 4, "{:?}", copies());
    // The same minute: never into the existing copy.
    bench.write(CONTROL, "/data/install/site/notes", "changed again\n");
    copy("202601020305");
    assert_eq!(copies().len(), 6, "{:?}", copies());
    assert!(names(&bench, "/data/install_202601020305", "install").is_empty());
    for hidden in [".agreed", ".bk_install.step", "bin/03-userdef/gse.env"] {
        let path = |dir: &str| bench.read(CONTROL, &format!("{dir}/{hidden}"));
        assert_eq!(path("/data/install_202601020304"), path("/data/install"), "{hidden}");
    }
    for step in ["backup-src-dir", "replace-src", "replace-install"] {
        bench.ends(0, &format!("bk-upgrade {step}"));
    }
    copy("202601020306");
    assert_eq!(copies().len(), 6, "no copy of the new scripts: {:?}", copies());
    bench.ends(2, "bk-upgrade backup-install-dir --stamp 2026");
}

/// X4.12: the scripts of 6.2 are in place and nobody has copied those of 6.1.
#[test]
fn a_copy_of_the_new_scripts_is_no_backup() {
    let bench = Bench::new();
    bench.prepare(CONTROL);
    bench.write(CONTROL, "/data/install/VERSION", "6.2.2\n");
    let refused = bench.ends(6, "bk-upgrade backup-install-dir").stderr;
    assert!(refused.contains("/data/install: BlueKing 6.2.2"), "{refused}");
    assert!(names(&bench, "/data", "install_").is_empty());
}

/// A copy that a killed run has begun is finished under its name.
#[test]
fn a_copy_that_was_cut_short_leaves_nothing_behind() {
    let bench = after("unpack-package");
    bench.write(CONTROL, "/data/install_202601020304.partial/half", "half\n");
    bench.ends(0, "bk-upgrade backup-install-dir");
    assert_eq!(
        names(&bench, "/data", "install_"),
        ["install_202601020304", "install_202601020304.xtask-manifest"]
    );
}

/// X4.13, X4.14: whatever is at the two names is judged by its release, and shown.
#[test]
fn the_packages_of_6_1_move_aside_only_when_both_names_fit() {
    let bench = after("backup-install-dir");
    let before = bench.result();
    let refused = |says: &[&str]| {
        let said = bench.ends(6, "bk-upgrade backup-src-dir").stderr;
        for text in says {
            assert!(said.contains(text), "{text}: {said}");
        }
    };
    bench.write(CONTROL, "/data/src.bak/VERSION", "6.0.5\n");
    refused(&["/data/src.bak is there already (X4.13)", "/data/src.bak: BlueKing 6.0.5"]);
    bench.write(CONTROL, "/data/src.bak/VERSION", "6.1.2\n");
    refused(&["/data/src.bak is there already (X4.13)", "/data/src: BlueKing 6.1.2"]);
    remove(&bench, "/data/src.bak");
    let old = bench.edit(CONTROL, "/data/src/VERSION", "6.1.2", "6.2.2");
    refused(&["/data/src is not that of 6.1: it would be no backup (X4.14)"]);
    bench.write(CONTROL, "/data/src/VERSION", &old);
    let job = bench.read(CONTROL, "/data/src/job/VERSION").expect("a version");
    remove(&bench, "/data/src/job/VERSION");
    refused(&["lacks what later steps read (X4.14)", "job/VERSION"]);
    bench.write(CONTROL, "/data/src/job/VERSION", &job);
    std::fs::rename(bench.path(CONTROL, "/data/tmp"), bench.path(CONTROL, "/data/away")).unwrap();
    refused(&["/data/tmp is no whole unpacked package", "bk-upgrade unpack-package"]);
    std::fs::rename(bench.path(CONTROL, "/data/away"), bench.path(CONTROL, "/data/tmp")).unwrap();
    compare(&before, &bench.result());
    // Sealed: a later change of what the next steps read is noticed.
    bench.ends(0, "bk-upgrade backup-src-dir");
    bench.write(CONTROL, "/data/src.bak/cert/passwd.txt", "another\n");
    refused(&["/data/src.bak has changed since it was sealed"]);
}

/// X4.13, X4.14: in the place of the packages is nothing, or 6.2.
#[test]
fn the_packages_of_6_2_come_to_a_free_place() {
    let bench = after("backup-install-dir");
    let early = bench.ends(6, "bk-upgrade replace-src").stderr;
    assert!(early.contains("/data/src is not moved aside"), "{early}");
    assert!(early.contains("first: cargo xtask bk-upgrade backup-src-dir"), "{early}");
    bench.ends(0, "bk-upgrade backup-src-dir");
    let mark = bench.path(CONTROL, "/data/tmp/.xtask-package");
    let kept = std::fs::read(&mark).expect("a mark");
    std::fs::remove_file(&mark).expect("the mark");
    let half = bench.ends(6, "bk-upgrade replace-src").stderr;
    assert!(half.contains("is no whole unpacked package"), "{half}");
    std::fs::write(&mark, kept).expect("the mark");
    bench.ends(0, "bk-upgrade replace-src");
    assert_eq!(bench.read(CONTROL, "/data/src/VERSION").as_deref(), Some("6.2.2\n"));
    bench.is_kept("bk-upgrade replace-src");
    bench.is_kept("bk-upgrade unpack-package");
    bench.is_kept("bk-upgrade backup-src-dir");
}

/// X4.15: one slash less, an empty source, half a package: nothing is deleted.
#[test]
fn a_source_that_is_not_whole_deletes_nothing() {
    let bench = after("replace-src");
    let before = bench.result();
    for from in ["/data/tmp", "/data/nothing", "/data/src", "/data/tmp/install/bin"] {
        let refused = bench.ends(6, &format!("bk-upgrade replace-install --from {from}")).stderr;
        assert!(refused.contains("whole") || refused.contains("no bkcli"), "{from}: {refused}");
    }
    let bkcli = bench.path(CONTROL, "/data/tmp/install/bkcli");
    let aside = bkcli.with_extension("aside");
    std::fs::rename(&bkcli, &aside).expect("bkcli");
    let empty = bench.ends(6, "bk-upgrade replace-install").stderr;
    assert!(empty.contains("has no bkcli: it would empty /data/install"), "{empty}");
    std::fs::rename(&aside, &bkcli).expect("bkcli");
    compare(&before, &bench.result());
}

/// X4.16: each deletion is shown before, the site's own files stay, the slashes mean nothing.
#[test]
fn deletions_are_shown_and_the_sites_own_files_stay() {
    let bench = after("replace-src");
    bench.write(CONTROL, "/data/install/site/a b", "with a blank\n");
    bench.ends(0, "bk-upgrade backup-install-dir --stamp 202601020304");
    let own = ["install.config", ".agreed", ".bk_install.step", "bin/03-userdef/global.env"];
    let read = || own.map(|name| bench.read(CONTROL, &format!("/data/install/{name}")));
    let (kept, before) = (read(), bench.result());
    let plan = bench.ends(0, "bk-upgrade replace-install -n --from /data/tmp/install/").stderr;
    for line in [
        "/data/install/site/check.sh: deleted",
        "/data/install/site/a b: deleted",
        "/data/install/VERSION: replaced",
    ] {
        assert!(plan.contains(line), "{line}: {plan}");
    }
    assert!(plan.contains("they are deleted (X4.16): /data/install/site/"), "{plan}");
    compare(&before, &bench.result());
    bench.ends(0, "bk-upgrade replace-install --to /data/install/");
    assert!(!bench.path(CONTROL, "/data/install/site").exists());
    assert_eq!(bench.read(CONTROL, "/data/install/VERSION").as_deref(), Some("6.2.2\n"));
    assert_eq!(read(), kept);
    // Later steps change the scripts: that is no reason to replace them again.
    bench.write(CONTROL, "/data/install/bin/default/bklog.env", "BK_SSM_HOST=\n");
    bench.is_kept("bk-upgrade replace-install");
    assert!(bench.path(CONTROL, "/data/install/bin/default/bklog.env").exists());
    let run = bench.runs().into_iter().find(|run| run.contains("replace-install")).expect("a run");
    let changed = bench.ends(6, &format!("undo {run} --yes")).stderr;
    assert!(changed.contains("has changed since it was replaced"), "{changed}");
    remove(&bench, "/data/install/bin/default");
    bench.ends(0, &format!("undo {run} --yes"));
    compare(&before, &bench.result());
}

/// No backup, a damaged one, one of another state: nothing is deleted, and `--yes` changes nothing about that.
#[test]
fn nothing_is_deleted_without_the_proved_backup() {
    let bench = after("replace-src");
    let copy = names(&bench, "/data", "install_").remove(0);
    let copy = format!("/data/{copy}");
    let said = |code: i32| bench.ends(code, "bk-upgrade replace-install --yes").stderr;
    // A file has changed since the copy: it would be lost.
    bench.write(CONTROL, "/data/install/site/check.sh", "#!/bin/sh\n# new\n");
    let lost = said(1);
    assert!(lost.contains("has not the present content of:") && lost.contains("site/check.sh"), "{lost}");
    bench.write(CONTROL, &format!("{copy}/VERSION"), "6.1.9\n");
    let damaged = said(6);
    assert!(damaged.contains("the backup of the deploy scripts of BlueKing is incomplete"), "{damaged}");
    assert!(damaged.contains("make one: cargo xtask bk-upgrade backup-install-dir"), "{damaged}");
    remove(&bench, &copy);
    remove(&bench, &format!("{copy}.xtask-manifest"));
    let none = said(6);
    assert!(none.contains("there is no copy of /data/install"), "{none}");
    assert!(bench.path(CONTROL, "/data/install/site/check.sh").exists());
    assert_eq!(bench.read(CONTROL, "/data/install/VERSION").as_deref(), Some("6.1.2\n"));
}

/// X4.17: each archive has its own exit code; the next run does the failed one only.
#[test]
fn one_bad_archive_stops_no_other() {
    let bench = after("replace-src");
    let good = bench.path(CONTROL, "/data/src/cmdb_ce-3.12.5.tgz");
    let bytes = std::fs::read(&good).expect("an archive");
    std::fs::write(&good, &bytes[..bytes.len() / 2]).expect("half an archive");
    let failed = bench.ends(1, "bk-upgrade unpack-products").stderr;
    assert!(failed.contains("/data/src/cmdb_ce-3.12.5.tgz: exit 2"), "{failed}");
    assert_eq!(bench.read(CONTROL, "/data/src/open_paas/VERSION").as_deref(), Some("2.14.20\n"));
    assert_eq!(bench.read(CONTROL, "/data/src/bkauth/VERSION").as_deref(), Some("1.0.8\n"));
    std::fs::write(&good, &bytes).expect("the archive");
    let plan = bench.ends(0, "bk-upgrade unpack-products -n").stderr;
    assert!(plan.contains("cmdb_ce-3.12.5.tgz") && !plan.contains("bkauth"), "{plan}");
    bench.write(CONTROL, "/data/src/bkauth/VERSION", "not touched again\n");
    bench.ends(0, "bk-upgrade unpack-products -j 1");
    assert_eq!(bench.read(CONTROL, "/data/src/cmdb/VERSION").as_deref(), Some("3.12.5\n"));
    assert_eq!(
        bench.read(CONTROL, "/data/src/bkauth/VERSION").as_deref(),
        Some("not touched again\n")
    );
    bench.is_kept("bk-upgrade unpack-products");
    // What is gone comes back from its archive.
    remove(&bench, "/data/src/cmdb");
    bench.ends(0, "bk-upgrade unpack-products");
    assert!(bench.path(CONTROL, "/data/src/cmdb/VERSION").exists());
}

/// X4.17: no archive at all is no success.
#[test]
fn packages_without_an_archive_are_refused() {
    let bench = after("replace-src");
    for name in names(&bench, "/data/src", "").iter().filter(|name| name.ends_with("gz")) {
        remove(&bench, &format!("/data/src/{name}"));
    }
    let refused = bench.ends(6, "bk-upgrade unpack-products").stderr;
    assert!(refused.contains("no archive in /data/src"), "{refused}");
}

/// X4.18: certificates of the package are shown, never mixed with those of the site, and stay aside.
#[test]
fn certificates_are_not_mixed() {
    let bench = after("replace-src");
    bench.write(CONTROL, "/data/src/cert/gse_agent.crt", "of the package\n");
    bench.write(CONTROL, "/data/src/cert/other.crt", "of the package\n");
    let done = bench.ends(0, "bk-upgrade restore-cert").stderr;
    assert!(done.contains("differs from /data/src.bak/cert (X4.18)"), "{done}");
    assert!(done.contains("gse_agent.crt") && done.contains("passwd.txt"), "{done}");
    assert_eq!(
        names(&bench, "/data/src/cert", ""),
        ["gse_agent.crt", "gse_agent.key", "passwd.txt"]
    );
    let aside = names(&bench, "/data/src", "cert.package-");
    assert_eq!(names(&bench, &format!("/data/src/{}", aside[0]), ""), ["gse_agent.crt", "other.crt"]);
    // No byte of a key or password is in the output or the record.
    let record = bench.journals().iter().flatten().fold(String::new(), |all, line| all + &line.to_string());
    for word in ["made-up private key", "made-up-cert-word"] {
        assert!(!record.contains(word) && !done.contains(word), "{word}");
    }
    // Later certificates belong to later steps.
    bench.write(CONTROL, "/data/src/cert/late.crt", "made by bkcli\n");
    bench.write(CONTROL, "/data/src/cert/passwd.txt", "renewed\n");
    bench.is_kept("bk-upgrade restore-cert");
    assert_eq!(bench.read(CONTROL, "/data/src/cert/passwd.txt").as_deref(), Some("renewed\n"));
}

/// A key keeps its mode, and a link its target.
#[test]
fn modes_of_keys_are_kept() {
    let bench = after("replace-src");
    let key = bench.path(CONTROL, "/data/src.bak/cert/gse_agent.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).expect("a mode");
    std::os::unix::fs::symlink("gse_agent.crt", key.with_file_name("link.crt")).expect("a link");
    bench.ends(0, "bk-upgrade restore-cert");
    let copy = bench.path(CONTROL, "/data/src/cert/gse_agent.key");
    assert_eq!(std::fs::metadata(&copy).expect("a key").permissions().mode() & 0o777, 0o600);
    let link = std::fs::read_link(copy.with_file_name("link.crt")).expect("a link");
    assert_eq!(link.to_str(), Some("gse_agent.crt"));
}

/// X4.19, X4.20: the example is only printed; hosts are known and reached; all five have a place.
#[test]
fn modules_are_placed_on_known_hosts_that_answer() {
    let bench = Bench::new();
    let example = bench.ends(0, "bk-upgrade install-config --print-example");
    assert!(example.stdout.starts_with("10.0.0.1 iam,ssm,usermgr"), "{}", example.stdout);
    assert!(!bench.path(CONTROL, "/data").exists(), "no host was made");
    bench.prepare("bk-control,paas[1-3]");
    let before = bench.result();
    let line = "bk-upgrade install-config --single --place";
    let strange = bench.ends(2, &format!("{line} auth=10.0.0.99")).stderr;
    assert!(strange.contains("10.0.0.99 is no known host: auth"), "{strange}");
    bench.ends(2, &format!("{line} paas=10.0.0.11"));
    bench.ends(2, &format!("{line} etcd=10.0.0.11,10.0.0.12"));
    let heal = bench.cut_off("paas1");
    bench.ends(4, &format!("{line} auth=10.0.0.11"));
    heal();
    compare(&before, &bench.result());
    // A host of the inventory that the file does not have gets a line of its own.
    bench.ends(0, &format!("{line} etcd=10.0.0.21"));
    let file = bench.read(CONTROL, "/data/install/install.config").expect("the file");
    assert!(file.ends_with("10.0.0.21 etcd\n") && file.starts_with("# Module layout"), "{file}");
}

/// `[import]` of the inventory sees the result at once.
#[test]
fn the_inventory_sees_the_new_modules_at_once() {
    let bench = Bench::new();
    bench.prepare("bk-control,paas[1-3]");
    let config = bench.path(CONTROL, "/data/install/install.config");
    let inventory = bench.state.path().join("import.toml");
    write(&inventory, &format!("[import]\ninstall_config = \"{}\"\n", config.display()));
    let auth = || {
        let words = ["-i", inventory.to_str().expect("plain"), "hosts", "list", "@auth"];
        Xtask::new(bench.state.path(), &words).run()
    };
    assert_eq!(auth().code, 2);
    bench.ends(0, "bk-upgrade install-config");
    assert!(auth().stdout.contains("10.0.0.13"), "{}{}", auth().stdout, auth().stderr);
}
