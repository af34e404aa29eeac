//! systemd units, with the stand-in for systemctl.

use engine::data::fault::{Fault, Kind};
use engine::data::outcome::Outcome;
use engine::ops::{FileContent, Units};

use crate::aid::told;
use crate::bench::Host;

const ENABLED: &str = "[Unit]\nX-Standin-Initial=active enabled\n[Install]\nWantedBy=x\n";
const DISABLED: &str = "[Unit]\n[Install]\nWantedBy=x\n";
const STUBBORN: &str = "[Unit]\nX-Standin-Initial=active enabled\nX-Standin-Refuse=stop\n";

struct Systemd {
    host: Host,
    _state: tempfile::TempDir,
}

impl Systemd {
    fn new() -> Self {
        let standins = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/standins");
        let (root, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let words = [
            format!("PATH={standins}:{}", std::env::var("PATH").unwrap()),
            format!("STANDIN_ROOT={}", root.path().display()),
            format!("STANDIN_STATE={}", state.path().display()),
            format!("STANDIN_LIB={standins}"),
        ];
        let mut prefix = vec!["env"];
        prefix.extend(words.iter().map(String::as_str));
        let mut host = Host::behind(&prefix);
        host.dir = root;
        Self { host, _state: state }
    }

    fn unit(&self, name: &str, text: &str) -> String {
        self.host.put(&format!("usr/lib/systemd/system/{name}"), text)
    }

    fn dir(&self) -> [String; 1] {
        [self.host.path("usr/lib/systemd/system")]
    }

    fn systemctl(&self, words: &str) -> String {
        self.host.raw(&format!("systemctl {words} >&2"), b"")
    }
}

#[test]
fn units_are_disabled_one_by_one_and_missing_ones_are_skipped() {
    let systemd = Systemd::new();
    systemd.unit("a.service", ENABLED);
    systemd.unit("b.service", ENABLED);
    systemd.unit("idle.service", DISABLED);
    let op = Units::disabled(["a", "missing.service", "b.service", "idle"]);
    systemd.host.lives(&op);
    assert_eq!(
        systemd.host.diff(),
        "a.service: active, enabled -> inactive, disabled\n\
         b.service: active, enabled -> inactive, disabled\n"
    );
    assert_eq!(systemd.systemctl("is-active a b"), "3 inactive\ninactive\n");
    systemd.host.undo().unwrap();
    assert_eq!(systemd.systemctl("is-active a b idle"), "0 active\nactive\ninactive\n");
    assert_eq!(systemd.systemctl("is-enabled a b idle"), "0 enabled\nenabled\ndisabled\n");
}

#[test]
fn a_stop_that_does_not_take_names_its_unit_and_the_others_stop() {
    let systemd = Systemd::new();
    systemd.unit("a.service", STUBBORN);
    systemd.unit("b.service", ENABLED);
    let error = told(systemd.host.ensure(&Units::disabled(["a", "b"])));
    assert!(error.starts_with("cannot disable a.service b.service: exit 1\n"), "{error}");
    assert!(error.contains("failed: stop a.service, a.service is still active"), "{error}");
    assert_eq!(systemd.systemctl("is-active a b"), "0 active\ninactive\n");
}

#[test]
fn unit_files_go_and_come_back() {
    let systemd = Systemd::new();
    let path = systemd.unit("a.service", DISABLED);
    systemd.host.chmod("usr/lib/systemd/system/a.service", 0o600);
    let real = systemd.host.put("b.real", DISABLED);
    std::os::unix::fs::symlink(&real, systemd.host.path("usr/lib/systemd/system/b.service"))
        .unwrap();
    systemd.host.lives(&Units::absent(["a", "b", "c"]).in_dirs(systemd.dir()));
    assert!(systemd.host.diff().starts_with(&format!("a.service: {path} -> absent\nb.service: ")));
    assert_eq!(systemd.systemctl("show -p LoadState --value a"), "0 not-found\n");
}

#[test]
fn a_unit_file_that_somebody_wrote_anew_is_left_alone() {
    let systemd = Systemd::new();
    systemd.unit("a.service", DISABLED);
    systemd.host.ensure(&Units::absent(["a"]).in_dirs(systemd.dir())).unwrap();
    systemd.unit("a.service", ENABLED);
    let refused = systemd.host.undo().unwrap_err();
    assert_eq!(Fault::kind_of(&refused), Kind::Refused, "{refused:#}");
    assert_eq!(systemd.host.get("usr/lib/systemd/system/a.service"), ENABLED);
}

#[test]
fn files_of_a_running_unit_stay_but_a_dry_run_goes_on_after_disabling_it() {
    let systemd = Systemd::new();
    let path = systemd.unit("a.service", ENABLED);
    let (disabled, absent) = (Units::disabled(["a"]), Units::absent(["a"]).in_dirs(systemd.dir()));
    let error = systemd.host.ensure(&absent).unwrap_err();
    assert_eq!(Fault::kind_of(&error), Kind::Refused);
    assert!(error.to_string().contains("a.service is still active, enabled"), "{error}");
    assert_eq!(systemd.host.plan(&disabled).unwrap(), Outcome::Needed);
    assert_eq!(systemd.host.plan(&absent).unwrap(), Outcome::Needed);
    assert_eq!(systemd.host.plan(&absent).unwrap(), Outcome::Needed, "systemd still knows it");
    assert!(std::path::Path::new(&path).exists());
    systemd.host.forget();
    assert_eq!(systemd.host.ensure(&disabled).unwrap(), Outcome::Changed);
    assert_eq!(systemd.host.ensure(&absent).unwrap(), Outcome::Changed);
    assert_eq!(systemd.host.ensure(&absent).unwrap(), Outcome::Kept);
    assert_eq!(systemd.host.ensure(&disabled).unwrap(), Outcome::Kept);
}

#[test]
fn units_are_enabled_and_started() {
    let systemd = Systemd::new();
    systemd.unit("a.service", DISABLED);
    systemd.host.lives(&Units::active(["a"]));
    assert_eq!(systemd.host.diff(), "a.service: inactive, disabled -> active, enabled\n");
}

#[test]
fn a_unit_that_is_not_there_cannot_be_started_but_may_come_in_a_dry_run() {
    let systemd = Systemd::new();
    systemd.unit("x.service", DISABLED);
    let op = Units::active(["new"]);
    assert!(told(systemd.host.ensure(&op)).starts_with("new.service is inactive, not found\n"));
    systemd.host.plan(&FileContent::new(systemd.host.path("f"), "")).unwrap();
    assert_eq!(systemd.host.plan(&op).unwrap(), Outcome::Unknown);
}

/// Prints one active unit with its start time: the time of the last restart.
const CLOCK: &str = "#!/bin/sh\nset -e\ncase $1 in\n\
    show) echo LoadState=loaded; echo ActiveState=active; echo UnitFileState=enabled\n\
    for file in since changed; do [ -f \"$0.$file\" ] || echo 0 >\"$0.$file\"; done\n\
    echo \"ActiveEnterTimestampMonotonic=$(cat \"$0.since\")\"\n\
    echo \"StateChangeTimestampMonotonic=$(cat \"$0.changed\")\" ;;\n\
    reload) sed 's/\\([0-9]*\\)[.]\\([0-9]*\\) .*/\\1\\20000/' /proc/uptime >\"$0.changed\" ;;\n\
    restart) sed 's/\\([0-9]*\\)[.]\\([0-9]*\\) .*/\\1\\20000/' /proc/uptime >\"$0.since\" ;;\n\
    is-active) echo active ;;\n\
    *) echo \"$*\" >>\"$0.log\" ;;\nesac\n";

#[test]
fn a_unit_that_is_older_than_its_file_is_restarted_or_reloaded_also_by_a_later_run() {
    let dir = tempfile::tempdir().unwrap();
    let path = format!("PATH={}:{}", dir.path().display(), std::env::var("PATH").unwrap());
    let mut host = Host::behind(&["env", &path]);
    host.dir = dir;
    host.put("systemctl", CLOCK);
    host.chmod("systemctl", 0o755);
    host.put("systemctl.since", "1000000");
    let conf = host.put("a.conf", "x");
    let reload = Units::active(["a"]).newer_than([&conf]).reloading();
    assert_eq!(host.ensure(&reload).unwrap(), Outcome::Changed);
    assert_eq!(host.diff(), "a.service: reload\n");
    assert_eq!(host.ensure(&reload).unwrap(), Outcome::Kept);
    let op = Units::active(["a"]).newer_than([&conf]);
    assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
    assert_eq!(host.diff(), "a.service: restart\n");
    assert_eq!(host.ensure(&op).unwrap(), Outcome::Kept);
    assert_eq!(host.plan(&FileContent::new(&conf, "y")).unwrap(), Outcome::Needed);
    assert_eq!(host.plan(&op).unwrap(), Outcome::Needed);
}
