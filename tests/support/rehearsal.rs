//! Rehearsal hosts of one test: a state directory of their own, their files, orders to fail.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::walk::{described, walk};
use super::{Outcome, Xtask, scratch};

/// The rehearsal hosts of the sample inventory, made when they are first needed.
pub(crate) struct Bench {
    pub(crate) state: TempDir,
    env: Vec<(String, String)>,
    /// An inventory of the test's own, which has hosts of its own.
    inventory: Option<PathBuf>,
}

/// Directories in which a host shows the machine's files, unless it has its own.
const MACHINES: [&str; 5] = ["/etc/", "/opt/", "/srv/", "/usr/", "/var/"];

/// Paths, each with mode and content.
pub(crate) type Snapshot = BTreeMap<String, String>;

impl Bench {
    pub(crate) fn new() -> Self {
        Self::of(scratch())
    }

    /// With the records of another test's runs.
    pub(crate) fn of(state: TempDir) -> Self {
        Self { state, env: Vec::new(), inventory: None }
    }

    pub(crate) fn with_env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With the hosts of this inventory instead of those of the sample.
    pub(crate) fn with_inventory(mut self, text: &str) -> Self {
        let file = self.state.path().join("hosts.toml");
        super::write(&file, text);
        self.inventory = Some(file);
        self
    }

    /// `cargo xtask --rehearse LINE`; words are separated by blanks.
    pub(crate) fn xtask(&self, line: &str) -> Xtask {
        let mut words = vec!["--rehearse"];
        let inventory = self.inventory.as_ref().map(|file| file.display().to_string());
        words.extend(inventory.iter().flat_map(|file| ["-i", file.as_str()]));
        words.extend(line.split_whitespace());
        let xtask = Xtask::new(self.state.path(), &words);
        self.env.iter().fold(xtask, |xtask, (name, value)| xtask.env(name, value))
    }

    pub(crate) fn run(&self, line: &str) -> Outcome {
        self.xtask(line).run()
    }

    /// The same, which must end with this code.
    pub(crate) fn ends(&self, code: i32, line: &str) -> Outcome {
        let outcome = self.run(line);
        assert_eq!(outcome.code, code, "{line}\n{}{}", outcome.stdout, outcome.stderr);
        outcome
    }

    /// The one JSON document of `LINE --json`.
    pub(crate) fn json(&self, code: i32, line: &str) -> Value {
        let outcome = self.ends(code, &format!("{line} --json"));
        serde_json::from_str(&outcome.stdout).expect("one JSON document")
    }

    /// Makes hosts without a step having looked at them.
    pub(crate) fn prepare(&self, hosts: &str) {
        let make = |bench: &Self| drop(bench.ends(0, &format!("hosts check --only {hosts}")));
        if self.inventory.is_some() || self.state.path().join("xtask").exists() {
            make(self);
        } else {
            self.fill(&format!("hosts {hosts}"), make);
        }
    }

    fn root(&self) -> PathBuf {
        let key = self.inventory.as_ref().map_or_else(
            || "sample".to_owned(),
            |file| {
                let path = file.canonicalize().expect("an inventory").display().to_string();
                path.replace('/', "-").trim_matches('-').to_owned()
            },
        );
        self.state.path().join("xtask/rehearsal").join(key)
    }

    /// The place of a host's files that differ from this machine's.
    pub(crate) fn path(&self, host: &str, path: &str) -> PathBuf {
        self.root().join("hosts").join(host).join("upper").join(path.trim_start_matches('/'))
    }

    pub(crate) fn shared(&self, path: &str) -> PathBuf {
        self.root().join("shared").join(path)
    }

    pub(crate) fn read(&self, host: &str, path: &str) -> Option<String> {
        std::fs::read_to_string(self.path(host, path)).ok()
    }

    pub(crate) fn write(&self, host: &str, path: &str, text: &str) {
        write(&self.path(host, path), text);
    }

