//! Hosts and groups as the files declare them.

use std::sync::Arc;

use super::given::{Given, Text, Vars};
use crate::data::inventory::host::Session;
use crate::data::source::Place;

/// A host as declared, before groups and defaults are applied.
#[derive(Debug, Clone)]
pub(super) struct DeclaredHost {
    pub(super) name: String,
    pub(super) address: Option<Given<String>>,
    pub(super) port: Option<Given<u16>>,
    pub(super) user: Option<Given<String>>,
    pub(super) session: Option<Given<Session>>,
    pub(super) sudo: Option<Given<bool>>,
    pub(super) become_user: Option<Given<String>>,
    pub(super) identity: Option<Given<bool>>,
    /// The machine that it runs on.
    pub(super) on: Option<Given<Text>>,
    pub(super) vars: Vars,
    /// Where it is declared first.
    pub(super) place: Arc<Place>,
    /// The file of that place; none for an import that is not TOML.
    pub(super) file: Option<usize>,
}

impl DeclaredHost {
    /// A host without values.
    pub(super) fn new(name: String, place: Arc<Place>, file: Option<usize>) -> Self {
        Self {
            name,
            address: None,
            port: None,
            user: None,
            session: None,
            sudo: None,
            become_user: None,
            identity: None,
            on: None,
            vars: Vars::new(),
            place,
            file,
        }
    }

    /// Its address, else its name.
    pub(super) fn target(&self) -> &str {
        self.address.as_ref().map_or(&self.name, |address| &address.value)
    }
}

/// What a group gives to its hosts.
#[derive(Debug, Clone, Default)]
pub(super) struct Settings {
    pub(super) sudo: Option<Given<bool>>,
    pub(super) become_user: Option<Given<String>>,
    pub(super) identity: Option<Given<bool>>,
    pub(super) vars: Vars,
}

impl Settings {
    /// Whether it gives anything.
    pub(super) fn are_there(&self) -> bool {
        let Self { sudo, become_user, identity, vars } = self;
        sudo.is_some() || become_user.is_some() || identity.is_some() || !vars.is_empty()
    }
}

/// A group as declared.
pub(super) struct DeclaredGroup {
    pub(super) key: Text,
    /// Expressions that are added up; none for the settings of an imported group.
    pub(super) hosts: Vec<Text>,
    /// Whether it has no key `hosts`.
    pub(super) lacks_hosts: bool,
    pub(super) settings: Settings,
    /// Where its name stands first.
    pub(super) place: Arc<Place>,
}
