//! Quorum in the real steps, on rehearsal hosts: what is refused, what is asked, and what is not.

use engine::data::quorum::{Member, Reading};
use engine::text::snippet::{Function, Snippet};

use crate::support::rehearsal::Bench;
use crate::support::{Xtask, root, scratch, write};
use crate::webservice::fresh;

const STOP: &str = "bk-upgrade paas stop";
const HURRY: &str = "--yes --batch 3 --fanout 3 --max-fail 100%";
const PAAS: &str = "\n[clusters.paas]\nkind = \"module\"\nhosts = \"@paas\"\nunits = \"bk-paas-esb\"\n\
                    good_readings = 2\ninterval = 0\n";

fn with(clusters: &str) -> Bench {
    let sample = std::fs::read_to_string(root().join("hosts.toml")).expect("the sample");
    Bench::new().with_inventory(&(sample + clusters))
}

fn running(bench: &Bench) -> usize {
    let state =
        |host: &&str| bench.read(host, "/var/lib/standins/systemctl/bk-paas-esb.service.active");
    let hosts = ["paas1", "paas2", "paas3"];
    hosts.iter().filter(|host| state(host).is_none_or(|state| state.trim() == "active")).count()
}

#[test]
fn the_last_host_of_a_module_stays_whatever_the_flags() {
    let bench = with(PAAS);
    bench.prepare("paas[1-3]");
    let plan = bench.ends(0, &format!("{STOP} -n {HURRY}"));
    let said = "paas: 3 of 3 healthy, at least 1: one at a time";
    assert!(plan.stderr.contains(said), "{}", plan.stderr);
    assert_eq!(running(&bench), 3, "a dry run changes nothing");

    let run = bench.ends(6, &format!("{STOP} {HURRY}"));
    assert_eq!(run.stdout.matches(": changed").count(), 2, "{}", run.stdout);
    let refused = "may not stop: paas would have 0 of 1 member that it needs";
    assert!(run.stderr.contains(refused), "{}", run.stderr);
    assert!(run.stderr.contains("--accept-loss paas"), "{}", run.stderr);
    assert_eq!(running(&bench), 1);

    // The record has the readings around each host.
    let journal = bench.journals().pop().expect("a journal");
    let readings = journal.iter().filter(|line| line["event"] == "cluster");
    let readings: Vec<String> = readings
        .map(|line| format!("{} {}", line["when"], line["reading"]).replace('"', ""))
        .collect();
    let start = |text: &String| text.split(',').next().unwrap_or_default().to_owned();
    assert_eq!(
        readings.iter().map(start).collect::<Vec<_>>(),
        [
            "before 3 of 3 healthy",
            "after 2 of 3 healthy",
            "before 2 of 3 healthy",
            "after 1 of 3 healthy"
        ]
    );

    // Refused again, in the plan too; then a person takes it on himself.
    bench.ends(6, &format!("{STOP} -n"));
    bench.ends(6, &format!("{STOP} {HURRY}"));
    let run = bench.ends(0, &format!("{STOP} {HURRY} --accept-loss paas"));
    assert!(run.stderr.contains("note: --accept-loss paas: paas"), "{}", run.stderr);
    assert_eq!(running(&bench), 0);
    // What is down may be stopped: there is nothing to refuse.
    bench.ends(0, &format!("{STOP} {HURRY}"));
}

#[test]
fn an_undo_that_stops_a_member_is_refused_too() {
    let vip = "\n[clusters.vip]\nkind = \"module\"\nhosts = \"@phy_servers\"\nunits = \"keepalived\"\n\
               least = 2\ngood_readings = 1\ninterval = 0\n";
    let bench = with(vip).with_env("VRRP_PASSWORD", "made-up1");
    bench.ends(0, "uecm keepalived-vip --vip 172.18.5.224");
    let run = std::fs::read_dir(bench.state.path().join("xtask/runs")).expect("runs");
    let run = run.flatten().next().expect("a run").file_name().to_string_lossy().into_owned();
    // Stopping all three goes as far as the module lets it.
    let undo = bench.ends(6, &format!("undo {run} --yes")).stderr;
    assert!(undo.contains("may not stop: vip would have 1 of 2 members that it needs"), "{undo}");
    bench.ends(0, &format!("undo {run} --yes --accept-loss vip"));
}

