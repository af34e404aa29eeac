//! The directories of the packages: which release each holds.

use engine::prelude::*;

const TREES: Snippet = snippet!("bk-upgrade/trees");

/// The release that is replaced.
pub(crate) const OLD: &str = "6.1";
/// The new release; the package is 6.2.2 where the document says 6.2.0 (X4.1).
pub(crate) const NEW: &str = "6.2";
/// The file that a whole unpacked package has. It holds the MD5 of the package.
pub(crate) const MARK: &str = ".xtask-package";

/// What is known of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tree {
    /// Its path.
    pub(crate) path: String,
    kind: String,
    /// The filesystem; of a missing directory that of the one above it.
    pub(crate) filesystem: String,
    version: Option<String>,
    has: Vec<String>,
}

impl Tree {
    /// Reads them in one round trip, and which of `things` each has.
    ///
    /// # Errors
    /// When the host cannot answer.
    pub(crate) fn read<const N: usize>(
        reader: &Reader<'_>,
        paths: [&str; N],
        things: &[&str],
    ) -> Result<[Self; N]> {
        let bare = paths.map(|path| path.trim_end_matches('/'));
        let values = [
            ("DIRS", Value::from(bare.join("\n"))),
            ("THINGS", Value::list(things.iter().copied())),
        ];
        let said = reader.ask(TREES, values)?;
        let mut lines = said.lines();
        Ok(bare.map(|path| Self::parse(path, lines.next().unwrap_or_default())))
    }

    fn parse(path: &str, line: &str) -> Self {
        let mut words = line.split(' ').map(str::to_owned);
        let mut next = || words.next().unwrap_or_default();
        let (kind, filesystem, version) = (next(), next(), next());
        let version = (version != "-" && !version.is_empty()).then_some(version);
        Self { path: path.to_owned(), kind, filesystem, version, has: words.collect() }
    }

    /// Whether there is something at the path.
    pub(crate) fn is_there(&self) -> bool {
        self.kind != "absent"
    }

    /// Whether it is a directory with nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.kind == "empty"
    }

    /// Whether it holds this release: `6.1` is also `6.1.2`, and not `6.10`.
    pub(crate) fn is(&self, release: &str) -> bool {
        self.version.as_deref().is_some_and(|version| {
            version.strip_prefix(release).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }

    /// Whether it has a VERSION.
    pub(crate) fn has_version(&self) -> bool {
        self.version.is_some()
    }

    /// Those of `things` that it does not have.
    pub(crate) fn lacks<'a>(&self, things: &[&'a str]) -> Vec<&'a str> {
        things.iter().copied().filter(|thing| !self.has.iter().any(|has| has == thing)).collect()
    }

    /// For a message: `/data/src: BlueKing 6.1.2`.
    pub(crate) fn shown(&self) -> String {
        let what = match (self.kind.as_str(), &self.version) {
            (_, Some(version)) => format!("BlueKing {version}"),
            ("there", None) => "a directory without VERSION".to_owned(),
            ("empty", None) => "an empty directory".to_owned(),
            ("strange", None) => "no directory".to_owned(),
            _ => "nothing there".to_owned(),
        };
        format!("{}: {what}", self.path)
    }
}

/// Refuses unless the packages of the control machine are those of 6.2.
///
/// # Errors
/// Refused, with the release that is there.
pub(crate) fn are_new(reader: &Reader<'_>, src: &AbsPath) -> Result<()> {
    let [src] = Tree::read(reader, [src.as_str()], &[])?;
    if src.is(NEW) {
        return Ok(());
    }
    Err(refused(format!("{} does not hold the packages of 6.2", src.path), &[&src])
        .hint("first do sections 3 to 6 of the document: cargo xtask bk-upgrade fetch-package")
        .hint("the steps after it, up to install-config: cargo xtask list")
        .into())
}

/// A refusal that shows these directories.
pub(crate) fn refused(what: impl Into<String>, trees: &[&Tree]) -> Fault {
    let fault = Fault::refused(what.into());
    trees.iter().fold(fault, |fault, tree| fault.detail("found", tree.shown()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_compared_by_its_parts() {
        let tree = |version: &str| Tree::parse("/data/src", &format!("there 7 {version} cert"));
        assert!(tree("6.1").is(OLD) && tree("6.1.2").is(OLD) && tree("6.2.2").is(NEW));
        assert!(!tree("6.10").is(OLD) && !tree("6.20.1").is(NEW) && !tree("-").is(OLD));
        assert_eq!(tree("6.1").lacks(&["cert", "backup"]), ["backup"]);
        assert_eq!(tree("-").shown(), "/data/src: a directory without VERSION");
        assert_eq!(Tree::parse("/x", "absent 7 -").shown(), "/x: nothing there");
    }
}
