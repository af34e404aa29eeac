//! The members of families of this runbook.

pub(crate) mod captures;
pub(crate) mod checks;
pub(crate) mod manuals;
pub(crate) mod services;
