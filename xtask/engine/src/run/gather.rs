//! What hosts answer, asked at once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;

use super::hosts::{Host, Hosts};
use super::record::finding::Finding;

impl<'a> Hosts<'a> {
    /// What each of these hosts answers; in the order of these hosts. A host that failed has no answer.
    ///
    /// # Errors
    /// As [`Hosts::look_each`].
    pub fn gather<T: Send>(
        &self,
        look: impl Fn(&Host<'a>) -> Result<T> + Sync,
    ) -> Result<Vec<(&'a str, T)>> {
        let (result, answers) = self.answers(look);
        result.map(|()| answers)
    }

    /// Gives what each has answered, in the order of these hosts. The answers of the others are there when a host fails.
    ///
    /// # Errors
    /// As [`Hosts::look_each`].
    pub fn find_each(&self, look: impl Fn(&Host<'a>) -> Result<Finding> + Sync) -> Result<()> {
        let (result, findings) = self.answers(|host| Ok(look(host)?.about(host.name())));
        findings.into_iter().try_for_each(|(_, finding)| self.cx.found(finding))?;
        result
    }

    fn answers<T: Send>(
        &self,
        look: impl Fn(&Host<'a>) -> Result<T> + Sync,
    ) -> (Result<()>, Vec<(&'a str, T)>) {
        let found = Mutex::new(HashMap::new());
        let result = self.look_each(|host| {
            let answer = look(host)?;
            found.lock().unwrap_or_else(PoisonError::into_inner).insert(host.name(), answer);
            Ok(())
        });
        let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        let names = self.names().into_iter();
        (result, names.filter_map(|name| Some((name, found.remove(name)?))).collect())
    }
}
