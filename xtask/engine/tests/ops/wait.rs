//! Waits.

use std::time::{Duration, Instant};

use engine::data::outcome::Outcome;
use engine::ops::{FileContent, Wait};
use engine::text::snippet::Snippet;

use crate::aid::told;
use crate::bench::Host;

const STATE: Snippet = Snippet::new(
    "test/state",
    "# State.\n# in: SAYS CODE\nprobe() {\n  echo \"$SAYS\"\n  return \"$CODE\"\n}\n",
);

fn state(says: &str, code: &str) -> Wait {
    Wait::until("it is up", STATE, [("SAYS", says.into()), ("CODE", code.into())])
        .every(Duration::from_millis(20))
        .at_most(Duration::from_secs(1))
}

#[test]
fn a_path_and_a_port_are_waited_for() {
    let host = Host::new();
    let path = host.path("f");
    let op = Wait::path(&path).every(Duration::from_millis(50));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(300));
            host.put("f", "");
        });
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Kept);
    });
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = server.local_addr().unwrap().port();
    assert_eq!(host.ensure(&Wait::port("127.0.0.1", port)).unwrap(), Outcome::Kept);
    drop(server);
    let closed = Wait::port("127.0.0.1", port).at_most(Duration::ZERO);
    assert!(told(host.ensure(&closed)).starts_with("timed out after 0 s waiting for: 127.0.0.1:"));
}

#[test]
fn a_wait_ends_at_its_limit_and_at_once_when_it_cannot_come_true() {
    let host = Host::new();
    let error = told(host.ensure(&state("starting", "1")));
    assert_eq!(
        error,
        "timed out after 1 s waiting for: it is up\n\
         still: waits for at most 1 s; now: starting"
    );
    let started = Instant::now();
    let error = told(host.ensure(&state("it FAILED", "1").fails_on("FAILED")));
    assert!(error.starts_with("wait failed: it is up\nfound: FAILED"), "{error}");
    assert!(told(host.ensure(&state("", "3"))).starts_with("cannot probe: exit 3"));
    assert!(started.elapsed() < Duration::from_millis(900));
}

#[test]
fn a_dry_run_does_not_wait() {
    let host = Host::new();
    assert_eq!(host.plan(&state("up", "0")).unwrap(), Outcome::Kept);
    host.plan(&FileContent::new(host.path("f"), "")).unwrap();
    assert_eq!(host.plan(&state("down", "1")).unwrap(), Outcome::Unknown);
}
