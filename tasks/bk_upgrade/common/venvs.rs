//! Python virtual environments of a retired service.

use engine::prelude::*;

const VENVS_ABSENT: Snippet = snippet!("bk-upgrade/venvs");

/// Removes each name by itself, in a login shell that has `rmvirtualenv` (X4.32, X4.35).
pub(crate) fn absent(install_path: &AbsPath, names: &[String]) -> Shell {
    let home = format!("{install_path}/.envs");
    let what = match names {
        [name] => format!("remove the virtual environment {home}/{name}"),
        _ => format!("remove {} virtual environments below {home}", names.len()),
    };
    let names = Value::List(names.to_vec());
    Shell::new(VENVS_ABSENT, [("NAMES", names), ("VENV_HOME", home.into())]).called(what)
}

/// The name of one environment. A path like `../..` is refused: `rmvirtualenv` would remove its target.
///
/// # Errors
/// A name with other characters than letters, digits, `-`, `_` and `.`, or that begins with `-` or `.`.
pub(crate) fn name(text: &str) -> Result<String, String> {
    let good = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if text.is_empty() || text.starts_with(['-', '.']) || !text.chars().all(good) {
        return Err("an environment's name has letters, digits, -, _ and . only".into());
    }
    Ok(text.to_owned())
}
