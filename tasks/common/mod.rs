//! What the steps of several runbooks share.

pub(crate) mod traps;
pub(crate) mod virtual_ip;