    /// Replaces a text that a file has; returns the old text.
    pub(crate) fn edit(&self, host: &str, path: &str, from: &str, to: &str) -> String {
        let whole = self.read(host, path).expect("a file");
        assert!(whole.contains(from), "{path} has no {from}");
        self.write(host, path, &whole.replace(from, to));
        whole
    }

    pub(crate) fn write_shared(&self, path: &str, text: &str) {
        write(&self.shared(path), text);
    }

    /// Orders a stand-in of a host to fail: `code=1`, `hang=5`, a line each (tests/standins/lib.sh).
    pub(crate) fn order(&self, host: &str, command: &str, text: &str) {
        self.write(host, &format!("/var/lib/standins/fail/{command}"), text);
    }

    pub(crate) fn heal(&self, host: &str, command: &str) {
        std::fs::remove_file(self.path(host, &format!("/var/lib/standins/fail/{command}")))
            .expect("an order to take back");
    }

    /// A host that cannot be opened, until it gets its own list of mounts again.
    pub(crate) fn cut_off(&self, host: &str) -> impl FnOnce() + use<> {
        let mounts = self.root().join("hosts").join(host).join("mounts");
        let whole = std::fs::read_to_string(&mounts).expect("a host that was made");
        write(&mounts, "nothing nowhere nosuchfs none 0 0\n");
        move || write(&mounts, &whole)
    }

    /// A host whose directory is a disk of so many KiB, empty in each session, until it gets its own list of mounts again.
    pub(crate) fn small_disk(&self, host: &str, dir: &str, size: u32) -> impl FnOnce() + use<> {
        let mounts = self.root().join("hosts").join(host).join("mounts");
        let whole = std::fs::read_to_string(&mounts).expect("a host that was made");
        write(&mounts, &format!("{whole}tmpfs tree{dir} tmpfs size={size}k,mode=755 0 0\n"));
        move || write(&mounts, &whole)
    }

    /// How often a stand-in was called with arguments that hold `text`.
    pub(crate) fn calls(&self, host: &str, command: &str, text: &str) -> usize {
        let log = self.read(host, &format!("/var/lib/standins/log/{command}.log"));
        log.unwrap_or_default().lines().filter(|line| line.contains(text)).count()
    }

    /// The hosts that were made, and where each is kept.
    fn hosts(&self) -> impl Iterator<Item = (String, PathBuf)> {
        let hosts = std::fs::read_dir(self.root().join("hosts")).into_iter().flatten().flatten();
        hosts.map(|host| (host.file_name().to_string_lossy().into_owned(), host.path()))
    }

    /// The directories with all that hosts have of their own, and that they share.
    pub(super) fn roots(&self) -> Vec<PathBuf> {
        let own = self.hosts().map(|(_, host)| host.join("upper"));
        own.chain([self.root().join("shared")]).collect()
    }

    /// Everything on the hosts and in their shared state, without the stand-ins' notes on looking.
    pub(crate) fn snapshot(&self) -> Snapshot {
        let mut found = Snapshot::new();
        for (name, host) in self.hosts() {
            let mut own = Snapshot::new();
            walk(&host.join("upper"), "", &mut own);
            // A file that is the machine's again, byte for byte, is no difference: `/etc/nginx` where nginx is.
            let shown = |path: &str| MACHINES.iter().any(|dir| path.starts_with(dir));
            // Programs of the machine are large: most differ in size from the stand-in, and are not read.
            let size = |path: &Path| path.symlink_metadata().ok().map(|meta| meta.len());
            let upper = host.join("upper");
            own.retain(|path, what| {
                let (its, machines) = (upper.join(&path[1..]), Path::new(path));
                !shown(path)
                    || size(&its) != size(machines)
                    || described(machines).as_ref() != Some(what)
            });
            found.extend(own.into_iter().map(|(path, what)| (format!("{name}{path}"), what)));
        }
        walk(&self.root().join("shared"), "shared", &mut found);
        found.retain(|path, _| {
            !path.contains("/var/lib/standins/log") && !path.ends_with(".loaded")
        });
        found
    }

