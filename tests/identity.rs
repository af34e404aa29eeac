//! Hosts prove their identity before they are changed.

mod pins;

use crate::support::machines::Machines;
use crate::support::{Outcome, Xtask, scratch, write};

const NAMES: [&str; 3] = ["control", "web1", "web2"];
/// The answer of `ssh-keygen -l` for the made-up key of the first machine.
const KEY: &str = "ssh-ed25519 SHA256:cJ6AyISHokEeHuTfufIqhhSS0gxHZRUMDHlKvXD4FHw";

/// A stage that works on all machines; the files that it removes exist.
fn run(machines: &Machines, words: &[&str]) -> Outcome {
    for name in NAMES {
        std::fs::create_dir_all(machines.home(name).join("home/.envs/old")).expect("a directory");
        machines.put(name, "home/.bash_profile", "rmvirtualenv() { rmdir \"$HOME/.envs/$1\"; }\n");
        let link = machines.home(name).join("run/bk");
        drop(std::os::unix::fs::symlink(machines.home(name).join("home"), link));
    }
    let words = words.iter().map(ToString::to_string);
    machines.run("alice", &machines.removal().into_iter().chain(words).collect::<Vec<_>>()).run()
}

/// How many machines have been changed.
fn changed(machines: &Machines) -> usize {
    let there = |name: &&&str| machines.home(name).join("home/.envs/old").exists();
    NAMES.len() - NAMES.iter().filter(there).count()
}

fn id(number: usize) -> String {
    format!("{number:032x}")
}

/// The lines of one journal with the identity of the hosts.
fn told(machines: &Machines) -> Vec<(String, String)> {
    let runs = machines.dir.path().join("alice/state/xtask/runs");
    let mut runs: Vec<_> =
        std::fs::read_dir(runs).expect("runs").flatten().map(|run| run.path()).collect();
    runs.sort();
    let last = runs.pop().expect("a run").join("journal.jsonl");
    let text = std::fs::read_to_string(last).expect("a journal");
    let lines =
        text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
    let lines = lines.filter(|line| line["event"] == "identity");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    lines.map(|line| (text(&line["host"]), text(&line["pin"]))).collect()
}

fn all(pin: &str) -> Vec<(String, String)> {
    NAMES.map(|name| (name.to_owned(), pin.to_owned())).to_vec()
}

#[test]
fn the_first_contact_pins_and_shows_it_once() {
    let machines = Machines::new(&NAMES);
    let first = run(&machines, &[]);
    assert_eq!((first.code, changed(&machines)), (0, 3), "{}", first.stderr);
    assert_eq!(
        first.stderr.matches("pinned control,web[1-2]: hosts.lock\n").count(),
        1,
        "{}",
        first.stderr
    );
    assert_eq!(told(&machines), all("new"));
    let pins = machines.pins().expect("pins");
    let head = "# Who the hosts of hosts.toml are: written at the first contact, compared before every change.\n\
                # Commit it. A host that changed on purpose: cargo xtask hosts pin HOST\n\n\
                [hosts.\"control\"]\nmachine_id = \"00000000000000000000000000000001\"\nhost_key = ";
    assert!(pins.starts_with(&format!("{head}\"{}\"\n\n[hosts.\"web1\"]\n", KEY)), "{pins}");
    let second = run(&machines, &[]);
    assert_eq!((second.code, machines.pins()), (0, Some(pins)));
    assert!(!second.stderr.contains("pinned"), "{}", second.stderr);
    assert_eq!(told(&machines), all("match"));
}

#[test]
fn a_dry_run_and_a_rehearsal_pin_nobody() {
    let machines = Machines::new(&NAMES);
    assert_eq!(run(&machines, &["-n"]).code, 0);
    assert_eq!(machines.pins(), None);
    let dir = scratch();
    std::fs::copy(crate::support::root().join("hosts.toml"), dir.path().join("hosts.toml"))
        .expect("a copy");
    let rehearsed =
        Xtask::new(dir.path(), &["--rehearse", "bk-upgrade", "paas", "stop", "-i", "hosts.toml"]);
    let rehearsed = rehearsed.dir(dir.path()).run();
    assert_eq!(rehearsed.code, 0, "{}", rehearsed.stderr);
    assert!(!dir.path().join("hosts.lock").exists());
}

