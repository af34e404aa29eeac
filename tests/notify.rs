//! Who hears of a run: the logs, a program, a web address, and the metrics of it.

mod metrics;

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::Value;

use crate::support::machines::Machines;
use crate::support::secrets::Watch;
use crate::support::{Xtask, scratch, write};

/// A log of this machine: what was written into it since the last look.
struct Log(UnixDatagram);

impl Log {
    fn at(path: &Path) -> Self {
        let socket = UnixDatagram::bind(path).expect("a socket");
        socket.set_read_timeout(Some(Duration::from_millis(50))).expect("a socket");
        Self(socket)
    }

    fn lines(&self) -> Vec<String> {
        let mut buffer = [0; 4096];
        let one = || self.0.recv(&mut buffer).ok().map(|count| text(&buffer[..count]));
        std::iter::from_fn(one).collect()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A receiver that gives these answers; gives path and body of each request.
fn receiver(answers: &'static [&'static str]) -> (u16, JoinHandle<Vec<(String, Value)>>) {
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = server.local_addr().expect("an address").port();
    let serve = move || {
        let mut heard = Vec::new();
        for (answer, connection) in answers.iter().zip(server.incoming()) {
            let mut connection = connection.expect("a caller");
            let (mut request, mut buffer) = (String::new(), [0; 4096]);
            let body = loop {
                let count = connection.read(&mut buffer).expect("a request");
                request += &text(&buffer[..count]);
                let Some((head, body)) = request.split_once("\r\n\r\n") else { continue };
                let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
                if Some(body.len()) == length.and_then(|length| length.parse().ok()) {
                    break body.to_owned();
                }
            };
            connection
                .write_all(format!("HTTP/1.1 {answer}\r\nContent-Length: 2\r\n\r\nok").as_bytes())
                .expect("a caller");
            let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
            heard.push((path, serde_json::from_str(&body).expect("JSON")));
        }
        heard
    };
    (port, std::thread::spawn(serve))
}

/// A machine with these tables, and the log of this machine.
fn site(tables: &str) -> (Machines, Log) {
    let machines = Machines::new(&["control"]);
    machines.inventory(&["control"], tables);
    let log = Log::at(&machines.dir.path().join("log"));
    (machines, log)
}

fn step(machines: &Machines, operator: &str, words: &[&str]) -> Xtask {
    machines.step(operator, words).env("XTASK_SYSLOG", machines.dir.path().join("log"))
}

/// A line without the parts that differ from run to run.
fn steady(line: &str) -> String {
    let (head, rest) = line.split_once(": ").expect("a line of a log");
    let (level, _) = head.split_once("xtask[").expect("a line of ours");
    let word = |word: &str| match word.split_once('=') {
        Some((name @ ("run" | "from"), _)) => Some(format!("{name}=…")),
        Some(_) => Some(word.to_owned()),
        // The rest of a quoted value.
        None => Some(word.to_owned())
            .filter(|word| !word.starts_with("(from") && !word.ends_with(")\"")),
    };
    format!("{level}{}", rest.split(' ').filter_map(word).collect::<Vec<_>>().join(" "))
}

#[test]
fn the_log_of_this_machine_has_start_and_end_of_what_changes_hosts() {
    let (machines, log) = site("");
    let run = step(&machines, "alice", &["--ticket", "CHG-7", "--reason", "a \"b\""]).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let lines = log.lines();
    let (ticket, why) = ("ticket=CHG-7", "reason=\"a \\\"b\\\"\"");
    assert_eq!(
        lines.iter().map(|line| steady(line)).collect::<Vec<_>>(),
        [
            format!(
                "<14>event=start run=… step=\"bk-upgrade paas\" user=\"alice\" from=… {ticket} {why}"
            ),
            format!(
                "<14>event=done run=… step=\"bk-upgrade paas\" user=\"alice\" from=… {ticket} exit=0 hosts=\"1 changed\" {why}"
            ),
        ]
    );
    assert!(
        lines[0].contains(" run=20") && lines[0].contains("(from 192.0.2.7)\""),
        "{}",
        lines[0]
    );
    // A failure is a warning.
    machines.put("control", "home/meanwhile", "exit 3\n");
    let failed = step(&machines, "bob", &[]).run();
    assert_eq!(failed.code, 1, "{}", failed.stderr);
    let last = log.lines().pop().expect("a line");
    assert!(
        last.starts_with("<12>xtask[") && last.ends_with("exit=1 hosts=\"1 failed\""),
        "{last}"
    );
    // A look leaves no line, and a machine without a log is no failure.
    assert_eq!(step(&machines, "carol", &["-n"]).run().code, 0);
    let look = ["pcmd", "-w", "control", "true"];
    let look = machines.run("carol", &look).env("XTASK_SYSLOG", machines.dir.path().join("log"));
    assert_eq!(look.run().code, 0);
    assert_eq!(log.lines(), [""; 0]);
    machines.put("control", "home/meanwhile", "");
    let none = machines.step("dave", &[]).env("XTASK_SYSLOG", "/nowhere/log").run();
    assert_eq!((none.code, none.stderr.contains("note")), (0, false), "{}", none.stderr);
    machines.inventory(&["control"], "[notify]\njournal = false\n");
    assert_eq!(step(&machines, "erin", &[]).run().code, 0);
    assert_eq!(log.lines(), [""; 0]);
}

#[test]
fn the_log_of_a_host_has_a_line_when_it_was_changed() {
    let (machines, _log) = site("[notify]\nhosts = true\n");
    machines.put("control", "bin/logger", "#!/bin/sh\nprintf '%s|' \"$@\" >>\"$HOME/log\"\n");
    let logger = machines.home("control").join("bin/logger");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&logger, mode).expect("a script");
    assert_eq!(step(&machines, "alice", &["--ticket", "CHG-7"]).run().code, 0);
    let said = machines.get("control", "home/log").expect("a line");
    assert!(said.starts_with("--size|4096|-t|xtask|--|event=done run=20"), "{said}");
    assert!(said.contains(" ticket=CHG-7 exit=0 hosts=\"1 changed\"|"), "{said}");
    // Nothing was changed: no line.
    assert_eq!(step(&machines, "alice", &[]).run().code, 0);
    assert_eq!(machines.get("control", "home/log").as_ref(), Some(&said));
    // A change that failed half-way is in the log, and one of busybox knows no size.
    write(&logger, "#!/bin/sh\n[ \"$1\" = -t ] && printf '%s|' \"$@\" >\"$HOME/log\"\n");
    machines.put("control", "home/meanwhile", "exit 3\n");
    assert_eq!(step(&machines, "carol", &[]).run().code, 1);
    let said = machines.get("control", "home/log").expect("a line");
    assert!(said.starts_with("-t|xtask|--|event=failed run=20"), "{said}");
    machines.put("control", "home/meanwhile", "");
    write(&logger, "#!/bin/sh\necho no log >&2\nexit 1\n");
    let run = step(&machines, "bob", &[]).run();
    assert_eq!(run.code, 0);
    assert!(
        run.stderr.contains("note: control: no line in its log: cannot read"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_program_and_an_address_hear_of_a_run_and_never_of_a_secret() {
    let (port, heard) = receiver(&["200 OK", "302 Found"]);
    let address = format!("http://127.0.0.1:{port}/services/T0/a-made-up-token?x=\"\\");
    let tables = "[secrets]\nslack = { file = \"slack\" }\n[notify]\n\
                  command = [\"sh\", \"-c\", \"cat >>heard\"]\nwebhook = { secret = \"slack\" }\n";
    let (machines, _log) = site(tables);
    let secret = machines.dir.path().join("slack");
    write(&secret, &address);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&secret, mode).expect("a file of our own");
    let watch = Watch::start(vec!["a-made-up-token".to_owned()]);
    let run = step(&machines, "alice", &["--ticket", "CHG-7", "-v"]).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let (processes, hits) = watch.ends();
    assert!(processes > 2 && hits.is_empty(), "{hits:?}");
    let note = "note: `webhook` of [notify]: the address answered 302\n";
    assert_eq!(run.stderr.matches("note:").count(), 1, "{}", run.stderr);
    assert!(run.stderr.contains(note), "{}", run.stderr);
    let heard = heard.join().expect("both requests");
    let events: Vec<&Value> = heard.iter().map(|(_, body)| &body["event"]).collect();
    assert_eq!(events, ["start", "done"]);
    assert!(heard.iter().all(|(path, _)| path.starts_with("/services/T0/a-made-up-token?x=")));
    let end = &heard[1].1;
    let said = end["text"].as_str().expect("a text");
    assert!(said.starts_with("xtask bk-upgrade paas done: 1 changed (alice on "), "{said}");
    assert!(said.ends_with(", ticket: CHG-7"), "{said}");
    assert_eq!((&end["exit"], &end["hosts"]["changed"]), (&0.into(), &1.into()));
    let program = std::fs::read_to_string(machines.dir.path().join("heard")).expect("a file");
    let bodies: Vec<Value> =
        serde_json::Deserializer::from_str(&program).into_iter().map(Result::unwrap).collect();
    assert_eq!(bodies, heard.iter().map(|(_, body)| body.clone()).collect::<Vec<_>>());
    assert!(!format!("{}{}{program}", run.stdout, run.stderr).contains("a-made-up-token"));
    let runs = machines.dir.path().join("alice/state/xtask/runs");
    let found = Xtask::program("grep").args(["-rl", "a-made-up-token"]).arg(runs).output();
    assert_eq!(text(&found.expect("grep").stdout), "");
}

#[test]
fn a_receiver_that_fails_fails_nothing_and_only_the_wanted_moments_are_heard() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("an address").port();
    drop(silent);
    let tables = format!(
        "[notify]\non = [\"failed\"]\nwebhook = \"http://127.0.0.1:{port}/\"\n\
         command = [\"sh\", \"-c\", \"cat >>heard; exit 3\"]\n"
    );
    let (machines, _log) = site(&tables);
    let fine = step(&machines, "alice", &[]).run();
    assert_eq!((fine.code, fine.stderr.contains("note")), (0, false), "{}", fine.stderr);
    assert!(!machines.dir.path().join("heard").exists());
    machines.put("control", "home/meanwhile", "exit 3\n");
    let failed = step(&machines, "bob", &[]).run();
    assert_eq!(failed.code, 1, "{}", failed.stderr);
    for said in [
        "note: `command` of [notify]: sh ended with exit 3\n",
        "note: `webhook` of [notify]: curl ended with exit 7: curl: (7) Failed to connect to ",
    ] {
        assert!(failed.stderr.contains(said), "{}", failed.stderr);
    }
    let heard = std::fs::read_to_string(machines.dir.path().join("heard")).expect("a file");
    let heard: Value = serde_json::from_str(&heard).expect("one body");
    assert_eq!([&heard["event"], &heard["step"]], ["failed", "bk-upgrade paas"]);
}

#[test]
fn mistakes_in_the_tables_have_a_place() {
    let dir = scratch();
    let file = dir.path().join("hosts.toml");
    for (line, said) in [
        (
            "[notify]\nwebhook = \"ftp://x\"",
            "hosts.toml:2: `webhook` is not an address of http or https",
        ),
        (
            "[notify]\nwebhook = { secret = \"slak\" }",
            "hosts.toml:2: no secret `slak` in [secrets]",
        ),
        ("[notify]\non = [\"faild\"]", "hosts.toml:2: `on` cannot be `faild`"),
        ("[notify]\nhook = 1", "hosts.toml:2: unknown key `hook` in [notify]"),
        ("[metrics]\ntextfile = 1", "hosts.toml:2: `textfile` needs a text in quotes"),
        ("[policy]\nwindows = [\"Sa 22:00-04:00\"]", "hosts.toml:2: `Sa` is not a day of the week"),
        ("[policy]\ntimezone = \"UTC\"", "hosts.toml:2: `timezone` is for `windows`"),
        (
            "[policy]\nrequire_tickets = true",
            "hosts.toml:2: unknown key `require_tickets` in [policy]",
        ),
    ] {
        let text = format!(
            "{line}\n[secrets]\nslack = {{ env = \"S\" }}\n[hosts.a]\nsession = \"local\"\n"
        );
        write(&file, &text);
        let wrong = Xtask::new(dir.path(), &["hosts", "list"]).dir(dir.path()).run();
        assert_eq!((wrong.code, wrong.stdout.as_str()), (2, ""), "{line}");
        assert!(wrong.stderr.contains(said), "{}", wrong.stderr);
    }
}
