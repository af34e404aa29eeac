//! A record that a test writes itself, line by line, as the program does: of any size, with any text, at any time.

use std::fs::{DirBuilder, File};
use std::io::{BufWriter, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use engine::ops::reader::hash;
use rustix::fs::{FlockOperation, flock};
use serde_json::{Value, json};

/// The time of the first line, in milliseconds since 1970: 2026-11-21 02:33:11 UTC.
const BEGAN: i64 = 1_795_228_391_000;

/// One record.
pub(crate) struct Written {
    pub(crate) dir: PathBuf,
    file: BufWriter<File>,
    line: u64,
    chain: String,
    op: u64,
}

impl Written {
    /// The record of a step below a state directory, with its first line.
    pub(crate) fn new(state: &Path, id: &str, step: &str, more: &Value) -> Self {
        let dir = state.join("xtask/runs").join(id);
        DirBuilder::new().recursive(true).mode(0o700).create(dir.join("outputs")).expect("a place");
        let file = File::create(dir.join("journal.jsonl")).expect("a journal");
        let (line, op) = (0, 0);
        let mut written = Self { dir, file: BufWriter::new(file), line, chain: String::new(), op };
        let mut start = json!({
            "event": "start", "schema": 2, "run": id, "number": 1, "step": step,
            "args": step.split(' ').collect::<Vec<_>>(), "user": "ann", "from": "desk7", "pid": 7,
            "program": "0.1.0", "cwd": "/srv", "inventory": "/srv/hosts.toml",
            "inventory_sha256": "0123456789abcdef", "rehearsal": false, "undoes": null,
        });
        let fields = start.as_object_mut().expect("an object");
        fields.extend(more.as_object().cloned().unwrap_or_default());
        written.add(0, start);
        written
    }

    /// A process is running it, as long as this value is there.
    pub(crate) fn running(self) -> Self {
        flock(self.file.get_ref(), FlockOperation::LockExclusive).expect("a lock");
        self
    }

    /// The process is over.
    pub(crate) fn over(&self) {
        flock(self.file.get_ref(), FlockOperation::Unlock).expect("no lock");
    }

    /// A line, so many milliseconds after the first.
    pub(crate) fn add(&mut self, at: i64, entry: Value) {
        self.line += 1;
        let at = jiff::Timestamp::from_millisecond(BEGAN + at).expect("a time");
        let mut line =
            json!({ "line": self.line, "at": at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string() });
        line.as_object_mut().expect("one").extend(entry.as_object().cloned().expect("an object"));
        let whole = line.to_string();
        let body = whole.strip_suffix('}').expect("an object");
        self.chain = hash(format!("{}{body}", self.chain).as_bytes());
        writeln!(self.file, "{body},\"chain\":\"{}\"}}", self.chain).expect("a disk");
    }

    /// An operation that changes something: its number, for [`Self::ends`].
    pub(crate) fn begins(
        &mut self,
        at: i64,
        host: &str,
        what: &str,
        diff: &str,
        undo: bool,
    ) -> u64 {
        self.op += 1;
        let undo = undo.then(|| json!([]));
        let intent = json!({
            "event": "intent", "op": self.op, "host": host, "what": what, "diff": diff,
            "hash": "00", "undo": undo,
        });
        self.add(at, intent);
        self.op
    }

    /// The end of an operation.
    pub(crate) fn ends(
        &mut self,
        at: i64,
        op: u64,
        [host, what, outcome]: [&str; 3],
        more: &Value,
    ) {
        let mut line = json!({
            "event": "result", "op": op, "host": host, "what": what, "outcome": outcome, "seconds": 0.4
        });
        line.as_object_mut().expect("one").extend(more.as_object().cloned().unwrap_or_default());
        self.add(at, line);
    }

    /// An operation that changes nothing.
    pub(crate) fn found(&mut self, at: i64, texts: [&str; 3], more: &Value) {
        self.op += 1;
        self.ends(at, self.op, texts, more);
    }

    /// The output of a command: its name.
    pub(crate) fn output(&self, name: &str, out: &str, err: &str) -> Value {
        for (text, ending) in [(out, "out"), (err, "err")] {
            if !text.is_empty() {
                super::write(&self.dir.join(format!("outputs/{name}.{ending}")), text);
            }
        }
        json!([name])
    }

    /// Brings the lines to the file.
    pub(crate) fn flush(&mut self) {
        self.file.flush().expect("a disk");
    }
}
