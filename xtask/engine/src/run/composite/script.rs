//! The stages as a script for sh: it stops at the first failure, and continues where it was.

use std::fmt::Write as _;

use super::line::Line;
use super::table::{has_turns, records};
use super::{Composite, Scope, Stage};

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
pub(super) fn text<C: Composite>() -> String {
    let mut text = "#!/bin/sh\n".to_owned();
    for line in C::SCRIPT.head.lines() {
        let _ = writeln!(text, "{}", format!("# {line}").trim_end());
    }
    let _ = writeln!(text, "#\n# Printed by `cargo xtask {} --script`.\nset -eu\n", C::NAME);
    values::<C>(&mut text);
    text += STEP;
    if has_turns::<C>() || C::STAGES.iter().any(|stage| stage.until.is_some()) {
        text += IS_DONE;
    }
    if !has_turns::<C>() {
        text += "\n";
        stages::<C>(&mut text, "", |_| true);
        return text;
    }
    let fields = [&[C::HOST], C::SCRIPT.fields].concat().join(" ");
    let _ = writeln!(text, "# One of {}.\nhost() {{", C::SCRIPT.hosts[0]);
    let _ = writeln!(text, "  IFS=: read -r {fields} <<EOF\n$1\nEOF\n}}");
    platform::<C>(&mut text);
    turns::<C>(&mut text);
    text
}

/// The values that it takes from the environment.
fn values<C: Composite>(text: &mut String) {
    let [hosts, holds] = C::SCRIPT.hosts;
    if has_turns::<C>() {
        let _ = writeln!(text, ": \"${{{hosts}:?{holds}}}\"");
    }
    let lines: Vec<(&str, bool)> = C::STAGES.iter().flat_map(|stage| stage.line.names()).collect();
    let is_needed = |name: &str| lines.iter().any(|(known, needed)| *known == name && *needed);
    let conditions = || C::STAGES.iter().flat_map(|stage| stage.when.into_iter().flatten());
    let is_used = |name: &str| {
        lines.iter().any(|(known, _)| *known == name) || conditions().any(|when| when.name == name)
    };
    let is_fact = |name: &str| C::FACTS.iter().any(|fact| fact.name == name);
    for fact in C::FACTS.iter().filter(|fact| !fact.help.is_empty()) {
        let _ = writeln!(text, ": \"${{{}:?{}}}\"", fact.shell, fact.help);
    }
    for input in C::INPUTS.iter().filter(|input| is_used(input.name) && !is_fact(input.name)) {
        let (shell, help) = (input.shell, input.help.replace('"', "'"));
        // With a condition it is not needed: the stage is skipped.
        let is_condition = conditions().any(|when| when.name == input.name && when.is.is_none());
        let _ = match input.sample {
            Some(sample) => writeln!(text, "{shell}=${{{shell}:-{sample}}}"),
            None if is_needed(input.name) && !is_condition => {
                writeln!(text, ": \"${{{shell}:?{help}}}\"")
            }
            None => writeln!(text, "{shell}=${{{shell}:-}}"),
        };
    }
    *text += "XTASK=${XTASK:-cargo xtask}\n";
}

/// The stages of the platform, as long as a host needs them.
fn platform<C: Composite>(text: &mut String) {
    let until = shell::<C>(C::SCRIPT.until);
    let (hosts, host) = (C::SCRIPT.hosts[0], C::HOST);
    let _ = write!(
        text,
        "\n# Those that still need the stages of the platform, and the first of them.\n\
         ahead=''\nfirst=''\nfor one in ${hosts}; do\n  host \"$one\"\n  is_done {until} || {{ ahead=\"$ahead $one\"; first=${{first:-${host}}}; }}\ndone\n\
         \n# For the platform.\nif [ -n \"$first\" ]; then\n"
    );
    stages::<C>(text, "  ", |scope| scope != Scope::Each);
    *text += "fi\n";
}

/// The turn of each host.
fn turns<C: Composite>(text: &mut String) {
    let (hosts, host) = (C::SCRIPT.hosts[0], C::HOST);
    let (lines, said) = C::SCRIPT.finished;
    let done: Vec<String> =
        lines.iter().map(|line| format!("is_done {}", shell::<C>(*line))).collect();
    let _ = write!(
        text,
        "\n# For one {host} after the other.\nfor one in ${hosts}; do\n  host \"$one\"\n  if {}; then\n    echo \"${host}: {said}\" >&2\n    continue\n  fi\n",
        done.join(" && ")
    );
    stages::<C>(text, "  ", |scope| scope == Scope::Each);
    *text += "done\n";
}

/// Stages in order; neighbours with the same end stand together.
fn stages<C: Composite>(text: &mut String, margin: &str, wanted: impl Fn(Scope) -> bool) {
    let mut open = None;
    let rows = C::STAGES.iter().filter(|stage| wanted(stage.scope) && !stage.line.0.is_empty());
    for stage in rows {
        if open != stage.until {
            if open.is_some() {
                let _ = writeln!(text, "{margin}fi");
            }
            if let Some(until) = stage.until {
                let _ = writeln!(text, "{margin}if ! is_done {}; then", shell::<C>(until));
            }
            open = stage.until;
        }
        let indent = format!("{margin}{}", if open.is_some() { "  " } else { "" });
        let _ = writeln!(text, "{indent}# {}\n{indent}{}", comment(stage), one(stage));
    }
    if open.is_some() {
        let _ = writeln!(text, "{margin}fi");
    }
}

/// The help of a stage, and its record in the document.
fn comment<C: Composite>(stage: &Stage<C>) -> String {
    let records = records(stage);
    if records.is_empty() || stage.help.contains(records) {
        return stage.help.to_owned();
    }
    format!("{} ({records})", stage.help)
}

fn one<C: Composite>(stage: &Stage<C>) -> String {
    let mut step = format!("step {}", shell::<C>(stage.line));
    for when in stage.when.into_iter().flatten().rev() {
        match (variable::<C>(when.name), when.is) {
            (Some(variable), Some(is)) => step = format!("[ \"${variable}\" != {is} ] || {step}"),
            (Some(variable), None) if variable != "first" => {
                step = format!("[ -z \"${variable}\" ] || {step}")
            }
            // Without a first host there are no stages of the platform. A fact that no script knows is for the step.
            (Some(_) | None, _) => {}
        }
    }
    match stage.scope {
        Scope::All => format!("for one in $ahead; do host \"$one\"; {step}; done"),
        Scope::Once | Scope::Each => step,
    }
}

fn shell<C: Composite>(line: Line) -> String {
    line.shell(variable::<C>)
}

/// The variable of a name; none for a fact that no script knows.
fn variable<C: Composite>(name: &str) -> Option<&'static str> {
    let fact = C::FACTS.iter().find(|fact| fact.name == name).map(|fact| fact.shell);
    let input = || C::INPUTS.iter().find(|input| input.name == name).map(|input| input.shell);
    let host = || (name == C::HOST).then_some(C::HOST);
    fact.or_else(input).or_else(host).filter(|shell| !shell.is_empty())
}
