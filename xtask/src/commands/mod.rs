//! Commands that belong to no runbook.

pub(crate) mod again;
pub(crate) mod apply;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod form;
pub(crate) mod hosts;
pub(crate) mod init;
pub(crate) mod list;
pub(crate) mod man;
pub(crate) mod new;
pub(crate) mod past;
pub(crate) mod pcmd;
pub(crate) mod rehearsal;
pub(crate) mod runs;
pub(crate) mod undo;
