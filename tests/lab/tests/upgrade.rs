//! The webservice runbook from its first line to its last, with real parts.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use lab::platform::{BRAND, FIRSTBOX, NODES, PHYSICAL, TEMPORARY, VIP};
use lab::poll::{Poll, Seen};
use lab::snapshot::Snapshot;
use lab::suite::Case;
use lab::workspace;

use crate::firstbox::Operator;
use crate::support::{Bench, Outcome, say};

pub(crate) const CASES: &[Case<Bench>] = cases![
    upgrade:
    the_checks_pass_before_anything_is_touched,
    both_nodes_are_upgraded_by_the_script_while_a_client_asks,
    both_nodes_are_upgraded_in_one_step_while_a_client_asks,
];

/// VRRP notices a holder that says goodbye in less than a second, and a client waits a second for an answer; the rest
/// is for a busy machine.
const FAILOVER: Duration = Duration::from_secs(3);

/// Every host that the upgrade may change.
const HOSTS: [&str; 5] = [FIRSTBOX, PHYSICAL[0], PHYSICAL[1], NODES[0], NODES[1]];

/// The checks of the document hold before anything is touched.
fn the_checks_pass_before_anything_is_touched(bench: &Bench) -> Result<()> {
    let operator = Operator::new(bench)?;
    operator
        .xtask("webservice check-prereqs --base-image /pitrix/images/xenial.img --repo-dir /pitrix/repo")?
        .expect(0)?;
    operator
        .xtask("webservice plan-order")?
        .expect(0)?
        .prints(&format!("order: webservice1, then webservice0 (holds {VIP})\n"))?;
    checks(&operator)?;
    operator.leave(bench)
}

/// The script of the runbook's README, word for word, while a client asks for the console.
fn both_nodes_are_upgraded_by_the_script_while_a_client_asks(bench: &Bench) -> Result<()> {
    let operator = Operator::new(bench)?;
    let poll = Poll::start(&operator.lab().network, VIP, BRAND)?;
    let first = operator.script()?.expect(0)?;
    let seen = poll.stop()?;
    say(&format!("the script: {:.0} s", first.took.as_secs_f64()));
    judge(&seen)?;
    is_upgraded(&operator)?;
    let before = operator.snapshots()?;
    let again = operator.script()?.expect(0)?;
    ensure!(!again.stdout.contains("changed"), "the second run:\n{}", again.stdout);
    operator.unchanged(&before)?;
    operator.platform.end()
}

/// The same as one step.
fn both_nodes_are_upgraded_in_one_step_while_a_client_asks(bench: &Bench) -> Result<()> {
    let operator = Operator::new(bench)?;
    let poll = Poll::start(&operator.lab().network, VIP, BRAND)?;
    let first = operator.upgrade("")?.expect(0)?;
    let seen = poll.stop()?;
    say(&format!("webservice upgrade: {:.0} s", first.took.as_secs_f64()));
    judge(&seen)?;
    is_upgraded(&operator)?;
    secrets_are_hidden(&operator, &first)?;
    let before = operator.snapshots()?;
    let again = operator.upgrade("")?.expect(0)?;
    ensure!(!again.stdout.contains("changed"), "the second run:\n{}", again.stdout);
    operator.unchanged(&before)?;
    operator.platform.end()
}

/// The password of the account database and the answer to its query are in no record and no output.
fn secrets_are_hidden(operator: &Operator, outcome: &Outcome) -> Result<()> {
    for secret in
        ["made-up-database-password", "made-up-account-secret", "made-up-access-secret-key"]
    {
        let told = outcome.stdout.contains(secret) || outcome.stderr.contains(secret);
        ensure!(!told, "{secret} is shown");
        let find = format!("cd /root/.local/state/xtask/runs && ! grep -rlF -e {secret} .");
        operator.lab().exec(FIRSTBOX, &find).context("a secret is in the record")?;
    }
    Ok(())
}

/// Every failure is the fail-over of VRRP.
pub(crate) fn judge(seen: &Seen) -> Result<()> {
    say(&format!("{} requests, {} failed", seen.asked, seen.failed));
    for outage in &seen.outages {
        say(&format!(
            "  after {:.1} s: {} failed in {:.2} s, {} -> {} ({})",
            outage.at.as_secs_f64(),
            outage.failed,
            outage.lasted.as_secs_f64(),
            outage.nodes[0],
            outage.nodes[1],
            outage.why
        ));
    }
    let strange = seen.outages.iter().filter(|outage| !outage.is_failover(FAILOVER)).count();
    ensure!(strange == 0, "{strange} outages were no fail-over: {:?}", seen.outages);
    Ok(())
}

