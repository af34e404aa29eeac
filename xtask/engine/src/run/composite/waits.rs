//! The work of a person in the middle of a run: the map tells of it before.

use anyhow::Result;

use super::Given;

/// Something that a person has to do, unless it is answered before.
#[derive(Debug, Clone, Copy)]
pub struct Waits {
    what: &'static str,
    ack: Option<&'static str>,
    unless: Option<(&'static str, Option<&'static str>)>,
}

impl Waits {
    /// `a person compares the lists`.
    pub const fn new(what: &'static str) -> Self {
        Self { what, ack: None, unless: None }
    }

    /// `--ack NAME=TEXT` answers.
    #[must_use]
    pub const fn ack(self, name: &'static str) -> Self {
        Self { ack: Some(name), ..self }
    }

    /// Not when this input is given.
    #[must_use]
    pub const fn unless_given(self, name: &'static str) -> Self {
        Self { unless: Some((name, None)), ..self }
    }

    /// Not when this input is `is`.
    #[must_use]
    pub const fn unless(self, name: &'static str, is: &'static str) -> Self {
        Self { unless: Some((name, Some(is))), ..self }
    }

    /// `a person compares the lists`.
    pub(super) const fn what(self) -> &'static str {
        self.what
    }

    /// What it is, with the flags that answer before; none when one of them is given. `acks` are the names of `--ack`.
    pub(super) fn now(self, given: &Given<'_>, acks: &[String]) -> Result<Option<String>> {
        if self.ack.is_some_and(|name| acks.iter().any(|ack| ack == name)) {
            return Ok(None);
        }
        let mut flags = Vec::new();
        if let Some((name, is)) = self.unless {
            let value = given.value(name, None)?;
            if value.is_some() && (is.is_none() || value.as_deref() == is) {
                return Ok(None);
            }
            let input = given.table.input(name);
            flags.extend(
                input.map(|input| format!("--{} {}", input.flag(), is.unwrap_or(input.shows))),
            );
        }
        flags.extend(self.ack.map(|name| format!("--ack {name}=TEXT")));
        Ok(Some(format!("{}; answered before by {}", self.what, flags.join(" or "))))
    }
}
