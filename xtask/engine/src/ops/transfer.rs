//! Files brought to another host or from it.

use anyhow::Result;

use super::action::Action;
use super::reader::Reader;
use super::{Op, State, Undo};
use crate::data::fault::Fault;
use crate::snippet;
use crate::text::snippet::{Snippet, Value};

const TRANSFER: Snippet = snippet!("/../../snippets/", "ops/transfer");

/// A file or directory is the same on the host of the session and on one that it can reach.
///
/// rsync runs on the host of the session and logs in to the other one by itself, without asking
/// for anything. As with rsync, a source that ends with `/` is what is in that directory.
/// Nothing is deleted. A dry run after planned changes tells what differs now.
#[derive(Debug, Clone)]
pub struct Transfer {
    path: String,
    node: String,
    remote: String,
    push: bool,
    shell: String,
    keep: bool,
}

impl Transfer {
    /// `path` of the host goes to `remote` of `node`.
    pub fn push(
        path: impl Into<String>,
        node: impl Into<String>,
        remote: impl Into<String>,
    ) -> Self {
        Self {
            path: path.into(),
            node: node.into(),
            remote: remote.into(),
            push: true,
            shell: "ssh -o BatchMode=yes -o ConnectTimeout=10".into(),
            keep: false,
        }
    }

    /// `remote` of `node` comes to `path` of the host.
    pub fn pull(
        node: impl Into<String>,
        remote: impl Into<String>,
        path: impl Into<String>,
    ) -> Self {
        Self { push: false, ..Self::push(path, node, remote) }
    }

    /// The remote shell and its options, instead of `ssh` that never asks.
    #[must_use]
    pub fn through(mut self, shell: impl Into<String>) -> Self {
        self.shell = shell.into();
        self
    }

    /// What is overwritten stays beside it as `NAME.xtask-bak-STAMP`.
    #[must_use]
    pub fn keeping(mut self) -> Self {
        self.keep = true;
        self
    }

    fn values(&self) -> Result<[(&'static str, Value); 4]> {
        // With a slash before the colon rsync takes the whole word as a path here (X0.4).
        let strange = |c: char| c.is_whitespace() || c.is_control() || "/:'\"\\$`".contains(c);
        if self.node.is_empty() || self.node.starts_with('-') || self.node.contains(strange) {
            return Err(Fault::usage(format!("{:?} is not the name of one host", self.node))
                .hint("give one transfer for each host")
                .into());
        }
        for path in [&self.path, &self.remote] {
            if !path.starts_with('/') {
                return Err(Fault::usage(format!("{path:?} is not an absolute path")).into());
            }
        }
        let far = format!("{}:{}", self.node, self.remote);
        let (from, to) = if self.push { (&self.path, &far) } else { (&far, &self.path) };
        Ok([
            ("FROM", from.as_str().into()),
            ("TO", to.as_str().into()),
            ("LOGIN", self.shell.as_str().into()),
            ("KEEP", if self.keep { "yes" } else { "no" }.into()),
        ])
    }
}

impl Op for Transfer {
    fn describe(&self) -> String {
        let far = format!("{}:{}", self.node, self.remote);
        if self.push {
            format!("send {} to {far}", self.path)
        } else {
            format!("fetch {far} to {}", self.path)
        }
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        let values = self.values()?;
        if host.planned(self.path.trim_end_matches('/').into()).is_some() && self.push {
            return Ok(State::Unknown(format!("{} is made by an earlier operation", self.path)));
        }
        let said = host.ask(TRANSFER, values)?;
        Ok(if said.is_empty() { State::Kept } else { State::needed(said + "\n") })
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        Ok(vec![Action::change(TRANSFER, self.values()?)])
    }

    /// A point of no return: what is overwritten on the other side is not here.
    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(None)
    }
}
