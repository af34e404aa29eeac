//! `RUNBOOK graph`: the stages of a runbook as a picture. A runbook without a composite is the list of its steps.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, ArgMatches, Command};
use engine::data::nearest::did_you_mean;
use engine::prelude::*;
use engine::run::composite::{Table, groups};
use engine::text::graph::{Form, Graph, Group, Node};

use crate::list::{Access, Row, Step, Work};
use crate::{RUNBOOKS, own};

/// Its name, below every runbook.
pub const NAME: &str = "graph";

const HELP: &str = "\
The stages of the runbook as one step, in their order: which only read, which are a gate, and where
`undo` ends. Without such a step, all steps in the order of the document.

Examples:
  cargo xtask webservice graph >upgrade.svg
  cargo xtask bk-upgrade graph --output dot | dot -Tpdf >upgrade.pdf";

/// The command below a runbook.
pub(crate) fn command() -> Command {
    let about = "Print the stages as a picture (reads only)";
    let forms = Form::ALL.map(|(word, help, _)| PossibleValue::new(word).help(help));
    // It takes the place of the common flag, so it has to be there before that one: nothing is deferred.
    let output = Arg::new("output").long("output").value_name("FORM").default_value("svg");
    clap::Command::new(NAME)
        .about(about)
        .long_about(format!("{about}\n\n{HELP}"))
        .arg(Arg::new("step").value_name("STEP").help("Only this step of stages"))
        .arg(output.value_parser(PossibleValuesParser::new(forms)).help("The form"))
}

/// The command with its arguments.
pub(crate) fn step(runbook: &str, matches: &ArgMatches) -> Step {
    let text = |id: &str| matches.get_one::<String>(id).cloned();
    let (runbook, name, form) = (runbook.to_owned(), text("step"), text("output"));
    let print = move |_: &Options| {
        let graph = of(&runbook, name.as_deref())?;
        // A form of results can stand in the environment.
        let word = form.as_deref().unwrap_or_default();
        let known = Form::ALL.into_iter().find(|(known, ..)| *known == word);
        let (.., form) = known.ok_or_else(|| {
            Fault::usage(format!("a picture has no form `{word}`"))
                .hint("give one: --output svg, dot or mermaid")
        })?;
        engine::run::report::print(&graph.text(form))
    };
    Step { lock: None, work: Work::Print(Box::new(print)) }
}

/// The picture of a runbook, or of one of its composites.
///
/// # Errors
/// Exit 2 when there is no composite of this name, or a file of one's own is broken.
pub fn of(runbook: &str, name: Option<&str>) -> Result<Graph, Fault> {
    let known = RUNBOOKS.iter().find(|known| known.name == runbook);
    let rows = known.into_iter().flat_map(|known| known.rows);
    let rows: Vec<&'static Row> = rows.chain(own::rows(runbook)).collect();
    let composites: Vec<(&Row, &Table)> =
        rows.iter().filter_map(|row| Some((*row, row.composite?))).collect();
    let chosen: Vec<_> =
        composites.iter().filter(|(row, _)| name.is_none_or(|name| row.name() == name)).collect();
    if let (Some(name), []) = (name, &chosen[..]) {
        return Err(unknown(runbook, name, &rows, &composites));
    }
    Ok(match chosen[..] {
        [] => Graph {
            title: runbook.to_owned(),
            about: known.map_or(own::TITLE, |known| known.title).to_owned(),
            groups: vec![steps(&rows)],
        },
        [(row, table)] => Graph {
            title: table.name.to_owned(),
            about: match table.way_back {
                Some(way) => {
                    format!("{}. Behind a point of no return: {}", row.help, way.line.step())
                }
                None => row.help.to_owned(),
            },
            groups: groups(table),
        },
        _ => Graph {
            title: runbook.to_owned(),
            about: known.map_or(own::TITLE, |known| known.title).to_owned(),
            groups: chosen.iter().flat_map(|(row, table)| named(row, table)).collect(),
        },
    })
}

fn unknown(runbook: &str, name: &str, rows: &[&Row], composites: &[(&Row, &Table)]) -> Fault {
    if let Some(fault) = rows.iter().find(|row| row.name() == name).and_then(|row| row.fault()) {
        return fault.clone();
    }
    let names: Vec<String> = composites.iter().map(|(row, _)| row.name()).collect();
    let fault = Fault::usage(format!("`{runbook} {name}` is no step of stages"));
    let hint = did_you_mean(name, names.iter().map(String::as_str));
    match (hint, &names[..]) {
        (Some(hint), _) => fault.hint(hint),
        (None, []) => fault.hint("the runbook has none: leave the name out for all of its steps"),
        (None, names) => fault.detail("there are", names.join(", ")),
    }
}

/// The groups of one of several composites.
fn named(row: &Row, table: &Table) -> Vec<Group> {
    let title = |group: Group| Group { title: format!("{}: {}", row.name(), group.title), ..group };
    groups(table).into_iter().map(title).collect()
}

/// All steps that work on hosts.
fn steps(rows: &[&Row]) -> Group {
    let node = |row: &&Row| Node {
        name: row.name(),
        help: row.help.to_owned(),
        reads: row.access == Access::Reads,
        no_return: row.no_return,
        ..Node::default()
    };
    let rows = rows.iter().filter(|row| row.access != Access::Prints);
    Group { title: "in this order".to_owned(), nodes: rows.map(node).collect(), repeats: false }
}
