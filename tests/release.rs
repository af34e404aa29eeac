//! What a release holds: manual pages that groff reads without a warning, an archive of equal bytes, a program that needs no
//! source.

use xshell::{Shell, cmd};

use crate::support::drill::Running;
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
    assert!(page.contains(".SH \"SEE ALSO\"\n\\fBxtask\\fR(1)"), "{page}");
    assert!(page.contains("xtask\\-bk\\-upgrade\\-paas"), "{page}");
    let refused = cmd!(sh, "{PROGRAM} man bk-upgrade pas").quiet().ignore_status().output();
    let said = String::from_utf8(refused.expect("an end").stderr).expect("UTF-8");
    assert!(said.contains("`pas` is no command of xtask bk-upgrade"), "{said}");
}

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../.ci/release");

/// The program of the archive rehearses a step where there is no source. Its bytes do not depend on the umask, nor the paths on
/// the directory of the source.
#[test]
fn an_archive_has_equal_bytes_and_its_program_works_alone() {
    let bench = Bench::new();
    let sh = Shell::new().expect("a shell");
    sh.change_dir(bench.state.path());
    // To pack the program itself takes a while.
    sh.write_file("small", format!("#!/bin/sh\nexec {PROGRAM} \"$@\"\n")).expect("a program");
    cmd!(sh, "chmod 755 small").quiet().run().expect("chmod");
    std::os::unix::fs::symlink(PROGRAM, bench.state.path().join("built")).expect("a link");
    let release = |umask: &str, program: &str, to: &str| {
        let line = format!("umask {umask}; {SCRIPT} --program {program} {to}");
        cmd!(sh, "sh -c {line}").quiet().read().expect("an archive")
    };
    let (small, two) = (release("000", "small", "small-one"), release("077", "small", "two"));
    assert!(
        sh.read_binary_file(small).expect("a file") == sh.read_binary_file(two).expect("a file")
    );
    let one = release("027", "built", "one");
    let there = sh.read_dir("one").expect("files");
    assert_eq!(there.len(), 2, "{there:?}");
    let listed = cmd!(sh, "tar -tvzf {one}").quiet().read().expect("a list");
    for line in listed.lines() {
        let right = if line.ends_with('/') {
            "drwxr-xr-x"
        } else if line.ends_with("/bin/xtask") {
            "-rwxr-xr-x"
        } else {
            "-rw-r--r--"
        };
        assert!(line.starts_with(&format!("{right} 0/0 ")), "{line}");
    }
    cmd!(sh, "sh -c 'cd one && sha256sum --quiet -c *.sha256'")
        .quiet()
        .run()
        .expect("its checksum");
    cmd!(sh, "tar -xzf {one} --strip-components 1").quiet().run().expect("its files");
    for file in ["bin/xtask", "LICENSE", "README.md", "man/man1/xtask.1"] {
        assert!(bench.state.path().join(file).is_file(), "no {file}");
    }
    let _state = sh.push_env("XDG_STATE_HOME", bench.state.path());
    let step = ["--rehearse", "bk-upgrade", "fetch-package", "--yes"];
    let said = cmd!(sh, "bin/xtask {step...}").quiet().ignore_stderr().read().expect("a step");
    assert_eq!(said, "bk-control: changed");
    completes_by_its_files(&bench);
}

/// The files of the archive ask the program that is found in PATH.
fn completes_by_its_files(bench: &Bench) {
    let here = bench.state.path().display();
    let read = [
        (vec!["bash", "--norc", "--noprofile", "-i"], "source completions/xtask.bash"),
        (
            vec!["zsh", "-f", "-i"],
            "fpath=($PWD/completions $fpath); autoload -Uz compinit; compinit -D -u",
        ),
        (vec!["fish", "--no-config", "-i"], "source completions/xtask.fish"),
    ];
    for (shell, read) in read {
        let words: Vec<String> = shell.iter().map(ToString::to_string).collect();
        let mut terminal = Running::at_terminal(&words, bench.state.path());
        let path = if shell[0] == "fish" { "set -x PATH" } else { "export PATH=" };
        let rest = if shell[0] == "fish" { " $PATH" } else { ":$PATH" };
        terminal.types(&format!("cd {here}\n{path} {here}/bin{rest}\n").replace("= ", "="));
        terminal.types(&format!("{read}\nxtask --vers\t\nexit\n"));
        let (_, said) = terminal.leaves();
        assert!(said.contains("xtask 0."), "{said}");
    }
}

/// Ends the script with these words, after which no archive is there.
#[track_caller]
fn refused(sh: &Shell, args: &[&str], because: &str) {
    let output = cmd!(sh, "{SCRIPT} {args...}").quiet().ignore_status().output().expect("an end");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains(because), "{said}");
    assert_eq!(sh.read_dir("to").unwrap_or_default(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn no_archive_is_made_of_another_program_or_of_one_that_is_not_static() {
    let dir = tempfile::tempdir().expect("a directory");
    let sh = Shell::new().expect("a shell");
    sh.change_dir(dir.path());
    refused(&sh, &["--program", "/bin/true", "to"], "/bin/true is no xtask");
    refused(&sh, &["--program", "nowhere", "to"], "nowhere");
    refused(&sh, &["--program"], ".ci/release [--program FILE] DIR");
    // A compiler that makes the program of this test, which is not static.
    let cargo = format!(
        "#!/bin/sh\nto=$CARGO_TARGET_DIR/$(uname -m)-unknown-linux-gnu/release\n\
         mkdir -p $to && cp {PROGRAM} $to/xtask\n"
    );
    sh.write_file("bin/cargo", cargo).expect("a program");
    cmd!(sh, "chmod 755 bin/cargo").quiet().run().expect("chmod");
    let _path = sh.push_env(
        "PATH",
        format!("{}/bin:{}", dir.path().display(), sh.var("PATH").expect("PATH")),
    );
    let _target = sh.push_env("CARGO_TARGET_DIR", dir.path().join("target"));
    refused(&sh, &["to"], "needs shared libraries");
}
