//! One row for each operation: the test of round trips and the table of costs are made of it.

use std::path::Path;

use engine::ops::{
    Absent, Assert, Backup, Detached, Directory, Download, Edit, FileContent, Interactive, Mode,
    Moved, Op, Script, Shell, Transfer, TreeCopy, Units, Wait, block, key, line,
};
use engine::text::edit::block::Block;
use engine::text::edit::line::Place;
use engine::text::snippet::Snippet;

/// An operation, and the state of the host in which it has work to do.
pub(crate) struct Row {
    /// The type, and what is special about it.
    pub(crate) name: &'static str,
    /// A script that makes this state in the directory `$D`, whatever was there.
    pub(crate) setup: &'static str,
    /// The operation, for this directory.
    pub(crate) op: fn(&str) -> Box<dyn Op>,
}

const IS: Snippet = Snippet::new("bench/is", "# Look\n# in: FILE\nprobe() { [ -d \"$FILE\" ]; }\n");
const MAKE: Snippet = Snippet::new(
    "bench/make",
    "# Make a file\n# in: FILE\nprobe() { [ -e \"$FILE\" ]; }\nchange() { : >\"$FILE\"; }\n",
);
const INPUTS: Snippet = Snippet::new(
    "bench/inputs",
    "# Run once\n# in: FILE\ninputs() { echo 1; }\nchange() { : >\"$FILE\"; }\n",
);
const ONCE: Snippet =
    Snippet::new("bench/once", "# Run once\n# in: FILE\nchange() { : >\"$FILE\"; }\n");

/// A small text.
const TEXT: &str = "[app]\nport = 8080\nname = app\n";

fn at(dir: &str, name: &str) -> String {
    format!("{dir}/{name}")
}

