//! How the program is linked (what that costs is in ARCHITECTURE.md), what it says about its own version; and the
//! rehearsal's files, of which a new one counts, too.

#![expect(clippy::disallowed_methods, reason = "git knows the commit; no host is touched here")]

use std::path::Path;
use std::process::Command;

fn main() {
    for dir in ["standins", "fixtures", "package"] {
        println!("cargo:rerun-if-changed=../tests/{dir}");
    }
    // Linked to one address the program starts without 50 000 relocations: a third of the time of `list`. Elsewhere (musl)
    // the start-up code comes with the target; a static program is linked so by its own flags.
    let target = |key: &str| std::env::var(format!("CARGO_CFG_TARGET_{key}")).unwrap_or_default();
    let is_static = target("FEATURE").split(',').any(|feature| feature == "crt-static");
    if target("OS") == "linux" && target("ENV") == "gnu" && !is_static {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
    // A release names no directory of the machine that built it.
    println!("cargo:rerun-if-env-changed=XTASK_SOURCE");
    let source = std::env::var("XTASK_SOURCE").unwrap_or_else(|_| {
        let manifest = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
        manifest.trim_end_matches("/xtask").to_owned()
    });
    println!("cargo:rustc-env=XTASK_SOURCE={source}");
    let is_release = std::env::var("PROFILE").as_deref() == Ok("release");
    let built = commit(is_release).unwrap_or_else(|| "source without history".to_owned());
    let kind = if is_release { "" } else { ", development build" };
    let version = std::env::var("CARGO_PKG_VERSION").unwrap_or_default();
    println!("cargo:rustc-env=XTASK_VERSION={version} ({built}{kind})");
}

/// The commit and its date, `0123456789ab 2026-11-30`; of a release whose source differs from it, `0123456789ab-dirty 2026-11-30`.
/// A development build may always differ: it does not look, for it would be made again after each change of any file.
fn commit(is_release: bool) -> Option<String> {
    // Not those of another repository into which the source was unpacked.
    git(&["rev-parse", "--show-prefix"]).filter(|prefix| prefix == "xtask/")?;
    let log = git(&["rev-parse", "--git-path", "logs/HEAD"])?;
    // Cargo takes a missing file for a changed one.
    if is_release || Path::new(&log).exists() {
        println!("cargo:rerun-if-changed={log}");
    }
    let dirty = if is_release && is_dirty()? { "-dirty" } else { "" };
    git(&["log", "-1", "--abbrev=12", &format!("--format=%h{dirty} %cs")])
}

/// Whether a file of the commit has changed, or the source has one more.
fn is_dirty() -> Option<bool> {
    for name in git(&["ls-tree", "--full-tree", "--name-only", "HEAD"])?.lines() {
        println!("cargo:rerun-if-changed=../{name}");
    }
    let changed = git(&["status", "--porcelain", "--untracked-files=no"])?;
    let source = [":/snippets", ":/tasks", ":/tests", ":/xtask"];
    let more = git(&[["status", "--porcelain", "--"].as_slice(), &source].concat())?;
    Some(!changed.is_empty() || !more.is_empty())
}

/// What git prints; `None` without git, or outside of a repository.
fn git(args: &[&str]) -> Option<String> {
    let output = Command::new("git").args(args).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
