//! End to end: the program as it is run, on hosts of a real sshd and on rehearsal hosts.

mod pcmd;
mod support;
mod tidy;
