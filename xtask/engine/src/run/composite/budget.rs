//! Time: what is left to do, what it takes to undo, and the window for both.

use anyhow::Result;
use std::time::Duration;

use super::Composite;
use super::go::Run;
use super::past::Estimate;
use crate::data::fault::Fault;
use crate::data::span::shown;
use crate::run::report::again;
use crate::text::quote;

/// A part, as the time sees it.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub(super) part: String,
    /// Its host; none for a stage of the platform.
    pub(super) host: Option<String>,
    pub(super) estimate: Estimate,
    pub(super) no_return: bool,
    pub(super) is_done: bool,
    /// At the start its host was perhaps behind its first point of no return.
    pub(super) beyond: bool,
}

/// The time of the parts that are left, and of the way back from each place. All in seconds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Forecast {
    /// The work that is left.
    pub(super) work: f64,
    /// The way back from here.
    pub(super) undo: f64,
    /// The most time from here to the end of a way back: work up to a part, and its undo.
    pub(super) worst: f64,
    /// That part, and the time of its undo; none when the way back from here is the longest.
    pub(super) place: Option<(String, f64)>,
    /// Parts that are left and were never measured.
    pub(super) unknown: Vec<String>,
    /// The host that has passed a point of no return: its way back is that of the runbook.
    pub(super) beyond: Option<String>,
    /// The next point of no return of the platform, or of the host in turn.
    pub(super) wall: Option<String>,
    /// The way back was never measured, and counts with what the table expects.
    pub(super) guessed: bool,
}

/// The way back at one place. An undo of reversible work counts as long as the work.
#[derive(Default)]
struct Back {
    platform: f64,
    host: Option<String>,
    own: f64,
    beyond: bool,
}

impl Back {
    /// Comes to a part.
    fn enter(&mut self, cell: &Cell) {
        if self.host != cell.host {
            // A finished host stays, and so does the work of the platform for it.
            if self.host.is_some() {
                self.platform = 0.0;
            }
            (self.own, self.beyond) = (0.0, false);
            self.host.clone_from(&cell.host);
        }
        self.beyond |= cell.beyond;
    }

    /// Moves behind it.
    fn pass(&mut self, cell: &Cell) {
        self.enter(cell);
        match (&cell.host, cell.no_return) {
            (None, true) => self.platform = 0.0,
            (None, false) => self.platform += cell.estimate.seconds(),
            (Some(_), true) => self.beyond = true,
            (Some(_), false) => self.own += cell.estimate.seconds(),
        }
    }

    /// The host whose way back is that of the runbook; `between` is such a host while the platform has its turn.
    fn beyond<'a>(&'a self, between: Option<&'a String>) -> Option<&'a String> {
        match &self.host {
            None => between,
            Some(host) => Some(host).filter(|_| self.beyond),
        }
    }

    fn seconds(&self, between: Option<&String>, way_back: Estimate) -> f64 {
        match self.beyond(between) {
            Some(_) => way_back.seconds(),
            None => self.platform + self.own,
        }
    }
}

impl Forecast {
    /// `cells` are all parts in order; the done ones tell the way back.
    pub(super) fn of(cells: &[Cell], way_back: Estimate) -> Self {
        let mut back = Back::default();
        let (done, left) = cells.split_at(cells.iter().take_while(|cell| cell.is_done).count());
        done.iter().for_each(|cell| back.pass(cell));
        left.first().iter().for_each(|cell| back.enter(cell));
        let between = left.iter().find(|cell| cell.beyond).and_then(|cell| cell.host.as_ref());
        let undo = back.seconds(between, way_back);
        let near = |cell: &&Cell| back.host.is_none() || cell.host == back.host;
        let wall = left.iter().take_while(near).find(|cell| cell.no_return);
        let mut forecast = Self {
            work: 0.0,
            undo,
            worst: undo,
            place: None,
            unknown: Vec::new(),
            beyond: back.beyond(between).cloned(),
            wall: wall.map(|cell| cell.part.clone()),
            guessed: matches!(way_back, Estimate::Expected(_)),
        };
        for cell in left {
            back.pass(cell);
            // What an earlier run did for a later host is only part of its way back.
            if cell.is_done {
                continue;
            }
            if matches!(cell.estimate, Estimate::Expected(_)) {
                forecast.unknown.push(cell.part.clone());
            }
            forecast.work += cell.estimate.seconds();
            let undo = back.seconds(between, way_back);
            if forecast.work + undo > forecast.worst {
                forecast.worst = forecast.work + undo;
                forecast.place = Some((cell.part.clone(), undo));
            }
        }
        forecast
    }

    /// The figures: label and text.
    fn figures(&self) -> Vec<(&'static str, String)> {
        let mut figures = vec![("work", shown(self.work))];
        if !self.unknown.is_empty() {
            let (count, names) = (self.unknown.len(), self.unknown.join(", "));
            figures.push((
                "unknown",
                format!(
                    "{count} stages were never measured, and count as the table expects: {names}"
                ),
            ));
        }
        figures.push((
            "undo",
            match &self.place {
                Some((part, undo)) => {
                    format!("{} from here, {} after {part}", self.undo(), shown(*undo))
                }
                None => format!("{} from here", self.undo()),
            },
        ));
        if self.guessed {
            figures.push((
                "rollback",
                "it was never measured, and counts as the table expects".to_owned(),
            ));
        }
        figures.push(("both", shown(self.worst)));
        figures
    }

    /// The way back from here, in words.
    fn undo(&self) -> String {
        match self.beyond.is_some() && self.guessed && self.undo == 0.0 {
            true => "unknown".to_owned(),
            false => shown(self.undo),
        }
    }

    /// One line for the map.
    pub(super) fn line(&self) -> String {
        let unknown = match self.unknown.len() {
            0 => String::new(),
            count => format!(", {count} stages never measured"),
        };
        format!(
            "left: {}{unknown}; undo from here: {}; both at most: {}",
            shown(self.work),
            self.undo(),
            shown(self.worst)
        )
    }
}

impl<C: Composite> Run<'_, C> {
    /// Checks the window: at the start and before each host with `None`, before a part with its name.
    ///
    /// # Errors
    /// Refused when what is left and its undo take longer, unless `--over-budget`.
    pub(super) fn fits(&self, part: Option<&str>) -> Result<()> {
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

    /// The commands: the way on, and the way back.
    fn ways(&self, fault: Fault, forecast: &Forecast, has_worked: bool) -> Result<Fault> {
        let on = again::rerun(None, &[]);
        let on = if on.contains(C::NAME) { on } else { format!("cargo xtask {}", C::NAME) };
        let longer = "with a longer --window, or: ";
        if !has_worked {
            return Ok(fault.hint(format!("start it {longer}{on} --over-budget")));
        }
        let back = match &forecast.beyond {
            Some(host) => {
                let turn = self.book.turns().iter().find(|turn| turn.host == *host);
                let words = self.at(&C::STAGES[0], turn).fill(C::WAY_BACK.line)?;
                format!("cargo xtask {}", quote::join(&words)?)
            }
            None => {
                let run =
                    self.cx.record_dir().and_then(camino::Utf8Path::file_name).unwrap_or("last");
                format!("cargo xtask undo {run}")
            }
        };
        Ok(fault
            .hint(format!("finish it {longer}{on} --over-budget"))
            .hint(format!("or undo it ({}): {back}", forecast.undo())))
    }

    /// The rest of the window, in seconds; negative behind its end.
    fn left(&self, window: Duration) -> f64 {
        window.as_secs_f64() - (self.now)().duration_since(self.cx.begun()).as_secs_f64()
    }
}
