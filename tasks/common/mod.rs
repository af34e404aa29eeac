//! What the steps of several runbooks share: families, arguments, tables.

pub(crate) mod args;
pub(crate) mod capture;
pub(crate) mod check;
pub(crate) mod inputs;
pub(crate) mod manual;
pub(crate) mod service;
pub(crate) mod traps;
pub(crate) mod virtual_ip;
