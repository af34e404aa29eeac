//! Captures: read-only output of a host, kept under a label. The first one stays; later ones are compared with it.

use std::fs;
use std::os::unix::fs::DirBuilderExt as _;

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::json;

use super::context::Context;
use super::hosts::{Host, Hosts};
use super::record::finding::Finding;
use super::record::state_dir;
use crate::data::fault::Fault;
use crate::ops::ensure::Mode;
use crate::ops::{Action, Reader};
use crate::text::diff;
use crate::text::snippet::{Snippet, Value};
use crate::text::visible::visible;
use crate::transport::replace::replace_synced;
use crate::transport::trust;

/// The label of the first capture. It is written once.
pub const BEFORE: &str = "before";

/// The label of a person's evidence, in the same place.
pub(super) const EVIDENCE: &str = "evidence";
/// The size limit of a capture, in bytes: it is compared as text, and shown.
const LIMIT: u64 = 1024 * 1024;
/// So many lines of a capture, or of its difference, are shown. The file has all of them.
const SHOWN: usize = 200;

/// Read-only output of a host, kept under a label: the first one as [`BEFORE`], once; each later one beside it.
#[derive(Debug, Clone)]
pub struct Capture {
    name: String,
    label: String,
    probe: Action,
}

/// A capture that was just made, and the first one of the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captured {
    /// The output; masked.
    pub text: String,
    /// The first capture, if this is a later one.
    pub before: Option<String>,
}

impl Captured {
    /// Whether a later capture differs from the first.
    pub fn differs(&self) -> bool {
        self.before.as_ref().is_some_and(|before| *before != self.text)
    }
}

impl Capture {
    /// The output of the `probe` of `snippet`, always in the same order. `name` is the same in all steps that compare.
    /// The label of a later capture is `after`.
    pub fn new(
        name: impl Into<String>,
        snippet: Snippet,
        values: impl Into<Vec<(&'static str, Value)>>,
    ) -> Self {
        let probe = Action::probe(snippet, values);
        Self { name: name.into(), label: "after".to_owned(), probe }
    }

    /// Another label for a later capture. Two captures with one label: the second takes the place of the first.
    #[must_use]
    pub fn labelled(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    fn check(&self) -> Result<(), Fault> {
        if !is_word(&self.name) {
            let what = format!("{:?} is not a valid name of a capture", self.name);
            return Err(Fault::usage(what).hint("use letters, digits, - and _"));
        }
        if is_label(&self.label) {
            return Ok(());
        }
        let what = format!("{:?} is not a valid label of the capture {}", self.label, self.name);
        Err(Fault::usage(what).hint(format!("use letters, digits, - and _, and not `{BEFORE}`")))
    }

    fn read(&self, reader: &Reader<'_>) -> Result<String> {
        let mut output = reader.capture(&self.probe)?;
        let (name, size) = (&self.name, output.out.len());
        if size > LIMIT {
            let what = format!("{name}: {size} bytes are more than a capture may have ({LIMIT})");
            return Err(Fault::failed(what).hint("let its command print less").into());
        }
        let text = String::from_utf8_lossy(&output.out.bytes()?).trim_end_matches('\n').to_owned();
        if text.trim().is_empty() {
            return Err(Fault::failed(format!("{name}: the host printed nothing")).into());
        }
        Ok(format!("{}\n", reader.mask().text(&text)))
    }
}

/// Whether `text` can be the label of a later capture.
pub fn is_label(text: &str) -> bool {
    is_word(text) && text != BEFORE && text != EVIDENCE
}

/// Names and labels are parts of paths.
fn is_word(text: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !text.is_empty() && text.chars().all(good)
}

impl Hosts<'_> {
    /// Makes a capture of each host at once. The difference of each from its first one is the answer.
    ///
    /// # Errors
    /// Those of [`Host::capture`].
    pub fn capture(&self, capture: &Capture) -> Result<()> {
        self.find_each(|host| Ok(host.make(capture)?.1))
    }
}

impl Host<'_> {
    /// Makes a capture of this host, shows it, and keeps it unless this is a dry run. A later one is shown as a diff
    /// against the first.
    ///
    /// # Errors
    /// When the host prints nothing or too much, or the capture cannot be written.
    pub fn capture(&self, capture: &Capture) -> Result<Captured> {
        let (captured, finding) = self.make(capture)?;
        self.cx.found(finding)?;
        Ok(captured)
    }

    fn make(&self, capture: &Capture) -> Result<(Captured, Finding)> {
        capture.check()?;
        let (name, cx) = (capture.name.as_str(), self.cx);
        let what = format!("capture {name}");
        let text = self.look(&what, |reader| capture.read(reader))?;
        let before = cx.captured(name, self.name(), BEFORE)?;
        let label = if before.is_some() { &capture.label } else { BEFORE };
        if cx.mode == Mode::Run {
            cx.keep_capture(name, self.name(), label, &text)?;
        }
        let finding = cx.compare(name, self.name(), label, before.as_deref(), &text)?;
        cx.looked(self.name(), &what, &text)?;
        Ok((Captured { text, before }, finding))
    }

