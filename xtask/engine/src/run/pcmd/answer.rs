//! What hosts answered to a command, and how it is shown.

use std::time::Duration;

use crate::data::fault::Fault;
use crate::transport::spool::Spool;

/// How the outputs of many hosts are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Each host's output in one piece, in the order of the inventory.
    Grouped,
    /// Line by line as it comes, with the host before each line.
    Live,
    /// Equal outputs once, under their host set; the others as a diff against the majority.
    Folded,
}

/// What a host answered.
#[derive(Debug)]
pub struct Answer {
    /// The exit code, or why there is none.
    pub exit: std::result::Result<i32, Fault>,
    /// Its standard output; empty when it was shown as it came.
    pub out: Spool,
    /// Its standard error.
    pub err: Spool,
    /// From the start of the connection to the end of the command.
    pub took: Duration,
}
