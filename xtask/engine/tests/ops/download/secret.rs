//! Secret headers.

use std::sync::atomic::{AtomicBool, Ordering};

use engine::data::outcome::Outcome;
use engine::ops::Download;
use engine::ops::reader::hash;

use super::names;
use crate::aid::told;
use crate::bench::{Host, hosts};
use crate::nginx::{Nginx, noise};

/// With a character for each layer between here and curl.
const TOKEN: &str = "Zq7 kW2\"x\\";

/// The processes that show `TOKEN` in their arguments or their environment, until `over`.
fn watch(over: &AtomicBool) -> Vec<String> {
    let mut found = Vec::new();
    let token = TOKEN.as_bytes();
    while !over.load(Ordering::Relaxed) {
        for entry in std::fs::read_dir("/proc").unwrap().flatten() {
            for file in ["cmdline", "environ"] {
                let path = entry.path().join(file);
                let text = std::fs::read(&path).unwrap_or_default();
                if text.windows(4).any(|part| part == &token[..4]) {
                    found.push(format!("{}: {}", path.display(), String::from_utf8_lossy(&text)));
                }
            }
        }
    }
    found
}

#[test]
fn a_secret_header_reaches_the_server_and_nothing_else() {
    let nginx = Nginx::start();
    let new = noise(1, 6_000_000);
    nginx.put("f", &new);
    for host in hosts() {
        let url = nginx.url("secret", "f");
        let plain = Download::new(&url, host.path("f")).sha256(hash(&new));
        assert!(told(host.ensure(&plain)).contains("the server answers 403"));
        let op = plain.headers([format!("X-Token: {TOKEN}")]);
        assert!(!format!("{op:?}").contains("Zq7"));
        assert_eq!(host.plan(&op).unwrap(), Outcome::Needed);
        assert!(
            host.diff().ends_with("the secret header travels unencrypted\n"),
            "{}",
            host.diff()
        );
        host.forget();
        // Slow enough to be watched.
        let over = AtomicBool::new(false);
        let shown = std::thread::scope(|scope| {
            let watcher = scope.spawn(|| watch(&over));
            assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
            over.store(true, Ordering::Relaxed);
            watcher.join().unwrap()
        });
        assert_eq!(shown, Vec::<String>::new());
        for action in host.observer.ran.lock().unwrap().iter() {
            let text = format!("{} {action:?} {}", action.script().unwrap(), action.name());
            assert!(!text.contains("Zq7"), "{text}");
        }
        let fetch = &host.observer.ran.lock().unwrap()[1];
        assert!(fetch.stdin.as_ref().is_some_and(|stdin| stdin.secret), "{fetch:?}");
        assert!(!host.recorded().contains("Zq7") && !host.diff().contains("Zq7"));
        assert_eq!(names(&host), ["f"]);
    }
}

#[test]
fn a_secret_header_follows_no_redirect() {
    let nginx = Nginx::start();
    nginx.put("f", b"x");
    for host in hosts() {
        let op = Download::new(nginx.url("away", "f"), host.path("f"))
            .sha256(hash(b"x"))
            .headers([format!("X-Token: {TOKEN}")]);
        let error = told(host.ensure(&op));
        assert!(error.contains("the server answers 302 and leads to http://127.0.0.2:"), "{error}");
        assert!(error.contains("a secret header does not go there"), "{error}");
        assert!(!error.contains("signed=yes"), "{error}");
        assert_eq!(names(&host), Vec::<String>::new());
    }
}

#[test]
fn a_known_secret_in_a_url_is_refused() {
    let host = Host::new().hiding("t0psecret");
    let op = Download::new("http://m/x?token=t0psecret", host.path("f")).sha256(hash(b""));
    let error = told(host.plan(&op));
    assert!(error.starts_with("the URL at m holds a secret\nhint: give the secret as a header"));
}
