//! JUnit XML, as Jenkins, GitLab and others read it: a suite for each stage, a test for each operation and host.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::account::{Account, Done};
use crate::commands::runs::show::operations::what;

/// The document.
pub(super) fn document(account: &Account) -> String {
    let mut suites = vec![Suite::of_run(account)];
    let last_of = account.last();
    for (at, done) in account.operations.iter().enumerate() {
        let last = suites.len() - 1;
        let same = at > 0 && {
            let (before, now) = (&account.operations[at - 1].it, &done.it);
            (before.process, &before.stage) == (now.process, &now.stage)
        };
        if same {
            suites[last].add(done, &last_of);
        } else {
            let mut suite = Suite::of_stage(account, done);
            suite.add(done, &last_of);
            suites.push(suite);
        }
    }
    suites.retain(|suite| suite.tests > 0);
    let sum = |of: fn(&Suite) -> usize| suites.iter().map(of).sum::<usize>();
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{:.3}\">\n",
        escaped(&account.head.step),
        sum(|it| it.tests),
        sum(|it| it.failures),
        sum(|it| it.errors),
        account.head.seconds
    );
    suites.iter().for_each(|suite| suite.write(&mut text));
    text + "</testsuites>\n"
}

/// A suite with its tests as text.
#[derive(Default)]
struct Suite {
    name: String,
    began: String,
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
    seconds: f64,
    cases: String,
}

impl Suite {
    /// What belongs to no operation: an error of the whole run, and hosts without a result.
    fn of_run(account: &Account) -> Self {
        let head = &account.head;
        let mut suite =
            Self { name: head.step.clone(), began: head.began.clone(), ..Self::default() };
        let has_trouble = account.trouble().next().is_some();
        let lost: Vec<_> = head.hosts.iter().filter(|it| it.lost).collect();
        if let Some(error) = &head.error {
            suite.case(&head.step, "the run", 0.0, &problem("error", &head.word, error));
            suite.errors += 1;
        } else if !head.good && !has_trouble && lost.is_empty() {
            suite.case(&head.step, "the run", 0.0, &problem("error", &head.word, &head.verdict));
            suite.errors += 1;
        }
        for host in lost {
            suite.case(&host.host, "the run", 0.0, &problem("error", &host.outcome, ""));
            suite.errors += 1;
        }
        suite
    }

    /// The stage of an operation.
    fn of_stage(account: &Account, done: &Done) -> Self {
        let one = &done.it;
        let stage = if one.stage.is_empty() { &account.head.step } else { &one.stage };
        let again =
            if one.process > 0 { format!(" (process {})", one.process + 1) } else { String::new() };
        Self { name: format!("{stage}{again}"), began: one.began.clone(), ..Self::default() }
    }

    /// Adds an operation; `last` is the last process of each host.
    fn add(&mut self, done: &Done, last: &HashMap<&str, usize>) {
        let one = &done.it;
        let again = last.get(one.host.as_str()).is_some_and(|last| one.process < *last);
        let said = done.said(usize::MAX);
        let inner = match () {
            () if done.good => String::new(),
            () if one.outcome == "at work" || again => {
                self.skipped += 1;
                let why = if again { ", and the run was resumed" } else { "" };
                format!("<skipped message=\"{}{why}\"/>", escaped(&one.outcome))
            }
            // `pcmd` has the exit code of its command for the word.
            () if one.outcome == "failed" || one.outcome.starts_with("exit ") => {
                self.failures += 1;
                problem("failure", &one.outcome, &said)
            }
            () => {
                self.errors += 1;
                problem("error", &one.outcome, &said)
            }
        };
        self.case(&one.host, what(one), one.seconds.unwrap_or(0.0), &inner);
    }

    fn case(&mut self, class: &str, name: &str, seconds: f64, inner: &str) {
        self.tests += 1;
        self.seconds += seconds;
        let _ = writeln!(
            self.cases,
            "    <testcase classname=\"{}\" name=\"{}\" time=\"{seconds:.3}\">{inner}</testcase>",
            escaped(class),
            escaped(name)
        );
    }

    fn write(&self, text: &mut String) {
        let _ = writeln!(
            text,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3}\" timestamp=\"{}\">\n{}  </testsuite>",
            escaped(&self.name),
            self.tests,
            self.failures,
            self.errors,
            self.skipped,
            self.seconds,
            // Readers expect neither parts of a second nor a zone.
            escaped(self.began.get(..19).unwrap_or(&self.began)),
            self.cases
        );
    }
}

/// A `failure` or an `error`, with its text.
fn problem(element: &str, word: &str, said: &str) -> String {
    let first = said.lines().next().unwrap_or(word);
    format!(
        "<{element} type=\"{}\" message=\"{}\">{}</{element}>",
        escaped(word),
        escaped(first),
        escaped(said)
    )
}

/// As text or as the value of an attribute. What XML 1.0 does not allow is replaced.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // A reader of an attribute would make them blanks.
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
