//! The stages as a script for sh: it stops at the first failure, and continues where it was.

use std::fmt::Write as _;

use super::line::Line;
use super::{Scope, Stage, Table};
use crate::text::quote;

/// The function of every script.
const STEP: &str = r#"
# One step. It asks at the terminal; XTASK_YES=1 answers. The first that fails ends the script.
step() {
  printf '\n# %s\n' "$*" >&2
  # shellcheck disable=SC2086 # several words
  $XTASK "$@"
}
"#;

/// The question of a script that leaves out what is done.
const IS_DONE: &str = r#"# Whether a step has nothing to do: exit 0. Exit 3 is that it has; a refusal and a host that does not answer are no "done".
is_done() {
  # shellcheck disable=SC2086
  $XTASK --quiet "$@" --dry-run --exit-code >/dev/null 2>&1
}
"#;

/// The script of a composite.
pub(super) fn text(table: &Table) -> String {
    let mut text = "#!/bin/sh\n".to_owned();
    for line in table.script.head.lines() {
        let _ = writeln!(text, "{}", format!("# {line}").trim_end());
    }
    let _ = writeln!(text, "#\n# Printed by `cargo xtask {} --script`.\nset -eu\n", table.name);
    values(table, &mut text);
    text += STEP;
    let looks = table.has_turns() && !table.script.is_plain();
    if looks || table.stages.iter().any(|stage| stage.until.is_some()) {
        text += IS_DONE;
    }
    if !looks {
        if table.stages.iter().any(|stage| stage.scope != Scope::Each) {
            text += "\n";
        }
        stages(table, &mut text, "", |scope| scope != Scope::Each);
        if table.has_turns() {
            let (hosts, host) = (table.script.hosts[0], table.host);
            let _ =
                writeln!(text, "\n# For one {host} after the other.\nfor {host} in ${hosts}; do");
            stages(table, &mut text, "  ", |scope| scope == Scope::Each);
            text += "done\n";
        }
        return text;
    }
    let fields = [&[table.host], table.script.fields].concat().join(" ");
    let _ = writeln!(text, "# One of {}.\nhost() {{", table.script.hosts[0]);
    let _ = writeln!(text, "  IFS=: read -r {fields} <<EOF\n$1\nEOF\n}}");
    platform(table, &mut text);
    turns(table, &mut text);
    text
}

/// The values that it takes from the environment.
fn values(table: &Table, text: &mut String) {
    let [hosts, holds] = table.script.hosts;
    if table.has_turns() {
        let _ = writeln!(text, ": \"${{{hosts}:?{holds}}}\"");
    }
    let lines: Vec<(&str, bool)> =
        table.stages.iter().flat_map(|stage| stage.line.names()).collect();
    let is_needed = |name: &str| lines.iter().any(|(known, needed)| *known == name && *needed);
    let conditions = || table.stages.iter().flat_map(|stage| stage.when.into_iter().flatten());
    let is_used = |name: &str| {
        lines.iter().any(|(known, _)| *known == name) || conditions().any(|when| when.name == name)
    };
    let is_fact = |name: &str| table.fact(name).is_some();
    for fact in table.facts.iter().filter(|fact| !fact.help.is_empty()) {
        let _ = writeln!(text, ": \"${{{}:?{}}}\"", fact.shell, fact.help);
    }
    for input in table.inputs.iter().filter(|input| is_used(input.name) && !is_fact(input.name)) {
        let (shell, help) = (input.shell, asked(input.help));
        // With a condition it is not needed: the stage is skipped.
        let is_condition = conditions().any(|when| when.name == input.name && when.is.is_none());
        let _ = match input.sample {
            Some(sample) => {
                let sample = quote::quote(sample).unwrap_or_default();
                writeln!(text, "{shell}=${{{shell}:-{sample}}}")
            }
            None if is_needed(input.name) && !is_condition => {
                writeln!(text, ": \"${{{shell}:?{help}}}\"")
            }
            None => writeln!(text, "{shell}=${{{shell}:-}}"),
        };
    }
    *text += "XTASK=${XTASK:-cargo xtask}\n";
}

