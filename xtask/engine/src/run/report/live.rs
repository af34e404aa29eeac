//! The status at the bottom of a terminal: the hosts at work, each with its operation, time and limit; how many are done,
//! and when the run is expected to end.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::outlet::Outlet;
use super::width;
use crate::data::natural;
use crate::data::range::fold;
use crate::data::span::shown;
use crate::data::spanned_error::{columns, printable};

/// The most hosts with a line of their own; the rest of the terminal keeps what was printed.
const ROWS: usize = 10;
/// The columns of the bar of a pass.
const BAR: usize = 10;

/// Draws lines on standard error and removes them before anything else is printed.
#[derive(Debug)]
pub struct Live {
    on: bool,
    /// The lines on the terminal.
    drawn: usize,
    /// The cursor is at the end of an unfinished line.
    half: bool,
    hosts: BTreeMap<String, Work>,
    /// The present pass over several hosts: how many are done, and of how many.
    pass: Option<(usize, usize)>,
    begun: Instant,
    /// The time that the run has, and when it began to pass.
    budget: Option<(Duration, Instant)>,
    /// How long the last run of the step took, in seconds.
    expected: Option<f64>,
    screen: Outlet,
}

/// What a host works on.
#[derive(Debug)]
struct Work {
    what: String,
    since: Instant,
    /// Its time limit.
    limit: Option<Duration>,
}

impl Live {
    /// A status, or none.
    pub fn new(on: bool) -> Self {
        Self {
            on,
            drawn: 0,
            half: false,
            hosts: BTreeMap::new(),
            pass: None,
            begun: Instant::now(),
            budget: None,
            expected: None,
            screen: Outlet::stderr(),
        }
    }

    /// Whether there is a status.
    pub const fn is_on(&self) -> bool {
        self.on
    }

    /// A host works on something, for `limit` at most.
    pub fn working(&mut self, host: &str, what: &str, limit: Option<Duration>) {
        if self.on {
            let work = Work { what: what.to_owned(), since: Instant::now(), limit };
            self.hosts.insert(host.to_owned(), work);
            self.again();
        }
    }

    /// A host has nothing to do.
    pub fn idle(&mut self, host: &str) {
        if self.hosts.remove(host).is_some() {
            self.again();
        }
    }

    /// A pass over so many hosts begins; 0: it is over.
    pub fn pass(&mut self, hosts: usize) {
        self.pass = (hosts > 1).then_some((0, hosts));
    }

    /// A host of the pass is done.
    pub fn done(&mut self) {
        if let Some((done, of)) = &mut self.pass {
            *done = (*of).min(*done + 1);
        }
    }

    /// Removes the lines.
    pub fn clear(&mut self) {
        let rows = std::mem::take(&mut self.drawn);
        if rows > 0 {
            // A closed or stopped terminal needs no clearing.
            let up = "\x1b[1A\r\x1b[K".repeat(rows - 1);
            self.screen.offer(format!("\r\x1b[K{up}").as_bytes());
        }
    }

    /// Notes the bytes on the terminal. After an unfinished line nothing is drawn: clearing would remove that line too.
    pub fn behind(&mut self, bytes: &[u8]) {
        self.half = bytes.last().map_or(self.half, |last| *last != b'\n');
    }

    /// Draws the lines again.
    pub fn draw(&mut self) {
        if !self.half && !self.hosts.is_empty() {
            let (width, height) = width::size_of_stderr().unwrap_or((80, 24));
            let lines = self.lines([width, height]);
            if self.screen.offer(lines.join("\n").as_bytes()) {
                self.drawn = lines.len();
            }
        }
    }

    /// Removes the lines and draws them.
    pub fn again(&mut self) {
        self.clear();
        self.draw();
    }

    /// A line for each host at work, and one for all of them; of many hosts only that one.
    fn lines(&self, [width, height]: [usize; 2]) -> Vec<String> {
        let mut lines = Vec::new();
        // Half of the terminal keeps the lines before.
        if self.hosts.len() <= ROWS.min(height / 2) {
            let mut names: Vec<&String> = self.hosts.keys().collect();
            names.sort_by(|left, right| natural::compare(left, right));
            let wide = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
            lines.extend(names.iter().map(|name| {
                let work = &self.hosts[*name];
                format!("{name:wide$}  {}{}", work.time(), work.what)
            }));
            let all = self.all(|done, of| format!("{done}/{of} done"));
            lines.extend((!all.is_empty()).then_some(all));
        } else {
            let oldest = self.hosts.values().min_by_key(|work| work.since);
            let oldest = oldest.map(|work| format!("{}{}", work.time(), work.what));
            let hosts: Vec<&str> = self.hosts.keys().map(String::as_str).collect();
            let hosts = fold(&hosts);
            let hosts = if hosts.chars().count() > width / 3 {
                format!("{} hosts", self.hosts.len())
            } else {
                hosts
            };
            let mut all = self.all(bar);
            if !all.is_empty() {
                all += "; ";
            }
            lines.push(format!("{all}{hosts} at work: {}", oldest.unwrap_or_default()));
        }
        lines.iter().map(|line| fitting(line, width)).collect()
    }

