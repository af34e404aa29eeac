//! All steps for one node after the other, document section 操作过程.
//!
//! - Hosts: those of the steps below
//! - Changes: all of these steps, once for the platform, then for one node after the other
//! - Proof: the gates `check-services`, `check-console` and `check-node` of each node
//! - Undo: up to `relaunch-vm` of a node: that of the steps; from there on no: `rollback-vm`
//!
//! ```text
//! + 必须逐个关停旧的`webservice`节点, 优先关闭没有`VIP`的节点，然后重新拉起虚拟机，检查无误后，重复步骤。
//! + 此处以改造`2`个`webservice`节点为例。
//! ```

mod state;

use std::net::Ipv4Addr;

use engine::data::cidr::Cidr;
use engine::prelude::*;
use engine::run::composite::{Fact, Input, Line, Script, Stage, Table, WayBack};

use self::state::Upgrade;
use crate::common::composite::STEPS;

/// The runbook as one step.
pub static TABLE: Table = Table {
    help: HELP,
    host: "node",
    service: "the upgrade takes one node after the other out of service",
    order: "X0.20",
    role: "firstbox",
    stages: STAGES,
    inputs: INPUTS,
    facts: FACTS,
    way_back: Some(WayBack::by(ROLLBACK)),
    script: SCRIPT,
    check: Upgrade::check,
    ..Table::new("webservice upgrade", STEPS, Upgrade::look)
};

const HELP: &str = "\
Runs the steps of the runbook, each with its own checks. The first ones run once for the platform,
the others for each node, the holder of the floating IP last (X0.20). The next node starts after
the checks of services and console page of the node before. Stops at the first failure; the same
command continues from there, also on another day. Skips a finished node.

hosts.toml can hold values of the flags: base_image, repo_dir, account_db_host, account_db_user,
account_db_kind, console_url, console_expect and temp_range in `[vars]`, temp_ip in the vars of
each node.

Examples:
  cargo xtask webservice upgrade -n
  cargo xtask webservice upgrade --only-node webservice0 --yes
  cargo xtask webservice upgrade --from deploy
  cargo xtask webservice upgrade --map
  cargo xtask webservice upgrade --window 90m";

/// In the corrected order of the runbook.
#[rustfmt::skip]
const STAGES: &[Stage] = &[
    Stage::once("check-prereqs", "Check the prerequisites and all values", "webservice check-prereqs --base-image={base_image} --repo-dir={repo_dir} [--address={addresses}]").own(Upgrade::check_all).given("fresh", CHECKED).until(PLACED),
    Stage::once("plan-order", "Show which node is first: the one without the floating IP", "webservice plan-order").own(Upgrade::show_order).until(PLACED),
    Stage::once("backup-settings", "Back up the settings files", "webservice backup-settings --stamp={stamp}").own(Upgrade::back_up).until(PLACED),
    Stage::all("backup-node-files", "Back up logo, local_config.yaml and rc.local of both nodes", "webservice backup-node-files --node={node}"),
    Stage::once("set-floating-ip", "Set the floating IP, if one is given", "webservice set-floating-ip --ip={floating_ip}").given("floating_ip", "no --floating-ip: nothing to set"),
    Stage::once("sync-access-keys", "Copy the access keys", "webservice sync-access-keys --node={source} --db-host={db_host} --db-user={db_user} [--db-kind={db_kind}]").given("source", COPIED),
    Stage::once("sync-console-keys", "Copy the console keys, in the global zone", "webservice sync-console-keys --node={source} --db-host={db_host} --db-user={db_user} [--db-kind={db_kind}]").when("zone_kind", "global", "a sub zone has no console keys (X0.9)").given("source", COPIED),
    Stage::all("pick-temp-ip", "Reserve temporary addresses", "webservice pick-temp-ip --node={node} [--ip={ip}] [--range={any_of}]"),
    Stage::all("gen-mac", "Generate a MAC address for settings without one", "webservice gen-mac --node={node}"),
    Stage::once("plan-placement", "Show the new physical host of each node", PLACED).given("fresh", CHECKED).until(PLACED),
    Stage::once("detect-bridge", "Find the bridges", "webservice detect-bridge").own(Upgrade::show_bridges),
    Stage::all("gen-settings", "Write the settings files", "webservice gen-settings --node={node} --mgmt-address={temporary} --bridge={bridge} --stamp={stamp}"),
    Stage::once("gen-node-list", "Refresh the list of nodes", "webservice gen-node-list [--node-list={node_list}]"),
    Stage::once("build-pkgs", "Build the packages", "webservice build-pkgs"),
    Stage::each("release-vip", "Move the floating IP to the finished node", "webservice release-vip --node={node} [--to={finished}]").until(OFF),
    Stage::each("stop-services", "Stop the old services", "webservice stop-services --node={node} [--wait-timeout={wait_timeout}]").until(OFF),
    Stage::each("shutdown-vm", "Shut down the old VM", "webservice shutdown-vm --node={node} --stamp={stamp} [--wait-timeout={wait_timeout}]").until(OFF),
    Stage::each("backup-vm-image", "Move its image aside", "webservice backup-vm-image --node={node} --stamp={stamp}").until(LAUNCHED),
    Stage::each("relaunch-vm", "Launch the new VM", "webservice relaunch-vm --node={node} [--wait-timeout={wait_timeout}]").until(LAUNCHED),
    Stage::each("purge-known-hosts", "Remove the old host keys, trust the new ones (X0.17)", "webservice purge-known-hosts --node={node} --accept"),
    Stage::each("install-node", "Install the platform", "webservice install-node --node={node} [--wait-timeout={wait_timeout}]"),
    Stage::each("deploy", "Install the services of the zone", "webservice deploy --node={node} [--wait-timeout={wait_timeout}]"),
    Stage::each("restore-node-files", "Restore logo and local_config.yaml (X0.5)", "webservice restore-node-files --node={node}"),
    Stage::each("nginx-conf", "Install the nginx configuration", "webservice nginx-conf --node={node}"),
    Stage::each("keepalived-vip", "Install keepalived, and its block in rc.local", "webservice keepalived-vip --node={node}").given("vip", "no floating IP, nothing to do (X0.30)"),
    Stage::gate("check-services", "Gate: every program runs (WS-25)", "webservice check-services --node={node} [--wait-timeout={wait_timeout}]"),
    Stage::gate("check-console", "Gate: the console page answers, a person agrees (WS-26)", "webservice check-console --url={console_url} [--expect={console_expect}] [--via-node={address}] [--wait-timeout={wait_timeout}]"),
    Stage::each("restore-mgmt-ip", "Restore the original address (X0.6)", "webservice restore-mgmt-ip --node={node} [--wait-timeout={wait_timeout}]"),
    Stage::gate("check-node", "Gate: the node is finished", "webservice check-services --node={node} [--wait-timeout={wait_timeout}]").own(Upgrade::check_node),
];

