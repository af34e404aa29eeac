//! Editors of text files that leave every other byte alone.
//!
//! Each takes the text as read and returns the wanted text: equal means nothing to do. The line
//! ending of the file and a missing final newline stay as they are.

pub mod block;
pub mod env;
pub mod ini;
pub mod line;
mod lines;
pub mod tree;
