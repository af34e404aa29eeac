//! Floor 1: text in, text out; no I/O.

pub mod hostset;
