//! BK-09 to BK-12: backups, packages and deploy scripts of the control machine.

use crate::support::rehearsal::{Bench, compare};

pub(super) const CONTROL: &str = "bk-control";

/// The bench after the steps up to this one.
pub(super) fn after(last: &str) -> Bench {
    let steps =
        ["fetch-package", "unpack-package", "backup-install-dir", "backup-src-dir", "replace-src"];
    let count = steps.iter().position(|step| *step == last).expect("one of them") + 1;
    Bench::made(&format!("bk-{last}"), |bench| {
        for step in &steps[..count] {
            bench.ends(0, &format!("bk-upgrade {step}"));
        }
    })
}

/// The names in a directory of the control machine that begin so.
pub(super) fn names(bench: &Bench, dir: &str, head: &str) -> Vec<String> {
    let entries = std::fs::read_dir(bench.path(CONTROL, dir)).expect("a directory");
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.starts_with(head)).collect();
    names.sort();
    names
}

pub(super) fn remove(bench: &Bench, path: &str) {
    let at = bench.path(CONTROL, path);
    if at.is_dir() { std::fs::remove_dir_all(at) } else { std::fs::remove_file(at) }.expect(path);
}

/// X4.12: one copy of a state; a changed state gets another; the new scripts none.
#[test]
fn the_deploy_scripts_have_one_copy_of_each_state() {
    let bench = after("unpack-package");
    let copy =
        |stamp: &str| bench.ends(0, &format!("bk-upgrade backup-install-dir --stamp {stamp}"));
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
    let inside = names(&bench, "/data/install_202601020305", "install");
    assert_eq!(inside, ["install.config"], "no copy in a copy");
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
    assert!(
        plan.contains(
            "they are deleted (X4.16): /data/install/site/a b, /data/install/site/check.sh"
        ),
        "{plan}"
    );
    compare(&before, &bench.result());
    bench.ends(0, "bk-upgrade replace-install --to /data/install/");
    assert!(!bench.path(CONTROL, "/data/install/site").exists());
    assert_eq!(bench.read(CONTROL, "/data/install/VERSION").as_deref(), Some("6.2.2\n"));
    assert_eq!(read(), kept);
    // Later steps change the scripts: that is no reason to replace them again.
    let default = "/data/install/bin/default/bklog.env";
    let [file, away] = [default, "/data/away"].map(|path| bench.path(CONTROL, path));
    let package = std::fs::read_to_string(&file).expect("a file of the package");
    std::fs::rename(&file, &away).expect("the file");
    bench.write(CONTROL, default, &format!("{package}BK_SSM_HOST=\n"));
    bench.is_kept("bk-upgrade replace-install");
    assert!(bench.read(CONTROL, default).expect("a file").ends_with("BK_SSM_HOST=\n"));
    let run = bench.runs().into_iter().find(|run| run.contains("replace-install")).expect("a run");
    let changed = bench.ends(6, &format!("undo {run} --yes")).stderr;
    assert!(changed.contains("has changed since it was replaced"), "{changed}");
    std::fs::rename(&away, &file).expect("the file");
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
    assert!(
        lost.contains("has not the present content of:") && lost.contains("site/check.sh"),
        "{lost}"
    );
    bench.write(CONTROL, &format!("{copy}/VERSION"), "6.1.9\n");
    let damaged = said(6);
    assert!(
        damaged.contains("the backup of the deploy scripts of BlueKing is incomplete"),
        "{damaged}"
    );
    assert!(damaged.contains("make one: cargo xtask bk-upgrade backup-install-dir"), "{damaged}");
    remove(&bench, &copy);
    remove(&bench, &format!("{copy}.xtask-manifest"));
    let none = said(6);
    assert!(none.contains("there is no copy of /data/install"), "{none}");
    assert!(bench.path(CONTROL, "/data/install/site/check.sh").exists());
    assert_eq!(bench.read(CONTROL, "/data/install/VERSION").as_deref(), Some("6.1.2\n"));
}
