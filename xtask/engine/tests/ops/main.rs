//! Every operation on a real shell: needed, changed, kept, planned, undone.

#![expect(clippy::unwrap_used, reason = "a test fails where it expects the wrong thing")]

mod aid;
mod backup;
mod backup_content;
mod backup_hollow;
mod bench;
mod clusters;
mod cut;
mod detached;
mod download;
mod edit;
mod file;
mod foreign;
mod interactive;
mod job_full;
mod jobs;
mod keys;
mod marker;
mod nginx;
mod paths;
mod script;
mod secret;
mod shell;
mod strange;
mod transfer;
mod tree;
mod trips;
mod units;
mod vocabulary;
mod wait;
