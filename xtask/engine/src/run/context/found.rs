//! What a step has found out: a result, and a line of the record.

use std::sync::PoisonError;

use anyhow::Result;

use super::Context;
use crate::run::record::entry::Entry;
use crate::run::record::finding::Finding;

impl Context {
    /// Gives the answer of a step: a line of the results, a value of `--json`, an entry of the record. In a stage of a
    /// longer step the line is progress, and goes to standard error.
    ///
    /// # Errors
    /// When it cannot be recorded.
    pub fn found(&self, finding: Finding) -> Result<()> {
        let line = finding.line();
        self.found_as(finding, &line)
    }

    /// The same with another line for people here, with its colours: the record has none.
    pub(in crate::run) fn found_as(&self, finding: Finding, line: &str) -> Result<()> {
        let (finding, line) = (finding.masked(&self.mask()), self.mask().text(line));
        let stage = self.within.lock().unwrap_or_else(PoisonError::into_inner).name.clone();
        self.journal(&Entry::Finding(finding.clone()), false)?;
        self.report.found(finding, &line, stage);
        Ok(())
    }
}
