//! What all stages work on.

use engine::prelude::*;

use super::Args;
use super::export::{self, Left};
use crate::bk_upgrade::common::cmdb::Cmdb;
use crate::bk_upgrade::common::topology::{Answers, Topology};

/// A proved export, and the present topology.
pub(super) struct Proved<'a> {
    pub(super) proof: ProvenBackup<'a>,
    pub(super) exported: Topology,
    pub(super) now: Topology,
}

impl Proved<'_> {
    /// What is left of the exported topology.
    pub(super) fn left(&self) -> Left<'_> {
        Left::of(&self.exported, &self.now)
    }
}

/// The run, its arguments, and the CMDB.
pub(super) struct Work<'a> {
    pub(super) cx: &'a Context,
    pub(super) args: &'a Args,
    pub(super) control: Host<'a>,
    pub(super) cmdb: Cmdb,
}

impl<'a> Work<'a> {
    pub(super) fn new(cx: &'a Context, args: &'a Args) -> Result<Self> {
        let (control, cmdb) =
            (cx.one_host("control")?, Cmdb::read(cx, &args.place, &args.install_dir)?);
        Ok(Self { cx, args, control, cmdb })
    }

    /// The path and the text of a file of the deploy scripts.
    ///
    /// # Errors
    /// Refused when it is not there.
    pub(super) fn deploy_file(&self, name: &str) -> Result<(String, String)> {
        let path = format!("{}/{name}", self.args.install_dir);
        let text = self.control.look(&format!("read {name}"), |reader| {
            match reader.read(path.as_str().into())? {
                Entry::File(file) => Ok(file.text(path.as_str().into())?.to_owned()),
                _ => Err(Fault::refused(format!("there is no {path}"))
                    .hint("name the directory of the deploy scripts: --install-dir DIR")
                    .into()),
            }
        })?;
        Ok((path, text))
    }

    /// The business, for messages.
    pub(super) fn business(&self) -> String {
        format!("the business {}", self.cmdb.biz)
    }

    /// The present topology.
    pub(super) fn topology(&self) -> Result<Topology> {
        self.answers()?.topology()
    }

    /// The present answers of the CMDB.
    pub(super) fn answers(&self) -> Result<Answers> {
        self.control.look("read the topology", |reader| Answers::read(reader, &self.cmdb))
    }

    /// The export, as data.
    pub(super) fn exported(&self) -> Result<Topology> {
        self.control
            .look("read the export", |reader| Answers::load(reader, &self.args.export)?.topology())
    }

    /// The backup that the export is.
    pub(super) fn backup(&self) -> Backup {
        export::backup(&self.cmdb, &self.args.export)
    }

    /// The export, proved for a stage that destroys this, and compared with the present topology.
    ///
    /// # Errors
    /// Exit 6: no export, a damaged or an old one; one that lacks something of the present topology.
    pub(super) fn proved(&self, doomed: &[Doomed]) -> Result<Proved<'a>> {
        let demand = Demand::new(export::AGE, doomed.to_vec());
        let proof = self.control.proven(&self.backup(), &demand)?;
        let (exported, now) = (self.exported()?, self.topology()?);
        export::is_of(&exported, &now, &self.args.export)?;
        Ok(Proved { proof, exported, now })
    }

    /// The words of the CMDB's data, for the proof.
    pub(super) fn doomed(&self, what: &str) -> Vec<Doomed> {
        vec![Doomed::data(self.control.name(), format!("{what} of {}", self.business()))]
    }

    /// Asks once, with the number of each thing that goes away; not when all of it is gone.
    pub(super) fn confirm(&self) -> Result<()> {
        let has_export = self.control.look("look for the export", |reader| {
            let manifest = self.backup().manifest().to_owned();
            Ok(reader.read(&manifest)? != Entry::Absent)
        })?;
        let now = self.topology()?;
        let exported = if has_export { Some(self.exported()?) } else { None };
        let left = Left::of(exported.as_ref().unwrap_or(&now), &now);
        if left.is_nothing() {
            return Ok(());
        }
        self.cx.confirm(&format!(
            "deletes {left} of {}, until `rebuild` has registered all hosts again; irreversible",
            self.business()
        ))
    }
}
