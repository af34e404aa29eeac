//! What others could have written is not believed. A file of another user needs root: without it those parts are
//! left out, and say so.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::PathBuf;

use engine::transport::interrupt::Interrupt;
use tempfile::TempDir;

use crate::support::drill::Drill;
use crate::support::machines::is_root;
use crate::support::{Outcome, Xtask, scratch, write};

/// A user who is nobody to us.
const OTHER: u32 = 4242;

/// A directory with an inventory whose host is a command, and a directory below; another one for the records.
struct Site(TempDir, TempDir);

impl Site {
    fn new() -> Self {
        let site = Self(scratch(), scratch());
        fs::create_dir_all(site.at("below")).expect("a directory");
        let session = format!("touch {}; exec \"$@\"", site.at("ran").display());
        let exec = ["sh", "-c", &session, "host"];
        let text = format!("[hosts.a]\nsession = \"exec\"\nexec = {exec:?}\nidentity = false\n");
        write(&site.at("hosts.toml"), &text);
        site
    }

    fn at(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn mode(&self, path: &str, mode: u32) {
        fs::set_permissions(self.at(path), fs::Permissions::from_mode(mode)).expect("a mode");
    }

    fn add(&self, text: &str) {
        let all = fs::read_to_string(self.at("hosts.toml")).expect("an inventory") + text;
        write(&self.at("hosts.toml"), &all);
    }

    fn call(&self, words: &[&str]) -> Xtask {
        Xtask::new(self.1.path(), words).dir(&self.at("below")).env("HOME", self.at("home"))
    }

    fn run(&self, words: &[&str]) -> Outcome {
        self.call(words).run()
    }

    /// Whether the inventory's command has run.
    fn ran(&self) -> bool {
        fs::remove_file(self.at("ran")).is_ok()
    }

    /// The call is refused, and says all of this; nothing has run.
    fn refuses(&self, words: &[&str], all: &[&str]) {
        let said = self.run(words);
        assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{words:?}\n{}", said.stderr);
        let text = said.stderr.replace(self.0.path().to_str().expect("a plain path"), "DIR");
        let text = text.replace(self.1.path().to_str().expect("a plain path"), "STATE");
        for part in all {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(!self.ran(), "{words:?}");
    }
}

/// Fault T1: an inventory that somebody else could have written runs nothing, unless a person names it.
#[test]
fn a_foreign_inventory_is_refused_unless_it_is_named() {
    let site = Site::new();
    let inventory = site.at("hosts.toml").display().to_string();
    let named = ["hosts", "check", "-i", &inventory];
    for (path, mode) in [("hosts.toml", 0o646), ("", 0o757)] {
        site.mode(path, mode);
        let at = format!("DIR{}{path}", if path.is_empty() { "" } else { "/" });
        let why = format!("error: {at} can be written by everybody (mode {mode:o})\n");
        let repair = format!("hint: look into it, then: chmod go-w {at}");
        let consent = "name it: -i DIR/hosts.toml\n";
        site.refuses(
            &["hosts", "check"],
            &[&why, "  inventory  DIR/hosts.toml\n", &repair, consent],
        );
        site.refuses(&["pcmd", "-w", "a", "true"], &[&why]);
        site.refuses(&["hosts", "list"], &[&why]);
        assert_eq!((site.run(&named).code, site.ran()), (0, true));
        site.mode(path, if path.is_empty() { 0o755 } else { 0o644 });
    }
    let below = site.run(&["hosts", "check"]);
    assert_eq!((below.code, site.ran()), (0, true), "{}", below.stderr);
    assert_eq!(below.stderr, format!("inventory: {inventory}\n"));
    let here = site.call(&["hosts", "check"]).dir(site.0.path()).run();
    assert_eq!((here.code, here.stderr.as_str(), site.ran()), (0, "", true));
    assert_eq!(site.run(&named).stderr, "", "who names it knows it");
    let listed = site.run(&["hosts", "list", "-v"]);
    assert_eq!(listed.stderr, format!("inventory: {inventory}\n"));
}

/// Fault T1: the same for an inventory of another user; behind sudo that user is the person.
#[test]
fn an_inventory_of_another_user_is_refused() {
    if !is_root() {
        eprintln!("left out: only root can make files of another user");
        return;
    }
    let site = Site::new();
    chown(site.at("hosts.toml"), Some(OTHER), None).expect("root");
    let why = format!("error: DIR/hosts.toml belongs to {OTHER}, not to you or root\n");
    site.refuses(&["hosts", "check"], &[&why, "use a copy of your own", "name it: -i "]);
    let behind = site.call(&["hosts", "check"]).env("SUDO_UID", OTHER.to_string()).run();
    assert_eq!((behind.code, site.ran()), (0, true), "{}", behind.stderr);
}

/// Fault T1: the files that an inventory names stand under the same rule, also when a person named the inventory.
#[test]
fn what_an_inventory_names_is_looked_at_too() {
    let site = Site::new();
    site.add("[ssh]\nconfig = \"ssh_config\"\n[hosts.b]\n[import]\ninstall_config = \"install.config\"\n");
    write(&site.at("install.config"), "192.0.2.1 paas\n");
    write(&site.at("ssh_config"), "");
    let named = ["hosts", "check", "-w", "a", "-i", "../hosts.toml"];
    for (file, place) in
        [("install.config", "hosts.toml:9: cannot read "), ("ssh_config", "`config` of [ssh]")]
    {
        site.mode(file, 0o666);
        let why = format!("/{file} can be written by everybody (mode 666)");
        for words in [&["hosts", "check", "-w", "a"][..], &named] {
            site.refuses(words, &[&why, place]);
        }
        site.mode(file, 0o644);
    }
    fs::create_dir_all(site.at("home/.ssh")).expect("a directory");
    write(&site.at("home/.ssh/config"), "");
    site.mode("home/.ssh/config", 0o666);
    assert_eq!(site.run(&named).code, 0, "the inventory has its own");
    let text = fs::read_to_string(site.at("hosts.toml")).expect("an inventory");
    write(&site.at("hosts.toml"), &text.replace("\"ssh_config\"", "\"~/.ssh/config\""));
    assert!(site.ran());
    site.refuses(&named, &["DIR/home/.ssh/config can be written by everybody (mode 666)"]);
}

/// Faults T1, T9: a record that somebody else could have written is neither shown nor played back.
#[test]
fn a_record_of_others_is_not_believed() {
    let site = Site::new();
    assert_eq!(site.run(&["pcmd", "-w", "a", "true"]).code, 0);
    assert!(site.ran());
    let runs = fs::read_dir(site.1.path().join("xtask/runs")).expect("runs");
    let run = runs.flatten().next().expect("a run").file_name().into_string().expect("text");
    let commands = ["runs show", "runs verify", "resume", "retry", "undo last", "undo last -n"];
    let inside = format!("xtask/runs/{run}");
    let journal = format!("{inside}/journal.jsonl");
    for part in ["", "xtask", "xtask/runs", &inside, &journal] {
        let path = site.1.path().join(part);
        let before = fs::metadata(&path).expect("a part").permissions().mode();
        let set =
            |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("a mode");
        set(before | 0o022);
        let why = "can be written by everybody (mode ";
        for command in commands {
            let words: Vec<&str> = command.split(' ').collect();
            site.refuses(&words, &[why]);
        }
        if !part.contains(&run) {
            site.refuses(&["pcmd", "-w", "a", "true"], &[why, "STATE"]);
        }
        set(before);
        if is_root() {
            chown(&path, Some(OTHER), None).expect("root");
            site.refuses(&["runs", "show"], &[&format!(" belongs to {OTHER}, not to you or root")]);
            chown(&path, Some(0), None).expect("root");
        }
    }
    assert_eq!(site.run(&["runs", "show"]).code, 0);
}

/// Faults T1, T14: a secret file is the person's or root's, and nobody else has written or read it.
#[test]
fn a_secret_file_of_others_is_refused() {
    let site = Site::new();
    let file = camino::Utf8PathBuf::try_from(site.at("secret")).expect("text");
    write(file.as_std_path(), "s3cret\n");
    let source = engine::data::inventory::SecretSource::File(file.clone());
    let fetch = || engine::transport::secret::fetch("pw", &source, &Interrupt::never());
    site.mode("secret", 0o600);
    assert_eq!(fetch().expect("a secret").expose(), "s3cret");
    site.mode("secret", 0o640);
    assert!(
        format!("{:#}", fetch().expect_err("readable"))
            .contains("can be read by others (mode 640)")
    );
    site.mode("secret", 0o600);
    if is_root() {
        chown(&file, Some(OTHER), None).expect("root");
        let why =
            format!("secret `pw`: reading {file}: {file} belongs to {OTHER}, not to you or root");
        assert_eq!(format!("{:#}", fetch().expect_err("of another user")), why);
    }
}

/// Fault T1: `undo` takes the inventory that the record names, and looks at it as it is now.
#[test]
fn an_undo_looks_at_the_inventory_of_the_run() {
    let drill = Drill::on("h001");
    drill.ends(0, "serial");
    let inventory = drill.dir.path().join("hosts.toml");
    let loose = |mode| fs::set_permissions(&inventory, fs::Permissions::from_mode(mode));
    loose(0o666).expect("a mode");
    let record = drill.record();
    let run = record.rsplit('/').next().expect("a name");
    let undo = |more: &[&str]| {
        Xtask::new(drill.dir.path(), &[&["undo", run, "--yes"], more].concat()).run()
    };
    let refused = undo(&[]);
    let path = inventory.display();
    let why = format!("error: {path} can be written by everybody (mode 666)\n");
    assert!(refused.code == 2 && refused.stderr.contains(&why), "{}", refused.stderr);
    assert!(
        drill.has("h001", "first") && refused.stderr.contains(&format!("name it: -i {path}\n"))
    );
    assert_eq!(undo(&["-i", &path.to_string()]).code, 0);
    assert!(!drill.has("h001", "first"));
}
