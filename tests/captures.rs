//! Captures: read-only output of many hosts at once, kept and compared.

use crate::support::rehearsal::Bench;

const STEP: &str = "os-upgrade record-version --hosts web[1-3] --release-file /srv/release";
const WORD: &str = "made-up-password";

/// Three hosts with a release each; the second one prints a secret.
fn bench() -> Bench {
    let inventory = "[secrets]\na = { env = \"TEST_PASSWORD\" }\n[hosts.\"web[1-3]\"]\n";
    let bench = Bench::new().with_inventory(inventory).with_env("TEST_PASSWORD", WORD);
    bench.prepare("web[1-3]");
    for (host, word) in [("web1", "one"), ("web2", WORD), ("web3", "three")] {
        bench.write(host, "/srv/release", &format!("7.5 {word}\n"));
    }
    bench
}

/// The files of a capture, with their text.
fn kept(bench: &Bench, name: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![bench.state.path().to_owned()];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(&dir).expect("a directory").flatten() {
            let path = entry.path();
            if path.is_dir() && !path.ends_with("hosts") {
                open.push(path);
            } else if dir.ends_with(name) {
                let text = std::fs::read_to_string(&path).expect("text");
                found.push((entry.file_name().to_string_lossy().into_owned(), text));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn many_hosts_are_captured_at_once_and_compared_with_before() {
    let bench = bench();
    bench.ends(0, &format!("{STEP} -n"));
    assert!(kept(&bench, "version").is_empty(), "a dry run has kept something");
    let first = bench.ends(0, STEP);
    assert!(first.stdout.contains("web3: version, kept as `before`\n    7.5 three\n"));
    let before = kept(&bench, "version");
    let names: Vec<&str> = before.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["web1.before", "web2.before", "web3.before"]);

    bench.write("web3", "/srv/release", "7.9 three\n");
    let later = bench.ends(0, STEP).stdout;
    assert!(later.contains("web1: version is the same as `before`"), "{later}");
    assert!(later.contains("web3: version differs from `before` (after)"), "{later}");
    assert!(later.contains("    -7.5 three\n    +7.9 three\n"), "{later}");
    bench.ends(0, &format!("{STEP} --label later"));
    let after = kept(&bench, "version");
    // The first one is never replaced.
    assert!(before.iter().all(|first| after.contains(first)), "{after:?}");
    assert_eq!(after.len(), 9);
    assert!(after.iter().any(|(name, text)| name == "web3.after" && text.starts_with("7.9 ")));
    for label in ["before", "evidence", "a/b", ""] {
        bench.ends(2, &format!("{STEP} --label={label}"));
    }
}

#[test]
fn a_secret_is_in_no_capture() {
    let bench = bench();
    let mut said = Vec::new();
    for _ in 0..2 {
        let outcome = bench.ends(0, STEP);
        said.push(outcome.stdout + &outcome.stderr);
        bench.write("web2", "/srv/release", &format!("7.9 {WORD}\n"));
    }
    assert!(said[1].contains("+7.9 ****"), "{said:?}");
    let files = kept(&bench, "version").into_iter().map(|(_, text)| text);
    said.extend(files.chain(kept(&bench, "outputs").into_iter().map(|(_, text)| text)));
    assert!(said.len() > 8);
    assert!(said.iter().all(|text| !text.contains(WORD)), "{said:?}");
}

/// One host that prints too much or nothing fails; the others are kept.
#[test]
fn a_capture_is_bounded() {
    let bench = bench();
    bench.write("web1", "/srv/release", &("x".repeat(2 << 20) + "\n"));
    bench.write("web2", "/srv/release", "");
    let failed = bench.ends(1, STEP).stderr;
    assert!(failed.contains("are more than a capture may have (1048576)"), "{failed}");
    assert!(failed.len() < 4000, "{} bytes are shown", failed.len());
    let names: Vec<String> = kept(&bench, "version").into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["web3.before"]);
}
