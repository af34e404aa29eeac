//! The reader of the vendor's tools: their output decides, not their exit code (X4.36, X4.48, XX.9).
//!
//! Its rules are in `snippets/lib/vendor.sh`. A step gives it the error lines that the document declares harmless, and
//! nothing else: every other error line is shown, and fails the step.

use engine::prelude::*;

const AGREED: Snippet = snippet!("bk-upgrade/output_agreed");

/// Lines for `vendor_run`: one harmless error line each, where `*` stands for any text.
pub(crate) fn allowed(lines: &[&str]) -> Value {
    lines.join("\n").into()
}

/// `bk_install` asks for the agreement unless its file exists. Without a terminal nobody can answer (X4.42).
///
/// # Errors
/// Refused (exit 6) when the file is missing.
pub(crate) fn agreed(control: &Reader<'_>, install_dir: &AbsPath) -> Result<()> {
    let file = format!("{install_dir}/.agreed");
    if control.kept(AGREED, [("FILE", Value::from(file.as_str()))])? {
        return Ok(());
    }
    let fault = Fault::refused(format!("bk_install would ask for the agreement: no {file}"));
    Err(fault
        .hint(format!("read the agreement and answer it once: cd {install_dir} && ./bk_install"))
        .into())
}
