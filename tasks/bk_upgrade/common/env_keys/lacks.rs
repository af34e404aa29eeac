//! Which values of a member the site does not have yet, before the upgrade begins.

use engine::prelude::*;

use super::super::env_value::{Source, Sources};
use super::EnvKeys;

impl EnvKeys {
    /// Which values the site does not have yet. Those of files that this upgrade writes itself come later.
    ///
    /// # Errors
    /// When the control machine cannot answer.
    pub(crate) fn lacks(&self, from: &Sources<'_>) -> Result<Vec<String>> {
        let mut lacks = Vec::new();
        for key in self.keys {
            if matches!(key.source, Source::Secret(file, _) if file.starts_with("bin/01-generate/"))
            {
                continue;
            }
            if let Err(error) = key.source.read(from) {
                let fault: Fault = error.downcast()?;
                lacks.push(format!("{}: {}", key.key, fault.message));
            }
        }
        Ok(lacks)
    }
}
