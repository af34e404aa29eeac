//! What is left of a run: in its record, and on its hosts.

use std::collections::BTreeSet;

use engine::ops::reader::hash;

use crate::support::rehearsal::Bench;
use crate::tidy::{files, none, read};
use crate::undo::{CONF, UECM, last};

const SECRET: &str = "Zq7kW2x";

fn uecm() -> Bench {
    let bench = Bench::new().with_env("VRRP_PASSWORD", SECRET);
    bench.prepare("phy[1-3]");
    bench.write("phy1", CONF, "# of the distribution\n");
    bench
}

/// All of a record, with its files.
fn record(bench: &Bench, id: &str) -> String {
    super::all(&bench.record(id))
}

/// Words of 64 hexadecimal digits.
fn hashes(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit())).collect()
}

/// Fault T4: a person with the record alone cannot check a guess of the password.
#[test]
fn the_record_confirms_no_guess_of_a_password() {
    let bench = uecm();
    bench.ends(0, UECM);
    // The second change has a password before and after.
    bench.ends(0, &format!("{UECM} --advert-int 2"));
    let conf = bench.read("phy1", CONF).expect("a file");
    let text = record(&bench, &last(&bench));
    let found = hashes(&text);
    assert!(found.len() > 6, "{found:?}");
    // The guess is right, and everything else is in the diff.
    for guess in [conf.clone(), conf.replace("advert_int 2", "advert_int 1")] {
        assert!(guess.contains(SECRET));
        for part in [guess.as_str(), guess.trim_end(), SECRET] {
            let known = found.contains(hash(part.as_bytes()).as_str());
            assert!(!known, "the record has the hash of {part}");
        }
    }
    let salt = bench.read("phy1", "/var/lib/xtask/salt").expect("a salt");
    assert!(salt.len() > 32 && !text.contains(salt.trim()), "the salt is in the record");
    // The undo still knows the file, and still refuses another one.
    bench.edit("phy2", CONF, "advert_int 2", "advert_int 3");
    let refused = bench.ends(6, &format!("undo {}", last(&bench)));
    assert!(refused.stderr.contains("no longer the file that was written"), "{}", refused.stderr);
    assert_eq!(bench.read("phy1", CONF).expect("a file"), conf.replace("int 2", "int 1"));
}

/// Files on the hosts that no package and no step is there for.
fn ours(bench: &Bench) -> Vec<String> {
    let all = bench.snapshot();
    let ours = |(path, what): (&String, &String)| {
        let mode = what.split(' ').next().unwrap_or_default();
        path.contains("xtask").then(|| format!("{path} {mode}"))
    };
    all.iter().filter_map(ours).collect()
}

/// Fault T14: the README says what stays on a host, after a run and after its undo.
#[test]
fn what_stays_on_a_host_is_what_the_readme_says() {
    let bench = uecm();
    bench.ends(0, UECM);
    let salts = ["phy1", "phy2", "phy3"].map(|host| format!("{host}/var/lib/xtask/salt 600"));
    let copy = format!("phy1{CONF}.xtask-bak 600");
    assert_eq!(ours(&bench), [&[copy], &salts[..]].concat());
    bench.ends(0, &format!("undo {} --yes", last(&bench)));
    assert_eq!(ours(&bench), salts);
    let text = read("xtask/README.md");
    for row in [
        "| `FILE.xtask-bak`, `-1`, … | the old content of a file with a secret | 600 | undo |",
        "| `/var/lib/xtask/salt`",
    ] {
        assert!(text.contains(row), "{row}");
    }
}

/// Fault T14: no snippet leaves a file under a name that the README does not have.
#[test]
fn the_readme_has_every_name_that_snippets_give_to_files() {
    let text = read("xtask/README.md");
    let (_, section) = text.split_once("### What stays on a host").expect("the section");
    let (section, _) = section.split_once("\n## ").expect("its end");
    let mut missing = Vec::new();
    for file in files().into_iter().filter(|file| file.path.starts_with("snippets/")) {
        for (at, _) in file.text.match_indices(".xtask-") {
            let name: String = file.text[at..]
                .chars()
                .take_while(|c| c.is_ascii_lowercase() || ".-".contains(*c))
                .collect();
            let name = name.trim_end_matches(['-', '.']).trim_end_matches(".new");
            if !section.contains(name) {
                missing.push(format!("{}: {name}", file.path));
            }
        }
    }
    none("a name of a file on hosts that xtask/README.md does not have", missing);
}
