//! What a backup must hold: the check of each kind, with the real programs.

use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use engine::ops::{Backup, Content, Demand, Doomed};
use engine::text::snippet::Snippet;

use crate::aid::told;
use crate::backup::{DAY, backup, prove, refused};
use crate::bench::{Host, hosts};

const OWN: Snippet = Snippet::new(
    "test/own",
    "# Own.\n# in: FILE\nprobe() {\n  grep -q good \"$FILE\" || { echo \"$FILE is bad\"; return 1; }\n}\n",
);

/// Where `tests/run` unpacks etcd.
const TOOLS: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/../tools/usr/bin");

/// A member on loopback; it ends with the test.
struct Etcd(std::process::Child);

impl Drop for Etcd {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[expect(clippy::disallowed_methods, reason = "a server of the test's own")]
fn start(host: &Host) -> (Etcd, String) {
    let [client, peer] = [(); 2].map(|()| format!("http://127.0.0.1:{}", free_port()));
    let child = std::process::Command::new(format!("{TOOLS}/etcd"))
        .args(["--data-dir", &host.path("etcd"), "--name", "one", "--log-level", "error"])
        .args(["--listen-client-urls", &client, "--advertise-client-urls", &client])
        .args(["--listen-peer-urls", &peer, "--initial-advertise-peer-urls", &peer])
        .args(["--initial-cluster", &format!("one={peer}")])
        .spawn();
    (Etcd(child.expect("etcd starts: tests/run --prepare unpacks it")), client)
}

#[test]
fn an_etcd_snapshot_is_read_by_its_own_program() {
    let path = format!("PATH={TOOLS}:{}", std::env::var("PATH").unwrap_or_default());
    let host = Host::behind(&["env", &path]);
    std::fs::create_dir(host.path("bak")).unwrap();
    let (_member, client) = start(&host);
    let etcdctl = |words: &str| {
        host.raw(&format!("ETCDCTL_API=3 etcdctl --endpoints {client} {words} >/dev/null"), b"")
    };
    let limit = Instant::now() + Duration::from_secs(60);
    while !etcdctl("endpoint health 2>&1").starts_with("0 ") {
        assert!(Instant::now() < limit, "etcd does not answer");
        std::thread::sleep(Duration::from_millis(50));
    }
    let file = host.path("bak/etcd.db");
    let backup = Backup::directory("etcd", "cluster-a", host.path("bak"), "etcd save")
        .only(["etcd.db"])
        .with(Content::etcd(&file));
    let save = || {
        drop(std::fs::remove_file(&file));
        let said = etcdctl(&format!("snapshot save {file} 2>/dev/null"));
        assert!(said.starts_with("0 "), "{said}");
    };
    // Without a key it is a whole snapshot of nothing.
    save();
    assert!(told(host.ensure(&backup.sealed())).contains("holds no revision"));
    assert!(etcdctl("put a 1").starts_with("0 "));
    save();
    host.ensure(&backup.sealed()).unwrap();
    let facts = prove(&host, &backup, &Demand::default()).unwrap();
    assert_eq!(facts.files, 1);
    // Cut short, it is refused before it gets a manifest.
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    assert!(told(host.ensure(&backup.sealed())).contains("does not end with its hash"));
    assert!(prove(&host, &backup, &Demand::default()).is_err());
    // One flipped byte: the hash of the snapshot is another.
    let mut flipped = whole;
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    std::fs::write(&file, &flipped).unwrap();
    assert!(told(host.ensure(&backup.sealed())).contains("does not have the hash at its end"));
    assert!(prove(&host, &backup, &Demand::default()).is_err());
}

#[test]
fn the_content_is_checked_before_the_manifest_is_written_and_at_each_proof() {
    for host in hosts() {
        let own = host.put("bak/own", "bad");
        let backup = backup(&host).with(Content::new("own", OWN, [("FILE", own.as_str().into())]));
        assert!(told(host.ensure(&backup.sealed())).contains("own is bad"));
        assert!(!Path::new(&host.path("bak/.xtask-manifest")).exists());
        host.put("bak/own", "good");
        host.ensure(&backup.sealed()).unwrap();
        prove(&host, &backup, &Demand::default()).unwrap();
        // Data behind an API is on no path of the host that deletes it.
        let sets = Demand::new(DAY, vec![Doomed::data("host", "all sets")]);
        prove(&host, &backup, &sets).unwrap();
        let checks = backup.checks(&Demand::new(DAY, vec![Doomed::Host("x".into())]));
        assert_eq!(
            checks.join(", "),
            "complete, readable, of this cluster, young enough, outside of what goes away, own is sound"
        );
    }
    let host = Host::new();
    let dump = host.put("bak/all.sql", "INSERT;\n-- Dump completed on 2026-11-21\n");
    let sealed = |file: &str| {
        let only = file.rsplit('/').next().unwrap().to_owned();
        backup(&host).only([only]).with(Content::dump(file, "-- Dump completed"))
    };
    host.ensure(&sealed(&dump).sealed()).unwrap();
    host.put("bak/all.sql", "INSERT;\n-- Dump comp");
    assert!(told(host.ensure(&sealed(&dump).sealed())).contains("the dump was cut short"));
    assert_eq!(host.raw(&format!("gzip -c {dump} >{dump}.gz",), b""), "0 ");
    let packed = format!("{dump}.gz");
    assert!(told(host.ensure(&sealed(&packed).sealed())).contains("the dump was cut short"));
    host.put("bak/all.sql", "INSERT;\n-- Dump completed\n");
    assert_eq!(host.raw(&format!("gzip -cf {dump} >{packed}"), b""), "0 ");
    host.ensure(&sealed(&packed).sealed()).unwrap();
    std::fs::OpenOptions::new().write(true).open(&packed).unwrap().set_len(30).unwrap();
    assert!(told(host.ensure(&sealed(&packed).sealed())).contains("unexpected end of file"));
}

/// With the real qemu-img.
#[test]
fn a_disk_image_is_read_by_its_own_program() {
    let host = Host::new();
    std::fs::create_dir(host.path("bak")).unwrap();
    let image = host.path("bak/vm.img");
    assert_eq!(host.raw(&format!("qemu-img create -q -f qcow2 {image} 1M"), b""), "0 ");
    let backup = backup(&host).only(["vm.img"]).with(Content::image(&image));
    host.ensure(&backup.sealed()).unwrap();
    prove(&host, &backup, &Demand::default()).unwrap();
    // A reference count table that points beyond the file.
    let mut bytes = std::fs::read(&image).unwrap();
    bytes[48..56].copy_from_slice(&[0, 0, 0, 0, 0x40, 0, 0, 0]);
    std::fs::write(&image, bytes).unwrap();
    assert!(host.ensure(&backup.sealed()).is_err());
    assert!(refused(&host, &backup, &Demand::default()).contains("is incomplete"));
}
