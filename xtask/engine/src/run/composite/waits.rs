//! The work of a person in the middle of a run: the map tells of it before.

use anyhow::Result;

use super::Given;

/// Something that a person has to do.
#[derive(Debug, Clone, Copy)]
pub struct Waits {
    what: &'static str,
    unless: Option<(&'static str, Option<&'static str>)>,
}

impl Waits {
    /// `a person compares the lists (--ack topo-mapping=TEXT)`.
    pub const fn new(what: &'static str) -> Self {
        Self { what, unless: None }
    }

    /// Not when the value of this name is given.
    #[must_use]
    pub const fn unless_given(self, name: &'static str) -> Self {
        Self { unless: Some((name, None)), ..self }
    }

    /// Not when the value of this name is `is`.
    #[must_use]
    pub const fn unless(self, name: &'static str, is: &'static str) -> Self {
        Self { unless: Some((name, Some(is))), ..self }
    }

    /// What it is, unless the given values make it needless.
    pub(super) fn now(self, given: &Given<'_>) -> Result<Option<&'static str>> {
        let needless = match self.unless {
            None => false,
            Some((name, is)) => {
                let value = given.value(name, None)?;
                value.is_some() && (is.is_none() || value.as_deref() == is)
            }
        };
        Ok((!needless).then_some(self.what))
    }
}
