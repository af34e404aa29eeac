//! The webservice runbook: keepalived with its rc.local block on two nodes, settings and a VM on firstbox.

use anyhow::{Context as _, Result, ensure};
use lab::suite::Case;

use crate::support::Bench;

pub(crate) const CASES: &[Case<Bench>] = cases![
    webservice:
    the_block_stands_once_and_its_undo_restores_the_bytes,
    a_broken_template_never_reaches_a_running_daemon,
    settings_are_backed_up_and_written_and_the_vm_is_launched_anew,
];

const NODES: [&str; 2] = ["webservice0", "webservice1"];
const VIP: &str = "10.99.0.230";
const PACKAGE: &str = "/pitrix/build/packages/deb/pitrix-ks-webservice-base/etc/keepalived";

fn the_block_stands_once_and_its_undo_restores_the_bytes(bench: &Bench) -> Result<()> {
    let lab = &bench.lab;
    lab.reset(&["firstbox", "webservice0", "webservice1"])?;
    let before = lab.exec("webservice0", "cat /etc/rc.local")?;
    for node in NODES {
        let step = ["keepalived-vip", "--profile", "webservice", "--node", node];
        bench.xtask(&step)?.expect(0)?;
        let state = bench.snapshots(&NODES)?;
        let again = bench.xtask(&step)?.expect(0)?;
        ensure!(!again.stdout.contains("changed"), "{}", again.stdout);
        bench.unchanged(&NODES, &state)?;
    }
    for node in NODES {
        let count = lab.exec(node, "grep -c 'keepalived-webservice' /etc/rc.local; sh -n /etc/rc.local; tail -n 1 /etc/rc.local")?;
        ensure!(
            count == "2\nexit 0\n",
            "{node}: {count}\n{}",
            lab.exec(node, "cat /etc/rc.local")?
        );
    }
    let holders = lab::watch::holders(&bench.hosts(&NODES)?, VIP);
    ensure!(holders.len() == 1, "{VIP} is on {holders:?}");
    // The undo in the record restores it, to the byte.
    let runs = lab::shell()?.read_dir(lab.dir.join("state/xtask/runs"))?;
    let run = runs.iter().rev().find(|run| {
        let journal = std::fs::read_to_string(run.join("journal.jsonl")).unwrap_or_default();
        let intent = |line: &str| {
            ["intent", "webservice0", "/etc/rc.local"].iter().all(|word| line.contains(word))
        };
        journal.lines().any(intent)
    });
    let run = run.context("no run changed rc.local of webservice0")?;
    let id = run.file_name().and_then(|name| name.to_str()).context("a run has a name")?;
    bench
        .xtask(&["undo", id, "--only", "webservice0"])?
        .expect(0)?
        .prints("webservice0: changed\n")?;
    let after = lab.exec("webservice0", "cat /etc/rc.local")?;
    ensure!(after == before, "after undo:\n{after}\nbefore the step:\n{before}");
    Ok(())
}

fn a_broken_template_never_reaches_a_running_daemon(bench: &Bench) -> Result<()> {
    let lab = &bench.lab;
    let step = ["keepalived-vip", "--profile", "webservice", "--node", "webservice0"];
    bench.xtask(&step)?.expect(0)?;
    let ask = "systemctl show -p MainPID --value keepalived";
    let (state, daemon) = (bench.snapshots(&NODES)?, lab.exec("webservice0", ask)?);
    let file = format!("{PACKAGE}/keepalived.conf.webservice.webservice0");
    lab.exec(
        "firstbox",
        &format!("sed -i 's/virtual_router_id 51/virtual_router_id 999/' {file}"),
    )?;
    bench.xtask(&step)?.expect(1)?.says("keepalived -t")?;
    bench.unchanged(&NODES, &state)?;
    ensure!(lab.exec("webservice0", ask)? == daemon, "the daemon was restarted");
    lab.exec(
        "firstbox",
        &format!("sed -i 's/virtual_router_id 999/virtual_router_id 51/' {file}"),
    )?;
    bench.xtask(&step)?.expect(0)?.prints("webservice0: kept\n").map(drop)
}

/// The backup of the node's files as `backup-node-files` leaves it; the node of this lab has no web console.
const NODE_FILES: &str = r#"mkdir -p /root/webservice0-bak/static
cd /root/webservice0-bak
echo brand >local_config.yaml; echo exit >rc.local; echo logo >static/logo
{
  printf '%s\n' 'xtask-backup 1' "thing webservice0's files" "cluster $(cat /etc/machine-id)" "made $(date +%s)"
  for file in ./local_config.yaml ./rc.local ./static/logo; do
    echo "file $(stat -c %s $file) $(sha256sum <$file | cut -d ' ' -f 1) $file"
  done | sort
  echo 'end 3'
} >.xtask-manifest"#;

/// virsh is a stand-in with state, shared by firstbox and the physical hosts: the test driver of libvirt forgets
/// its domains with each connection, and the real one needs /dev/kvm.
fn settings_are_backed_up_and_written_and_the_vm_is_launched_anew(bench: &Bench) -> Result<()> {
    let lab = &bench.lab;
    lab.reset(&["firstbox", "node1", "node2", "spare1"])?;
    lab.reset_shared()?;
    // The new VM is a line in a file; for its sshd, which is waited for, another host lends its own.
    lab.exec("firstbox", "ip addr add 10.16.0.2/24 dev host0")?;
    lab.exec("spare1", "ip addr add 10.16.0.12/24 dev host0")?;
    // The old VM is off, and its image aside.
    lab.exec("node1", "virsh destroy webservice0; cd /pitrix/kernels; mv webservice0.img old-webservice0.img; mv webservice0.xml old-webservice0.xml; rm webservice0.Done")?;
    let seal =
        ["webservice", "backup-vm-image", "--node", "webservice0", "--physical-host", "node1"];
    bench.xtask(&seal)?.expect(0)?;
    lab.exec("firstbox", NODE_FILES)?;
    let generate = ["gen-settings", "--node", "webservice0", "--mgmt-address", "10.16.0.12"];
    bench.xtask(&generate)?.expect(6)?.says("no backup")?;
    // The machine that the step rebuilds has a pin.
    bench.xtask(&["hosts", "pin", "webservice0"])?.expect(0)?;
    let pins = || std::fs::read_to_string(lab.dir.join("hosts.lock"));
    ensure!(pins()?.contains("[hosts.\"webservice0\"]"), "{}", pins()?);
    for step in [&["backup-settings"][..], &generate, &["relaunch-vm", "--node", "webservice0"]] {
        bench.xtask(step)?.expect(0).with_context(|| format!("{step:?}"))?;
        let state = bench.snapshots(&["firstbox", "node1", "node2"])?;
        let again = bench.xtask(step)?.expect(0).with_context(|| format!("{step:?} again"))?;
        ensure!(!again.stdout.contains("changed"), "{step:?} again: {}", again.stdout);
        bench.unchanged(&["firstbox", "node1", "node2"], &state)?;
    }
    let settings =
        lab.exec("firstbox", "grep mgmt_network_address= /pitrix/conf/settings/webservice0")?;
    ensure!(settings == "mgmt_network_address=\"10.16.0.12\"\n", "{settings}");
    ensure!(
        !pins()?.contains("[hosts.\"webservice0\"]"),
        "a new machine, the old pin:\n{}",
        pins()?
    );
    let domains = lab.exec("node2", "virsh list --all")?;
    let runs = |line: &str| line.contains("webservice0") && line.ends_with("running");
    ensure!(domains.lines().any(runs), "{domains}");
    Ok(())
}
