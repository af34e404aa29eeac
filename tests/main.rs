//! End to end: the program as it is run, on hosts of a real sshd and on rehearsal hosts.

mod asking;
mod bk_upgrade;
mod cases;
mod deaths;
mod ending;
mod flags;
mod handbooks;
mod hosts;
mod identity;
mod locks;
mod moved;
mod new;
mod pcmd;
mod rehearsal;
mod resume;
mod runs;
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
