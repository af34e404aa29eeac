//! The backups of the two trees on the control machine, by their labels.

use engine::prelude::*;

/// Names in src.bak that later steps read: the certificates, `backup`, and the release that `job` is migrated from.
pub(crate) const KEPT: [&str; 4] = ["VERSION", "cert", "backup", "job/VERSION"];

const COPIES: Snippet = snippet!("bk-upgrade/install_copies");

/// The copy of the deploy scripts; its manifest is beside it.
pub(crate) fn install(machine: String, copy: &str) -> Backup {
    Backup::directory("the deploy scripts of BlueKing", machine, copy, "bk-upgrade backup-install-dir")
        .beside()
}

/// The old packages that were moved aside: the part that later steps read. The rest is the vendor's, and not read
/// byte by byte.
pub(crate) fn src(machine: String, bak: &str) -> Backup {
    Backup::directory("the packages of BlueKing", machine, bak, "bk-upgrade backup-src-dir").only(KEPT)
}

/// The copies of the deploy scripts on the control machine.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Copies {
    /// The scripts of 6.2 are in place: a copy made now would be one of them (X4.12).
    pub(crate) replaced: bool,
    /// Those with a manifest, newest first.
    pub(crate) sealed: Vec<String>,
    /// Those without: a run that was cut short, or a person.
    pub(crate) open: Vec<String>,
    /// One that a killed run has begun.
    pub(crate) begun: Option<String>,
}

impl Copies {
    /// Looks for `DIR_YYYYMMDDHHMM`. A dry run sees the copy that it would make.
    ///
    /// # Errors
    /// When the host cannot answer.
    pub(crate) fn read(reader: &Reader<'_>, dir: &str) -> Result<Self> {
        let mut copies = Self::parse(&reader.ask(COPIES, [("DIR", Value::from(dir))])?);
        let above = dir.rsplit_once('/').map_or("", |(above, _)| above);
        let copy = |path: &str| {
            let copy = path.strip_suffix(".xtask-manifest")?;
            copy.strip_prefix(dir)?.starts_with('_').then(|| copy.to_owned())
        };
        let planned = reader.planned_in(above).iter().find_map(|(path, _)| copy(path));
        planned.into_iter().for_each(|copy| copies.sealed.insert(0, copy));
        Ok(copies)
    }

    fn parse(said: &str) -> Self {
        let mut copies = Self::default();
        for line in said.lines() {
            match line.split_once(' ') {
                Some(("sealed", path)) => copies.sealed.push(path.to_owned()),
                Some(("begun", path)) => copies.begun = Some(path.to_owned()),
                Some((_, path)) => copies.open.push(path.to_owned()),
                None => copies.replaced = line == "replaced",
            }
        }
        copies
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_read_with_their_state() {
        let said = "replaced\nsealed /data/install_202601020304\nopen /data/install_202601010000\nbegun /data/install_202512310000";
        let copies = Copies::parse(said);
        assert!(copies.replaced);
        assert_eq!(copies.sealed, ["/data/install_202601020304"]);
        assert_eq!(copies.open, ["/data/install_202601010000"]);
        assert_eq!(copies.begun.as_deref(), Some("/data/install_202512310000"));
        assert_eq!(Copies::parse("old"), Copies::default());
    }
}
