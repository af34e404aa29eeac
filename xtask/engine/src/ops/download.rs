//! A file that comes from a URL.

mod source;

use std::time::Duration;

use anyhow::Result;
use camino::Utf8PathBuf;

use self::source::{Kind, Proof, Source};
use super::action::Action;
use super::file::absolute;
use super::plan::Planned;
use super::reader::Reader;
use super::{Need, Op, State, Undo};
use crate::data::fault::Fault;
use crate::snippet;
use crate::text::snippet::{Snippet, Value};

const FETCH: Snippet = snippet!("/../../snippets/", "ops/fetch");
const DOWNLOAD: Snippet = snippet!("/../../snippets/", "ops/download");

/// A file holds what a URL gives: http, https or file.
///
/// The bytes go to a part beside the file (`.NAME.xtask-part`), which a later run continues when the server says that it is
/// the same file. The checksum is verified, then the part moves over the old file in one step. The old file stays as
/// `PATH.xtask-bak` until undo. The directory must exist.
///
/// A checksum is required, or [`Download::unverified`] says why there is none. Without one, the host remembers what came
/// from this URL: that file is kept, a newer one on the server goes unnoticed, and a part is not continued.
///
/// It needs `curl`; with `wget` alone nothing is continued, and the room is not checked before.
#[derive(Debug, Clone)]
pub struct Download {
    source: Source,
    path: Utf8PathBuf,
    mode: String,
    owner: String,
    check: Vec<String>,
    timeout: Option<Duration>,
}

/// The state of the host, as the probe says it.
struct Found {
    /// The checksum of the last file from this URL.
    last: Option<String>,
    /// The ending of the new name of the old file.
    aside: String,
    /// The file that is there.
    file: Option<Present>,
}

struct Present {
    sum: String,
    mode: String,
    /// Owner and group, as numbers and as names.
    owners: [String; 2],
}

impl Download {
    /// `path` (absolute) holds what `url` gives; a new file gets mode 644.
    pub fn new(url: impl Into<String>, path: impl Into<Utf8PathBuf>) -> Self {
        Self {
            source: Source::new(url.into()),
            path: path.into(),
            mode: String::new(),
            owner: String::new(),
            check: Vec::new(),
            timeout: None,
        }
    }

    /// The SHA-256 of the file: 64 hexadecimal digits.
    #[must_use]
    pub fn sha256(self, sum: impl Into<String>) -> Self {
        self.proven(Kind::Sha256, sum.into())
    }

    /// The SHA-512 of the file: 128 hexadecimal digits.
    #[must_use]
    pub fn sha512(self, sum: impl Into<String>) -> Self {
        self.proven(Kind::Sha512, sum.into())
    }

    /// The MD5 of the file, 32 hexadecimal digits: only where the vendor publishes no other. It finds damage, not a forger.
    #[must_use]
    pub fn md5(self, sum: impl Into<String>) -> Self {
        self.proven(Kind::Md5, sum.into())
    }

    /// Nobody publishes a checksum, and why this is fine: `the repository signs its packages`. The plan shows it.
    #[must_use]
    pub fn unverified(mut self, why: impl Into<String>) -> Self {
        self.source.proof = Proof::Unverified(why.into());
        self
    }

    fn proven(mut self, kind: Kind, sum: String) -> Self {
        self.source.proof = Proof::Sum(kind, sum.trim().to_ascii_lowercase());
        self
    }

    /// Octal permissions, `755`. Left out: those of the old file stay.
    #[must_use]
    pub fn mode(mut self, mode: &str) -> Self {
        mode.trim_start_matches('0').clone_into(&mut self.mode);
        self
    }

    /// Owner and group, `root:root` or `0:0`. Left out: those of the old file, or the user of the session.
    #[must_use]
    pub fn owner(mut self, owner: impl Into<String>) -> Self {
        self.owner = owner.into();
        self
    }

    /// A command that the new file must pass before it replaces the old one: `python3 -m py_compile`. The path of the part
    /// is added as its last argument.
    #[must_use]
    pub fn checked_by<W: Into<String>>(mut self, words: impl IntoIterator<Item = W>) -> Self {
        self.check = words.into_iter().map(Into::into).collect();
        self
    }

    /// The time limit of the transfer, instead of the run's `--timeout`. After it, the next run continues the part.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// A proxy, `http://proxy:3128`. Left out: the settings of the host (`https_proxy`).
    #[must_use]
    pub fn proxy(mut self, proxy: impl Into<String>) -> Self {
        self.source.proxy = proxy.into();
        self
    }

    /// Secret headers, `Authorization: Bearer …`. They reach `curl` over standard input, and follow no redirect.
    #[must_use]
    pub fn headers<H: Into<String>>(mut self, headers: impl IntoIterator<Item = H>) -> Self {
        self.source.headers.extend(headers);
        self
    }

    fn look(&self, host: &Reader<'_>) -> Result<Found> {
        absolute(&self.path)?;
        self.source.check(host.mask())?;
        let full = if host.is_verifying() { "yes" } else { "" };
        let nothing = Found { last: None, aside: String::new(), file: None };
        let said = host.ask(DOWNLOAD, self.values(&nothing, full))?;
        let words: Vec<&str> = said.split(' ').collect();
        let (last, aside, file) = match words[..] {
            [last, aside, "absent"] => (last, aside, None),
            [last, aside, "file", sum, mode, numbers, names] => {
                let owners = [numbers, names].map(str::to_owned);
                (last, aside, Some(Present { sum: sum.to_owned(), mode: mode.to_owned(), owners }))
            }
            _ => {
                let what = format!("cannot read the state of {}: {said:?}", self.path);
                return Err(Fault::failed(what).into());
            }
        };
        let last = (last != "-").then(|| last.to_owned());
        Ok(Found { last, aside: aside.to_owned(), file })
    }

