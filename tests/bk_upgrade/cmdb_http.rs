//! The interfaces of the CMDB with the real curl: the server answers on the loopback of the rehearsal host.

use std::io::Write as _;
use std::process::Stdio;

use super::topo::{EXPORT, TOPO, edit, exported, faults, says, state};
use crate::support::rehearsal::Bench;
use crate::support::{Xtask, scratch, write};

/// The secret of the application, as the fixtures have it.
const SECRET: &str = "made-up-app&secret=1";

/// In the place of the real curl: notes what every process may see of it, and becomes it.
const NOTED: &str = r#"#!/bin/sh
{ tr '\0' ' ' </proc/$$/cmdline && tr '\0' ' ' </proc/$$/environ && echo; } >>/var/lib/standins/log/seen.log
exec /usr/lib/standins/real-curl "$@"
"#;

/// Hosts with an export, whose control machine notes each curl.
fn noted() -> Bench {
    let bench = exported();
    let real = bench.path("bk-control", "/usr/lib/standins/real-curl");
    std::fs::copy("/usr/bin/curl", real).expect("curl: tests/run --prepare");
    executable(&bench, "bk-control", "/usr/bin/curl", NOTED);
    bench
}

fn executable(bench: &Bench, host: &str, path: &str, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    bench.write(host, path, text);
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(bench.path(host, path), mode).expect("a mode");
}

/// XX.1: from the first question to the rebuilt topology; no process shows the secret.
#[test]
fn the_real_curl_does_all_of_it_and_shows_no_secret() {
    let bench = noted();
    std::fs::remove_dir_all(bench.path("bk-control", EXPORT)).expect("an export");
    bench.ends(0, TOPO);
    let after = state(&bench);
    assert_eq!(after["modify"], false);
    assert!(!after["sets"].as_array().expect("sets").is_empty());
    bench.is_kept(TOPO);
    let seen = bench.read("bk-control", "/var/lib/standins/log/seen.log").expect("processes");
    assert!(seen.lines().count() > 30 && seen.contains("-K -"), "{seen}");
    assert!(!seen.contains(SECRET) && !seen.contains("secret=1"), "{seen}");
}

/// X4.65: a refusal, an error of the server, the page of a proxy and no answer at all are four different failures.
#[test]
fn status_and_body_decide_with_the_real_curl() {
    let bench = exported();
    let line = |words: &str| format!("{TOPO} {words}");
    let before = state(&bench);
    for (kind, words) in [
        ("false", "the server refuses the request"),
        ("500", "the server answers HTTP 500"),
        ("html", "the answer is no JSON"),
        ("refused", "Empty reply from server"),
    ] {
        faults(&bench, &format!("list_biz_hosts {kind}\n"));
        says(&bench.ends(1, &line("transfer-idle")), &[words]);
    }
    faults(&bench, "");
    let refused = bench.ends(1, &line("transfer-idle --esb 127.0.0.1:9"));
    says(&refused, &["no answer from http://127.0.0.1:9/", "curl: (7)"]);
    assert!(!refused.stderr.contains("000"), "{}", refused.stderr);
    assert_eq!(state(&bench), before);
    edit(&bench, "state['relations'] = [[host['id'], 3] for host in state['hosts']]");
    let before = state(&bench);
    for (kind, words) in [
        ("false", "HTTP 200, and no success"),
        ("500", "HTTP 500, and no success"),
        ("html", "HTTP 200, and no success"),
        ("refused", "Empty reply from server"),
        ("nothing", "the check still fails"),
    ] {
        faults(&bench, &format!("switch {kind}\n"));
        says(&bench.ends(1, &line("unlock")), &[words]);
        assert_eq!(state(&bench), before, "{kind}");
    }
    faults(&bench, "");
    bench.ends(0, &line("unlock"));
    faults(&bench, "batch_delete_set false\n");
    says(&bench.ends(1, &line("delete-sets")), &["HTTP 200, and no success"]);
    faults(&bench, "");
    bench.ends(0, &line("--from delete-sets"));
}

/// XX.1: the kernel sees each program that the snippet starts, in each shell; none has the secret in its arguments or its
/// environment.
#[test]
fn no_program_that_a_request_starts_has_the_secret() {
    let dir = scratch();
    let library = crate::tidy::read("snippets/lib/http.sh");
    let snippet = crate::tidy::read("snippets/bk-upgrade/http.sh");
    // Nobody answers there; curl starts anyway.
    let values = "URL=http://127.0.0.1:9/ HEADERS='A: b' LIMIT=5";
    let script = format!("set -eu\n{values}\n{library}\n{snippet}\nprobe\n");
    let (file, trace) = (dir.path().join("script"), dir.path().join("trace"));
    write(&file, &script);
    for shell in [&["dash"][..], &["bash", "--posix"], &["busybox", "sh"]] {
        let mut command = Xtask::program("strace");
        command.args(["-f", "-qq", "-v", "-s", "9999", "-e", "trace=execve", "-o"]).arg(&trace);
        command.args(shell).arg(&file).env_clear().env("PATH", "/usr/bin:/bin");
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("strace");
        child.stdin.take().expect("an input").write_all(SECRET.as_bytes()).expect("a reader");
        let ran = child.wait_with_output().expect("an end");
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(ran.status.code() == Some(20) && said.contains("curl: (7)"), "{shell:?}: {said}");
        let seen = std::fs::read_to_string(&trace).expect("a trace");
        assert!(seen.contains("\"-K\", \"-\""), "{shell:?}: {seen}");
        assert!(!seen.contains("made-up-app") && !seen.contains("secret"), "{shell:?}: {seen}");
    }
}
