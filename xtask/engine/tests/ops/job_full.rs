//! Jobs on a disk that is full.

use std::os::unix::fs::symlink;
use std::path::Path;

use engine::data::outcome::Outcome;
use engine::ops::{Detached, Script};

use crate::aid::told;
use crate::bench::{Host, hosts};
use crate::jobs::COUNT;

/// A job whose directory is on a disk of 1 MiB, and that fills it with its last words.
fn filling(host: &Host, code: &str) -> Script {
    host.put("go", "");
    let code = format!("cat /dev/zero >/mnt/fill 2>/dev/null || {code}");
    let values =
        [("LOG", host.path("log").into()), ("GO", host.path("go").into()), ("CODE", code.into())];
    Script::new("count", COUNT, values)
        .markers_in(host.path("markers"))
        .detached(Detached::job("count").jobs_in("/mnt/jobs"))
}

#[test]
fn a_job_that_ends_on_a_full_disk_has_its_exit_code() {
    let disk = "mount -t tmpfs -o size=1m none /mnt && exec \"$@\"";
    let small = ["unshare", "--map-root-user", "--mount", "sh", "-c", disk, "sh"];
    let host = Host::behind(&small);
    let error = told(host.ensure(&filling(&host, "(exit 3)")));
    assert!(error.contains("once: exit 3") && error.contains("\n1000"), "{error}");
    let host = Host::behind(&small);
    assert_eq!(host.ensure(&filling(&host, "true")).unwrap(), Outcome::Changed);
}

/// Half of the file would say that the host restarted, while the script runs.
#[test]
fn a_job_that_cannot_say_that_it_started_does_not_run() {
    for host in hosts() {
        host.put("job/script", format!("touch {}", host.path("ran")));
        host.put("job/who", "run 1\n");
        let run = host.put("run", include_str!("../../../../snippets/session/job.sh"));
        let dir = host.path("job");
        for file in [".about", ".exit"] {
            symlink("/dev/full", host.path(&format!("job/{file}"))).unwrap();
            let said = host.raw(&format!("sh {run} {dir} 0 '' hash 3>/dev/null 7<{dir}"), b"");
            assert!(said.starts_with("1 ") && said.contains("is the disk full?"), "{said}");
            for file in ["ran", "job/about", "job/exit"] {
                assert!(!Path::new(&host.path(file)).exists(), "{file}");
            }
            std::fs::remove_file(host.path(&format!("job/{file}"))).unwrap();
        }
    }
}
