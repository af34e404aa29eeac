//! Unexpected names, kinds and disks.

use std::os::unix::fs::symlink;

use engine::data::outcome::Outcome;
use engine::ops::{Absent, Directory, Edit, FileContent, Moved, Op, Script, TreeCopy};
use engine::text::snippet::Snippet;

use crate::aid::told;
use crate::bench::{Host, hosts, is_root};

const RUN: Snippet =
    Snippet::new("test/run", "# Run.\n# in: OUT\nchange() {\n  echo ran >>\"$OUT\"\n}\n");

#[test]
fn a_name_means_nothing_to_a_shell() {
    let name = "-rf it's \"q\" $HOME `x` \\ * ~ %s {a,b}\n[a-z]?.xtask-bak";
    for host in hosts() {
        let below = |end: &str| host.path(&format!("{name}/{name}{end}"));
        host.put(&format!("{name}/keep"), "x");
        host.lives(&FileContent::new(below(""), "a"));
        host.lives(&FileContent::new(below(""), "b").secret());
        host.lives(&Edit::new(below(""), "end with z", |text| {
            Ok(if text.ends_with('z') { text.to_owned() } else { format!("{text}z") })
        }));
        host.lives(&Directory::present(below(&format!(" d/{name}"))).mode("700"));
    }
}

#[test]
fn trees_links_and_moves_of_any_name() {
    let name = "-n it's \"q\" $HOME `x` \\ * {a,b}\n[a-z]?";
    for host in hosts() {
        let path = |end: &str| host.path(&format!("{name}{end}"));
        host.put(&format!("{name}/{name}"), "x");
        host.lives(&TreeCopy::once(path(""), path(" copy")));
        host.lives(&Moved::aside(path(" copy"), path(" moved")));
        host.lives(&Absent::new(path(" moved")).tree());
        symlink(name, path(" link")).unwrap();
        host.lives(&Absent::new(path(" link")));
        // A shell takes the line breaks at the end of an output away.
        let error = told(host.plan(&Absent::new(path("\n"))));
        assert!(error.contains("is not an absolute path of one"), "{error}");
    }
}

#[test]
fn what_is_no_file_is_neither_read_nor_replaced() {
    for host in hosts() {
        let pipe = host.path("pipe");
        assert_eq!(host.raw(&format!("mkfifo {pipe}"), b""), "0 ");
        let error = told(host.ensure(&FileContent::new(&pipe, "x")));
        assert_eq!(error, format!("{pipe} is a fifo"));
        let error = told(host.ensure(&Absent::new(&pipe)));
        assert!(error.contains("is a fifo; it was left alone"), "{error}");
        // It came after the file was read.
        let new = FileContent::new(host.path("new"), "x");
        let script = host.emit(&new)[0].script().unwrap();
        assert_eq!(host.raw(&format!("mkfifo {}", host.path("new")), b""), "0 ");
        let said = host.raw(&script, b"x");
        assert!(said.starts_with("20 ") && said.contains("no longer the file"), "{said}");
    }
}

#[test]
fn what_may_not_be_looked_at_is_not_absent() {
    let host = if is_root() {
        // Another user could not reach the directory of the test either.
        Host::behind(&[
            "setpriv",
            "--bounding-set=-dac_override,-dac_read_search",
            "--inh-caps=-dac_override,-dac_read_search",
        ])
    } else {
        Host::new()
    };
    host.put("closed/d/f", "1");
    host.chmod("closed", 0o000);
    let (file, folder) = (host.path("closed/d/f"), host.path("closed/d"));
    let all: [Box<dyn Op>; 5] = [
        Box::new(Absent::new(&file)),
        Box::new(FileContent::new(&file, "2")),
        Box::new(engine::ops::line::absent(&file, "1")),
        Box::new(Directory::present(&folder)),
        Box::new(Moved::aside(&file, host.path("closed/g"))),
    ];
    for op in all {
        let error = told(host.plan(&*op));
        assert!(error.contains("Permission denied"), "{}: {error}", op.describe());
    }
    host.chmod("closed", 0o755);
    assert_eq!(host.get("closed/d/f"), "1");
    let below_a_file = Absent::new(host.path("closed/d/f/x"));
    assert_eq!(host.ensure(&below_a_file).unwrap(), Outcome::Kept);
}

#[test]
fn nothing_runs_that_could_not_be_remembered() {
    let read_only = "mount -t tmpfs none /mnt && mount -o remount,ro /mnt && exec \"$@\"";
    let alone = ["unshare", "--map-root-user", "--mount", "sh", "-c", read_only, "sh"];
    let host = Host::behind(&alone);
    let op = Script::new("run", RUN, [("OUT", host.path("out").into())]).markers_in("/mnt");
    let error = told(host.ensure(&op));
    assert!(error.contains("Read-only file system"), "{error}");
    assert!(!std::path::Path::new(&host.path("out")).exists(), "the script ran");
    let file = told(host.ensure(&FileContent::new("/mnt/f", "x")));
    assert!(file.contains("Read-only file system"), "{file}");
}
