//! The identity of the hosts of a plan, and its inventory.

use engine::run::saved::Plan;
use serde_json::Value;

use crate::support::machines::Machines;
use crate::support::{Fleet, Xtask, records, scratch, write};

/// Machines with identities of their own, reached by a real session.
#[test]
fn another_machine_than_the_planned_one_is_refused() {
    let machines = Machines::new(&["control"]);
    let file = machines.dir.path().join("plan.json");
    let save = ["-n", "--save", file.to_str().unwrap()];
    let plan = machines.step("alice", &save).run();
    assert_eq!(plan.code, 0, "{}", plan.stderr);
    let saved: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let identity = &saved["plan"]["hosts"][0]["identity"];
    assert_eq!(identity["machine_id"], format!("{:032x}", 1), "{saved:#}");
    let apply = || machines.run("alice", &["apply", file.to_str().unwrap(), "--yes"]).run();
    machines.identify("control", 7);
    let refused = apply();
    assert_eq!(refused.code, 6, "{}", refused.stderr);
    assert!(
        refused.stderr.contains("control: refused: this is not the machine of the plan\n"),
        "{}",
        refused.stderr
    );
    assert!(refused.stderr.contains(&format!("planned  machine-id {:032x}", 1)));
    assert_eq!(machines.get("control", "home/table").as_deref(), Some(""));
    machines.identify("control", 1);
    let done = apply();
    assert_eq!((done.code, done.stdout.as_str()), (0, "control: changed\n"), "{}", done.stderr);
    // Another inventory is another plan.
    let state = machines.dir.path().join("alice/state");
    assert_eq!(records::runs(&state).len(), 2);
    machines.inventory(&["control"], "\n[vars]\nnew = \"1\"\n");
    let refused = apply();
    assert_eq!((refused.code, refused.stdout.as_str()), (6, ""));
    assert!(refused.stderr.contains("hosts.toml has changed\n"), "{}", refused.stderr);
    assert_eq!(records::runs(&state).len(), 2);
}

/// Over a real sshd, whose host shows a machine-id. Another machine is refused before anything is done.
#[test]
fn a_plan_over_sshd_is_for_the_machine_that_was_asked() {
    let fleet = Fleet::start();
    let dir = scratch();
    let path = |name: &str| dir.path().join(name).display().to_string();
    for part in ["run", "bk/.envs/old"] {
        std::fs::create_dir_all(dir.path().join(part)).expect("a directory");
    }
    let profile = format!("rmvirtualenv() {{ rmdir \"{}/.envs/$1\"; }}\n", path("bk"));
    write(&fleet.dir.join("home/.bash_profile"), &profile);
    let config = std::fs::read_to_string(fleet.dir.join("ssh_config")).expect("a file");
    let own = format!("Host h* 127.0.1.*\n  SetEnv XTASK_TEST_RUN={}\n", path("run"));
    write(&dir.path().join("ssh_config"), &config.replace("Host h* 127.0.1.*\n", &own));
    let hosts = std::fs::read_to_string(fleet.dir.join("hosts.toml")).expect("a file");
    let port = hosts.lines().find(|line| line.starts_with("port")).expect("a port");
    let inventory = format!(
        "[ssh]\nconfig = \"ssh_config\"\n[hosts.control]\nsession = \"local\"\n\
         [hosts.h001]\naddress = \"127.0.1.1\"\n{port}\n[groups]\npaas = [\"h001\"]\n\
         [alias]\nlook = \"apply {} -n\"\n",
        path("plan.json")
    );
    write(&dir.path().join("hosts.toml"), &inventory);
    write(&dir.path().join("install.config"), "127.0.1.1 paas\n");
    let (install, file) = (path(""), path("plan.json"));
    let step = ["bk-upgrade", "paas", "rm-venv", "--install-path", &path("bk"), "--venvs", "old"];
    let more = ["--install-dir", &install, "-n", "--save", &file];
    let call = |words: &[&str]| {
        Xtask::new(dir.path(), words).env("XTASK_INVENTORY", path("hosts.toml")).run()
    };
    let plan = call(&[&step[..], &more].concat());
    assert_eq!(plan.code, 0, "{}", plan.stderr);
    let sealed = std::fs::read_to_string(&file).expect("a plan");
    let mut other: Value = serde_json::from_str(&sealed).expect("JSON");
    let id = &mut other["plan"]["hosts"][0]["identity"]["machine_id"];
    assert_eq!(id.as_str().map(str::len), Some(32), "{sealed}");
    *id = "0".repeat(32).into();
    let whole: Plan = serde_json::from_value(other["plan"].clone()).expect("a plan");
    other["sha256"] = whole.sha256().into();
    write(dir.path().join("plan.json").as_path(), &other.to_string());
    let refused = call(&["apply", &file, "--yes"]);
    assert_eq!(
        (refused.code, refused.stdout.as_str()),
        (6, "h001: refused\n"),
        "{}",
        refused.stderr
    );
    assert!(refused.stderr.contains("h001: refused: this is not the machine of the plan\n"));
    assert!(dir.path().join("bk/.envs/old").exists());
    write(dir.path().join("plan.json").as_path(), &sealed);
    // An alias for it takes further words. An inventory that others may write needs to be named now.
    assert_eq!(call(&["look", "--only", "h001"]).code, 0);
    let mode = |bits| std::os::unix::fs::PermissionsExt::from_mode(bits);
    std::fs::set_permissions(path("hosts.toml"), mode(0o666)).expect("a file of our own");
    let foreign = call(&["apply", &file, "-n"]);
    assert_eq!((foreign.code, foreign.stdout.as_str()), (2, ""), "{}", foreign.stderr);
    assert!(foreign.stderr.contains(&format!("name it: -i {}", path("hosts.toml"))));
    let named = call(&["apply", &file, "-n", "-i", &path("hosts.toml")]);
    assert_eq!(named.code, 0, "{}", named.stderr);
    std::fs::set_permissions(path("hosts.toml"), mode(0o644)).expect("a file of our own");
    let done = call(&["apply", &file, "--yes"]);
    assert_eq!((done.code, done.stdout.as_str()), (0, "h001: changed\n"), "{}", done.stderr);
    assert!(!dir.path().join("bk/.envs/old").exists());
}
