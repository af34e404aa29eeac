//! Every operation on a real shell: needed, changed, kept, planned, undone.

#![expect(clippy::unwrap_used, reason = "a test fails where it expects the wrong thing")]

mod aid;
mod bench;
mod cut;
mod detached;
mod edit;
mod file;
mod foreign;
mod jobs;
mod paths;
mod script;
mod secret;
mod shell;
mod strange;
mod transfer;
mod tree;
mod units;
mod wait;
