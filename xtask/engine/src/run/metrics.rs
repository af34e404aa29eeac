//! `[metrics]`: the last run of each step as a text file of OpenMetrics, for the textfile collector of node_exporter.
//!
//! What other steps have in the file stays. A file that cannot be written fails nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use camino::Utf8Path;

use super::context::Context;
use super::dir_lock;
use super::run_summary::RunSummary;
use crate::transport::replace::replace;

/// Name, type and help of each family, in the order of the file.
const FAMILIES: [(&str, &str, &str); 6] = [
    (
        "xtask_last_run_timestamp_seconds",
        "gauge",
        "End of the last run of a step that changes hosts.",
    ),
    ("xtask_last_run_duration_seconds", "gauge", "How long it took."),
    ("xtask_last_run_exit_code", "gauge", "Its exit code, 0 for success."),
    ("xtask_last_run_hosts", "gauge", "Its hosts by their outcome."),
    ("xtask_last_run_changed_operations", "gauge", "Its operations that changed something."),
    ("xtask_runs", "counter", "Runs of a step by their exit code."),
];

/// Samples by family: each a name with labels, and a value.
type Samples = BTreeMap<&'static str, Vec<(String, String)>>;

impl Context {
    /// Writes the run that ends into the file of `[metrics]`, if there is one.
    pub(super) fn measure(&self, code: u8, summary: &RunSummary) {
        let Some(path) = self.inventory.notify.textfile.as_deref() else { return };
        if !self.notices.are_heard() {
            return;
        }
        if let Err(error) = self.write_metrics(path, code, summary) {
            self.note(&format!("no metrics in {path}: {error:#}"));
        }
    }

    fn write_metrics(&self, path: &Utf8Path, code: u8, summary: &RunSummary) -> Result<()> {
        let _alone = dir_lock::beside(path)?;
        let old = match std::fs::read_to_string(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            text => text.context("reading it")?,
        };
        let seconds = self.report.elapsed().as_secs_f64();
        let now = jiff::Timestamp::now().as_second();
        let text = updated(&old, self.report.step(), code, summary, now, seconds);
        // The exporter is another user.
        replace(path, text.as_bytes(), 0o644).context("writing it")
    }
}

/// The file after a run of `step`.
fn updated(
    old: &str,
    step: &str,
    code: u8,
    summary: &RunSummary,
    now: i64,
    seconds: f64,
) -> String {
    let step = format!("step=\"{}\"", escaped(step));
    let mut samples = read(old);
    for (family, _, _) in &FAMILIES[..5] {
        let others = samples.entry(*family).or_default();
        others.retain(|(labels, _)| !labels.contains(&format!("{{{step}")));
    }
    let mut add = |family: &'static str, more: &str, value: String| {
        samples.entry(family).or_default().push((format!("{family}{{{step}{more}}}"), value));
    };
    let [stamp, took, exit, hosts, changed, _] = FAMILIES.map(|(name, _, _)| name);
    add(stamp, "", now.to_string());
    add(took, "", format!("{seconds:.3}"));
    add(exit, "", code.to_string());
    let mut words: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, entry) in summary.hosts() {
        *words.entry(entry.word()).or_default() += 1;
    }
    for (word, count) in words {
        add(hosts, &format!(",outcome=\"{word}\""), count.to_string());
    }
    let count: usize = summary.hosts().map(|(_, entry)| entry.changed).sum();
    add(changed, "", count.to_string());
    let runs = samples.entry("xtask_runs").or_default();
    let name = format!("xtask_runs_total{{{step},exit=\"{code}\"}}");
    match runs.iter_mut().find(|(labels, _)| *labels == name) {
        Some((_, value)) => *value = (value.parse::<u64>().unwrap_or_default() + 1).to_string(),
        None => runs.push((name, "1".to_owned())),
    }
    rendered(samples)
}

/// The samples of our families in a file.
fn read(text: &str) -> Samples {
    let mut samples = Samples::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some((labels, value)) = line.rsplit_once(' ') else { continue };
        let name = labels.split('{').next().unwrap_or_default();
        let family = FAMILIES.iter().find(|(family, kind, _)| {
            name.strip_prefix(family)
                .is_some_and(|rest| rest == if *kind == "counter" { "_total" } else { "" })
        });
        if let Some((family, _, _)) = family {
            samples.entry(family).or_default().push((labels.to_owned(), value.to_owned()));
        }
    }
    samples
}

fn rendered(mut samples: Samples) -> String {
    let mut text = String::new();
    for (family, kind, help) in FAMILIES {
        let mut lines = samples.remove(family).unwrap_or_default();
        lines.sort();
        let _ = writeln!(text, "# HELP {family} {help}\n# TYPE {family} {kind}");
        lines.iter().for_each(|(labels, value)| text += &format!("{labels} {value}\n"));
    }
    text + "# EOF\n"
}

/// A value of a label.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::outcome::Outcome;

    #[test]
    fn a_run_replaces_its_step_and_leaves_the_others() {
        let mut summary = RunSummary::default();
        summary.count("a", Outcome::Changed);
        summary.count("b", Outcome::Kept);
        let first = updated("", "os x", 0, &summary, 100, 1.5);
        let second = updated(&first, "os \"y\"", 1, &summary, 200, 2.5);
        let third = updated(&second, "os x", 0, &summary, 300, 0.25);
        let line = |text: &str| third.lines().filter(|line| *line == text).count();
        for text in [
            "xtask_last_run_timestamp_seconds{step=\"os x\"} 300",
            "xtask_last_run_timestamp_seconds{step=\"os \\\"y\\\"\"} 200",
            "xtask_last_run_hosts{step=\"os x\",outcome=\"changed\"} 1",
            "xtask_last_run_hosts{step=\"os x\",outcome=\"kept\"} 1",
            "xtask_last_run_exit_code{step=\"os \\\"y\\\"\"} 1",
            "xtask_runs_total{step=\"os x\",exit=\"0\"} 2",
            "xtask_runs_total{step=\"os \\\"y\\\"\",exit=\"1\"} 1",
            "# TYPE xtask_runs counter",
        ] {
            assert_eq!(line(text), 1, "{text}\n{third}");
        }
        assert!(third.ends_with("# EOF\n") && third.matches("{step=\"os x\"} 1.5").count() == 0);
    }
}
