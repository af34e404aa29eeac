//! The package of 6.2: its checksum, and the place where it is unpacked.

use engine::prelude::*;

use super::trees::{MARK, Tree};

/// The document's checksum.
const MD5: &str = "4213478c6b2c3e645c0c30009de474b8";

/// The checksum of the package.
#[derive(clap::Args, Debug)]
pub(crate) struct Sum {
    /// MD5 of the package [default: `bk_package_md5` of `[vars]`, else that of the document]
    #[arg(long, value_name = "MD5")]
    md5: Option<String>,
}

impl Sum {
    /// The flag, else the variable, else the document's.
    pub(crate) fn of(&self, control: &Host<'_>) -> String {
        let told = self.md5.as_deref().or(control.entry().var("bk_package_md5"));
        told.unwrap_or(MD5).trim().to_ascii_lowercase()
    }

    /// The same; it must be one.
    ///
    /// # Errors
    /// A usage fault for a text that is no MD5.
    pub(crate) fn checked(&self, control: &Host<'_>) -> Result<String, Fault> {
        let sum = self.of(control);
        if sum.len() == 32 && sum.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(sum);
        }
        Err(Fault::usage(format!("{sum:?} is no md5 checksum of the package"))
            .hint("an md5 checksum has 32 hexadecimal digits"))
    }
}

/// Refuses a part of the package that was not unpacked as a whole (X4.15).
///
/// # Errors
/// Refused, with the step that unpacks it.
pub(crate) fn is_whole(unpacked: &Tree) -> Result<(), Fault> {
    if unpacked.lacks(&[MARK]).is_empty() {
        return Ok(());
    }
    Err(Fault::refused(format!("{} is no whole unpacked package", unpacked.path))
        .detail("missing", format!("{}/{MARK}", unpacked.path))
        .hint("first: cargo xtask bk-upgrade unpack-package"))
}
