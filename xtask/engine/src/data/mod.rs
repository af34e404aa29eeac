//! Floor 0: plain values without I/O.

pub mod expression;
pub mod fault;
pub mod install_config;
pub mod inventory;
pub mod natural;
pub mod nearest;
pub mod plain;
pub mod range;
pub mod slip;
pub mod source;
#[cfg(test)]
pub(crate) mod testing;
