//! The stages of a step, and parts of stages.

use anyhow::Result;

use super::{Context, Ending};
use crate::run::Stages;
use crate::run::record::entry::Entry;

/// The place of a run in its parts.
#[derive(Debug, Default)]
pub(super) struct Within {
    /// The current part; empty outside of one.
    pub(super) name: String,
    /// The outermost part's place: `3/6`; empty for the only one.
    place: String,
    /// How many of the outermost parts have begun.
    begun: usize,
    /// How many of them there are, when the parts themselves do not know it.
    total: Option<usize>,
}

impl Within {
    /// The next part begins: its heading, `3/6 stop`. A part of a part has the place of the outer one.
    fn enter(&mut self, name: &str, of: usize) -> String {
        if self.name.is_empty() {
            self.begun += 1;
            let of = self.total.unwrap_or(of).max(self.begun);
            self.place = if of > 1 { format!("{}/{of}", self.begun) } else { String::new() };
        }
        name.clone_into(&mut self.name);
        format!("{} {name}", self.place).trim_start().to_owned()
    }
}

impl Context {
    /// The number of parts of this run, for their headings.
    pub(in crate::run) fn expect_parts(&self, total: usize) {
        self.within.lock().expect("nobody panics with it").total = Some(total);
    }

    /// The name of the present stage; empty outside of one.
    pub(in crate::run) fn stage_name(&self) -> String {
        self.within.lock().expect("nobody panics with it").name.clone()
    }

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
        let within = || self.within.lock().expect("nobody panics with it");
        let outer = within().name.clone();
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
        let heading = within().enter(&name, of);
        self.report.stage(&heading);
        let result = self.journal(&Entry::Stage { name, of }, false).and_then(|()| work());
        within().name = outer;
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_count_the_parts_of_a_run() {
        let mut within = Within::default();
        assert_eq!(within.enter("stop", 2), "1/2 stop");
        within.name.clear();
        assert_eq!(within.enter("update", 2), "2/2 update");
        // A part of a part has the place of the outer one.
        assert_eq!(within.enter("update/check", 5), "2/2 update/check");
        let mut alone = Within::default();
        assert_eq!(alone.enter("stop", 1), "stop");
        let mut composite = Within { total: Some(3), ..Within::default() };
        assert_eq!(composite.enter("paas", 24), "1/3 paas");
    }
}
