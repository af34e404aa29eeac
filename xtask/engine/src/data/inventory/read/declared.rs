//! Hosts and groups as the file declares them.

use std::collections::BTreeMap;

use super::reader::Text;
use crate::data::inventory::host::Session;
use crate::data::source::Place;

/// A host as declared, before groups and defaults are applied.
#[derive(Debug, Clone)]
pub(super) struct DeclaredHost {
    pub(super) name: String,
    pub(super) address: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) user: Option<String>,
    pub(super) session: Session,
    pub(super) sudo: Option<bool>,
    pub(super) identity: Option<bool>,
    /// The machine that it runs on.
    pub(super) on: Option<Text>,
    pub(super) vars: BTreeMap<String, String>,
    pub(super) place: Place,
}

/// A group as declared.
pub(super) struct DeclaredGroup {
    pub(super) key: Text,
    /// Expressions that are added up; none for the settings of a module.
    pub(super) hosts: Vec<Text>,
    pub(super) sudo: Option<bool>,
    pub(super) identity: Option<bool>,
    pub(super) vars: BTreeMap<String, String>,
}
