//! `runs watch`: the page of a run while it runs.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::chromium::{Browser, address};
use crate::support::written::Written;
use crate::support::{Xtask, scratch};

/// A server, and the address that it has printed.
struct Watch {
    process: Child,
    /// `127.0.0.1:41231`.
    place: String,
    token: String,
}

impl Watch {
    fn start(state: &Path, words: &[&str]) -> Self {
        let mut process = Xtask::new(state, &[&["runs", "watch"], words].concat()).spawn();
        let mut line = String::new();
        let stdout = process.stdout.as_mut().expect("a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("an address");
        let rest = line.trim().strip_prefix("http://").expect("an address");
        let (place, token) = rest.split_once('/').expect("a token");
        let (place, token) = (place.to_owned(), token.trim_end_matches('/').to_owned());
        assert!(token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{line}");
        Self { process, place, token }
    }

    fn url(&self) -> String {
        format!("http://{}/{}/", self.place, self.token)
    }

    /// The answer to these lines of a head.
    fn says(&self, head: &str) -> String {
        let mut stream = TcpStream::connect(&self.place).expect("a server");
        stream.write_all(format!("{head}\r\n\r\n").as_bytes()).expect("a reader");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("a text");
        answer
    }

    /// The state for a page that has `since`.
    fn state(&self, since: u64) -> Value {
        let head = format!(
            "GET /{}/state?since={since}&viewer=7 HTTP/1.1\r\nHost: {}",
            self.token, self.place
        );
        let answer = self.says(&head);
        let (head, body) = answer.split_once("\r\n\r\n").expect("a body");
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        serde_json::from_str(body).expect("JSON")
    }

    /// Its end: exit code and standard error.
    fn ends(self) -> (Option<i32>, String) {
        let output = self.process.wait_with_output().expect("an end");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

const ID: &str = "20261121-023311-bk-upgrade-paas";

fn begun(state: &Path) -> Written {
    let mut run = Written::new(state, ID, "bk-upgrade paas", &json!({})).running();
    run.add(5, json!({ "event": "hosts", "hosts": ["paas1", "paas2"] }));
    run.add(30, json!({ "event": "stage", "name": "stop", "of": 2 }));
    run.begins(40, "paas1", "disable bk-paas.service", "-enabled\n+disabled\n", true);
    run.flush();
    run
}

fn finish(run: &mut Written) {
    let outputs = run.output("0001.paas1", "stopped\n", "");
    let what = ["paas1", "disable bk-paas.service", "changed"];
    run.ends(900, 1, what, &json!({ "outputs": outputs }));
    run.found(950, ["paas2", "disable bk-paas.service", "kept"], &json!({}));
    let hosts =
        json!({ "words": { "paas1": "changed", "paas2": "kept" }, "open": [], "only": false });
    run.add(1000, json!({ "event": "end", "exit": 0, "hosts": hosts }));
    run.flush();
    run.over();
}

#[test]
fn the_page_follows_a_run_of_another_process_and_ends_with_it() {
    let state = scratch();
    let mut run = begun(state.path());
    let file = state.path().join("report.html");
    let words = ["runs", "report", ID, "--output", &file.display().to_string()];
    assert_eq!(Xtask::new(state.path(), &words).run().code, 0);
    let watch = Watch::start(state.path(), &["paas"]);
    let mut browser = Browser::start();
    browser.open(&watch.url());
    browser.until("document.querySelector('.live').textContent === 'live: follows the run'");
    // The page that goes away says so: nobody waits for it at the end.
    browser.eval("window.old = true");
    browser.call("Page.reload", &json!({}));
    browser.until("!window.old && document.readyState === 'complete'");
    browser.until("document.querySelectorAll('.bar.work').length === 2");
    browser.until("document.querySelector('.live').textContent === 'live: follows the run'");
    assert_eq!(browser.eval("document.querySelector('.verdict .badge').textContent"), "running");
    // What a person has opened stays open.
    browser.eval("document.querySelector('.name').click()");
    browser.eval("document.querySelector('.own details').open = true");
    browser.eval("document.querySelector('.own summary').focus()");
    finish(&mut run);
    browser.until("document.querySelector('.verdict .badge').textContent === 'done'");
    let live = browser.eval("document.querySelector('.live').textContent");
    assert_eq!(live, "the run is over; this page stays as it is now");
    let focused = browser.eval("document.activeElement.matches('.own details[open] > summary')");
    assert_eq!(focused, true);
    assert_eq!(
        browser.eval("document.querySelector('.own details .out').textContent"),
        "stopped\n"
    );
    assert_eq!(
        browser.eval("document.querySelector('.count').textContent"),
        "2 hosts, 2 operations"
    );
    let begun = Instant::now();
    let (code, said) = watch.ends();
    assert!(begun.elapsed() < Duration::from_secs(60), "it has waited for a page that is gone");
    let expected = format!(
        "shows {ID} until its end; Ctrl-C ends it before\n{ID} is over:  cargo xtask runs report {ID}\n"
    );
    assert_eq!((code, said), (Some(0), expected));
    assert_eq!(browser.complaints(), Vec::<String>::new());
    let place = browser.requests();
    assert!(
        !place.is_empty()
            && place.iter().all(|url| url.contains("/state?since=") || url.contains("/left?")),
        "{place:?}"
    );
    // A page that does not follow has its own time, whenever it is read.
    browser.open(&address(&file));
    assert_eq!(browser.eval("isRunning() && now() === Date.parse(model.head.made)"), true);
}

#[test]
fn only_a_get_with_the_token_is_answered_and_only_changes_are_sent() {
    let state = scratch();
    let mut run = begun(state.path());
    let watch = Watch::start(state.path(), &["20261121"]);
    let (token, place) = (&watch.token, &watch.place);
    // One that asks and never ends holds up nobody.
    let slow: Vec<TcpStream> =
        (0..5).map(|_| TcpStream::connect(place).expect("a server")).collect();
    (&slow[0]).write_all(b"GET /").expect("a reader");

    let page = watch.says(&format!("GET /{token}/ HTTP/1.1\r\nHost: {place}"));
    let head = page.split("\r\n\r\n").next().expect("a head");
    for line in [
        "HTTP/1.1 200 OK",
        "Cache-Control: no-store",
        "Referrer-Policy: no-referrer",
        "X-Content-Type-Options: nosniff",
        "X-Frame-Options: DENY",
    ] {
        assert!(head.lines().any(|found| found == line), "{line}: {head}");
    }
    assert!(page.contains("connect-src 'self'") && page.contains("data-live=\"yes\""));
    let wrong = token.replace(|c: char| c.is_ascii_digit(), "0").replace('a', "b");
    let status = |head: String| watch.says(&head).lines().next().unwrap_or_default().to_owned();
    for path in [
        "/",
        "/state?since=0",
        &format!("/{wrong}/"),
        &format!("/{token}"),
        &format!("/{token}/other"),
        &format!("/{token}/../etc/passwd"),
    ] {
        assert_eq!(
            status(format!("GET {path} HTTP/1.1\r\nHost: {place}")),
            "HTTP/1.1 404 Not Found",
            "{path}"
        );
    }
    let foreign = format!("GET /{token}/ HTTP/1.1\r\nHost: evil.example");
    assert_eq!(status(foreign), "HTTP/1.1 404 Not Found");
    let post = format!("POST /{token}/ HTTP/1.1\r\nHost: {place}\r\nContent-Length: 0");
    assert_eq!(status(post), "HTTP/1.1 405 Method Not Allowed");
    assert_eq!(status("nonsense".to_owned()), "HTTP/1.1 400 Bad Request");

    let first = watch.state(0);
    assert_eq!((first["rows"].as_array().map(Vec::len), &first["over"]), (Some(1), &json!(false)));
    let version = first["version"].as_u64().expect("a version");
    assert_eq!(watch.state(version), json!({ "version": version, "over": false, "same": true }));
    run.found(500, ["paas2", "disable bk-paas.service", "kept"], &json!({}));
    run.flush();
    let changed = loop {
        let state = watch.state(version);
        if state["same"] != true {
            break state;
        }
    };
    // The new one, and not the one that is at work as before.
    let rows = changed["rows"].as_array().expect("rows");
    assert_eq!((rows.len(), &rows[0][0], &changed["whole"]), (1, &json!(1), &json!(false)));
    run.over();
    // It has asked, so it gets the end; only then is there nobody to wait for.
    while watch.state(version)["over"] != true {}
    let (code, _) = watch.ends();
    assert_eq!(code, Some(0));
}

#[test]
fn a_run_that_is_over_has_a_report_and_other_machines_are_let_in_by_name_only() {
    let state = scratch();
    let mut run = begun(state.path());
    finish(&mut run);
    let watch =
        |words: &[&str]| Xtask::new(state.path(), &[&["runs", "watch", ID], words].concat());
    let refused = watch(&[]).run();
    let said = format!(
        "error: {ID} is over: there is nothing to follow\nhint: its report:  cargo xtask runs report {ID} --output report.html\nhint: to show it anyway:  --stay\n"
    );
    assert_eq!((refused.code, refused.stdout.as_str(), refused.stderr), (2, "", said));
    for (address, said) in
        [("nowhere", "not an address with a port"), ("192.0.2.1:0", "cannot listen on 192.0.2.1:0")]
    {
        let wrong = watch(&["--stay", "--listen", address]).run();
        assert_eq!((wrong.code, wrong.stdout.as_str()), (2, ""), "{}", wrong.stderr);
        assert!(wrong.stderr.contains(said), "{}", wrong.stderr);
    }
    // For programs, too.
    let mut json = watch(&["--stay", "--json", "--quiet"]).spawn();
    let mut text = String::new();
    let mut stdout = BufReader::new(json.stdout.as_mut().expect("a pipe"));
    while !text.ends_with("}\n}\n") {
        stdout.read_line(&mut text).expect("a document");
    }
    let value: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&value["schema"], &value["watch"]["run"]), (&json!(1), &json!(ID)));
    assert!(value["watch"]["url"].as_str().is_some_and(|url| url.starts_with("http://127.0.0.1:")));
    json.kill().expect("a process");
    json.wait().expect("an end");
    // On all addresses: with a warning, and with the name of the machine. It stays until it is stopped.
    let mut all = watch(&["--stay", "--listen", "0.0.0.0:0"]).spawn();
    let mut line = String::new();
    BufReader::new(all.stdout.as_mut().expect("a pipe")).read_line(&mut line).expect("an address");
    assert!(!line.contains("0.0.0.0") && line.starts_with("http://"), "{line}");
    let port = line.rsplit_once(':').and_then(|(_, rest)| rest.split_once('/')).expect("a port").0;
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).expect("a server");
    let path = line.trim().rsplit('/').nth(1).expect("a token");
    write!(stream, "GET /{path}/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n").expect("a reader");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("a page");
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    let stop = Xtask::program("kill").args(["-INT", &all.id().to_string()]).status();
    assert!(stop.expect("kill starts").success());
    let output = all.wait_with_output().expect("an end");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.starts_with("note: everybody on the network who has this address can look"),
        "{said}"
    );
    assert!(said.contains(&format!("shows {ID} until Ctrl-C\n")), "{said}");
    assert_eq!(output.status.code(), Some(130), "{said}");
}
