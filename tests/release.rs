//! What a release holds: manual pages that groff reads without a warning, an archive of equal bytes, a program that needs no
//! source.

use std::path::Path;

use xshell::{Shell, cmd};

use crate::support::rehearsal::Bench;

const PROGRAM: &str = env!("CARGO_BIN_EXE_xtask");

#[test]
fn manual_pages_are_sound_and_there_for_each_command() {
    let dir = tempfile::tempdir().expect("a directory");
    let sh = Shell::new().expect("a shell");
    sh.change_dir(dir.path());
    cmd!(sh, "{PROGRAM} man --dir .").quiet().run().expect("pages");
    let said = cmd!(sh, "sh -c 'groff -Kutf8 -man -Tutf8 -ww -z -- *.1 2>&1'").quiet().read();
    assert_eq!(said.expect("groff"), "");
    let list = cmd!(sh, "{PROGRAM} list").quiet().read().expect("a list");
    let steps = list.lines().filter_map(|line| line.strip_prefix("  ")?.split("  ").next());
    let mut count = 0;
    for step in steps {
        let page = format!("xtask-{}.1", step.trim().replace(' ', "-"));
        assert!(dir.path().join(&page).is_file(), "no {page}");
        count += 1;
    }
    assert!(count > 80, "{count} steps in:\n{list}");
    let page = cmd!(sh, "{PROGRAM} man bk-upgrade paas").quiet().read().expect("a page");
    let file = sh.read_file("xtask-bk-upgrade-paas.1").expect("a page");
    assert_eq!(page, file.trim_end());
    assert!(page.contains("xtask\\-bk\\-upgrade\\-paas"), "{page}");
    let refused = cmd!(sh, "{PROGRAM} man bk-upgrade pas").quiet().ignore_status().output();
    let said = String::from_utf8(refused.expect("an end").stderr).expect("UTF-8");
    assert!(said.contains("`pas` is no command of xtask bk-upgrade"), "{said}");
}

/// The program of the archive rehearses a step where there is no source.
#[test]
fn an_archive_has_equal_bytes_and_its_program_works_alone() {
    let bench = Bench::new();
    let sh = Shell::new().expect("a shell");
    sh.change_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
    let release = |to: &str| {
        let to = bench.state.path().join(to);
        let archive = cmd!(sh, ".ci/release --program {PROGRAM} {to}").quiet().read();
        archive.expect("an archive")
    };
    let (one, two) = (release("one"), release("two"));
    assert!(
        sh.read_binary_file(&one).expect("a file") == sh.read_binary_file(two).expect("a file")
    );
    sh.change_dir(bench.state.path());
    cmd!(sh, "sh -c 'cd one && sha256sum --quiet -c *.sha256'")
        .quiet()
        .run()
        .expect("its checksum");
    cmd!(sh, "tar -xzf {one} --strip-components 1").quiet().run().expect("its files");
    for file in ["bin/xtask", "LICENSE", "README.md", "completions/_xtask", "man/man1/xtask.1"] {
        assert!(bench.state.path().join(file).is_file(), "no {file}");
    }
    let _state = sh.push_env("XDG_STATE_HOME", bench.state.path());
    let step = ["--rehearse", "bk-upgrade", "fetch-package", "--yes"];
    let said = cmd!(sh, "bin/xtask {step...}").quiet().ignore_stderr().read().expect("a step");
    assert_eq!(said, "bk-control: changed");
}
