//! The answers of hosts to a command, and the ways to show them.

use std::time::Duration;

use crate::data::fault::Fault;
use crate::transport::spool::Spool;

/// The way to show the outputs of many hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For a single host: its output unchanged, also on a terminal, which obeys it.
    Unchanged,
    /// The output of each host in one piece, in the order of the inventory.
    Grouped,
    /// The same with the host before each line: for a program behind a pipe.
    Prefixed,
    /// Line by line at once, with the host before each line.
    Live,
    /// Equal outputs once, under their host set; the others as a diff against the majority.
    Folded,
}

/// The answer of a host.
#[derive(Debug)]
pub struct Answer {
    /// The exit code, or why there is none.
    pub exit: std::result::Result<i32, Fault>,
    /// Its standard output; empty when it was shown at once.
    pub out: Spool,
    /// Its standard error.
    pub err: Spool,
    /// From the start of the connection to the end of the command.
    pub took: Duration,
}