    /// A capture of this host from an earlier step or run; `None` if there is none with that label.
    ///
    /// # Errors
    /// When it cannot be read, or others could have written it.
    pub fn captured(&self, name: &str, label: &str) -> Result<Option<String>> {
        self.cx.captured(name, self.name(), label)
    }
}

/// The captures of an inventory; those of rehearsal hosts are apart.
fn place(inventory: &Utf8Path, rehearsal: bool) -> Result<Utf8PathBuf> {
    let inventory = inventory.canonicalize_utf8().unwrap_or_else(|_| inventory.to_owned());
    let kind = if rehearsal { "rehearsal" } else { "hosts" };
    let key = inventory.as_str().trim_matches('/').replace(['/', ' '], "-");
    Ok(state_dir()?.join("captures").join(kind).join(key))
}

/// Deletes the captures and the evidence of rehearsal hosts: a new host of the same name has none.
///
/// # Errors
/// When a file cannot be deleted.
pub fn forget(inventory: &Utf8Path, hosts: &[String]) -> Result<()> {
    let names = place(inventory, true)?;
    let hosts: std::collections::HashSet<&str> = hosts.iter().map(String::as_str).collect();
    for name in names.read_dir_utf8().into_iter().flatten().flatten() {
        for file in name.path().read_dir_utf8().into_iter().flatten().flatten() {
            // A label has no dot; a host may have several.
            let host = file.file_name().rsplit_once('.').map(|(host, _)| host);
            if host.is_some_and(|host| hosts.contains(host)) {
                let path = file.path();
                fs::remove_file(path).with_context(|| format!("deleting {path}"))?;
            }
        }
    }
    Ok(())
}

/// No line of a host begins like one of the report. Of a long text the end is in the file `path`.
fn set_in(text: &str, path: Option<&Utf8Path>) -> String {
    let mut lines = text.split_terminator('\n');
    let shown = lines.by_ref().take(SHOWN).map(|line| format!("    {}\n", visible(line)));
    let shown: String = shown.collect();
    let rest = lines.count();
    let place = path.map_or_else(String::new, |path| format!(" in {path}"));
    if rest == 0 { shown } else { format!("{shown}    … {rest} more lines{place}\n") }
}

impl Context {
    fn compare(
        &self,
        name: &str,
        host: &str,
        label: &str,
        before: Option<&str>,
        text: &str,
    ) -> Result<Finding> {
        let kept = (self.mode == Mode::Run).then(|| self.capture_path(name, host, label));
        let path = kept.transpose()?;
        let shown = match before {
            None if path.is_some() => {
                format!("{name}, kept as `{BEFORE}`\n{}", set_in(text, path.as_deref()))
            }
            None => format!("{name}\n{}", set_in(text, None)),
            Some(before) if before == text => format!("{name} is the same as `{BEFORE}`"),
            Some(before) => {
                let diff = diff::unified(&format!("{host}/{name}"), Some(before), Some(text));
                let diff = set_in(&diff, path.as_deref());
                format!("{name} differs from `{BEFORE}` ({label})\n{diff}")
            }
        };
        let value = json!({
            "label": label,
            "differs": before.map(|before| before != text),
            "file": path,
            "text": text,
        });
        Ok(Finding::new(name, value, shown.trim_end()).about(host))
    }

    /// A capture of an earlier run.
    pub(super) fn captured(&self, name: &str, host: &str, label: &str) -> Result<Option<String>> {
        let path = self.capture_path(name, host, label)?;
        match trust::read_text(&path) {
            Err(error) if trust::is_missing(&error) => Ok(None),
            text => text.map(Some).with_context(|| format!("reading {path}")),
        }
    }

    /// Below the state directory, apart from the runs: these may be deleted, a `before` is needed until the end.
    fn capture_path(&self, name: &str, host: &str, label: &str) -> Result<Utf8PathBuf> {
        let dir = place(&self.inventory.path, self.rehearsal)?.join(name);
        Ok(dir.join(format!("{host}.{label}")))
    }

    pub(super) fn keep_capture(
        &self,
        name: &str,
        host: &str,
        label: &str,
        text: &str,
    ) -> Result<()> {
        let path = self.capture_path(name, host, label)?;
        let dir = path.parent().expect("a file in a directory");
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(dir);
        let written = made.and_then(|()| replace_synced(&path, text.as_bytes(), 0o600));
        written.with_context(|| format!("writing {path}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_shown_in_part() {
        let text: String = (1..=203).map(|number| format!("{number}\n")).collect();
        let shown = set_in(&text, Some("/captures/x".into()));
        assert!(shown.starts_with("    1\n    2\n"));
        assert!(shown.ends_with("    200\n    … 3 more lines in /captures/x\n"), "{shown}");
        assert_eq!(set_in("a\nb\n", None), "    a\n    b\n");
    }

    #[test]
    fn a_name_is_part_of_a_path_and_no_more() {
        for name in ["", "..", "a/b", "a.b", "a b"] {
            let nothing = Snippet::new("t", "probe() {\n  :\n}\n");
            let fault = Capture::new(name, nothing, []).check().unwrap_err();
            assert!(fault.message.contains("not a valid name of a capture"), "{name}");
        }
        assert!(is_label("after") && !is_label(BEFORE) && !is_label(EVIDENCE) && !is_label("a.b"));
    }
}
