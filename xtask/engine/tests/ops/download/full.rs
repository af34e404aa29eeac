//! Downloads to a disk that is too small.

use engine::ops::Download;
use engine::ops::reader::hash;

use crate::aid::told;
use crate::bench::Host;
use crate::nginx::{Nginx, noise};

/// A host that has a disk of 3 MiB at /mnt, with an old file.
fn small() -> Host {
    let disk = "mount -t tmpfs -o size=3m none /mnt && echo old >/mnt/f && exec \"$@\"";
    Host::behind(&["unshare", "--map-root-user", "--mount", "sh", "-c", disk, "sh"])
}

#[test]
fn without_room_nothing_is_written() {
    let (nginx, host) = (Nginx::start(), small());
    let new = noise(1, 5_000_000);
    nginx.put("f", &new);
    let local = format!("file://{}", nginx.file("f").display());
    for url in [nginx.url("plain", "f"), local] {
        let error = told(host.ensure(&Download::new(&url, "/mnt/f").sha256(hash(&new))));
        let says = format!("no room for {url}: 4882 KiB wanted, ");
        assert!(error.contains(&says) && error.contains("exit 21"), "{error}");
        assert!(error.contains("KiB free in /mnt/"), "{error}");
        assert_eq!(host.raw("cat /mnt/f >&2; ls -A /mnt >&2", b""), "0 old\nf\n");
    }
    // The server reports less than the old size: only the head was read.
    assert!(nginx.answers(1)[0].1 < 5_000_000);
}

/// An answer of unknown length fills the disk.
#[test]
fn a_disk_that_fills_up_keeps_the_old_file_and_no_part() {
    let (nginx, host) = (Nginx::start(), small());
    let new = noise(1, 5_000_000);
    nginx.put("f", &new);
    let op = Download::new(nginx.url("chunked", "f"), "/mnt/f").sha256(hash(&new));
    let error = told(host.ensure(&op));
    assert!(error.contains("exit 21"), "{error}");
    assert!(error.contains("/mnt/.f.xtask-part, which was removed"), "{error}");
    assert_eq!(host.raw("cat /mnt/f >&2; ls -A /mnt >&2", b""), "0 old\nf\n");
}
