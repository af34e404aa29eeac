//! The text of a ticket: short, in Markdown. What people and hosts have written stands in code, where nothing is a link,
//! a mention or a picture.

use std::fmt::Write as _;

use engine::data::range::fold;

use super::account::{Account, Done, Head};
use crate::commands::runs::show::operations::{Group, groups, what};

/// The most failures that are written out, and the most lines of an error or an output.
const FAILURES: usize = 20;
const LINES: usize = 12;

/// The whole text.
pub(super) fn text(account: &Account) -> String {
    let head = &account.head;
    let exit = head.exit.filter(|exit| *exit != 0).map(|exit| format!(", exit {exit}"));
    let mut text =
        format!("### {}: {}{}\n\n", code(&head.step), head.word, exit.unwrap_or_default());
    if !head.verdict.is_empty() {
        let _ = writeln!(text, "{}\n", head.verdict);
    }
    facts(&mut text, head);
    hosts(&mut text, head);
    failures(&mut text, account);
    list(
        &mut text,
        "Answers",
        head.answers.iter().map(|it| {
            let user = it.user.as_deref().unwrap_or(&head.user);
            let answer = if it.answer.is_empty() {
                String::new()
            } else {
                format!(": {}", code(&it.answer))
            };
            format!("{} {} by {}, {}{answer}", it.kind, code(&it.what), code(user), utc(&it.at))
        }),
    );
    list(
        &mut text,
        "Backups",
        head.backups.iter().map(|it| {
            let place = code(&format!("{}:{}", it.host, it.place));
            format!("{} in {place}, made {}", code(&it.thing), utc(&it.made))
        }),
    );
    list(
        &mut text,
        "Findings",
        head.findings.iter().map(|it| {
            let about = it.about.as_ref().unwrap_or(&it.name);
            if it.text.contains('\n') {
                return format!("{}\n{}", code(about), indented(&fenced(&it.text, LINES)));
            }
            format!("{}: {}", code(about), code(&it.text))
        }),
    );
    list(
        &mut text,
        "Open",
        head.open.iter().map(|it| {
            format!("{} on {}, since {}", code(&it.what), code(&it.host), utc(&it.since))
        }),
    );
    list(
        &mut text,
        "Next",
        head.next.iter().map(|it| format!("{}: {}", it.aim, code(&it.command))),
    );
    text
}

fn facts(text: &mut String, head: &Head) {
    let hosts = if head.rehearsal { " (throw-away hosts)" } else { "" };
    let mut rows = vec![
        ("Ran", format!("{}{hosts}", code(&head.command))),
        ("Who", people(&[&head.user, &head.from])),
        ("When", format!("{}, for {:.1} s", utc(&head.began), head.seconds)),
    ];
    rows.extend(head.ticket.iter().map(|it| ("Ticket", code(it))));
    rows.extend(head.reason.iter().map(|it| ("Reason", code(it))));
    rows.extend(
        head.plan
            .iter()
            .map(|it| ("Plan", format!("{} SHA-256 {}", code(&it.path), code(&it.sha256)))),
    );
    for it in head.processes.iter().filter(|it| it.kind.is_some()) {
        let word =
            if it.kind.is_some_and(|kind| kind.word() == "retry") { "Retried" } else { "Resumed" };
        rows.push((
            word,
            format!("{} by {} on {}", utc(&it.began), code(&it.user), code(&it.from)),
        ));
    }
    if let Some(it) = head.document.as_ref().filter(|it| !it.lines.is_empty()) {
        rows.push(("Document", format!("{}, lines {} ({})", it.file, it.lines, it.records)));
    }
    rows.extend(head.undoes.iter().map(|run| ("Undoes", code(run))));
    rows.extend(head.undone_by.iter().map(|run| ("Undone by", code(run))));
    rows.push(("Record", code(&head.run)));
    rows.push(("Program", code(&head.program)));
    rows.extend(head.damage.iter().map(|it| ("Damage", code(it))));
    text.push_str("| | |\n|---|---|\n");
    for (name, value) in rows.into_iter().filter(|(_, value)| !value.trim().is_empty()) {
        let _ = writeln!(text, "| {name} | {} |", cell(&value));
    }
    text.push('\n');
}

/// The person and the machine, as far as they are known.
fn people(words: &[&str]) -> String {
    let known = words.iter().filter(|word| !word.is_empty()).map(|word| code(word));
    known.collect::<Vec<_>>().join(" on ")
}

