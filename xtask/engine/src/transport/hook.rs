//! Programs of this machine that hear of a run.

use std::time::Duration;

use anyhow::Result;
use camino::Utf8Path;

use super::asked::Asked;
use super::interrupt::Interrupt;

/// The most output that is read.
const MOST: u64 = 1 << 20;

/// Runs a command with `input` on its standard input. A stop of the run does not end it: it may be what it hears of.
///
/// # Errors
/// When it is not installed, fails, or takes longer than `limit`.
pub fn tell(
    label: &str,
    words: &[String],
    dir: Option<&Utf8Path>,
    input: Vec<u8>,
    private: &[String],
    limit: Duration,
) -> Result<()> {
    let asked = Asked {
        label,
        prints: "nothing",
        remedy: "a hook cannot ask a person",
        dir,
        limit,
        announce: None,
        most: MOST,
        input,
        private,
    };
    asked.run(words, &Interrupt::never()).map(drop)
}

/// Sends a body of JSON to a web address with `curl`. Address and body are on its standard input: they are in no list of
/// processes.
///
/// # Errors
/// As [`tell`]; also when the address does not take it.
pub fn post(label: &str, url: &str, body: &str, private: &[String], limit: Duration) -> Result<()> {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let config = format!(
        "url = {}\nheader = \"Content-Type: application/json\"\ndata-raw = {}\n",
        quoted(url),
        quoted(body)
    );
    let seconds = limit.as_secs().to_string();
    let words =
        ["curl", "--silent", "--show-error", "--fail", "--globoff", "--output", "/dev/null"];
    let more = ["--proto", "=http,https", "--max-time", &seconds, "--config", "-"];
    let words: Vec<String> = words.iter().chain(&more).map(|word| (*word).to_owned()).collect();
    // Its own limit ends first, and says more.
    tell(label, &words, None, config.into_bytes(), private, limit + Duration::from_secs(2))
}
