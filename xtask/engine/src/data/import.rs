//! Inventories in the forms of other tools. Each reader gives hosts and groups as they are written there; their values
//! are checked by the inventory that imports them.

pub(super) mod ansible;
pub(super) mod ansible_ini;
pub(super) mod ansible_json;
pub(super) mod ansible_yaml;
pub(super) mod found;
mod literal;
mod members;
mod pattern;
pub(super) mod ssh_config;
mod tree;

#[cfg(test)]
mod tests;
