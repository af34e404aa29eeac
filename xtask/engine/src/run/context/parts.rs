//! The stages of a step, and parts of stages.

use anyhow::Result;

use super::{Context, Ending};
use crate::run::Stages;
use crate::run::record::entry::Entry;

impl Context {
    /// Runs one stage of a step when it is selected.
    pub fn stage<S: clap::ValueEnum + Send + Sync + 'static>(
        &self,
        stages: &Stages<S>,
        stage: S,
        work: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        if !stages.has(&stage) {
            return Ok(());
        }
        self.part(&Stages::name(&stage), stages.count(), work)
    }

    /// The same for one part of a step that has a name of its own, of `of` parts: `web1/stop`. A part of a part has the
    /// names of both: `paas/stop`; the only one of it has none of its own.
    ///
    /// # Errors
    /// Those of the work; also when a stop was requested.
    pub fn part(&self, name: &str, of: usize, work: impl FnOnce() -> Result<()>) -> Result<()> {
        let outer = self.within.lock().expect("nobody panics with it").clone();
        // The only part of a part is that part.
        if !outer.is_empty() && of == 1 {
            return work();
        }
        let name = if outer.is_empty() { name.to_owned() } else { format!("{outer}/{name}") };
        self.may_begin(&name)?;
        {
            let mut summary = self.summary();
            summary.staged = of > 1 || (summary.staged && !outer.is_empty());
            summary.ending = Ending::Ahead;
        }
        self.report.stage(&name);
        let within = |name: &str| name.clone_into(&mut self.within.lock().expect("as above"));
        within(&name);
        let result = self.journal(&Entry::Stage { name, of }, false).and_then(|()| work());
        within(&outer);
        result
    }
}