const COPIED: &str = "no node runs its old system any more: the keys were copied before";
const CHECKED: &str = "the upgrade is in progress: its prerequisites were checked at the start";
const PLACED: &str = "webservice plan-placement --stamp={stamp}";
const OFF: &str = "webservice shutdown-vm --node={node} --stamp={stamp}";
const LAUNCHED: &str = "webservice relaunch-vm --node={node}";
const ROLLBACK: &str = "webservice rollback-vm --node={node} --stamp={stamp}";

#[rustfmt::skip]
const INPUTS: &[Input] = &[
    Input::new::<Stamp>("stamp", "STAMP", "YYYYMMDD", "Day of the backup of the state before the upgrade [default: that of the running upgrade, else today]"),
    Input::new::<AbsPath>("base_image", "IMAGE", "FILE", "The base image of the new system, on firstbox").variable("base_image").sample("/pitrix/images/xenial.img"),
    Input::new::<AbsPath>("repo_dir", "REPO", "DIR", "The package repository of the new system, on firstbox").variable("repo_dir").sample("/pitrix/repo"),
    Input::new::<Ipv4Addr>("temp_ip", "", "NODE=IP", "A node's temporary management address, which no host may use; once for each node").variable("temp_ip").of_host("an IPv4 address").conflicts("range"),
    Input::new::<Cidr>("range", "", "CIDR", "Take the first free addresses of this network instead").variable("temp_range"),
    Input::new::<Ipv4Addr>("floating_ip", "FLOATING_IP", "IP", "The floating IP, if the nodes have none yet (X0.30)"),
    Input::new::<String>("db_host", "DB_HOST", "HOST", "The server of the account database of the GLOBAL zone, also for a sub zone").variable("account_db_host").sample("account-db"),
    Input::new::<String>("db_user", "DB_USER", "NAME", "Its user").variable("account_db_user").sample("reader"),
    Input::new::<String>("db_kind", "DB_KIND", "KIND", "Its kind: mysql, postgres [default: mysql]").variable("account_db_kind"),
    Input::new::<String>("console_url", "CONSOLE", "URL", "The address of the console page").variable("console_url"),
    Input::new::<String>("console_expect", "EXPECT", "REGEX", "Text that the page must contain, an extended regular expression").variable("console_expect"),
    Input::new::<AbsPath>("node_list", "NODE_LIST", "FILE", "Output file of gen_node_list, to check each node and its address"),
    Input::new::<u64>("wait_timeout", "WAIT_TIMEOUT", "SECS", "Seconds to wait for each result [default: that of each step]").alias("patience"),
    Input::new::<String>("zone_kind", "ZONE", "", "global or sub").variable("zone_kind").sample("global"),
];

#[rustfmt::skip]
const FACTS: &[Fact] = &[
    Fact::new("stamp", "STAMP", "YYYYMMDD, the day of the backup: that of the first start"),
    Fact::made("source", "first"), Fact::made("addresses", ""), Fact::made("fresh", ""), Fact::made("finished", ""),
    Fact::made("ip", "temporary"), Fact::made("any_of", ""), Fact::made("temporary", "temporary"),
    Fact::made("address", "temporary"), Fact::made("bridge", "bridge"), Fact::made("vip", ""),
];

#[rustfmt::skip]
const SCRIPT: Script = Script {
    head: "\
example.sh - both webservice nodes get the new system, one after the other. Started again, it goes on where it was.

On throw-away hosts, whose password is anything:
  export ACCOUNT_DB_PASSWORD=made-up STAMP=20260101 NODES=\"webservice0:10.16.0.12:br1 webservice1:10.16.0.13:br0\"
  XTASK=\"cargo xtask --rehearse\" CONSOLE=http://console.example/ tasks/webservice/example.sh

Each node, its temporary address, the bridge of its new physical host; the holder of the floating IP last
(`webservice plan-order`, `webservice detect-bridge`).",
    hosts: ["NODES", "NODE:ADDRESS:BRIDGE NODE:ADDRESS:BRIDGE"],
    fields: &["temporary", "bridge"],
    until: Line(OFF),
    finished: (&[Line(LAUNCHED), Line("webservice restore-mgmt-ip --node={node}")], "has the new system"),
};
