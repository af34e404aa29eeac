//! What the program says about its own version; and the rehearsal's files, of which a new one counts, too.

#![expect(clippy::disallowed_methods, reason = "git knows the commit; no host is touched here")]

use std::process::Command;

fn main() {
    for dir in ["standins", "fixtures", "package"] {
        println!("cargo:rerun-if-changed=../tests/{dir}");
    }
    // A build for work on the program is not made again for each commit.
    let built = if std::env::var("PROFILE").as_deref() == Ok("release") {
        commit().unwrap_or_else(|| "source without history".to_owned())
    } else {
        "development build".to_owned()
    };
    let version = std::env::var("CARGO_PKG_VERSION").unwrap_or_default();
    println!("cargo:rustc-env=XTASK_VERSION={version} ({built})");
}

/// The commit and its date: the same source gives the same program.
fn commit() -> Option<String> {
    let log = git(&["rev-parse", "--git-path", "logs/HEAD"])?;
    println!("cargo:rerun-if-changed={log}");
    git(&["log", "-1", "--format=%h %cs"])
}

fn git(args: &[&str]) -> Option<String> {
    let output = Command::new("git").args(args).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !text.trim().is_empty()).then(|| text.trim().to_owned())
}
