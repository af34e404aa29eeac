//! Programs of this machine that hear of a run.

use std::time::Duration;

use anyhow::Result;
use camino::Utf8Path;

use super::asked::Asked;
use super::interrupt::Interrupt;
use crate::data::fault::Fault;

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
    run(label, words, dir, input, private, limit).map(drop)
}

fn run(
    label: &str,
    words: &[String],
    dir: Option<&Utf8Path>,
    input: Vec<u8>,
    private: &[String],
    limit: Duration,
) -> Result<Vec<u8>> {
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
    asked.run(words, &Interrupt::never())
}

/// Sends a body of JSON to a web address with `curl`. Address and body are on its standard input: they are in no list of
/// processes.
///
/// # Errors
/// As [`tell`]; also when the answer is no success: 2xx.
pub fn post(label: &str, url: &str, body: &str, private: &[String], limit: Duration) -> Result<()> {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let config = format!(
        "url = {}\nheader = \"Content-Type: application/json\"\ndata-raw = {}\n",
        quoted(url),
        quoted(body)
    );
    let seconds = limit.as_secs().to_string();
    let words = ["curl", "--silent", "--show-error", "--globoff", "--output", "/dev/null"];
    let answer = ["--write-out", "%{http_code}", "--proto", "=http,https"];
    let rest = ["--max-time", &seconds, "--config", "-"];
    let words = words.iter().chain(&answer).chain(&rest);
    let words: Vec<String> = words.map(|word| (*word).to_owned()).collect();
    // Its own limit ends first, and says more.
    let limit = limit + Duration::from_secs(2);
    let code = run(label, &words, None, config.into_bytes(), private, limit)?;
    let code = String::from_utf8_lossy(&code);
    if !code.starts_with('2') {
        return Err(Fault::failed(format!("{label}: the address answered {code}")).into());
    }
    Ok(())
}