    /// `12/40 done, 38 % of 1 h 30 m, about 40 s left`; empty for one host without a budget and an earlier run.
    fn all(&self, count: impl Fn(usize, usize) -> String) -> String {
        let done = self.pass.map(|(done, of)| count(done, of));
        let share = self.budget.map(|(limit, since)| {
            let share = 100.0 * since.elapsed().as_secs_f64() / limit.as_secs_f64().max(1.0);
            format!("{share:.0} % of {}", whole(limit.as_secs_f64()))
        });
        let gone = self.begun.elapsed().as_secs_f64();
        let left = self.expected.map(|expected| {
            if expected > gone {
                format!("about {} left", whole(expected - gone))
            } else {
                format!("longer than the last run ({})", whole(expected))
            }
        });
        [done, share, left].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// The run has so much time, of which a part is gone.
    pub fn budget(&mut self, limit: Duration, gone: Duration) {
        self.budget = Instant::now().checked_sub(gone).map(|since| (limit, since));
    }

    /// The seconds of an earlier run.
    pub fn expect(&mut self, seconds: f64) {
        self.expected = Some(seconds);
    }

    /// Ends the status.
    pub fn end(&mut self) {
        self.clear();
        self.on = false;
        self.hosts.clear();
    }
}

impl Work {
    /// `12 s of 2 h 00 m  `; empty in the first second.
    fn time(&self) -> String {
        let gone = self.since.elapsed().as_secs();
        if gone == 0 {
            return String::new();
        }
        let limit = self.limit.map(|limit| format!(" of {}", whole(limit.as_secs_f64())));
        format!("{}{}  ", whole(gone as f64), limit.unwrap_or_default())
    }
}

/// `[███·······] 12/40`.
fn bar(done: usize, of: usize) -> String {
    let full = (done * BAR).checked_div(of).unwrap_or_default().min(BAR);
    format!("[{}{}] {done}/{of}", "█".repeat(full), "·".repeat(BAR - full))
}

/// Seconds without a fraction: `12 s`, `1 m 05 s`.
fn whole(seconds: f64) -> String {
    shown(seconds.ceil()).replace(".0 s", " s")
}

/// `line` in `width` columns. The last column stays free, or the cursor would go below.
fn fitting(line: &str, width: usize) -> String {
    let mut room = width;
    let fits = |c: &char| {
        room = room.saturating_sub(columns(*c));
        room > 0
    };
    printable(line).chars().take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live(hosts: &[&str]) -> Live {
        let mut live = Live::new(false);
        for host in hosts {
            let (what, since) = ("write 配置\nof web".to_owned(), Instant::now());
            live.hosts.insert((*host).to_owned(), Work { what, since, limit: None });
        }
        live
    }

    #[test]
    fn each_host_has_a_line_with_its_time_and_its_limit() {
        let mut live = live(&["web10", "web9"]);
        assert_eq!(live.lines([80, 24]), ["web9   write 配置 of web", "web10  write 配置 of web"]);
        let ago =
            Instant::now().checked_sub(Duration::from_secs(75)).expect("a machine that is up");
        for work in live.hosts.values_mut() {
            work.since = ago;
        }
        live.hosts.get_mut("web9").expect("it").limit = Some(Duration::from_secs(7200));
        live.pass(40);
        (0..12).for_each(|_| live.done());
        live.expected = Some(3600.0);
        let lines = live.lines([80, 24]);
        assert_eq!(lines[0], "web9   1 m 15 s of 2 h 00 m  write 配置 of web");
        assert_eq!(lines[1], "web10  1 m 15 s  write 配置 of web");
        assert_eq!(lines[2], "12/40 done, about 1 h 00 m left");
        live.budget(Duration::from_secs(5400), Duration::from_secs(2052));
        assert_eq!(live.lines([80, 24])[2], "12/40 done, 38 % of 1 h 30 m, about 1 h 00 m left");
        live.expected = Some(0.0);
        assert!(live.lines([80, 24])[2].ends_with(", longer than the last run (0 s)"));
        assert_eq!(live.lines([20, 24])[0], "web9   1 m 15 s of ");
    }

    #[test]
    fn many_hosts_are_counted_on_one_line() {
        let names: Vec<String> = (1..=11).map(|number| format!("web{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut live = live(&names);
        live.pass(40);
        assert_eq!(
            live.lines([80, 24]),
            ["[··········] 0/40; web[1-11] at work: write 配置 of web"]
        );
        (0..14).for_each(|_| live.done());
        assert_eq!(
            live.lines([80, 24]),
            ["[███·······] 14/40; web[1-11] at work: write 配置 of web"]
        );
        assert_eq!(live.lines([26, 24]), ["[███·······] 14/40; 11 ho"]);
        (0..30).for_each(|_| live.done());
        assert!(live.lines([80, 24])[0].starts_with("[██████████] 40/40; "));
        live.pass(40);
        // Half of a small terminal is less than ten lines.
        live.hosts.retain(|name, _| name.len() < 5);
        assert_eq!(live.lines([80, 24]).len(), 10);
        assert_eq!(live.lines([80, 8]).len(), 1);
        assert_eq!(live.lines([1, 8]), [""]);
    }
}
