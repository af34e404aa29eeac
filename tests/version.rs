//! What `--version` says of the source that a program was built from: xtask/build.rs in repositories of the test's own.

use std::path::Path;

use tempfile::TempDir;
use xshell::{Shell, cmd};

use crate::support::scratch;

/// A repository with one commit, and the build script as a program.
struct Source {
    sh: Shell,
    dir: TempDir,
}

impl Source {
    fn new() -> Self {
        let dir = scratch();
        let sh = Shell::new().expect("a shell");
        sh.change_dir(dir.path());
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("build.rs");
        cmd!(sh, "rustc --edition 2024 -o script {script}").quiet().run().expect("a program");
        for file in ["source/xtask/main.rs", "source/tests/one", "source/README.md"] {
            sh.write_file(file, "1\n").expect("a file");
        }
        sh.change_dir("source");
        cmd!(sh, "git init --quiet").quiet().run().expect("a repository");
        let person = ["-c", "user.name=ann", "-c", "user.email=ann@example.org"];
        cmd!(sh, "git {person...} add .").quiet().run().expect("files");
        cmd!(sh, "git {person...} commit --quiet -m one").quiet().run().expect("a commit");
        cmd!(sh, "git config core.abbrev 5").quiet().run().expect("a setting");
        Self { sh, dir }
    }

    /// The version that a build in `below` gets.
    fn version(&self, profile: &str, below: &str) -> String {
        let _dir = self.sh.push_dir(below);
        let _profile = self.sh.push_env("PROFILE", profile);
        let _version = self.sh.push_env("CARGO_PKG_VERSION", "1.2.3");
        let script = self.dir.path().join("script");
        let said = cmd!(self.sh, "{script}").quiet().read().expect("an end");
        let version =
            said.lines().find_map(|line| line.strip_prefix("cargo:rustc-env=XTASK_VERSION="));
        version.expect("a version").to_owned()
    }

    /// With the commit and its date in the place of these words.
    fn is(&self, profile: &str, wanted: &str) {
        let git = |format: &str| {
            cmd!(self.sh, "git log -1 --abbrev=12 --format={format}").quiet().read().expect("git")
        };
        let (commit, date) = (git("%h"), git("%cs"));
        assert_eq!(commit.len(), 12);
        let wanted = wanted.replace("COMMIT", &commit).replace("DATE", &date);
        assert_eq!(self.version(profile, "xtask"), wanted);
    }
}

#[test]
fn a_release_names_its_commit_and_whether_the_source_differs() {
    let source = Source::new();
    source.is("release", "1.2.3 (COMMIT DATE)");
    source.sh.write_file("dist/archive", "").expect("a file");
    source.is("release", "1.2.3 (COMMIT DATE)");
    source.sh.write_file("tests/two", "").expect("a file");
    source.is("release", "1.2.3 (COMMIT-dirty DATE)");
    source.sh.remove_path("tests/two").expect("a file");
    source.sh.write_file("README.md", "2\n").expect("a file");
    source.is("release", "1.2.3 (COMMIT-dirty DATE)");
    source.is("debug", "1.2.3 (COMMIT DATE, development build)");
}

#[test]
fn a_source_in_the_repository_of_something_else_has_no_history() {
    let source = Source::new();
    source.sh.create_dir("unpacked/xtask").expect("a directory");
    let version = |profile| source.version(profile, "unpacked/xtask");
    assert_eq!(version("release"), "1.2.3 (source without history)");
    assert_eq!(version("debug"), "1.2.3 (source without history, development build)");
}