fn hosts(text: &mut String, head: &Head) {
    if head.hosts.is_empty() {
        return;
    }
    text.push_str("| Hosts | Number | Result |\n|---|---|---|\n");
    for (word, _, names) in head.by_outcome() {
        let _ = writeln!(text, "| {} | {} | {word} |", cell(&code(&fold(&names))), names.len());
    }
    text.push('\n');
}

fn failures(text: &mut String, account: &Account) {
    let trouble: Vec<&Done> = account.trouble().collect();
    let lost = account.head.lost();
    if account.head.error.is_none() && trouble.is_empty() && lost.is_empty() {
        return;
    }
    text.push_str("#### Failures\n\n");
    if let Some(error) = &account.head.error {
        let _ = writeln!(text, "- the run\n{}", indented(&fenced(error, LINES)));
    }
    let all = groups(trouble.iter().map(|done| &done.it), false, false);
    for Group { first, hosts, .. } in all.iter().take(FAILURES) {
        let (hosts, outcome, name) = (code(&fold(hosts)), &first.outcome, code(what(first)));
        let _ = writeln!(text, "- {hosts}: **{outcome}** {name}");
        let done = trouble.iter().find(|done| std::ptr::eq(&raw const done.it, *first));
        if let Some(done) = done {
            said(text, done);
        }
    }
    if all.len() > FAILURES {
        let _ = writeln!(text, "- and {} more", all.len() - FAILURES);
    }
    for (word, _, names) in lost {
        let _ = writeln!(text, "- {}: **{word}**", code(&fold(&names)));
    }
    text.push('\n');
}

/// The error of an operation, and below it the end of its output.
fn said(text: &mut String, done: &Done) {
    let error = done.error();
    if !error.is_empty() {
        let _ = writeln!(text, "{}", indented(&fenced(error, LINES)));
    }
    let lines = done.lines();
    let more: Vec<&str> =
        done.printed.iter().filter(|it| it.cut).map(|it| it.file.as_str()).collect();
    // How many lines are left out is known only where the account has the whole output.
    let more = match lines.len().saturating_sub(LINES) {
        _ if !more.is_empty() => format!("[more in the record: {}]\n", more.join(", ")),
        0 => String::new(),
        cut => before(cut),
    };
    if !lines.is_empty() || !more.is_empty() {
        let last = lines[lines.len().saturating_sub(LINES)..].join("\n");
        let _ = writeln!(text, "{}", indented(&block(&(more + &last))));
    }
}

fn list(text: &mut String, title: &str, items: impl Iterator<Item = String>) {
    let items: Vec<String> = items.map(|item| format!("- {item}\n")).collect();
    if !items.is_empty() {
        let _ = writeln!(text, "#### {title}\n\n{}", items.concat());
    }
}

/// A code span: of any text on one line, whatever backticks it has.
pub(super) fn code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    if text.trim().is_empty() {
        return String::new();
    }
    let ticks = "`".repeat(longest(&text) + 1);
    let edge = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{edge}{text}{edge}{ticks}")
}

/// The cell of a table: there a bar ends even a code span.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// A block of code with the last lines.
fn fenced(text: &str, most: usize) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let cut = lines.len().saturating_sub(most);
    let more = if cut > 0 { before(cut) } else { String::new() };
    block(&(more + &lines[cut..].join("\n")))
}

/// The line that says how many are left out.
fn before(cut: usize) -> String {
    format!("[{cut} line{} before]\n", if cut == 1 { "" } else { "s" })
}

fn block(text: &str) -> String {
    let ticks = "`".repeat(longest(text).max(2) + 1);
    format!("{ticks}text\n{}\n{ticks}", text.trim_end())
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect::<String>().trim_end().to_owned()
}

/// The longest run of backticks.
fn longest(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// A time of the record: `2026-11-21 02:33:11 UTC`.
fn utc(at: &str) -> String {
    match at.split_once('T') {
        Some((day, time)) => format!("{day} {} UTC", time.get(..8).unwrap_or(time)),
        None => at.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_leaves_its_code() {
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`x"), "`` `x ``");
        assert_eq!(code("a\nb"), "`a b`");
        assert_eq!(code(" "), "");
        assert_eq!(cell(&code("a|b")), "`a\\|b`");
        assert_eq!(fenced("```\n# x", 9), "````text\n```\n# x\n````");
        assert_eq!(fenced("1\n2\n3", 2), "```text\n[1 line before]\n2\n3\n```");
        assert_eq!(utc("2026-11-21T02:33:11.123Z"), "2026-11-21 02:33:11 UTC");
    }
}
