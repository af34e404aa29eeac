//! Floor 1: text in, text out; no I/O.

pub mod codes;
pub mod diff;
pub mod edit;
pub mod fold;
pub mod graph;
pub mod hostset;
mod library;
pub mod mask;
pub mod merge;
pub mod own_step;
pub mod quote;
pub mod screen;
pub mod shell;
pub mod snippet;
pub mod stamp;
pub mod template;
pub mod visible;
pub mod words;
