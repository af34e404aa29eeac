//! No secret is seen in the whole run of `bk-upgrade all`.

use std::collections::BTreeSet;
use std::path::Path;

use engine::text::edit::env;

use super::all::{said, upgraded};
use crate::support::rehearsal::Bench;

/// The values of the environment files whose names are those of secrets.
pub(super) fn secrets(bench: &Bench) -> Vec<String> {
    let mut found = BTreeSet::new();
    for dir in ["01-generate", "02-dynamic", "03-userdef", "04-final"] {
        let dir = bench.path("bk-control", &format!("/data/install/bin/{dir}"));
        for file in std::fs::read_dir(dir).into_iter().flatten().flatten() {
            let text = std::fs::read_to_string(file.path()).unwrap_or_default();
            let keys = text.lines().filter_map(|line| line.split_once('=')).map(|(key, _)| key);
            let secret = |key: &&str| {
                ["PASSWORD", "SECRET", "TOKEN", "ZK_AUTH", "MONGODB_URI"]
                    .iter()
                    .any(|word| key.contains(word))
            };
            for key in keys.filter(secret) {
                let value = env::get(&text, key).ok().flatten().unwrap_or_default();
                // An empty one, and words of everyday, are in everything.
                found.extend((value.len() > 7).then_some(value));
            }
        }
    }
    found.into_iter().collect()
}

/// Nowhere but in files of the hosts and on standard input: not in arguments, environments, output, records.
#[test]
fn no_secret_is_seen_in_the_whole_run() {
    let bench = upgraded();
    let seen = said(&bench, "seen");
    let (count, hits) = seen.split_once('\n').expect("two parts");
    assert!(count.parse::<usize>().expect("a number") > 500, "{count} processes were seen");
    assert_eq!(hits, "");
    let secrets = secrets(&bench);
    assert!(secrets.len() > 8, "{secrets:?}");
    let has = |text: &str| secrets.iter().find(|secret| text.contains(secret.as_str())).cloned();
    for name in ["plan", "run"] {
        assert_eq!(has(&said(&bench, name)), None, "{name}");
    }
    let mut files = 0;
    for run in bench.runs() {
        files += clean(&bench.record(&run), &has, false);
    }
    for host in ["bk-control", "paas1", "paas2", "paas3"] {
        files += clean(&bench.path(host, "/var/lib/standins/log"), &has, true);
        files += clean(&bench.path(host, "/var/lib/xtask"), &has, false);
    }
    assert!(files > 30, "{files}");
}

/// No file of a directory has a secret; of a log of a stand-in only the arguments count, not what it was fed.
fn clean(dir: &Path, has: &dyn Fn(&str) -> Option<String>, log: bool) -> usize {
    let mut files = 0;
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files += clean(&path, has, log);
        } else if let Ok(bytes) = std::fs::read(&path) {
            let text = String::from_utf8_lossy(&bytes);
            let lines = text.lines().filter(|line| !log || !line.starts_with("  stdin: "));
            let text: String = lines.map(|line| format!("{line}\n")).collect();
            assert_eq!(has(&text), None, "{}", path.display());
            files += 1;
        }
    }
    files
}