/// The checks of the document: services, and the console page, of each node and at the floating IP.
pub(crate) fn checks(operator: &Operator) -> Result<()> {
    let console = |more: &str| {
        format!("webservice check-console --url http://{VIP}/ --expect '{BRAND}' {more}")
    };
    for node in NODES {
        operator.xtask(&format!("webservice check-services --node {node}"))?.expect(0)?;
        let address = &operator.lab().host(node)?.address;
        let via = console(&format!("--via-node {address} --ack console-{address}=seen"));
        operator.xtask(&via)?.expect(0)?;
    }
    operator.xtask(&console("--ack console=seen"))?.expect(0).map(drop)
}

/// Both nodes have the new system, their own address and files, on the other physical host; the old images are there.
pub(crate) fn is_upgraded(operator: &Operator) -> Result<()> {
    operator.platform.serves()?;
    checks(operator)?;
    let lab = operator.lab();
    for (node, [old, new]) in NODES.iter().zip([PHYSICAL, [PHYSICAL[1], PHYSICAL[0]]]) {
        let address = &lab.host(node)?.address;
        let says = |host: &str, text: &str, wanted: &str| -> Result<()> {
            let said = lab.exec(host, text).with_context(|| format!("{node}: {text}"))?;
            ensure!(said == wanted, "{node}: {text}: {said:?} instead of {wanted:?}");
            Ok(())
        };
        says(node, "sed -n 's/^VERSION_ID=//p' /etc/os-release", "\"16.04\"\n")?;
        let web = "/pitrix/lib/pitrix-webconsole";
        says(
            node,
            &format!("cat {web}/static/img/logo.svg"),
            "<svg>the logo of a made-up company</svg>\n",
        )?;
        says(
            node,
            &format!("grep brand: {web}/mysite/local_config.yaml"),
            "brand: made-up company\n",
        )?;
        says(node, "dpkg-query -W -f '${Version}' pitrix-webconsole", "5.0.1")?;
        says(
            node,
            "ip -o -4 addr show dev host0 primary | awk '{ print $4 }' | grep -v 230",
            &format!("{address}/24\n"),
        )?;
        says(node, "grep -c 'keepalived-webservice' /etc/rc.local", "2\n")?;
        says(new, &format!("virsh list | awk '$2 == \"{node}\" {{ print $3 }}'"), "running\n")?;
        says(old, &format!("virsh domstate {node} | head -n 1"), "shut off\n")?;
        says(
            old,
            &format!(
                "cd /pitrix/kernels && ls *{node}.img *{node}.xml && ! ls {node}.Done 2>/dev/null"
            ),
            &format!("old-{node}.img\nold-{node}.xml\n"),
        )?;
        let settings = format!("/pitrix/conf/settings/{node}");
        says(
            FIRSTBOX,
            &format!("sed -n 's/^mgmt_network_address=//p' {settings}"),
            &format!("\"{address}\"\n"),
        )?;
        // Zero matches are exit 1 of grep, and expected.
        says(FIRSTBOX, &format!("ls /var/lib/xtask/webservice | grep -c {node} || true"), "0\n")?;
        says(FIRSTBOX, &format!("grep -w {node} /etc/hosts"), &format!("{address} {node}\n"))?;
    }
    Ok(())
}

impl Operator {
    /// The content of the platform's disks.
    fn snapshots(&self) -> Result<Vec<Snapshot>> {
        HOSTS.iter().map(|name| Snapshot::of(self.lab().host(name)?)).collect()
    }

    /// Only the program's own files differ: its records and pins.
    fn unchanged(&self, before: &[Snapshot]) -> Result<()> {
        for (host, (before, after)) in HOSTS.iter().zip(before.iter().zip(self.snapshots()?)) {
            let mut changes = before.changes(&after);
            changes.retain(|line| {
                !line.contains("root/.local/state/") && !line.contains("hosts.lock")
            });
            ensure!(changes.is_empty(), "{host} differs:\n{}", changes.join("\n"));
        }
        Ok(())
    }

    /// The script of the README.
    fn script(&self) -> Result<Outcome> {
        let text = std::fs::read_to_string(workspace().join("tasks/webservice/example.sh"))?;
        let address =
            |node: usize, at: &str, bridge: &str| format!("{}:{at}:{bridge}", NODES[node]);
        let [first, second] = TEMPORARY;
        let nodes = [address(1, first, "br0"), address(0, second, "br1")].join(" ");
        self.sh(&format!(
            "cat >/root/upgrade.sh <<'SCRIPT'\n{text}SCRIPT\n\
             export NODES='{nodes}' STAMP=20260101 CONSOLE=http://{VIP}/ EXPECT='{BRAND}' \
             XTASK_ACK=console-{first}=seen,console-{second}=seen\nexec bash /root/upgrade.sh"
        ))
    }
}
