//! The package of 6.2: its checksum, and the place where it is unpacked.

use engine::prelude::*;

use super::trees::{MARK, Tree};

/// The document's checksum.
const MD5: &str = "4213478c6b2c3e645c0c30009de474b8";

/// The checksum of the package.
#[derive(clap::Args, Debug)]
pub(crate) struct Sum {
    /// MD5 of the package, or the path of a file with it, as `md5sum` prints [default: `bk_package_md5` of `[vars]`,
    /// else that of the document]
    #[arg(long, value_name = "MD5")]
    md5: Option<String>,
}

impl Sum {
    /// The flag, else the variable, else the document's. A path names a file on the control machine: the vendor's own
    /// `bkce-src-6.2.2.tgz.md5`, carried there with the package.
    ///
    /// # Errors
    /// A usage fault for a text that is no MD5; refused: a file without one.
    pub(crate) fn read(&self, control: &Host<'_>) -> Result<String> {
        let told = self.md5.as_deref().or(control.entry().var("bk_package_md5")).unwrap_or(MD5);
        if told.starts_with('/') {
            return of_file(control, told);
        }
        is_sum(told).ok_or_else(|| {
            Fault::usage(format!("{told:?} is no md5 checksum of the package"))
                .hint("an md5 checksum has 32 hexadecimal digits; a file with one has an absolute path")
                .into()
        })
    }
}

/// The only checksum of a file, the first word of its line.
fn of_file(control: &Host<'_>, path: &str) -> Result<String> {
    let entry = control.look("read the checksum", |reader| reader.read(path.into()))?;
    let text = match &entry {
        Entry::File(file) => String::from_utf8_lossy(&file.bytes),
        _ => "".into(),
    };
    let mut sums = text.lines().filter_map(|line| is_sum(line.split(' ').next().unwrap_or(line)));
    match (sums.next(), sums.next()) {
        (Some(sum), None) => Ok(sum),
        (found, _) => {
            let many = if found.is_some() { "several md5 checksums" } else { "no md5 checksum" };
            Err(Fault::refused(format!("{many} of the package in {path} on {}", control.name()))
                .hint(
                    "a line `MD5  NAME`, as md5sum prints; or give the checksum itself: --md5 MD5",
                )
                .into())
        }
    }
}

fn is_sum(text: &str) -> Option<String> {
    let sum = text.trim().to_ascii_lowercase();
    (sum.len() == 32 && sum.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(sum)
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
