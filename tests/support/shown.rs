//! An outcome as one text, for a snapshot.

use std::path::Path;

use super::Outcome;

impl Outcome {
    /// Exit code, standard output and standard error. Parts that differ from run to run are replaced:
    /// `hidden` paths by their names, run records, times. An escape character is shown as `\\e`.
    pub(crate) fn shown(&self, hidden: &[(&Path, &str)]) -> String {
        let mut text = format!("exit {}\n", self.code);
        for (name, stream) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !stream.is_empty() {
                text.push_str(&format!("-- {name}\n{stream}"));
            }
        }
        for (path, name) in hidden {
            text = text.replace(path.to_str().expect("a plain path"), name);
        }
        let text = text.replace('\x1b', "\\e");
        text.lines().map(|line| format!("{}\n", steady(line))).collect()
    }
}

/// A line in which parts that differ from run to run are replaced.
pub(crate) fn steady(line: &str) -> String {
    if line.starts_with("record: ") {
        return "record: RUN".to_owned();
    }
    // Who started the run that is resumed or undone, when and where.
    if let Some((word, rest)) = line.split_once(' ')
        && ["resume", "retry", "undo"].contains(&word)
        && is_run(rest)
    {
        return format!("{word} RUN: …");
    }
    let word = |word| match word {
        time if is_time(time) => "N.NN",
        run if is_run(run) => "RUN",
        other => other,
    };
    let words = line.split(' ').map(word);
    words.collect::<Vec<_>>().join(" ")
}

/// `20261121-023311-bk-upgrade-paas`.
fn is_run(word: &str) -> bool {
    let mut parts = word.split('-');
    let mut digits = |count| {
        parts.next().is_some_and(|part| {
            part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    digits(8) && digits(6)
}

/// `0.42`, as times of sessions are shown.
fn is_time(word: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    word.split_once('.')
        .is_some_and(|(whole, rest)| digits(whole) && rest.len() == 2 && digits(rest))
}
