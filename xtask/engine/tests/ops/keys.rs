//! Values inside of JSON and YAML files.

use engine::data::fault::{Fault, Kind};
use engine::data::key_path::KeyPath;
use engine::data::outcome::Outcome;
use engine::ops::{FileContent, Keys, Op, key};
use engine::text::edit::tree::Value;

use crate::aid::told;
use crate::bench::{Host, hosts};

const DAEMON: &str =
    "{\n    \"debug\": false,\n    \"log-opts\": {\n        \"max-size\": \"10m\"\n    }\n}\n";
const COMPOSE: &str =
    "# shop\nservices:\n  web:\n    image: web:2.0  # pinned\n    ports:\n      - \"8080:80\"\n";

#[test]
fn values_in_json_and_yaml_come_and_go() {
    for host in hosts() {
        let path = host.put("daemon.json", DAEMON);
        let op = key::json(&path)
            .set("log-opts.max-size", "100M")
            .set("log-opts.max-file", "10")
            .set("max-concurrent-downloads", 20)
            .remove("debug");
        assert_eq!(
            op.describe(),
            format!(
                "set log-opts.max-size, set log-opts.max-file, set max-concurrent-downloads, remove debug in {path}"
            )
        );
        host.lives(&op);
        assert_eq!(
            host.get("daemon.json"),
            "{\n    \"log-opts\": {\n        \"max-size\": \"100M\",\n        \"max-file\": \"10\"\n    },\n    \"max-concurrent-downloads\": 20\n}\n"
        );
        let path = host.put("compose.yaml", COMPOSE);
        let op = key::yaml(&path)
            .update("services.web.image", "web:2.1")
            .member("services.web.ports", "8443:443")
            .set("services.web.environment.TZ", "UTC");
        host.lives(&op);
        let want = COMPOSE.replace("2.0", "2.1")
            + "      - \"8443:443\"\n    environment:\n      TZ: UTC\n";
        assert_eq!(host.get("compose.yaml"), want);
        assert_eq!(
            host.ensure(&key::yaml(&path).no_member("services.web.ports", "9:9")).unwrap(),
            Outcome::Kept
        );
    }
}

/// Fault E2: nothing is written when one of several changes does not fit.
#[test]
fn a_change_that_does_not_fit_leaves_the_file_alone() {
    let host = Host::new();
    let path = host.put("compose.yaml", COMPOSE);
    let before = host.snapshot(true);
    let op =
        key::yaml(&path).set("services.web.image", "web:2.1").set("services.web.ports.http", 80);
    let error = host.ensure(&op).unwrap_err();
    assert_eq!(Fault::kind_of(&error), Kind::Refused);
    assert_eq!(
        told::<Outcome>(Err(error)),
        format!(
            "services.web.ports is a list, not a map\nline 6:7:       - \"8080:80\"\nin: {path}\nhint: correct the path services.web.ports.http, or the file by hand"
        )
    );
    for op in [key::yaml(&path).set("a..b", 1), key::yaml(&path).in_document("x")] {
        assert_eq!(Fault::kind_of(&host.ensure(&op).unwrap_err()), Kind::Usage);
    }
    assert_eq!(host.snapshot(true), before);
}

#[test]
fn a_missing_file_is_made_only_when_the_step_says_so() {
    let host = Host::new();
    let path = host.path("daemon.json");
    let op = || key::json(&path).set("live-restore", true);
    assert!(
        told(host.ensure(&op()))
            .starts_with(&format!("{path} is not there\nwanted: set live-restore"))
    );
    host.lives(&op().or_create("600"));
    assert_eq!(host.get("daemon.json"), "{\n  \"live-restore\": true\n}\n");
    // A dry run edits the file that an earlier operation of the step writes.
    assert_eq!(host.plan(&FileContent::new(host.path("other"), "{}")).unwrap(), Outcome::Needed);
    let later = key::json(host.path("other")).set("a", 1);
    assert_eq!(host.plan(&later).unwrap(), Outcome::Needed);
}

/// The secret is hidden on a line of its own, in the middle of a line, and the one before it, too.
#[test]
fn a_secret_value_is_in_no_diff_and_no_record() {
    for text in [
        "a: 1\nauth: {user: ops, password: oldword}\n",
        "a: 1\nauth:\n  password: |\n    oldword\n",
    ] {
        for host in hosts() {
            let path = host.put("k.yaml", text);
            let op = key::yaml(&path).set_secret("auth.password", "newword").set("a", 2);
            assert_eq!(host.plan(&op).unwrap(), Outcome::Needed);
            assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
            let shown = format!("{}{}{op:?}{}", host.diff(), host.recorded(), op.describe());
            assert!(shown.contains("+a: 2") && shown.contains("****"), "{shown}");
            assert!(!shown.contains("oldword") && !shown.contains("newword"), "{shown}");
            assert_eq!(host.ensure(&op).unwrap(), Outcome::Kept);
            host.undo().unwrap();
            assert_eq!(host.get("k.yaml"), text);
        }
    }
}

#[test]
fn a_path_comes_from_a_step_or_from_its_argument() {
    let path: KeyPath = ".job.features.gseV2.enabled".parse().unwrap();
    let value = Value::map([("x", 1)]);
    let ops: [Keys; 2] =
        [key::yaml("/f").set(&path, false), key::yaml("/f").set(path.clone(), value)];
    assert_eq!(ops[0].describe(), "set job.features.gseV2.enabled in /f");
    assert_eq!(ops[1].describe(), ops[0].describe());
}
