//! Keys of ini, env, JSON and YAML files; comments and order stay.

use camino::Utf8PathBuf;

use super::edit::Edit;
use super::keys::Keys;
use crate::text::edit::tree::Format;
use crate::text::edit::{env, ini};

/// `key = value` in `section` of an ini file (`None`: before the first section).
pub fn ini(
    path: impl Into<Utf8PathBuf>,
    section: Option<&str>,
    key: impl Into<String>,
    value: impl Into<String>,
) -> Edit {
    let (path, key, value) = (path.into(), key.into(), value.into());
    let section = section.map(str::to_owned);
    let what = match &section {
        Some(section) => format!("set {key} of [{section}] in {path}"),
        None => format!("set {key} in {path}"),
    };
    Edit::new(path, what, move |file| ini::set(file, section.as_deref(), &key, &value))
}

/// No such key in `section` of an ini file.
pub fn ini_absent(
    path: impl Into<Utf8PathBuf>,
    section: Option<&str>,
    key: impl Into<String>,
) -> Edit {
    let (path, key, section) = (path.into(), key.into(), section.map(str::to_owned));
    let what = format!("remove {key} from {path}");
    Edit::new(path, what, move |file| ini::remove(file, section.as_deref(), &key))
}

/// `KEY=value` in a file of shell assignments; the value is taken literally and quoted as needed. Of
/// several assignments the last one counts, and the plan names the others.
pub fn env(path: impl Into<Utf8PathBuf>, key: impl Into<String>, value: impl Into<String>) -> Edit {
    let (path, key, value) = (path.into(), key.into(), value.into());
    let (what, again) = (format!("set {key} in {path}"), key.clone());
    Edit::new(path, what, move |file| env::set(file, &key, &value))
        .noting(move |file| env::repeated(file, &again))
}

/// No such key in a file of shell assignments.
pub fn env_absent(path: impl Into<Utf8PathBuf>, key: impl Into<String>) -> Edit {
    let (path, key) = (path.into(), key.into());
    let what = format!("remove {key} from {path}");
    Edit::new(path, what, move |file| env::remove(file, &key))
}

/// The values in a JSON file, see [`Keys`]. Comments stay, in a file that has them.
pub fn json(path: impl Into<Utf8PathBuf>) -> Keys {
    Keys::new(path, Format::Json)
}

/// The values in a YAML file, see [`Keys`].
pub fn yaml(path: impl Into<Utf8PathBuf>) -> Keys {
    Keys::new(path, Format::Yaml)
}
