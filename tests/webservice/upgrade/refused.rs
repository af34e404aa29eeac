//! Faults are reported before anything is changed.

use super::{STEP, bench};
use crate::support::rehearsal::{Bench, Snapshot, compare};
use crate::support::{Xtask, root, scratch, write};

/// Makes one thing wrong, and takes it back.
type Wrong = (&'static str, fn(&Bench) -> Box<dyn FnOnce(&Bench)>, i32, &'static str);

fn file(
    bench: &Bench,
    path: &'static str,
    change: impl Fn(&str) -> String,
) -> Box<dyn FnOnce(&Bench)> {
    let before = bench.read("firstbox", path).expect("a fixture");
    bench.write("firstbox", path, &change(&before));
    Box::new(move |bench| bench.write("firstbox", path, &before))
}

fn shared(bench: &Bench, path: &'static str, text: &str) -> Box<dyn FnOnce(&Bench)> {
    let before = super::shared(bench, path);
    bench.write_shared(path, text);
    Box::new(move |bench| match before {
        Some(before) => bench.write_shared(path, &before),
        None => std::fs::remove_file(bench.shared(path)).expect("it was written"),
    })
}

const ONE: &str = "/pitrix/conf/settings/webservice1";
const KEYS: &str = "/pitrix/conf/variables/keys";

/// Flags behind the step, the fault, the exit code, and the message.
const ALL: [Wrong; 9] = [
    (
        "",
        |bench| shared(bench, "interfaces/node9", "eth0 device 10.16.0.12/24\n"),
        6,
        "address 10.16.0.12 is in use",
    ),
    (
        "--temp-ip webservice0=10.16.0.11",
        |_| Box::new(|_| {}),
        6,
        "address 10.16.0.11 is in the settings of webservice1",
    ),
    (
        "--temp-ip webservice0=10.17.0.11",
        |_| Box::new(|_| {}),
        2,
        "10.17.0.11 is not in the management network of the nodes",
    ),
    (
        "",
        |bench| file(bench, ONE, |text| text.replace("52:54:9e:00:10:11", "52:54:9e:00:10:10")),
        6,
        "MAC address 52:54:9e:00:10:10 belongs to",
    ),
    (
        "",
        |bench| file(bench, ONE, |text| text.replace("node2", "node1")),
        6,
        "webservice0 and webservice1 are both on \"node1\"",
    ),
    (
        "",
        |bench| shared(bench, "interfaces/node2", "eth0 device\n"),
        6,
        "no single bridge of node2 carries the management network",
    ),
    (
        "--base-image /pitrix/images/none.img",
        |_| Box::new(|_| {}),
        6,
        "the image /pitrix/images/none.img is missing",
    ),
    (
        "",
        |bench| {
            shared(bench, "interfaces/webservice0", "eth0 device 10.16.0.10/24 10.16.0.20/32\n")
        },
        6,
        "10.16.0.20 is on webservice[0-1]: split brain",
    ),
    (
        "",
        |bench| shared(bench, "memory/node2", "1024\n"),
        6,
        "node2 has 1 MB of memory left, webservice0 needs 8000",
    ),
];

/// X0.3, X0.6, X0.10, X0.22: nothing has changed, on no host.
#[test]
fn wrong_input_is_told_before_anything_is_changed() {
    let bench = bench();
    for (flags, spoil, code, words) in ALL {
        let mend = spoil(&bench);
        let before = bench.snapshot();
        let told = bench.ends(code, &format!("{STEP} {flags}")).stderr;
        assert!(told.contains(words), "{words}: {told}");
        assert!(told.contains("hint:"), "{told}");
        same(&before, &bench);
        mend(&bench);
    }
}

fn same(before: &Snapshot, bench: &Bench) {
    compare(before, &bench.snapshot());
    assert_eq!(bench.intents().len(), 0);
}

