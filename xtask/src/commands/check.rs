//! `check`: reads every file of one's own, and says what is wrong with each.

use anyhow::Result;
use engine::data::fault::{Fault, Kind};
use engine::data::nearest::did_you_mean;
use engine::run::Options;
use engine::run::options::Output;
use engine::run::report::{failure, print};
use engine::transport::lint;
use serde_json::{Value, json};
use tasks::own::{self, File};

use super::form;
use crate::setup;

/// Check your own steps
///
/// Reads each file, and gives its shell to shellcheck, or to `sh -n` where that is not installed. Exit 2
/// when a file cannot be used, else exit 1 when a tool has findings. Without a name it checks all files.
///
/// Examples:
///   cargo xtask check
///   cargo xtask check web rotate-logs
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The runbook
    #[arg(value_name = "RUNBOOK")]
    runbook: Option<String>,
    /// The step
    #[arg(value_name = "STEP")]
    step: Option<String>,
}

/// One file, and what is wrong with it.
struct Checked {
    file: &'static File,
    fault: Option<Fault>,
    findings: lint::Findings,
}

pub(crate) fn run(options: &Options, args: &Args) -> Result<u8> {
    let files = chosen(args)?;
    let checked = files.into_iter().map(check).collect::<Result<Vec<_>>>()?;
    if options.form() == Output::Text {
        show(options, &checked)?;
    } else {
        form::document(options, "files", &checked.iter().map(Checked::value).collect())?;
    }
    Ok(if checked.iter().any(|one| one.fault.is_some()) {
        Kind::Usage.code()
    } else {
        u8::from(checked.iter().any(|one| !one.findings.lines.is_empty()))
    })
}

/// The files with these words.
fn chosen(args: &Args) -> Result<Vec<&'static File>> {
    let is = |name: &Option<String>, word: &str| name.as_ref().is_none_or(|name| name == word);
    let files = own::all().iter();
    let files: Vec<&File> = files
        .filter(|file| is(&args.runbook, &file.runbook) && is(&args.step, &file.step))
        .collect();
    let Some(runbook) = args.runbook.as_ref().filter(|_| files.is_empty()) else {
        return Ok(files);
    };
    let words = args.step.iter().fold(runbook.clone(), |words, step| format!("{words} {step}"));
    let known: Vec<String> = own::all().iter().map(File::words).collect();
    let known =
        known.iter().flat_map(|words| [words.as_str(), words.split(' ').next().unwrap_or("")]);
    let hint =
        did_you_mean(&words, known).unwrap_or_else(|| "all files: cargo xtask check".to_owned());
    Err(Fault::usage(format!("no own file is `{words}`")).hint(hint).into())
}

fn check(file: &'static File) -> Result<Checked> {
    let unused = file.unused.as_ref().filter(|_| !file.is_overridden);
    let unused = unused.map(|why| Fault::usage(format!("{}: {why}", file.path)));
    let fault = unused.or_else(|| own::fault(file).filter(|_| !file.is_overridden).cloned());
    let findings = match fault {
        None if file.is_overridden => lint::Findings { tool: "", lines: Vec::new() },
        None if file.kind == own::Kind::Shell => lint::shell(file.path.as_str(), &file.text()?)?,
        _ => lint::Findings { tool: "", lines: Vec::new() },
    };
    Ok(Checked { file, fault, findings })
}

fn show(options: &Options, checked: &[Checked]) -> Result<()> {
    for fault in checked.iter().filter_map(|one| one.fault.clone()) {
        failure::complain(&fault.into(), options.color);
    }
    let notes = checked.iter().filter_map(|one| Some((one.file, one.note()?)));
    let notes = notes.map(|(file, why)| format!("note: {} is not used: {why}\n", file.path));
    print(&notes.collect::<String>())?;
    let lines = checked.iter().flat_map(|one| &one.findings.lines);
    print(&lines.map(|line| format!("{line}\n")).collect::<String>())?;
    let broken = checked.iter().filter(|one| one.fault.is_some()).count();
    let found: usize = checked.iter().map(|one| one.findings.lines.len()).sum();
    let tool = checked.iter().map(|one| one.findings.tool).find(|tool| !tool.is_empty());
    let tool = match tool {
        Some("shellcheck") => format!(", {found} findings of shellcheck"),
        Some(tool) => format!(", {found} findings of {tool} (shellcheck is not installed)"),
        None => String::new(),
    };
    let none = if checked.is_empty() { setup::own::searched(options) } else { String::new() };
    let files = if checked.len() == 1 { "file" } else { "files" };
    print(&format!("{} {files}: {broken} broken{tool}{none}\n", checked.len()))
}

impl Checked {
    /// Why the file is not used, which is no mistake.
    fn note(&self) -> Option<&'static String> {
        self.file.unused.as_ref().filter(|_| self.file.is_overridden)
    }

    fn value(&self) -> Value {
        json!({
            "file": self.file.path,
            "step": self.file.words(),
            "problem": self.fault.as_ref().map(|fault| &fault.message),
            "note": self.note(),
            "tool": Some(self.findings.tool).filter(|tool| !tool.is_empty()),
            "findings": self.findings.lines,
        })
    }
}
