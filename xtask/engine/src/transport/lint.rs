//! What the tools of this machine find in a file of shell.

use anyhow::{Context as _, Result};

/// Functions that only the program calls, and variables that only it sets.
const EXCLUDED: &str = "--exclude=SC2317,SC2329,SC2034,SC2154";

/// What a tool has said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    /// The tool: `shellcheck`, or `sh -n` where that is not installed.
    pub tool: &'static str,
    /// A line for each finding; empty for a sound file.
    pub lines: Vec<String>,
}

/// Gives `text` to shellcheck, or where that is not installed to `sh -n`. Nothing of it is run.
///
/// # Errors
/// When the tool does not start.
#[expect(clippy::disallowed_methods, reason = "transport is where processes are started")]
pub fn shell(path: &str, text: &str) -> Result<Findings> {
    let (tool, command) = match which::which("shellcheck") {
        Ok(program) => {
            ("shellcheck", duct::cmd(program, ["--shell=sh", "--format=gcc", EXCLUDED, "-"]))
        }
        Err(_) => ("sh -n", duct::cmd("sh", ["-n"])),
    };
    let said = command.stdin_bytes(text).stderr_to_stdout().stdout_capture().unchecked().run();
    let said = said.with_context(|| format!("running {tool}"))?;
    if said.status.success() {
        return Ok(Findings { tool, lines: Vec::new() });
    }
    let text = String::from_utf8_lossy(&said.stdout);
    let line = |line: &str| match line.strip_prefix("-:") {
        Some(rest) => format!("{path}:{rest}"),
        None => format!("{path}: {line}"),
    };
    Ok(Findings { tool, lines: text.lines().map(line).collect() })
}