/// The operations.
pub(crate) fn rows() -> Vec<Row> {
    let row = |name, setup, op| Row { name, setup, op };
    vec![
        row("FileContent", "rm -f $D/f", |d| Box::new(FileContent::new(at(d, "f"), TEXT))),
        row("FileContent, secret", "rm -f $D/f", |d| {
            Box::new(FileContent::new(at(d, "f"), TEXT).secret())
        }),
        row("Edit", "echo a >$D/f", |d| {
            Box::new(Edit::new(at(d, "f"), "say b", |text| Ok(text.replace('a', "b"))))
        }),
        row("Edit: a line", "echo a >$D/f", |d| {
            Box::new(line::present(at(d, "f"), "b", Place::End))
        }),
        row("Edit: a block", "echo a >$D/f", |d| {
            Box::new(block::present(at(d, "f"), Block::new("b", "x\n")))
        }),
        row("Edit: a key of ini", "printf '[a]\\nk = 1\\n' >$D/f", |d| {
            Box::new(key::ini(at(d, "f"), Some("a"), "k", "2"))
        }),
        row("Edit: a key of env", "echo K=1 >$D/f", |d| Box::new(key::env(at(d, "f"), "K", "2"))),
        row("Keys: YAML", "printf 'a:\\n  k: one\\n' >$D/f", |d| {
            Box::new(key::yaml(at(d, "f")).set("a.k", "two").set("a.l", 3))
        }),
        row("Keys: JSON", "echo '{\"a\": {\"k\": \"one\"}}' >$D/f", |d| {
            Box::new(key::json(at(d, "f")).set("a.k", "two").set("a.l", 3))
        }),
        row("Directory", "rm -rf $D/d", |d| Box::new(Directory::present(at(d, "d")).mode("750"))),
        row("Mode", ": >$D/f && chmod 644 $D/f", |d| Box::new(Mode::at_most(at(d, "f"), 0o600))),
        row("Absent", "echo a >$D/f", |d| Box::new(Absent::new(at(d, "f")))),
        row("Absent, a tree", "rm -rf $D/d* && mkdir $D/d", |d| {
            Box::new(Absent::new(at(d, "d")).tree())
        }),
        row("Moved", "rm -f $D/g && : >$D/f", |d| Box::new(Moved::aside(at(d, "f"), at(d, "g")))),
        row("TreeCopy", "rm -rf $D/d* && mkdir $D/d && echo a >$D/d/f", |d| {
            Box::new(TreeCopy::once(at(d, "d"), at(d, "d2")))
        }),
        row("TreeCopy, second name", "rm -rf $D/d* && mkdir $D/d $D/d2 && echo a >$D/d/f", |d| {
            Box::new(TreeCopy::once(at(d, "d"), at(d, "d2")).or_else(at(d, "d3")))
        }),
        row("Transfer", "rm -rf $D/d* && mkdir $D/d && echo a >$D/d/f", |d| {
            Box::new(Transfer::push(&at(d, "d"), "node", &at(d, "d2"), "1").through(at(d, "login")))
        }),
        row("Download", "rm -f $D/f && echo a >$D/g", |d| {
            let sum = "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7";
            Box::new(Download::new(format!("file://{d}/g"), at(d, "f")).sha256(sum))
        }),
        row("Units: disabled", "systemctl enable --now one", |_| {
            Box::new(Units::disabled(["one"]))
        }),
        row("Units: active", "systemctl disable --now one", |_| Box::new(Units::active(["one"]))),
        row("Units: active, newer file", "systemctl disable --now one; : >$D/f", |d| {
            Box::new(Units::active(["one"]).newer_than([at(d, "f")]))
        }),
        row(
            "Units: absent",
            "printf '[Unit]\\n' >$D/lib/two.service; systemctl daemon-reload",
            |d| Box::new(Units::absent(["two"]).in_dirs([at(d, "lib")])),
        ),
        row("Assert", "mkdir -p $D/d", |d| {
            Box::new(Assert::new(IS, [("FILE", at(d, "d").into())], "no directory"))
        }),
        row("Wait", ": >$D/f", |d| Box::new(Wait::path(at(d, "f")))),
        row("Script", "rm -rf $D/f $D/m", |d| {
            let op = Script::new("once", ONCE, [("FILE", at(d, "f").into())]);
            Box::new(op.markers_in(at(d, "m")))
        }),
        row("Script, with inputs", "rm -rf $D/f $D/m", |d| {
            let op = Script::new("inputs", INPUTS, [("FILE", at(d, "f").into())]);
            Box::new(op.markers_in(at(d, "m")))
        }),
        row("Shell, detached", "rm -rf $D/f $D/jobs", |d| {
            let op = Shell::new(MAKE, [("FILE", at(d, "f").into())]);
            Box::new(op.detached(Detached::job("make").jobs_in(at(d, "jobs"))))
        }),
        row("Interactive", "rm -f $D/f", |d| {
            Box::new(Interactive::new(Shell::new(MAKE, [("FILE", at(d, "f").into())])))
        }),
        row("Sealed", "rm -rf $D/d && mkdir $D/d && echo a >$D/d/f", |d| {
            let backup = Backup::directory("files", "node", at(d, "d"), "make-it");
            // The rows are made a few times, and the operation borrows its backup.
            Box::new(Box::leak(Box::new(backup)).sealed())
        }),
        row("Shell", "rm -f $D/f", |d| Box::new(Shell::new(MAKE, [("FILE", at(d, "f").into())]))),
    ]
}

/// The setup of a row, as a script for a host with [`variables`].
pub(crate) fn prepared(dir: &str, setup: &str) -> String {
    format!("set -eu; D={dir}; umask 022; {{ {setup}; }} >/dev/null 2>&1")
}

/// Makes the files that all rows need in `dir`, an empty directory.
pub(crate) fn prepare(dir: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let units = dir.join("usr/lib/systemd/system");
    std::fs::create_dir_all(&units)?;
    std::fs::create_dir(dir.join("state"))?;
    std::os::unix::fs::symlink(&units, dir.join("lib"))?;
    std::fs::write(units.join("one.service"), "[Unit]\n[Install]\nWantedBy=x\n")?;
    // A stand-in for ssh: runs its words on this machine.
    std::fs::write(dir.join("login"), "#!/bin/sh\nshift\nexec sh -c \"$*\"\n")?;
    std::fs::set_permissions(dir.join("login"), std::fs::Permissions::from_mode(0o755))
}

/// The variables of the host's shell, as words for `env`: its `systemctl` is the stand-in.
pub(crate) fn variables(dir: &Path) -> Vec<String> {
    let standins = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/standins");
    vec![
        format!("PATH={standins}:{}", std::env::var("PATH").unwrap_or_default()),
        format!("STANDIN_ROOT={}", dir.display()),
        format!("STANDIN_STATE={}", dir.join("state").display()),
        format!("STANDIN_LIB={standins}"),
    ]
}
