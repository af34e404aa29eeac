//! Where the values of a host come from.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::data::source::Place;

/// The place that gives a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The host itself, in an inventory or an import.
    Host(Arc<Place>),
    /// A group of it.
    Group(String, Arc<Place>),
    /// A table of defaults: `[ssh]`, `[vars]`.
    Default(&'static str, Arc<Place>),
}

/// The origins of the values of a host. A value without one is built in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins {
    /// By the keys of `[hosts.NAME]`: `address`, `port`.
    pub values: BTreeMap<&'static str, Origin>,
    /// By the name of the variable.
    pub vars: BTreeMap<String, Origin>,
}

impl Origin {
    /// Whether this very place gives the value.
    pub(super) fn is_at(&self, other: &Arc<Place>) -> bool {
        let (Self::Host(place) | Self::Group(_, place) | Self::Default(_, place)) = self;
        Arc::ptr_eq(place, other)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(place) => f.write_str(&place.name()),
            Self::Group(name, place) => write!(f, "{}, group {name}", place.name()),
            Self::Default(table, place) => write!(f, "{}, [{table}]", place.name()),
        }
    }
}
