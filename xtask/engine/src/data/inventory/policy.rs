//! `[policy]`: what a site demands of a run that changes hosts.

use crate::data::window::Window;

/// The demands of all files: the strictest holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// A ticket is needed.
    pub require_ticket: bool,
    /// A reason is needed.
    pub require_reason: bool,
    /// The windows of each file that has some: one of each must be open.
    pub calendars: Vec<Calendar>,
}

/// The maintenance windows of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// At least one.
    pub windows: Vec<Window>,
    /// The name of their time zone; none for that of this machine.
    pub timezone: Option<String>,
}
