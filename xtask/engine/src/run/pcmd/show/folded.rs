//! Equal outputs once, under their host set. Outputs are compared by a hash, and stay on disk.

use std::io::{self, Read};

use anyhow::Result;
use sha2::{Digest as _, Sha256};

use super::stream::pour;
use super::word;
use crate::data::range::fold;
use crate::run::context::Context;
use crate::run::masked::Masked;
use crate::run::pcmd::answer::Answer;
use crate::text::diff;
use crate::text::fold::{Group, Groups, has_majority};
use crate::text::visible::visible;
use crate::transport::call::Stream;
use crate::transport::interrupt::Interrupt;
use crate::transport::spool::Spool;

/// A longer output is no longer shown as a diff: it would have to be in memory as a whole.
const LONGEST: u64 = 256 * 1024;

/// The answers so far, one for each different output.
#[derive(Default)]
pub(super) struct Folded(Groups<String, String, Answer>);

impl Folded {
    /// Takes the next answer. Of an output that is already there nothing is kept.
    pub(super) fn add(&mut self, cx: &Context, host: &str, mut answer: Answer) -> Result<()> {
        let mut key = hash(said(&mut answer)?, &cx.settings.interrupt)?;
        if cx.settings.interrupt.now().is_some() {
            // It may not have been read to its end.
            key.push_str(host);
        }
        self.0.add(host.to_owned(), key, answer);
        Ok(())
    }

    /// Shows them: the largest group, then the others, as a diff where there is a majority.
    pub(super) fn show(self, cx: &Context) -> Result<()> {
        let mut groups = self.0.sorted();
        let common =
            has_majority(&groups).then(|| short(cx, &mut groups[0])).transpose()?.flatten();
        for (number, group) in groups.iter_mut().enumerate() {
            let style = cx.report.style();
            let count = group.hosts.len();
            let count = if count > 1 { format!(" ({count})") } else { String::new() };
            cx.report.result(&style.bold(&format!("{}{count}:", fold(&group.hosts))));
            let own =
                common.as_ref().filter(|_| number > 0).map(|_| short(cx, group)).transpose()?;
            match (&common, own.flatten()) {
                (Some(common), Some(own)) => differ(cx, common, &own),
                _ => whole(cx, group)?,
            }
        }
        Ok(())
    }
}

/// The output of a group as it is shown; none when it is long.
fn short(cx: &Context, group: &mut Group<String, Answer>) -> Result<Option<Vec<u8>>> {
    if group.output.out.len() + group.output.err.len() > LONGEST {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    said(&mut group.output)?.read_to_end(&mut bytes)?;
    Ok(Some(cx.mask().bytes(&bytes)))
}

fn whole(cx: &Context, group: &mut Group<String, Answer>) -> Result<()> {
    let mask = cx.mask();
    let mut reader = Masked::over(said(&mut group.output)?, &mask, &cx.settings.interrupt);
    pour(cx, &mut reader, Stream::Out, &fold(&group.hosts))
}

fn differ(cx: &Context, common: &[u8], own: &[u8]) {
    let style = cx.report.style();
    let diff = diff::unified_bytes("output", Some(common), Some(own));
    // The file names of the diff mean nothing here.
    let head = |line: &&str| line.starts_with("--- ") || line.starts_with("+++ ");
    let lines =
        diff.lines().skip_while(head).map(|line| format!("{}\n", style.diff(&visible(line))));
    cx.report.text(&lines.collect::<String>());
}

/// Both streams and the exit code, for comparing: each begins on a line of its own.
fn said(answer: &mut Answer) -> io::Result<Box<dyn Read + '_>> {
    let code = if answer.exit == Ok(0) { String::new() } else { format!("({})\n", word(answer)) };
    let half = |spool: &mut Spool| Ok::<_, io::Error>(!spool.is_empty() && !spool.ends_a_line()?);
    let (out, err) = (half(&mut answer.out)?, half(&mut answer.err)?);
    let before_code = if answer.err.is_empty() { out } else { err };
    let newline = |wanted: bool| if wanted { &b"\n"[..] } else { b"" };
    let first = newline(out && !answer.err.is_empty());
    let second = newline(before_code && !code.is_empty());
    let (out, err) = (answer.out.reader()?, answer.err.reader()?);
    Ok(Box::new(out.chain(first).chain(err).chain(second).chain(io::Cursor::new(code))))
}

/// The hash of all bytes, or of those up to a stop.
fn hash(mut reader: impl Read, interrupt: &Interrupt) -> io::Result<String> {
    let (mut hash, mut piece) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        let read = reader.read(&mut piece)?;
        if read == 0 || interrupt.now().is_some() {
            return Ok(format!("{:x}", hash.finalize()));
        }
        hash.update(&piece[..read]);
    }
}