/// X0.7: the look-alike files are swapped; reported before the settings are backed up.
#[test]
fn swapped_keys_are_told_before_anything_is_changed() {
    let bench = bench();
    bench.write("firstbox", &format!("{KEYS}/.access_secret_key"), "made-up-account-secret\n");
    bench.write("firstbox", &format!("{KEYS}/.secret_access_key"), "made-up-access-secret-key\n");
    let before = bench.snapshot();
    let told = bench.ends(6, STEP).stderr;
    assert!(told.contains(".access_secret_key and .secret_access_key"), "{told}");
    assert!(told.contains("are swapped (X0.7)"), "{told}");
    same(&before, &bench);
}

/// Values of flags and of hosts.toml: place, value, remedy. No host is asked for anything.
#[test]
fn a_value_that_is_none_is_told_with_its_place() {
    let bench = Bench::new();
    for (line, words) in [
        (
            &*STEP.replace("10.16.0.13", "10.16.0.12"),
            "webservice0 and webservice1 have the same temporary address",
        ),
        (
            &*STEP.replace("webservice1=10.16.0.13", "webservice1=10.16.0"),
            "`10.16.0` is not an IPv4 address",
        ),
        (
            &*STEP.replace("webservice1=", "webservice0/1="),
            "it means one of webservice0 and webservice1",
        ),
        (&*STEP.replace("http://", "ftp://"), "it begins with neither http:// nor https://"),
        (&format!("{STEP} --db-kind oracle"), "invalid value 'oracle' for '--db-kind"),
        (&format!("{STEP} --from nowhere"), "invalid value 'nowhere' for '--from <STAGE>'"),
        (&format!("{STEP} --emit firstbox"), "--emit cannot print the upgrade as a script"),
    ] {
        let told = bench.ends(2, line).stderr;
        assert!(told.contains(words), "{line}: {told}");
    }
    assert!(!bench.state.path().join("xtask/rehearsal/sample/hosts").exists());
    let sample = std::fs::read_to_string(root().join("hosts.toml")).expect("the sample");
    for (from, to, words) in [
        (
            "installer_version = \"4.10.0\"",
            "installer_version = \"4.3\"",
            "an installer version has three parts, as in 4.10.0; `4.3` has 2",
        ),
        (
            "temp_ip = \"10.16.0.12\"",
            "temp_ip = \"10.16.0.x\"",
            "variable `temp_ip` of host webservice0: invalid IPv4 address syntax",
        ),
        (", temp_ip = \"10.16.0.13\"", "", "give --temp-ip webservice1=IP, or --range CIDR"),
        ("base_image", "image", "neither --base-image nor the variable `base_image`"),
        (
            "account_db_user",
            "db_user",
            "add it to [vars]: account_db_user = \"...\"; or give --db-user",
        ),
    ] {
        assert!(sample.contains(from), "{from}");
        let bench = Bench::new().with_inventory(&sample.replace(from, to));
        let told = bench.ends(2, "webservice upgrade").stderr;
        assert!(told.contains(words) && told.contains("hosts.toml"), "{told}");
    }
}

/// Nobody can be asked: exit 6 at once, and no host is asked for anything.
#[test]
fn without_a_terminal_it_wants_yes_at_once() {
    let state = scratch();
    let sample = std::fs::read_to_string(root().join("hosts.toml")).expect("the sample");
    let (_, text) = sample.split_once('\n').expect("a first line");
    // Nobody listens there.
    let text = text
        .replace("\"10.16.0.", "\"127.99.0.")
        .replace("session = \"local\"", "address = \"127.99.0.9\"");
    let file = state.path().join("mine.toml");
    write(&file, &text);
    let file = file.display().to_string();
    let words: Vec<&str> = ["-i", &file].into_iter().chain(STEP.split_whitespace()).collect();
    let outcome = Xtask::new(state.path(), &words).run();
    assert_eq!(outcome.code, 6, "{}", outcome.stderr);
    assert!(
        outcome
            .stderr
            .contains("needs --yes without a terminal: the upgrade takes one node after the other"),
        "{}",
        outcome.stderr
    );
    assert!(!outcome.stderr.contains("127.99"), "{}", outcome.stderr);
}
