//! Steps proved on real hosts. A lane is a lab of its own; lanes run side by side, the cases of a lane one after the other.
//!
//! A runbook has one file of cases, which share booted hosts, and one line here. It may take three minutes.

/// The cases of a file, in order.
macro_rules! cases {
    ($module:ident: $($name:ident,)*) => {
        &[$(Case { name: concat!(stringify!($module), "::", stringify!($name)), run: $name },)*]
    };
}

mod adversity;
mod bk_adversity;
mod bk_operator;
mod bk_upgrade;
mod containers;
mod detached;
mod fan_out;
mod faults;
mod firstbox;
mod identity;
mod itself;
mod kill;
mod paas;
mod quorum;
mod rollback;
mod support;
mod uecm;
mod upgrade;
mod webservice;

use std::process::ExitCode;

use lab::suite::{self, Lane};
use support::Bench;

/// Lanes at a time, or `XTASK_LANES`. A lane waits for time-outs and boots half of its time. More would need more inotify instances than a
/// kernel gives by default: four for each host, 128 in all.
const SIDE_BY_SIDE: usize = 4;

const ALL: &[&str] = &[
    "firstbox",
    "paas1",
    "paas2",
    "paas3",
    "webservice0",
    "webservice1",
    "node1",
    "node2",
    "spare1",
];
const PAAS: &[&str] = &["paas1", "paas2", "paas3"];
/// With the control machine, which has the install.config of the site.
const SITE: &[&str] = &["firstbox", "paas1", "paas2", "paas3"];
const WEBSERVICE: &[&str] = &["firstbox", "webservice0", "webservice1", "node1", "node2", "spare1"];
/// The platform of the webservice runbook starts its own hosts.
const PLATFORM: &[&str] = &[];

/// The longest first, and neighbours that differ: some use the processors, others wait.
const LANES: &[Lane<Bench>] = &[
    Lane { name: "upgrade-off", hosts: PLATFORM, cases: &[adversity::OFF_CASES] },
    Lane { name: "upgrade", hosts: PLATFORM, cases: &[upgrade::CASES] },
    Lane { name: "upgrade-killed", hosts: PLATFORM, cases: &[adversity::KILL_CASES] },
    Lane { name: "bk-adversity", hosts: PLATFORM, cases: &[bk_adversity::CASES] },
    Lane { name: "bk-upgrade", hosts: PLATFORM, cases: &[bk_upgrade::CASES] },
    Lane { name: "bk-upgrade-six", hosts: PLATFORM, cases: &[bk_upgrade::SIX_CASES] },
    Lane { name: "faults", hosts: SITE, cases: &[faults::CASES] },
    Lane { name: "kill", hosts: SITE, cases: &[kill::CASES, detached::CASES] },
    Lane { name: "quorum", hosts: PAAS, cases: &[quorum::CASES] },
    Lane { name: "rollback", hosts: PLATFORM, cases: &[rollback::CASES] },
    Lane { name: "uecm", hosts: SITE, cases: &[uecm::CASES, paas::CASES] },
    Lane { name: "webservice", hosts: WEBSERVICE, cases: &[webservice::CASES] },
    Lane { name: "containers", hosts: &["firstbox", "spare1"], cases: &[containers::CASES] },
    Lane { name: "engine", hosts: ALL, cases: &[fan_out::CASES, identity::CASES, itself::CASES] },
];

fn main() -> ExitCode {
    let given = std::env::var("XTASK_LANES").ok().and_then(|text| text.parse().ok());
    let side_by_side = given.unwrap_or(SIDE_BY_SIDE);
    ExitCode::from(u8::from(!suite::run(LANES, side_by_side, support::begin)))
}
