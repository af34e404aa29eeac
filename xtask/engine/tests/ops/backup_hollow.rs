//! Backups that look whole and hold nothing, or not all.

use engine::data::outcome::Outcome;
use engine::ops::{Backup, Content, Demand};

use crate::aid::told;
use crate::backup::{backup, prove, refused};
use crate::bench::hosts;

/// A program that failed behind `>` leaves an empty file.
#[test]
fn an_empty_file_is_no_backup() {
    for host in hosts() {
        host.put("bak/db.sql", "");
        host.put("bak/db.xml", "<domain/>");
        let [named, all] = [backup(&host).only(["db.sql", "db.xml"]), backup(&host)];
        let error = told(host.ensure(&named.sealed()));
        assert!(error.contains("bak/db.sql is empty"), "{error}");
        assert!(refused(&host, &named, &Demand::default()).contains("is incomplete"));
        // In a directory others may be empty, but not all of them.
        assert_eq!(host.ensure(&all.sealed()).unwrap(), Outcome::Changed);
        prove(&host, &all, &Demand::default()).unwrap();
        host.undo().unwrap();
        host.put("bak/db.xml", "");
        let error = told(host.ensure(&all.sealed()));
        assert!(error.contains("its files are all empty"), "{error}");
        // One with a manifest that says so is none either.
        host.put("bak/db.xml", "<domain/>");
        host.ensure(&all.sealed()).unwrap();
        host.put("bak/db.xml", "");
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let text = host.get("bak/.xtask-manifest");
        let line = text.lines().find(|line| line.ends_with("./db.xml")).unwrap();
        host.put("bak/.xtask-manifest", text.replace(line, &format!("file 0 {empty} ./db.xml")));
        let text = refused(&host, &all, &Demand::default());
        assert!(text.contains("its files are all empty"), "{text}");
    }
}

/// For `qemu-img` an empty file is a raw image.
#[test]
fn an_empty_file_is_no_disk_image() {
    for host in hosts() {
        host.put("bak/more", "x");
        let file = host.put("bak/old.img", "");
        let backup: Backup = backup(&host).with(Content::image(&file));
        let error = told(host.ensure(&backup.sealed()));
        assert!(error.contains("old.img is empty"), "{error}");
    }
}

/// sha256sum writes such a name in another way.
#[test]
fn a_file_with_a_carriage_return_in_its_name_is_not_left_out() {
    for host in hosts() {
        host.put("bak/a", "1");
        host.put("bak/b\rc", "2");
        let error = told(host.ensure(&backup(&host).sealed()));
        assert!(error.contains("cannot hold the name"), "{error}");
    }
}
