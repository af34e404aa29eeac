//! The map: finished parts, the next part, irreversible parts, and the duration of each part.

use std::collections::BTreeMap;

use engine::prelude::*;
use engine::run::record::times::Time;
use engine::run::report::style::Style;

use super::Upgrade;
use super::stage::Stage;
use crate::webservice::common::platform::ZoneKind;
use crate::webservice::common::progress::{Progress, Standing};

/// The name of the step in the record.
const STEP: &str = "webservice upgrade";

/// The state of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Done,
    Next,
    ToCome,
    Skipped,
}

/// One part of the map: its mark and its duration.
type Cell = (Mark, Option<f64>);

impl Upgrade<'_> {
    /// Prints it on standard error, or as the result with `--map`.
    pub(super) fn show_map(&self) -> Result<()> {
        let report = &self.cx.report;
        let alone = self.args.map && report.form() == engine::run::options::Output::Text;
        let style = if alone { report.style() } else { report.err_style() };
        let text = self.map(style)?;
        if alone {
            report.result(&text)
        } else {
            report.inform(&text)
        }
        Ok(())
    }

    fn map(&self, style: Style) -> Result<String> {
        let times = self.cx.times(STEP)?;
        let mut next = self.ahead().next().is_some();
        let mut once: Vec<(Stage, Cell)> = Vec::new();
        let mut nodes: Vec<Vec<(Stage, Cell)>> = vec![Vec::new(); self.nodes.len()];
        for stage in Stage::all().iter().filter(|stage| !stage.of_node()) {
            let name = stage.name();
            let mark = first(self.mark(*stage, &name, &times), &mut next);
            once.push((*stage, (mark, times.get(&name).map(|time| time.seconds))));
        }
        for (node, column) in self.nodes.iter().zip(&mut nodes) {
            for stage in Stage::all().iter().filter(|stage| stage.of_node()) {
                let name = format!("{}/{}", node.node, stage.name());
                let mark = first(self.mark_of(*stage, &name, node, &times), &mut next);
                column.push((*stage, (mark, times.get(&name).map(|time| time.seconds))));
            }
        }
        let mut lines = vec![style.bold(&format!("{:<31}for the platform", "webservice upgrade"))];
        lines.extend(once.iter().map(|(stage, cell)| line(*stage, &[*cell], style)));
        let heads: String = self.nodes.iter().map(|node| format!("{:<22}", node.node)).collect();
        lines.push(style.bold(format!("{:<31}{heads}", "for each node").trim_end()));
        let ways: String = self.nodes.iter().map(|node| format!("{:<22}", move_of(node))).collect();
        lines.push(style.dim(format!("{:<31}{ways}", "").trim_end()));
        for row in 0..nodes.first().map_or(0, Vec::len) {
            let cells: Vec<Cell> = nodes.iter().map(|column| column[row].1).collect();
            lines.push(line(nodes[0][row].0, &cells, style));
        }
        Ok(lines.join("\n"))
    }

    /// A stage of the platform. The record of the running upgrade shows whether it is done.
    fn mark(&self, stage: Stage, name: &str, times: &BTreeMap<String, Time>) -> Mark {
        let unneeded = match stage {
            Stage::SetFloatingIp => self.args.given.floating_ip.is_none(),
            Stage::SyncConsoleKeys => self.config.zone == ZoneKind::Sub,
            _ => false,
        };
        let launched = self.nodes.iter().any(|node| node.progress != Progress::Old);
        let recorded = self.backed_up && times.contains_key(name);
        match () {
            () if unneeded => Mark::Skipped,
            () if self.done.borrow().contains(name) || launched || recorded => Mark::Done,
            () if !self.args.stages.has(&stage) => Mark::Skipped,
            () => Mark::ToCome,
        }
    }

    /// A stage of a node. The record shows the stages after the launch, if they are newer than the launch.
    fn mark_of(
        &self,
        stage: Stage,
        name: &str,
        node: &Standing,
        times: &BTreeMap<String, Time>,
    ) -> Mark {
        let ended = |name: &str| times.get(name).map(|time| time.ended.as_str());
        let launch = format!("{}/{}", node.node, Stage::RelaunchVm.name());
        let since = stage > Stage::RelaunchVm
            && node.progress == Progress::Launched
            && ended(name).is_some_and(|at| Some(at) >= ended(&launch));
        let installed = node.installed && stage <= Stage::InstallNode;
        let behind =
            !node.stages_ahead()(&stage) || node.progress == Progress::Finished || installed;
        let wanted = self.args.only_node.as_ref().is_none_or(|only| only.as_str() == node.node);
        match () {
            () if self.done.borrow().contains(name) || behind || since => Mark::Done,
            () if !wanted || (self.args.stages.is_only() && !self.args.stages.has(&stage)) => {
                Mark::Skipped
            }
            () => Mark::ToCome,
        }
    }
}

/// The first part that is not done is the next one.
fn first(mark: Mark, open: &mut bool) -> Mark {
    if mark == Mark::ToCome && std::mem::take(open) { Mark::Next } else { mark }
}

fn move_of(node: &Standing) -> String {
    match node.progress {
        Progress::Finished => format!("finished, on {}", node.new),
        _ => format!("{} -> {}", node.old, node.new),
    }
}

fn line(stage: Stage, cells: &[Cell], style: Style) -> String {
    let last = if stage.no_return() { "no return" } else { "" };
    let mut text = format!("  {:<19}{}", stage.name(), style.yellow(&format!("{last:<10}")));
    for (mark, seconds) in cells {
        let time = seconds.map(duration).unwrap_or_default();
        let word = match mark {
            Mark::Done => style.green("done   "),
            Mark::Next => style.bold("next   "),
            Mark::ToCome => "to come".to_owned(),
            Mark::Skipped => style.dim("skipped"),
        };
        text += &format!("{word}{time:>11}    ");
    }
    text.trim_end().to_owned()
}

/// `0.6 s`, `4 m 05 s`, `1 h 02 m`.
fn duration(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match whole {
        0..60 => format!("{seconds:.1} s"),
        60..3600 => format!("{} m {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} m", whole / 3600, whole % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_aligned_and_short() {
        assert_eq!(duration(0.64), "0.6 s");
        assert_eq!(duration(245.2), "4 m 05 s");
        assert_eq!(duration(3725.0), "1 h 02 m");
        let cells = [(Mark::Done, Some(245.2)), (Mark::Next, None)];
        assert_eq!(
            line(Stage::RelaunchVm, &cells, Style::PLAIN),
            "  relaunch-vm        no return done      4 m 05 s    next"
        );
        let widest = Stage::all()
            .iter()
            .map(|stage| line(*stage, &[(Mark::ToCome, Some(3725.0)); 2], Style::PLAIN).len());
        assert!(widest.max().is_some_and(|widest| widest < 80));
    }
}
