//! BK-75 to BK-78 and BK-82: the hosts go to the idle pool, the protection off, sets and templates away, the protection on.

use std::sync::{Mutex, PoisonError};

use engine::prelude::*;
use serde_json::json;

use self::What::{Hosts, Sets, Templates};
use super::Mode;
use super::export::{Left, count};
use super::tool;
use super::work::Work;
use crate::bk_upgrade::common::topology::{Answers, Topology};

/// The tool deletes so many service templates and set templates in one call (X4.66).
const ROUND: (usize, usize) = (200, 50);
/// The open item between `unlock` and `lock` (X4.64).
const ITEM: &str = "blueking-modify";

/// BK-75.
pub(super) fn transfer_idle(work: &Work<'_>) -> Result<()> {
    let instructions = "on the page of the CMDB, open the BlueKing business, select all hosts, and transfer them to the idle pool (空闲机)";
    gone(work, Hosts, instructions)
}

/// BK-77.
pub(super) fn sets(work: &Work<'_>) -> Result<()> {
    let instructions = "on the page of the CMDB, open the BlueKing business, and delete each set with 删除节点; the pool of idle hosts stays";
    gone(work, Sets, instructions)
}

/// BK-78.
pub(super) fn templates(work: &Work<'_>) -> Result<()> {
    gone(work, Templates, "")
}

/// BK-76. Without anything to delete the business stays protected.
pub(super) fn unlock(work: &Work<'_>) -> Result<()> {
    let proved = work.proved(&[])?;
    let item = OpenItem::new(
        ITEM,
        format!("the protection of the BlueKing business {} is off", work.cmdb.biz),
        "bk-upgrade topo lock",
    );
    if proved.left().sets.is_empty() {
        return Ok(());
    }
    work.control.opens(&item, &work.cmdb.protection(false)).map(drop)
}

/// BK-82 (X4.64): the document never switches it on again.
pub(super) fn lock(work: &Work<'_>) -> Result<()> {
    work.control.closes(ITEM, &work.cmdb.protection(true)).map(drop)
}

/// The things that a stage takes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// From the exported modules.
    Hosts,
    Sets,
    Templates,
}

/// Takes away what is left of one kind of the exported things.
fn gone(work: &Work<'_>, what: What, instructions: &str) -> Result<()> {
    let doomed = work.doomed(what.noun());
    let proved = work.proved(&doomed)?;
    let (seen, exported) = (Mutex::default(), &proved.exported);
    let op = Gone { work, what, exported, doomed, seen };
    let left = proved.left();
    if !work.cx.is_pending() {
        op.is_turn(&left)?;
    }
    if op.by_hand() && !op.lines(&left).is_empty() {
        let list = op.lines(&left).join(", ");
        let manual = Manual::new(what.ack(), format!("{instructions}: {list}"));
        work.control.manual(&manual.evidence("what was done, and your name"))?;
    }
    work.control.destroy(&op, &proved.proof).map(drop)
}

impl What {
    const fn noun(self) -> &'static str {
        match self {
            Hosts => "the places of the hosts",
            Sets => "the sets",
            Templates => "the templates",
        }
    }

    const fn ack(self) -> &'static str {
        match self {
            Hosts => "topo-transfer-idle",
            Sets => "topo-delete-sets",
            Templates => "topo-delete-templates",
        }
    }
}

/// Nothing of one kind of exported things is left.
struct Gone<'a> {
    work: &'a Work<'a>,
    what: What,
    exported: &'a Topology,
    doomed: Vec<Doomed>,
    /// The topology of the last probe.
    seen: Mutex<Topology>,
}

impl Gone<'_> {
    /// A person does it, and the program waits. The templates are always deleted by the tool of the document.
    fn by_hand(&self) -> bool {
        self.work.args.mode == Mode::Manual && self.what != Templates
    }

    /// The things that are left, a line each.
    fn lines(&self, left: &Left<'_>) -> Vec<String> {
        let (word, names) = match self.what {
            Hosts => ("host", left.addresses()),
            Sets => ("set", left.set_names()),
            Templates => ("template", left.template_names()),
        };
        names.into_iter().map(|name| format!("{word} {name}")).collect()
    }

    /// A set with hosts cannot be deleted, nor can a template with sets.
    fn is_turn(&self, left: &Left<'_>) -> Result<(), Fault> {
        let (stage, blocks) = match self.what {
            Hosts => return Ok(()),
            Sets => ("transfer-idle", count(left.hosts.len(), "host")),
            Templates => ("delete-sets", count(left.sets.len(), "set")),
        };
        if blocks.starts_with("0 ") {
            return Ok(());
        }
        Err(Fault::refused(format!("{blocks} of {} must go first", self.work.business()))
            .hint(format!("run the stage before: cargo xtask bk-upgrade topo {stage}")))
    }
}

impl Op for Gone<'_> {
    fn describe(&self) -> String {
        let of = self.work.business();
        match (self.what, self.by_hand()) {
            (Hosts, true) => format!("wait until every host of {of} is idle"),
            (Hosts, false) => format!("transfer the hosts of {of} to the idle pool"),
            (Sets, true) => format!("wait until no set of {of} is left"),
            (Sets, false) => format!("delete the sets of {of}"),
            (Templates, _) => format!("delete the templates of {of}"),
        }
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        let now = Answers::read(host, &self.work.cmdb)?.topology()?;
        let lines = self.lines(&Left::of(self.exported, &now));
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = now;
        let limit = self.work.args.wait.seconds();
        Ok(match lines.len() {
            0 => State::Kept,
            _ if self.by_hand() => {
                State::Unknown(format!("waits for at most {limit} s; now: {}", lines.join(", ")))
            }
            _ => State::needed(lines.iter().map(|line| format!("- {line}\n")).collect::<String>()),
        })
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (cmdb, left) = (&self.work.cmdb, Left::of(self.exported, &seen));
        Ok(match self.what {
            _ if self.by_hand() => Vec::new(),
            Hosts => cmdb.each_hundred(
                "transfer_host_to_idlemodule",
                &left.hosts,
                |ids| json!({ "bk_host_id": ids }),
            ),
            Sets => cmdb.each_hundred(
                "batch_delete_set",
                &left.sets,
                |ids| json!({ "delete": { "inst_ids": ids } }),
            ),
            Templates => {
                let rounds = left.service_templates.len().div_ceil(ROUND.0);
                let rounds = rounds.max(left.set_templates.len().div_ceil(ROUND.1));
                vec![tool::action(self.work, "--delete"); rounds]
            }
        })
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(self.by_hand().then(Vec::new))
    }

    fn destroys(&self) -> Vec<Doomed> {
        self.doomed.clone()
    }

    fn poll(&self) -> Poll {
        self.work.args.wait.poll()
    }
}
