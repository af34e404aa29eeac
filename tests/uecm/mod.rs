//! The steps of uecm.

mod keepalived_vip;
