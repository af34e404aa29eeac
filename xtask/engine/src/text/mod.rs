//! Floor 1: text in, text out; no I/O.

pub mod mask;
pub mod quote;
pub mod shell;
pub mod snippet;
