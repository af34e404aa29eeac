//! The window: what is left must be finished and undone in it.

use std::time::Duration;

use anyhow::Result;

use super::at;
use super::forecast::{Cell, Forecast};
use super::input::Selected as _;
use super::past::Estimate;
use super::state::Run;
use super::{Scope, Stage, Turn, WayBack};
use crate::data::fault::Fault;
use crate::data::span::shown;
use crate::run::report::again;
use crate::text::quote;

impl Run<'_> {
    /// Checks the window: at the start and before each host with `None`, before a part with its name.
    ///
    /// # Errors
    /// Refused when what is left and its undo take longer, unless `--over-budget`.
    pub(super) fn fits(&self, part: Option<&str>) -> Result<()> {
        self.tell();
        let Some(window) = self.args.window else { return Ok(()) };
        let (forecast, left) = (self.forecast(part)?, self.left(window));
        if forecast.worst <= left {
            return Ok(());
        }
        // A dry run takes no time; and behind the last point of no return the way on is as good as the way back.
        let late = part.is_some();
        if late && (!self.cx.is_real() || forecast.wall.is_none()) {
            return Ok(());
        }
        let has_worked = self.has_worked();
        let what = match has_worked {
            true => {
                format!("the rest does not fit into the window: {} are left", shown(left.max(0.0)))
            }
            false => format!("does not fit into the window of {}", shown(window.as_secs_f64())),
        };
        if self.args.over_budget {
            if !late {
                let figures: Vec<String> = forecast
                    .figures()
                    .into_iter()
                    .map(|(label, text)| format!("{label} {text}"))
                    .collect();
                self.cx.note(&format!("{what} (--over-budget): {}", figures.join("; ")));
            }
            return Ok(());
        }
        let fault = Fault::refused(match part {
            Some(part) => format!("stopped before {part}: {what}"),
            None => what,
        });
        let fault = fault.detail(
            "window",
            format!("{}, {} left", shown(window.as_secs_f64()), shown(left.max(0.0))),
        );
        let fault = forecast
            .figures()
            .into_iter()
            .fold(fault, |fault, (label, text)| fault.detail(label, text));
        Err(self.ways(fault, &forecast, has_worked)?.into())
    }

    /// A person at the terminal sees what is gone of the window, else of the time in the document.
    fn tell(&self) {
        let document =
            || self.table.minutes.map(|minutes| Duration::from_secs(u64::from(minutes) * 60));
        if let Some(limit) = self.args.window.or_else(document).filter(|_| self.cx.is_real()) {
            self.cx.report.budget(limit, Duration::from_secs_f64(self.gone()));
        }
    }

    /// The commands: the way on, and the way back.
    fn ways(&self, fault: Fault, forecast: &Forecast, has_worked: bool) -> Result<Fault> {
        let on = again::rerun_with(&["--over-budget"]);
        let on = if on.contains(self.table.name) {
            on
        } else {
            format!("cargo xtask {} --over-budget", self.table.name)
        };
        let longer = "with a longer --window, or: ";
        if !has_worked {
            return Ok(fault.hint(format!("start it {longer}{on}")));
        }
        let back = match (&forecast.beyond, forecast.is_walled) {
            (Some(_), _) | (None, true) => {
                let host = forecast.beyond.as_ref();
                let turn = self.book.turns().iter().find(|turn| Some(&turn.host) == host);
                let words = |way: WayBack| self.at(&self.table.stages[0], turn).fill(way.line);
                let words = self.table.way_back.map(words).transpose()?;
                words.map(|words| quote::join(&words)).transpose()?
            }
            (None, false) => {
                let run =
                    self.cx.record_dir().and_then(camino::Utf8Path::file_name).unwrap_or("last");
                Some(format!("undo {run}"))
            }
        };
        let fault = fault.hint(format!("finish it {longer}{on}"));
        Ok(back.into_iter().fold(fault, |fault, back| {
            fault.hint(format!("or undo it ({}): cargo xtask {back}", forecast.undo()))
        }))
    }

    /// The rest of the window, in seconds; negative behind its end.
    fn left(&self, window: Duration) -> f64 {
        window.as_secs_f64() - self.gone()
    }

    /// The seconds since the run began; what a person does meanwhile counts.
    pub(super) fn gone(&self) -> f64 {
        (self.now)().duration_since(self.cx.begun()).as_secs_f64().max(0.0)
    }

    /// The parts of this run in order, done ones too, as the time sees them.
    fn cells(&self) -> Result<Vec<Cell>> {
        let mut cells = Vec::new();
        for stage in
            self.args.selection.order(self.table).filter(|stage| stage.scope != Scope::Each)
        {
            if self.args.selection.has(stage.name) && !at::is_skipped(stage, &self.given)? {
                cells.push(self.cell(stage, None));
            }
        }
        for (number, turn) in self.ahead().enumerate() {
            let (wanted, begins) = (
                self.stages_of(turn, number == 0),
                turn.begins.and_then(|stage| self.table.place(stage)),
            );
            // What an earlier run did for this host is part of its way back.
            let before = |stage: &&Stage| {
                stage.scope == Scope::Each && self.table.place(stage.name) < begins
            };
            let before = self.table.stages.iter().filter(before);
            cells
                .extend(before.map(|stage| Cell { is_done: true, ..self.cell(stage, Some(turn)) }));
            cells.extend(wanted.map(|stage| self.cell(stage, Some(turn))));
        }
        Ok(cells)
    }

    fn cell(&self, stage: &Stage, turn: Option<&Turn>) -> Cell {
        let host = turn.map(|turn| turn.host.as_str());
        let (part, done) = (stage.part(host), self.done.borrow());
        // A host of this run that took longer is the better measure for the next one.
        let ending = format!("/{}", stage.name);
        let slowest = done.iter().filter(|(name, _)| host.is_some() && name.ends_with(&ending));
        let slowest = slowest.map(|(_, seconds)| *seconds).reduce(f64::max);
        let estimate = self.past.borrow().estimate(self.table, stage, host);
        let slower = slowest.filter(|seconds| *seconds > estimate.seconds());
        let took = done.get(&part).copied();
        Cell {
            estimate: took.or(slower).map_or(estimate, Estimate::Measured),
            no_return: self.table.is_no_return(stage),
            reads: self.table.reads(stage),
            is_done: took.is_some() || (!self.table.has_turns() && self.is_recorded(stage)),
            beyond: match turn {
                Some(turn) => !self.early().any(|early| early.host == turn.host),
                None => self.is_walled(),
            },
            host: host.map(str::to_owned),
            part,
        }
    }

    /// Whether an earlier run has passed a point of no return of the platform.
    fn is_walled(&self) -> bool {
        self.table.stages.iter().any(|stage| {
            stage.scope == Scope::Once && self.table.is_no_return(stage) && self.is_recorded(stage)
        })
    }

    /// Whether this run has.
    fn has_passed_a_wall(&self) -> bool {
        let done = self.done.borrow();
        self.table
            .stages
            .iter()
            .any(|stage| self.table.is_no_return(stage) && done.contains_key(stage.name))
    }

    /// Says at a point of no return what follows and what the way back takes; if nothing has been measured yet, only at
    /// the first one.
    pub(super) fn tell_of_the_wall(&self, stage: &Stage) -> Result<()> {
        let forecast = self.forecast(Some(stage.name))?;
        let back = match self.past.borrow().way_back(self.table) {
            Estimate::Measured(seconds) => format!("took {} last time", shown(seconds)),
            Estimate::Expected(0.0) => "never measured".to_owned(),
            Estimate::Expected(seconds) => format!("about {}", shown(seconds)),
        };
        let known = forecast.work > 0.0 && forecast.unknown.len() < forecast.left;
        if back.starts_with("never") && !known && (self.is_walled() || self.has_passed_a_wall()) {
            return Ok(());
        }
        let stages =
            |count| if count == 1 { "1 stage".to_owned() } else { format!("{count} stages") };
        let rest = match (forecast.unknown.len(), forecast.work) {
            (0, work) => format!("took {} last time", shown(work)),
            (count, 0.0) => format!("{}, never measured", stages(count)),
            (count, work) if count == forecast.left => {
                format!("{}, about {}, never measured", stages(count), shown(work))
            }
            (count, work) => format!("about {}, {count} of its stages never measured", shown(work)),
        };
        let gone = match self.table.minutes {
            Some(minutes) if self.cx.is_real() => {
                format!("; of the {minutes} m of the document {} are gone", shown(self.gone()))
            }
            _ => String::new(),
        };
        let back = match self.table.way_back {
            Some(way) => format!("the way back, `{}`: {back}", way.line.0),
            None => "it has no way back".to_owned(),
        };
        let name = stage.name;
        self.cx.note(&format!("{name}: no return; what follows: {rest}; {back}{gone}"));
        Ok(())
    }

    /// The time of what is left: in the turn of a host, for that host; else for all.
    pub(super) fn forecast(&self, part: Option<&str>) -> Result<Forecast> {
        let mut cells = self.cells()?;
        let here = cells.iter().find(|cell| Some(cell.part.as_str()) == part);
        if let Some(host) = here.and_then(|cell| cell.host.clone()) {
            cells.retain(|cell| cell.host.is_none() || cell.host.as_ref() == Some(&host));
        }
        let way_back = self.past.borrow().way_back(self.table);
        Ok(Forecast::of(&cells, way_back, !self.table.has_turns()))
    }
}
