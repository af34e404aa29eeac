//! A secret is in no record and in no output, also when a command prints it.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use crate::support::{Outcome, Xtask, root, scratch, write};

/// Eight characters, as VRRP takes them; as itself, in base64 (alone, and behind `root:`), and in URLs.
const SECRET: &str = "p+s=w/d%";
const FORMS: [&str; 5] =
    ["p+s=w/d%", "cCtzPXcvZCU", "cm9vdDpwK3M9dy9kJQ", "p%2Bs%3Dw%2Fd%25", "p%2bs%3dw%2fd%25"];

/// The rehearsal hosts of an inventory of one's own, whose secret comes from `source`.
struct Hosts {
    dir: tempfile::TempDir,
    /// The secret is in the environment, and nowhere else.
    env: bool,
}

impl Hosts {
    fn new(source: &str) -> Self {
        let dir = scratch();
        let sample = std::fs::read_to_string(root().join("hosts.toml")).expect("the sample");
        let line = "vrrp_password = { env = \"VRRP_PASSWORD\" }";
        assert!(sample.contains(line));
        let env = source.contains("env");
        let source = source.replace("DIR", &dir.path().display().to_string());
        let text = sample.replace(line, &format!("vrrp_password = {source}"));
        write(&dir.path().join("hosts.toml"), &text);
        let file = dir.path().join("secret");
        write(&file, &format!("{SECRET}\n"));
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("a mode");
        Self { dir, env }
    }

    fn run(&self, words: &[&str]) -> Outcome {
        let file = self.dir.path().join("hosts.toml");
        let words = [&["--rehearse", "-i", file.to_str().expect("a path")], words].concat();
        let xtask = Xtask::new(&self.dir.path().join("state"), &words);
        if self.env { xtask.env("VRRP_PASSWORD", SECRET).run() } else { xtask.run() }
    }

    /// Orders `systemctl` of phy1 to say all forms of the secret and fail.
    fn betray(&self) {
        let said = format!("it is {}.", FORMS.join(" or "));
        let order = format!("code=1\nmessage={said}\nonly=start\n");
        let script = format!(
            "mkdir -p /var/lib/standins/fail; printf '%s' '{order}' >/var/lib/standins/fail/systemctl"
        );
        let outcome = self.run(&["rehearsal", "shell", "phy1", "--", "sh", "-c", &script]);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    }
}

/// Looks at the command line and the environment of every process, those of the hosts too, again and again.
struct Watch {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<(usize, Vec<String>)>,
}

impl Watch {
    fn begin() -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let (mut looks, mut seen) = (0, BTreeSet::new());
            while !asked.load(Ordering::Relaxed) {
                seen.extend(exposed());
                looks += 1;
            }
            (looks, seen.into_iter().collect())
        });
        Self { stop, thread }
    }

    fn end(self) -> (usize, Vec<String>) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().expect("it looks")
    }
}

/// Processes that show the secret; the program itself has it in its own environment when it comes from there.
fn exposed() -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").expect("processes").flatten() {
        let dir = entry.path();
        let read = |name: &str| std::fs::read(dir.join(name)).unwrap_or_default();
        let own = std::fs::read_link(dir.join("exe"))
            .is_ok_and(|exe| exe == Path::new(env!("CARGO_BIN_EXE_xtask")));
        let texts = [("argv", read("cmdline"), false), ("environment", read("environ"), own)];
        for (what, bytes, _) in texts.into_iter().filter(|(.., mine)| !mine) {
            let text = String::from_utf8_lossy(&bytes).replace('\0', " ");
            if forms(&text).next().is_some() {
                let name = String::from_utf8_lossy(&read("comm")).trim().to_owned();
                found.push(format!("{what} of {name}"));
            }
        }
    }
    found
}

/// Every file below `dir` with one of the forms in it.
fn hits(dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let kind = entry.file_type().expect("a kind");
        if kind.is_dir() {
            found.extend(hits(&entry.path()));
        }
        if !kind.is_file() {
            continue;
        }
        let text = std::fs::read(entry.path()).expect("a file");
        let text = String::from_utf8_lossy(&text).into_owned();
        found.extend(forms(&text).map(|form| format!("{}: {form}", entry.path().display())));
    }
    found
}

fn forms(text: &str) -> impl Iterator<Item = &'static str> {
    FORMS.into_iter().filter(move |form| text.contains(form))
}

#[test]
fn a_secret_is_in_no_record_and_no_output_wherever_it_comes_from() {
    let step = ["uecm", "keepalived-vip", "--vip", "172.18.5.224"];
    let sources = [
        "{ env = \"VRRP_PASSWORD\" }",
        "{ file = \"secret\" }",
        "{ command = [\"cat\", \"DIR/secret\"] }",
    ];
    for source in sources {
        let hosts = Hosts::new(source);
        hosts.betray();
        let watch = Watch::begin();
        let failed = hosts.run(&[&step[..], &["-v", "--diff"]].concat());
        let (looks, seen) = watch.end();
        assert_eq!(seen, Vec::<String>::new(), "{source}");
        assert!(looks > 1, "{source}: looked {looks} times");
        assert_eq!(failed.code, 1, "{source}: {}", failed.stderr);
        // It was said, and it is hidden: in the report, in the record, and when that is shown.
        assert!(failed.stderr.contains("it is **** or ****"), "{source}: {}", failed.stderr);
        let state = hosts.dir.path().join("state");
        let mut told = vec![failed];
        for line in
            [&["runs", "show", "-v", "--diff"][..], &["runs", "show", "--json"], &["runs", "list"]]
        {
            told.push(Xtask::new(&state, line).run());
        }
        for form in ["html", "md", "json", "junit", "github"] {
            let report = Xtask::new(&state, &["runs", "report", "--output", form]).run();
            assert!(report.stdout.contains("****"), "{form}: {}", report.stdout);
            told.push(report);
        }
        assert!(told[1].stdout.contains("it is **** or ****"), "{}", told[1].stdout);
        for outcome in &told {
            let said = forms(&outcome.stdout).chain(forms(&outcome.stderr)).collect::<Vec<_>>();
            assert_eq!(said, Vec::<&str>::new(), "{}{}", outcome.stdout, outcome.stderr);
        }
        assert_eq!(hits(&state.join("xtask/runs")), Vec::<String>::new());
        // The search does find secrets: the order to the stand-in has every form.
        assert!(hits(&state.join("xtask/rehearsal")).len() >= FORMS.len());
    }
}
