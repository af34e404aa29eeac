//! End to end: the program as it is run, on hosts of a real sshd and on rehearsal hosts.

mod bk_upgrade;
mod ending;
mod flags;
mod hosts;
mod pcmd;
mod resume;
mod sessions;
mod sharing;
mod startup;
mod support;
mod surface;
mod tidy;
mod uecm;
mod undo;
mod unreachable;
mod webservice;
