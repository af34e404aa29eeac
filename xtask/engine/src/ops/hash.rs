//! The hash of bytes, for records and markers.

use sha2::{Digest as _, Sha256};

/// The SHA-256 of `bytes`, in hexadecimal.
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
