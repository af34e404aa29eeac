//! The steps of bk-upgrade.

mod paas;
