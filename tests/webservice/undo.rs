//! `undo` takes back the work of these steps.

use super::fresh::{self, shared};
use crate::support::rehearsal::{Bench, compare};

/// The step changes something, and afterwards everything is as before.
fn is_taken_back(bench: &Bench, step: &str) {
    let before = bench.result();
    let run = bench.json(0, step);
    assert!(
        run["hosts"]
            .as_array()
            .unwrap_or(&Vec::new())
            .iter()
            .any(|host| host["outcome"] == "changed"),
        "{run:#}"
    );
    bench.ends(0, "undo last");
    compare(&before, &bench.result());
}

#[test]
fn what_was_written_on_firstbox_is_taken_back() {
    let bench = Bench::new().with_env("ACCOUNT_DB_PASSWORD", "made-up-database-password");
    fresh::make(&bench);
    bench.write("firstbox", "/root/.ssh/known_hosts", "webservice0 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGmVtcZm2zk2a4jpgZYPYyBzl3jRYQ1cMsnTcvrAX6j7\n");
    for step in [
        "webservice set-floating-ip --ip 10.16.0.30",
        "webservice pick-temp-ip --node webservice0 --ip 10.16.0.12",
        "webservice gen-mac --node webservice0 --anew",
        "webservice sync-access-keys --db-host account-db --db-user reader",
        "webservice sync-console-keys --db-host account-db --db-user reader",
    ] {
        is_taken_back(&bench, step);
    }
    let known = "/root/.ssh/known_hosts";
    let before = bench.read("firstbox", known);
    bench.ends(0, "webservice purge-known-hosts --node webservice0 --targets firstbox");
    assert_ne!(bench.read("firstbox", known), before);
    bench.ends(0, "undo last");
    assert_eq!(bench.read("firstbox", known), before);
}

/// The id of the only run of a step.
fn run(bench: &Bench, step: &str) -> String {
    let runs =
        std::fs::read_dir(bench.state.path().join("xtask/runs")).into_iter().flatten().flatten();
    let mut ids = runs.map(|run| run.file_name().to_string_lossy().into_owned());
    ids.find(|id| id.ends_with(step)).expect("a run")
}

/// The backup is removed while it is as it was made, and the logo is the stock one again.
#[test]
fn the_files_of_a_node_are_taken_back() {
    let bench = fresh::bench();
    is_taken_back(&bench, "webservice backup-node-files --node webservice0 --extra /etc/hosts");
    assert!(!bench.path("firstbox", "/root/webservice0-bak").exists());
    bench.ends(0, "webservice backup-node-files --node webservice0");
    let web = "guests/webservice0/pitrix/lib/pitrix-webconsole";
    bench.write_shared(&format!("{web}/static/img/logo.svg"), "<svg>stock logo</svg>\n");
    bench.write_shared(&format!("{web}/mysite/local_config.yaml"), "brand: stock\n");
    is_taken_back(&bench, "webservice restore-node-files --node webservice0");
    let step = "webservice backup-node-files --node webservice1";
    bench.ends(0, step);
    bench.write("firstbox", "/root/webservice1-bak/static/img/logo.svg", "by hand");
    let refused = bench.ends(6, "undo last").stderr;
    assert!(refused.contains("has changed since it was copied"), "{refused}");
}

#[test]
fn the_old_vm_is_back_after_its_steps_are_taken_back() {
    let bench = fresh::bench();
    bench.write_shared("virsh/node1/webservice0/autostart", "enable\n");
    bench.ends(0, "backup-settings --stamp 20260101");
    bench.ends(0, "webservice backup-node-files --node webservice0");
    bench.ends(0, "webservice stop-services --node webservice0");
    bench.ends(0, "webservice shutdown-vm --node webservice0 --stamp 20260101");
    let state = || shared(&bench, "virsh/node1/webservice0/state");
    assert_eq!(state().as_deref(), Some("shut off\n"));
    // libvirt knows more than the file has.
    let xml = shared(&bench, "virsh/node1/webservice0/xml").expect("a definition");
    let xml = xml.replace("</domain>", "<!-- edited since --></domain>");
    assert!(xml.contains("edited since"), "{xml}");
    bench.write_shared("virsh/node1/webservice0/xml", &xml);
    is_taken_back(
        &bench,
        "webservice backup-vm-image --node webservice0 --stamp 20260101 --undefine",
    );
    assert_eq!(shared(&bench, "virsh/node1/webservice0/xml"), Some(xml));
    bench.ends(0, &format!("undo {}", run(&bench, "shutdown-vm")));
    assert_eq!(state().as_deref(), Some("running\n"));
    bench.ends(0, &format!("undo {}", run(&bench, "stop-services")));
    bench.ends(0, "webservice check-services --node webservice0");
}
