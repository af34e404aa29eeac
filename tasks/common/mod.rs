//! Families, arguments and tables that several runbooks share.

pub(crate) mod args;
pub(crate) mod capture;
pub(crate) mod check;
pub(crate) mod composite;
pub(crate) mod inputs;
pub(crate) mod manual;
pub(crate) mod service;
pub(crate) mod traps;
pub(crate) mod virtual_ip;
