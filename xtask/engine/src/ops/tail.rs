//! The output of a job, and the words of its host about it.

use std::io::{self, Write as _};
use std::time::Duration;

use super::standing::{Life, Standing};
use crate::data::fault::{Fault, Kind};
use crate::transport::call::{Sink, Stream};
use crate::transport::spool::Spool;

/// The most that a host may say about a job.
const MOST_SAID: usize = 64 * 1024;

/// The output of a job, and the lines about it.
pub(super) struct Tail<'a> {
    pub(super) host: &'a str,
    pub(super) name: &'a str,
    /// Shows a line to a person.
    pub(super) note: &'a dyn Fn(&str),
    pub(super) out: Spool,
    /// Standard error of the last call.
    pub(super) said: Vec<u8>,
    /// The bytes of it that were looked at.
    pub(super) read: usize,
    pub(super) id: String,
    /// How the job ended, in the words of the host.
    pub(super) end: Vec<String>,
}

impl Sink for Tail<'_> {
    fn take(&mut self, stream: Stream, bytes: &[u8]) -> io::Result<()> {
        if stream == Stream::Out {
            return self.out.write_all(bytes);
        }
        self.said.extend(&bytes[..bytes.len().min(MOST_SAID - self.said.len())]);
        while let Some(end) = self.said[self.read..].iter().position(|byte| *byte == b'\n') {
            let line = String::from_utf8_lossy(&self.said[self.read..self.read + end]).into_owned();
            self.read += end + 1;
            self.line(&line);
        }
        Ok(())
    }
}

impl Tail<'_> {
    fn line(&mut self, line: &str) {
        let Some(words) = line.strip_prefix("job ") else { return };
        let words: Vec<&str> = words.split_whitespace().collect();
        match words[..] {
            ["id", id] => id.clone_into(&mut self.id),
            ["aside", ref life @ ..] => self.aside(Life::read(life)),
            _ => self.end = words.into_iter().map(str::to_owned).collect(),
        }
    }

    /// An earlier job of the name makes room.
    fn aside(&self, life: Option<Life>) {
        let (host, name) = (self.host, self.name);
        let text = match life {
            Some(Life::Ended(code)) => {
                format!(
                    "{name} ended with exit {code} for other inputs, and no run took its result"
                )
            }
            Some(life) => {
                format!("{}; it starts again", life.unknown(name).unwrap_or_default())
            }
            None => return,
        };
        (self.note)(&format!("{host}: {text}"));
    }

    /// The bytes of both streams.
    pub(super) fn size(&self) -> u64 {
        self.out.len() + self.said.len() as u64
    }

    /// What the host said that is not about the job: why it could not be started.
    pub(super) fn rest(&self) -> String {
        let said = String::from_utf8_lossy(&self.said).into_owned();
        let lines = said.lines().filter(|line| !line.starts_with("job "));
        lines.map(|line| format!("{line}\n")).collect()
    }

    /// The error of an end that is not an exit code of the job.
    pub(super) fn verdict(&self, limit: Duration) -> Option<anyhow::Error> {
        let words: Vec<&str> = self.end.iter().map(String::as_str).collect();
        let name = self.name;
        let fault = match words[..] {
            ["late"] => {
                let late = format!("{name} was stopped after {} s", limit.as_secs());
                Fault::new(Kind::TimedOut, late)
                    .hint("the next run starts it again; a higher limit: --timeout SECS")
            }
            ["busy"] => {
                let text = String::from_utf8_lossy(&self.said);
                Standing::read(&text)?.busy(name)
            }
            ["gone"] | ["none"] => {
                Fault::failed(format!("another run has taken the result of {name}"))
                    .hint("look at its record: cargo xtask runs list; then run this again")
            }
            _ => {
                let why = Life::read(&words)?.unknown(name)?;
                Fault::failed(why).hint("look at the host; the same command then starts it again")
            }
        };
        Some(fault.into())
    }
}
