//! Directories copied to another host or from it.

use anyhow::Result;

use super::action::Action;
use super::reader::Reader;
use super::{Op, Planned, State, Undo};
use crate::data::fault::Fault;
use crate::snippet;
use crate::text::snippet::{Snippet, Value};

const TRANSFER: Snippet = snippet!("/../../snippets/", "ops/transfer");

/// A directory has the same content on the host of the session and on another host that it can reach.
///
/// rsync runs on the host of the session and logs in to the other host without questions. It deletes
/// nothing: files that only the target has stay. The target changes in one move, and the old one stays aside
/// for undo. A dry run after planned changes shows the current differences.
#[derive(Debug, Clone)]
pub struct Transfer {
    path: String,
    node: String,
    remote: String,
    push: bool,
    shell: String,
    stamp: String,
    after: Option<String>,
}

impl Transfer {
    /// Copies the content of `path` on the host to `remote` on `node`. The old directory becomes
    /// `DIR.xtask-before-STAMP`, with the `stamp` of this run.
    pub fn push(path: &str, node: &str, remote: &str, stamp: impl Into<String>) -> Self {
        let bare = |path: &str| path.trim_end_matches('/').to_owned();
        Self {
            path: bare(path),
            node: node.into(),
            remote: bare(remote),
            push: true,
            shell: "ssh -o BatchMode=yes -o ConnectTimeout=10".into(),
            stamp: stamp.into(),
            after: None,
        }
    }

    /// Copies the content of `remote` on `node` to `path` on the host.
    pub fn pull(node: &str, remote: &str, path: &str, stamp: impl Into<String>) -> Self {
        Self { push: false, ..Self::push(path, node, remote, stamp) }
    }

    /// The remote shell and its options, instead of `ssh` in batch mode.
    #[must_use]
    pub fn through(mut self, shell: impl Into<String>) -> Self {
        self.shell = shell.into();
        self
    }

    /// The other side in the words of rsync.
    fn far(&self) -> String {
        format!("{}:{}", self.node, self.remote)
    }

    /// In a dry run the comparison is skipped after an earlier change of this host, and this says why.
    #[must_use]
    pub fn after_changes(mut self, because: impl Into<String>) -> Self {
        self.after = Some(because.into());
        self
    }

    fn values(&self) -> Result<[(&'static str, Value); 6]> {
        // With a slash before the colon rsync takes the whole word as a path here (X0.4).
        let strange = |c: char| c.is_whitespace() || c.is_control() || "/:'\"\\$`".contains(c);
        if self.node.is_empty() || self.node.starts_with('-') || self.node.contains(strange) {
            return Err(Fault::usage(format!("{:?} is not the name of one host", self.node))
                .hint("give one transfer for each host")
                .into());
        }
        for path in [&self.path, &self.remote] {
            if !path.starts_with('/') || path.contains(['\'', '\n']) {
                return Err(Fault::usage(format!("{path:?} is not an absolute path")).into());
            }
        }
        let (from, to, node, dir) = if self.push {
            (self.path.clone(), self.far(), self.node.as_str(), &self.remote)
        } else {
            (self.far(), self.path.clone(), "", &self.path)
        };
        Ok([
            ("FROM", from.into()),
            ("TO", to.into()),
            ("LOGIN", self.shell.as_str().into()),
            ("NODE", node.into()),
            ("DIR", dir.as_str().into()),
            ("ASIDE", format!("{dir}.xtask-before-{}", self.stamp).into()),
        ])
    }
}

impl Op for Transfer {
    fn describe(&self) -> String {
        let far = self.far();
        if self.push {
            format!("send {}/ to {far}/", self.path)
        } else {
            format!("fetch {far}/ to {}/", self.path)
        }
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        let values = self.values()?;
        if let (Some(because), Some(pending)) = (&self.after, host.pending()) {
            return Ok(State::Unknown(format!("{because} (first: {pending})")));
        }
        if host.planned(self.path.as_str().into()).is_some() && self.push {
            return Ok(State::Unknown(format!("{} is made by an earlier operation", self.path)));
        }
        let said = host.ask(TRANSFER, values)?;
        Ok(if said.is_empty() { State::Kept } else { State::needed(said + "\n") })
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        Ok(vec![Action::change(TRANSFER, self.values()?)])
    }

    fn leaves(&self) -> Vec<(String, Planned)> {
        let because = format!("unknown until this has run: {}", self.describe());
        let here = (!self.push).then(|| (self.path.clone(), Planned::Unknown(because)));
        here.into_iter().collect()
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        let thing = if self.push { self.far() } else { self.path.clone() };
        Ok(Some(vec![Undo::new(thing, Action::undo(TRANSFER, self.values()?))]))
    }
}
