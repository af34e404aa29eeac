//! Floor 0: plain values without I/O.

pub mod abs_path;
pub mod byte_size;
pub mod cidr;
pub mod composite_file;
pub mod expression;
pub mod fault;
pub mod holder;
pub mod host_limit;
pub mod identity;
pub mod ifname;
mod import;
pub mod install_config;
pub mod inventory;
pub mod key_path;
pub mod loss;
pub mod mac;
pub mod natural;
pub mod nearest;
pub mod netmask;
pub mod node_name;
pub mod outcome;
pub mod pins;
pub mod plain;
pub mod quorum;
pub mod range;
pub mod signal;
pub mod source;
pub mod span;
pub mod spanned_error;
pub mod stamp;
#[cfg(test)]
pub(crate) mod testing;
pub mod unit_name;
pub mod unseen;
pub mod version;
mod wildcard;
mod word;