    /// The same without the parts that differ from run to run: times, counts of builds, logs.
    pub(crate) fn result(&self) -> Snapshot {
        let mut found = self.snapshot();
        let noise = "/pitrix/log /builds .since .changed .img /standins/fail /root/ /var/lib/xtask/salt .xtask-manifest";
        found.retain(|path, _| !noise.split(' ').any(|word| path.contains(word)));
        found
    }

    /// Waits until so many operations have begun in all.
    pub(crate) fn wait_for_intents(&self, count: usize) {
        let limit = Instant::now() + Duration::from_secs(30);
        while self.intents().len() < count {
            assert!(Instant::now() < limit, "{count} operations never began");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Starts `line`, and kills the program without warning when `intents` operations are under way
    /// or done, and `after` more has passed.
    pub(crate) fn kill(&self, line: &str, intents: usize, after: Duration) {
        let before = self.intents().len();
        let mut child = self.xtask(line).spawn();
        let limit = Instant::now() + Duration::from_secs(60);
        while self.intents().len() < before + intents {
            assert!(Instant::now() < limit, "{line}: {intents} operations never began");
            if child.try_wait().expect("a child").is_some() {
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(after);
        child.kill().expect("a child to kill");
        child.wait().expect("a child to wait for");
    }

    /// The changes of a dry run are then the changes of the run, operation by operation.
    pub(crate) fn keeps_its_word(&self, line: &str) -> (Value, Value) {
        let before = self.snapshot();
        let plan = self.json(3, &format!("{line} -n --exit-code"));
        compare(&before, &self.snapshot());
        let run = self.json(0, line);
        let planned = operations(&plan);
        let done = operations(&run);
        for ((host, what), outcome) in &done {
            let said = planned.get(&(host.clone(), what.clone())).map_or("nothing", String::as_str);
            match outcome.as_str() {
                "changed" => {
                    assert!(["needed", "unknown"].contains(&said), "{host}: {what}: {said}")
                }
                _ => assert!(["kept", "unknown"].contains(&said), "{host}: {what}: {said}"),
            }
        }
        assert_eq!(planned.keys().collect::<Vec<_>>(), done.keys().collect::<Vec<_>>());
        for operation in plan["operations"].as_array().expect("operations") {
            if operation["outcome"] == "unknown" {
                assert!(
                    operation["diff"].as_str().is_some_and(|why| !why.is_empty()),
                    "{operation}"
                );
            }
        }
        (plan, run)
    }

    /// Nothing is left to do, and nothing is done.
    pub(crate) fn is_kept(&self, line: &str) {
        let before = (self.result(), self.intents().len());
        let run = self.json(0, line);
        for host in run["hosts"].as_array().expect("hosts") {
            assert_eq!(host["outcome"], "kept", "{run:#}");
        }
        compare(&before.0, &self.result());
        assert_eq!(before.1, self.intents().len());
        self.ends(0, &format!("{line} -n --exit-code"));
    }
}

/// The same paths with the same modes and bytes; else the first that differ.
pub(crate) fn compare(left: &Snapshot, right: &Snapshot) {
    let differ = |(path, what): &(&String, &String), other: &Snapshot| {
        (other.get(*path) != Some(*what)).then(|| format!("{path}: {what}"))
    };
    let gone: Vec<_> = left.iter().filter_map(|item| differ(&item, right)).collect();
    let new: Vec<_> = right.iter().filter_map(|item| differ(&item, left)).collect();
    assert!(gone.is_empty() && new.is_empty(), "before: {gone:#?}\nafter: {new:#?}");
}

fn operations(document: &Value) -> BTreeMap<(String, String), String> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let one = |operation: &Value| {
        let key = (text(&operation["host"]), text(&operation["operation"]));
        (key, text(&operation["outcome"]))
    };
    document["operations"].as_array().expect("operations").iter().map(one).collect()
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
    super::write(path, text);
}
