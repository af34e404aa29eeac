//! The arithmetic of time: what is left to do, and what it takes to undo.

use super::past::Estimate;
use crate::data::span::shown;

/// A part, as the time sees it.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub(super) part: String,
    /// Its host; none for a stage of the platform.
    pub(super) host: Option<String>,
    pub(super) estimate: Estimate,
    pub(super) no_return: bool,
    /// It changes nothing, so there is nothing to undo.
    pub(super) reads: bool,
    pub(super) is_done: bool,
    /// At the start its host, or the platform, was perhaps behind its first point of no return.
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
    /// The number of parts that are left.
    pub(super) left: usize,
    /// Those of them that were never measured.
    pub(super) unknown: Vec<String>,
    /// The host that has passed a point of no return: its way back is that of the runbook.
    pub(super) beyond: Option<String>,
    /// The same for a runbook without turns.
    pub(super) is_walled: bool,
    /// The next point of no return of the platform, or of the host in turn.
    pub(super) wall: Option<String>,
    /// The way back was never measured, and counts with what the table expects.
    pub(super) guessed: bool,
}

/// The way back at one place. An undo of reversible work counts as long as the work.
#[derive(Default)]
struct Back {
    platform: f64,
    /// No host has turns: behind a stage without undo, the way back is that of the runbook.
    is_list: bool,
    /// Such a stage is behind.
    is_walled: bool,
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
        match &self.host {
            Some(_) => self.beyond |= cell.beyond,
            None => self.is_walled |= self.is_list && cell.beyond,
        }
    }

    /// Moves behind it.
    fn pass(&mut self, cell: &Cell) {
        self.enter(cell);
        let undo = if cell.reads { 0.0 } else { cell.estimate.seconds() };
        match (&cell.host, cell.no_return) {
            (None, true) if self.is_list => self.is_walled = true,
            // What a host needs of it stays; its own way back comes later.
            (None, true) => self.platform = 0.0,
            (None, false) => self.platform += undo,
            (Some(_), true) => self.beyond = true,
            (Some(_), false) => self.own += undo,
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
            None if self.is_walled => way_back.seconds(),
            None => self.platform + self.own,
        }
    }
}

impl Forecast {
    /// `cells` are all parts in order; the done ones tell the way back. `is_list`: the runbook has no turns.
    pub(super) fn of(cells: &[Cell], way_back: Estimate, is_list: bool) -> Self {
        let mut back = Back { is_list, ..Back::default() };
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
            left: 0,
            unknown: Vec::new(),
            beyond: back.beyond(between).cloned(),
            is_walled: back.is_walled,
            wall: wall.map(|cell| cell.part.clone()),
            guessed: matches!(way_back, Estimate::Expected(_)),
        };
        for cell in left {
            back.pass(cell);
            // What an earlier run did for a later host is only part of its way back.
            if cell.is_done {
                continue;
            }
            forecast.left += 1;
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
    pub(super) fn figures(&self) -> Vec<(&'static str, String)> {
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
    pub(super) fn undo(&self) -> String {
        match (self.beyond.is_some() || self.is_walled) && self.guessed && self.undo == 0.0 {
            true => "unknown".to_owned(),
            false => shown(self.undo),
        }
    }

    /// One line for the map.
    pub(super) fn line(&self) -> String {
        // No figure is better than one that means nothing.
        if self.unknown.len() == self.left && self.worst == 0.0 {
            return format!("left: {} stages, none of them measured yet", self.left);
        }
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