/// XX.16: a change for one machine does not hit another one of its name.
#[test]
fn swapped_hosts_are_refused_before_any_change() {
    let machines = Machines::new(&NAMES);
    assert_eq!(run(&machines, &[]).code, 0);
    let pins = machines.pins();
    machines.inventory(&["control", "web2", "web1"], "");
    let text =
        std::fs::read_to_string(machines.dir.path().join("hosts.toml")).expect("an inventory");
    let text = text.replace("[hosts.web2]", "[hosts.x]").replace("[hosts.web1]", "[hosts.web2]");
    write(&machines.dir.path().join("hosts.toml"), &text.replace("[hosts.x]", "[hosts.web1]"));
    let refused = run(&machines, &[]);
    assert_eq!((refused.code, changed(&machines)), (6, 0), "{}", refused.stderr);
    assert_eq!(refused.stdout, "control: not reached\nweb1: refused\nweb2: refused\n");
    for (name, other, pinned, found) in [("web1", "web2", 2, 3), ("web2", "web1", 3, 2)] {
        let says = format!(
            "  {name}: refused: this is the host pinned as {other} in hosts.lock\n    pinned  machine-id {}, host key ssh-ed25519 SHA256:",
            id(pinned)
        );
        assert!(refused.stderr.contains(&says), "{}", refused.stderr);
        assert!(refused.stderr.contains(&format!("    found   machine-id {}, host", id(found))));
        assert!(refused.stderr.contains(&format!(" hosts pin {name}\n")), "{}", refused.stderr);
    }
    let mut wanted = all("changed");
    wanted[0].1 = "match".to_owned();
    assert_eq!(told(&machines), wanted);
    assert_eq!(machines.pins(), pins);
}

#[test]
fn a_clone_is_refused_with_its_original_known_or_not() {
    let machines = Machines::new(&NAMES);
    machines.identify("web2", 2);
    let both = run(&machines, &[]);
    assert_eq!((both.code, changed(&machines)), (6, 0), "{}", both.stderr);
    for (name, other) in [("web1", "web2"), ("web2", "web1")] {
        let says = format!(
            "{name}: refused: this host and {other} have the same identity: a clone, or one machine with two names\n"
        );
        assert!(both.stderr.contains(&says), "{}", both.stderr);
    }
    assert_eq!(machines.pins(), None);
    assert_eq!(run(&machines, &["--only", "control,web1"]).code, 0);
    let clone = run(&machines, &["--only", "web2"]);
    assert_eq!(clone.code, 6);
    assert!(
        clone.stderr.contains("web2: refused: this host and web1 have the same identity"),
        "{}",
        clone.stderr
    );
    // A person who knows better says so.
    let pin = machines.run("alice", &["hosts", "pin", "web2", "--yes"]).run();
    assert_eq!((pin.code, pin.stdout.as_str()), (0, "web2: pinned\n"), "{}", pin.stderr);
    assert_eq!((run(&machines, &[]).code, changed(&machines)), (0, 3));
}

#[test]
fn a_host_that_was_rebuilt_is_changed_again_once_it_is_pinned() {
    let machines = Machines::new(&NAMES);
    assert_eq!(run(&machines, &[]).code, 0);
    let pins = machines.pins();
    machines.identify("web1", 7);
    let refused = run(&machines, &[]);
    assert_eq!((refused.code, changed(&machines)), (6, 0), "{}", refused.stderr);
    assert!(
        refused.stderr.contains("web1: refused: this is not the host pinned in hosts.lock\n"),
        "{}",
        refused.stderr
    );
    let unasked = machines.run("alice", &["hosts", "pin", "@paas"]).run();
    assert_eq!((unasked.code, unasked.stdout.as_str()), (6, ""), "{}", unasked.stderr);
    let planned = machines.run("alice", &["hosts", "pin", "@paas", "-n"]).run();
    assert_eq!(
        (planned.code, planned.stdout.as_str()),
        (0, "control: kept\nweb1: changed\nweb2: kept\n")
    );
    assert_eq!(machines.pins(), pins);
    let pin = machines.run("alice", &["hosts", "pin", "@paas", "--yes"]).run();
    assert_eq!((pin.code, pin.stdout.as_str()), (0, "control: kept\nweb1: pinned\nweb2: kept\n"));
    let shows = format!("web1: changed\n  pinned  machine-id {}, host key", id(2));
    assert!(pin.stderr.starts_with(&shows), "{}", pin.stderr);
    assert!(
        pin.stderr.contains(&format!("\n  found   machine-id {}, host key", id(7))),
        "{}",
        pin.stderr
    );
    assert_eq!((run(&machines, &[]).code, changed(&machines)), (0, 3));
    let json = machines.run("alice", &["hosts", "pin", "web1", "--json"]).run();
    let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("a document");
    assert_eq!(json["hosts"][0]["state"], "kept");
    assert_eq!(json["hosts"][0]["found"]["machine_id"], id(7).as_str());
}