/// A help behind `:?`, in double quotes: nothing in it has a meaning for the shell.
fn asked(help: &str) -> String {
    let mut text = String::new();
    for c in help.chars() {
        if "$`\\}".contains(c) {
            text.push('\\');
        }
        text.push(if c == '"' { '\'' } else { c });
    }
    text
}

/// The stages of the platform, as long as a host needs them.
fn platform(table: &Table, text: &mut String) {
    let until = shell(table, table.script.until);
    let (hosts, host) = (table.script.hosts[0], table.host);
    let _ = write!(
        text,
        "\n# Those that still need the stages of the platform, and the first of them.\n\
         ahead=''\nfirst=''\nfor one in ${hosts}; do\n  host \"$one\"\n  is_done {until} || {{ ahead=\"$ahead $one\"; first=${{first:-${host}}}; }}\ndone\n\
         \n# For the platform.\nif [ -n \"$first\" ]; then\n"
    );
    stages(table, text, "  ", |scope| scope != Scope::Each);
    *text += "fi\n";
}

/// The turn of each host.
fn turns(table: &Table, text: &mut String) {
    let (hosts, host) = (table.script.hosts[0], table.host);
    let (lines, said) = table.script.finished;
    let done: Vec<String> =
        lines.iter().map(|line| format!("is_done {}", shell(table, *line))).collect();
    let _ = write!(
        text,
        "\n# For one {host} after the other.\nfor one in ${hosts}; do\n  host \"$one\"\n  if {}; then\n    echo \"${host}: {said}\" >&2\n    continue\n  fi\n",
        done.join(" && ")
    );
    stages(table, text, "  ", |scope| scope == Scope::Each);
    *text += "done\n";
}

/// Stages in order; neighbours with the same end stand together.
fn stages(table: &Table, text: &mut String, margin: &str, wanted: impl Fn(Scope) -> bool) {
    let mut open = None;
    let rows = table.stages.iter().filter(|stage| wanted(stage.scope) && !stage.line.0.is_empty());
    for stage in rows {
        if open != stage.until {
            if open.is_some() {
                let _ = writeln!(text, "{margin}fi");
            }
            if let Some(until) = stage.until {
                let _ = writeln!(text, "{margin}if ! is_done {}; then", shell(table, until));
            }
            open = stage.until;
        }
        let indent = format!("{margin}{}", if open.is_some() { "  " } else { "" });
        let _ =
            writeln!(text, "{indent}# {}\n{indent}{}", comment(table, stage), one(table, stage));
    }
    if open.is_some() {
        let _ = writeln!(text, "{margin}fi");
    }
}

/// The help of a stage, and its record in the document.
fn comment(table: &Table, stage: &Stage) -> String {
    let records = table.records(stage);
    if records.is_empty() || stage.help.contains(records) {
        return stage.help.to_owned();
    }
    format!("{} ({records})", stage.help)
}

fn one(table: &Table, stage: &Stage) -> String {
    let mut step = format!("step {}", shell(table, stage.line));
    for when in stage.when.into_iter().flatten().rev() {
        match (variable(table, when.name), when.is) {
            (Some(variable), Some(is)) => {
                let is = quote::quote(is).unwrap_or_default();
                step = format!("[ \"${variable}\" != {is} ] || {step}");
            }
            (Some(variable), None) if variable != "first" => {
                step = format!("[ -z \"${variable}\" ] || {step}")
            }
            // Without a first host there are no stages of the platform. A fact that no script knows is for the step.
            (Some(_) | None, _) => {}
        }
    }
    match stage.scope {
        Scope::All if table.script.is_plain() => {
            format!("for {} in ${}; do {step}; done", table.host, table.script.hosts[0])
        }
        Scope::All => format!("for one in $ahead; do host \"$one\"; {step}; done"),
        Scope::Once | Scope::Each => step,
    }
}

fn shell(table: &Table, line: Line) -> String {
    line.shell(|name| variable(table, name))
}

/// The variable of a name; none for a fact that no script knows.
fn variable(table: &Table, name: &str) -> Option<&'static str> {
    let fact = table.fact(name).map(|fact| fact.shell);
    let input = || table.input(name).map(|input| input.shell);
    let host = || (name == table.host).then_some(table.host);
    fact.or_else(input).or_else(host).filter(|shell| !shell.is_empty())
}
