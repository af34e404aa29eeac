//! Captures: read-only output of a host, kept under a label. The first one stays; later ones are compared with it.

use std::fs;
use std::os::unix::fs::DirBuilderExt as _;

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};

use super::context::Context;
use super::hosts::Host;
use super::record::state_dir;
use crate::data::fault::Fault;
use crate::data::outcome::Outcome;
use crate::ops::ensure::Mode;
use crate::text::diff;
use crate::text::snippet::{Snippet, Value};
use crate::text::visible::visible;
use crate::transport::replace::replace_synced;
use crate::transport::trust;

/// The label of the first capture. It is written once.
pub const BEFORE: &str = "before";

impl Host<'_> {
    /// Runs the `probe` of a snippet and keeps its output as the capture `name` of this host: as `before` when there is
    /// none, else as `label`. A later one is shown as a diff against `before`.
    ///
    /// # Errors
    /// When the host prints nothing, or the capture cannot be written.
    pub fn capture(
        &self,
        name: &str,
        label: &str,
        snippet: Snippet,
        values: Vec<(&'static str, Value)>,
    ) -> Result<Outcome> {
        let what = format!("capture {name}");
        let text = self.look(&what, |reader| {
            let text = reader.ask(snippet, values)?;
            let empty = || Fault::failed(format!("{name}: the host printed nothing"));
            if text.trim().is_empty() { Err(empty().into()) } else { Ok(text) }
        })?;
        let text = format!("{}\n", self.cx.mask().text(&text));
        let before = self.cx.captured(name, self.name(), BEFORE)?;
        let label = if before.is_some() { label } else { BEFORE };
        self.cx.compare(name, self.name(), label, before.as_deref(), &text);
        if self.cx.mode == Mode::Run && (before.is_none() || label != BEFORE) {
            self.cx.keep_capture(name, self.name(), label, &text)?;
        }
        self.cx.looked(self.name(), &what, &text)?;
        Ok(Outcome::Kept)
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

/// No line of a host begins like one of the report.
fn set_in(text: &str) -> String {
    text.split_terminator('\n').map(|line| format!("    {}\n", visible(line))).collect()
}

impl Context {
    fn compare(&self, name: &str, host: &str, label: &str, before: Option<&str>, text: &str) {
        let told = match before {
            None if self.mode == Mode::Run => {
                format!("{host}: {name}, kept as `{BEFORE}`\n{}", set_in(text))
            }
            None => format!("{host}: {name}\n{}", set_in(text)),
            Some(before) if before == text => format!("{host}: {name} is the same as `{BEFORE}`"),
            Some(before) => {
                let diff = diff::unified(&format!("{host}/{name}"), Some(before), Some(text));
                format!("{host}: {name} differs from `{BEFORE}` ({label})\n{}", set_in(&diff))
            }
        };
        self.report.inform(told.trim_end());
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
