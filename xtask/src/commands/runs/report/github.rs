//! Annotations of GitHub Actions: a line each, which a job prints.
//!
//! The form is that of `@actions/core`: `::error title=TITLE::MESSAGE`, with `%`, line ends, and in a title `:` and `,`
//! written in percent form.

use engine::data::range::fold;

use super::account::{Account, Done};
use crate::commands::runs::show::operations::{groups, what};

/// The most lines of an output.
const LINES: usize = 5;

/// The lines.
pub(super) fn annotations(account: &Account) -> String {
    let head = &account.head;
    let mut text = String::new();
    if let Some(error) = &head.error {
        text += &line("error", &format!("{}: {}", head.step, head.word), error);
    }
    let trouble: Vec<&Done> = account.trouble().collect();
    for group in groups(trouble.iter().map(|done| &done.it), false, false) {
        let one = group.first;
        let title = format!("{}: {} {}", head.step, fold(&group.hosts), one.outcome);
        let done = trouble.iter().find(|done| std::ptr::eq(&raw const done.it, one));
        let said = done.map(|done| done.said(LINES)).unwrap_or_default();
        text += &line("error", &title, &format!("{}: {said}", what(one)));
    }
    for (word, _, names) in head.lost() {
        let hosts = fold(&names);
        text += &line("error", &format!("{}: {hosts} {word}", head.step), &head.verdict);
    }
    if text.is_empty() && !head.good {
        text += &line("error", &format!("{}: {}", head.step, head.word), &head.verdict);
    }
    for item in &head.open {
        let message = format!("{} on {}; to close it: {}", item.what, item.host, item.command());
        text += &line("warning", &format!("{}: open", head.step), &message);
    }
    let message = format!("{}, in {:.1} s, run {}", head.verdict, head.seconds, head.run);
    text + &line("notice", &format!("{}: {}", head.step, head.word), &message)
}

fn line(level: &str, title: &str, message: &str) -> String {
    let message = message.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let title = title.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let title = title.replace(':', "%3A").replace(',', "%2C");
    format!("::{level} title={title}::{message}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_cannot_begin_another_command() {
        let found = line("error", "a: b,c%", "x\n::set-env name=A::b\r%0A");
        let expected = "::error title=a%3A b%2Cc%25::x%0A::set-env name=A::b%0D%250A\n";
        assert_eq!(found, expected);
    }
}