#[test]
fn who_need_not_prove_himself_is_not_asked() {
    let machines = Machines::new(&NAMES);
    // One machine with three names, as containers of one image are.
    NAMES.iter().for_each(|name| machines.identify(name, 1));
    machines.inventory(&NAMES, "[groups.pods]\nhosts = \"web[1-2]\"\nidentity = false\n");
    let outcome = run(&machines, &[]);
    assert_eq!((outcome.code, changed(&machines)), (0, 3), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("pinned control: hosts.lock\n"), "{}", outcome.stderr);
    let pin = machines.run("alice", &["hosts", "pin", "@all", "--yes"]).run();
    assert_eq!(
        (pin.code, pin.stdout.as_str()),
        (0, "control: kept\nweb1: not asked\nweb2: not asked\n")
    );
}

#[test]
fn a_host_with_nothing_to_compare_is_changed_and_told_of() {
    let machines = Machines::new(&NAMES);
    for name in ["web1", "web2"] {
        machines.put(name, "etc/machine-id", "uninitialized\n");
        let key = machines.home(name).join("etc/ssh/ssh_host_ed25519_key.pub");
        std::fs::remove_file(key).expect("a key");
    }
    let outcome = run(&machines, &[]);
    assert_eq!((outcome.code, changed(&machines)), (0, 3), "{}", outcome.stderr);
    let note = "note: web[1-2]: no machine-id and no host key to identify it";
    assert_eq!(outcome.stderr.matches(note).count(), 1, "{}", outcome.stderr);
    // A pinned host without a key or a machine-id is refused.
    let key = machines.home("control").join("etc/ssh/ssh_host_ed25519_key.pub");
    std::fs::remove_file(key).expect("a key");
    assert_eq!(run(&machines, &[]).code, 6);
}

#[test]
fn pins_that_cannot_be_written_stop_everything_before_it_begins() {
    let machines = Machines::new(&NAMES);
    assert_eq!(run(&machines, &["-n"]).code, 0);
    let dir = machines.dir.path().join("readonly");
    std::fs::create_dir(&dir).expect("a directory");
    let inventory =
        std::fs::read_to_string(machines.dir.path().join("hosts.toml")).expect("a file");
    write(&dir.join("hosts.toml"), &inventory);
    let script = "mount --bind -o ro \"$1\" \"$1\" && shift && exec \"$@\"";
    let user = if machines.way("control")[2] == "--mount" { "--mount" } else { "--map-root-user" };
    let outcome = Xtask::program("unshare")
        .args(["--mount", user, "sh", "-c", script, "sh"])
        .arg(&dir)
        .arg(env!("CARGO_BIN_EXE_xtask"))
        .args(machines.removal())
        .env("XTASK_INVENTORY", dir.join("hosts.toml"))
        .env("XDG_STATE_HOME", machines.dir.path().join("alice/state"))
        .env("XTASK_PERSIST", "0")
        .output()
        .expect("unshare starts");
    let stderr = String::from_utf8_lossy(&outcome.stderr);
    assert_eq!((outcome.status.code(), changed(&machines)), (Some(6), 0), "{stderr}");
    assert!(stderr.contains("hosts.lock: Read-only file system"), "{stderr}");
}

#[test]
fn two_runs_that_pin_at_once_lose_no_pin() {
    for _ in 0..5 {
        let machines = Machines::new(&NAMES);
        let pin = |name: &str| machines.run(name, &["hosts", "pin", name, "--yes"]).spawn();
        let runs = NAMES.map(pin);
        for run in runs {
            let output = run.wait_with_output().expect("an end");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        let pins = machines.pins().expect("pins");
        assert_eq!(pins.matches("[hosts.").count(), 3, "{pins}");
    }
}