/// The step's own switches do not replace the cluster.
#[test]
fn a_webservice_node_stays_while_the_other_one_is_down() {
    let bench = with(
        "\n[clusters.web]\nkind = \"module\"\nhosts = \"@webservice\"\n\
         command = \"supervisorctl status\"\ngood_readings = 1\n",
    );
    fresh::make(&bench);
    bench.ends(0, "webservice backup-node-files --node webservice0");
    let stop = "webservice stop-services --node webservice0 --yes --without-peer --out-of-turn";
    bench.write_shared("guests/webservice1/supervisor/ks-api", "STOPPED\n");
    let alone = bench.ends(6, stop).stderr;
    assert!(alone.contains("webservice0 may not stop: web would have 0 of 1 member"), "{alone}");
    assert!(alone.contains("1 of 2 healthy, at least 1, down: webservice1"), "{alone}");
    assert_eq!(bench.calls("webservice0", "supervisorctl", "'stop'"), 0);
    bench.write_shared("guests/webservice1/supervisor/ks-api", "RUNNING\n");
    bench.ends(0, stop);
}

#[test]
fn a_host_or_unit_of_no_cluster_costs_nothing() {
    // Member hosts that nobody could reach, and units that the step does not stop.
    let bench = with(&PAAS.replace("bk-paas-esb", "bk-other").replace("@paas", "@paas,phy1"));
    bench.prepare("paas[1-3]");
    bench.ends(0, &format!("{STOP} {HURRY}"));
    assert_eq!(running(&bench), 0);
    let journal = bench.journals().pop().expect("a journal");
    assert!(!journal.iter().any(|line| line["event"] == "cluster"), "{journal:?}");
    for host in ["paas1", "paas2", "paas3"] {
        assert_eq!(bench.calls(host, "systemctl", "bk-other"), 0, "{host} was asked");
    }
}

#[test]
fn a_cluster_that_does_not_exist_is_named_before_any_host_is_touched() {
    let bench = with(PAAS);
    let run = bench.ends(2, &format!("{STOP} --yes --accept-loss pass"));
    assert!(run.stderr.contains("no cluster `pass`"), "{}", run.stderr);
    assert!(run.stderr.contains("did you mean `paas`?"), "{}", run.stderr);
    assert!(!bench.path("paas1", "/etc/passwd").exists(), "a host was opened");
}

/// The output of pacemaker 2.1.5 for three nodes: one is well, one in standby, one off.
#[test]
fn pacemaker_tells_its_nodes_and_its_quorum() {
    let dir = scratch();
    let xml = root().join("tests/quorum/crm_mon.xml").display().to_string();
    let read = |quorum: &str| {
        for (name, line) in [("crm_mon", &*format!("cat {xml}")), ("corosync-quorumtool", quorum)] {
            let tool = dir.path().join(name);
            write(&tool, &format!("#!/bin/sh\n{line}\n"));
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            std::fs::set_permissions(&tool, mode).expect("a tool");
        }
        let snippet = Snippet::new("pacemaker", include_str!("../snippets/cluster/pacemaker.sh"));
        let script = snippet.script(Function::Probe, &[]).expect("a script");
        let path = format!("{}:/usr/bin:/bin", dir.path().display());
        let mut sh = Xtask::program("sh");
        let output = sh.args(["-c", &script]).env("PATH", path).output().expect("sh");
        let said = String::from_utf8(output.stdout).expect("text");
        Reading::parse(&said).unwrap_or_else(|wrong| panic!("{wrong}: {said}"))
    };
    let reading = read("echo 'Quorum:           2  '");
    let state = |it: &Member| (it.name.clone(), it.healthy);
    let members: Vec<_> = reading.members.iter().map(state).collect();
    let is = |name: &str, up| (name.to_owned(), up);
    assert_eq!(members, [is("tecs-a", true), is("tecs-b", false), is("tecs-c", false)]);
    assert_eq!(reading.leader.as_deref(), Some("tecs-a"));
    assert_eq!((reading.quorate, reading.quorum), (Some(true), Some(2)));
    // Without corosync's tool the majority counts.
    assert_eq!(read("exit 1").quorum, None);
}
