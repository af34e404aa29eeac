//! A group of hosts.

use serde::Serialize;

/// A name for several hosts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The name, without `@`.
    pub name: String,
    /// Places of its hosts in [`Inventory::hosts`](super::Inventory::hosts), ascending, never none.
    pub hosts: Vec<usize>,
    /// Whether it is a module of `install.config`.
    pub module: bool,
}
