//! End to end: the program as it is run, on hosts of a real sshd and on rehearsal hosts.

mod bk_upgrade;
mod pcmd;
mod support;
mod surface;
mod uecm;
mod webservice;