    /// Whether the file is the wanted one, whatever its mode.
    fn is_right(&self, found: &Found) -> bool {
        let wanted = self.source.sum().or(found.last.as_deref());
        found.file.as_ref().is_some_and(|file| Some(file.sum.as_str()) == wanted)
    }

    /// The mode and owner to set.
    fn dress<'a>(&'a self, found: &'a Found) -> [&'a str; 2] {
        let old = found.file.as_ref().map_or(["644", ""], |file| [&file.mode, &file.owners[0]]);
        let or = |wanted: &'a str, old: &'a str| if wanted.is_empty() { old } else { wanted };
        [or(&self.mode, old[0]), or(&self.owner, old[1])]
    }

    /// `mode 644 -> 755`, for what differs of a file that is there.
    fn differences(&self, found: &Found) -> Vec<String> {
        let Some(file) = &found.file else { return Vec::new() };
        let mut differ = Vec::new();
        if !self.mode.is_empty() && self.mode != file.mode {
            differ.push(format!("mode {} -> {}", file.mode, self.mode));
        }
        if !self.owner.is_empty() && !file.owners.contains(&self.owner) {
            differ.push(format!("owner {} -> {}", file.owners[1], self.owner));
        }
        differ
    }

    /// The lines of the plan; none when there is nothing to do.
    fn plan(&self, found: &Found) -> String {
        let (path, mut differ) = (&self.path, self.differences(found));
        let mut text = String::new();
        if !self.is_right(found) {
            let what = if found.file.is_some() { "replaced by" } else { "new file from" };
            text += &format!("{path}: {what} {}\n{path}: {}\n", self.source.url, self.source.proof);
            differ.extend(self.source.warning().map(str::to_owned));
        }
        if !differ.is_empty() {
            text += &format!("{path}: {}\n", differ.join(", "));
        }
        text
    }

    fn values(&self, found: &Found, full: &str) -> Vec<(&'static str, Value)> {
        let [mode, owner] = self.dress(found);
        let file = found.file.as_ref();
        let old = file.map_or(["absent", "", ""], |file| [&file.sum, &file.mode, &file.owners[0]]);
        let fetch = if self.is_right(found) { "no" } else { "yes" };
        // Only the mode changes: the file stays the one before, whatever was wanted.
        let sum = if fetch == "no" { old[0] } else { self.source.sum().unwrap_or_default() };
        vec![
            ("SOURCE", self.source.url.as_str().into()),
            ("FILE", self.path.as_str().into()),
            ("KIND", self.source.kind().into()),
            ("SUM", sum.into()),
            ("WAS", old[0].into()),
            ("FETCH", fetch.into()),
            ("MODE", mode.into()),
            ("OWNER", owner.into()),
            ("OLD_MODE", old[1].into()),
            ("OLD_OWNER", old[2].into()),
            ("ASIDE", found.aside.as_str().into()),
            ("CHECK", self.check.join(" ").into()),
            ("FULL", full.into()),
        ]
    }

    fn fetch(&self) -> Action {
        let values = [
            ("SOURCE", self.source.url.as_str().into()),
            ("FILE", self.path.as_str().into()),
            ("SUM", self.source.sum().unwrap_or_default().into()),
            ("PROXY", self.source.proxy.as_str().into()),
        ];
        let action = Action { timeout: self.timeout, ..Action::change(FETCH, values) };
        match self.source.headers.config() {
            Some(config) => action.stdin(config, true),
            None => action,
        }
    }
}

impl Op for Download {
    fn describe(&self) -> String {
        format!("download {}", self.path)
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        self.source.check(host.mask())?;
        let found = match host.planned(&self.path) {
            Some(Planned::Gone) => Found { last: None, aside: String::new(), file: None },
            Some(Planned::Unknown(because)) => return Ok(State::Unknown(because)),
            Some(_) => {
                let what = format!("{} is made by an earlier operation", self.path);
                return Ok(State::Unknown(what));
            }
            None => self.look(host)?,
        };
        let diff = self.plan(&found);
        if diff.is_empty() {
            return Ok(State::Kept);
        }
        let because = || Planned::Unknown(format!("it comes from {}", self.source.url));
        let new = !self.is_right(&found);
        let after = new.then(|| (self.path.to_string(), because())).into_iter().collect();
        Ok(State::Needed(Need { diff, after }))
    }

    fn change(&self, host: &Reader<'_>) -> Result<Vec<Action>> {
        let found = self.look(host)?;
        let place = Action::change(DOWNLOAD, self.values(&found, ""));
        Ok(if self.is_right(&found) { vec![place] } else { vec![self.fetch(), place] })
    }

    fn undo(&self, host: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        let found = self.look(host)?;
        let action = Action::undo(DOWNLOAD, self.values(&found, ""));
        Ok(Some(vec![Undo::new(self.path.as_str(), action)]))
    }
}
