//! Shell functions that several snippets share. A snippet asks for them with `# with: marker`, and is sent with those
//! that it calls.

use std::borrow::Cow;

/// The names of all.
pub(super) const NAMES: [&str; 7] =
    ["http", "marker", "mongodb", "mysql", "nap", "pages", "vendor"];

/// The text of the library `name`, the file `snippets/lib/NAME.sh`.
fn library(name: &str) -> Option<&'static str> {
    Some(match name {
        "http" => include_str!("../../../../snippets/lib/http.sh"),
        "marker" => include_str!("../../../../snippets/lib/marker.sh"),
        "mongodb" => include_str!("../../../../snippets/lib/mongodb.sh"),
        "mysql" => include_str!("../../../../snippets/lib/mysql.sh"),
        "nap" => include_str!("../../../../snippets/lib/nap.sh"),
        "pages" => include_str!("../../../../snippets/lib/pages.sh"),
        "vendor" => include_str!("../../../../snippets/lib/vendor.sh"),
        _ => return None,
    })
}

/// The text of a snippet with that of its libraries in front.
///
/// # Errors
/// The name of a library that does not exist.
pub(super) fn with(text: &'static str) -> Result<Cow<'static, str>, &'static str> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("# with:"));
    let names: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
    if names.is_empty() {
        return Ok(Cow::Borrowed(text));
    }
    let parts = names.into_iter().map(|name| library(name).ok_or(name));
    Ok(Cow::Owned(parts.collect::<Result<Vec<_>, _>>()?.concat() + text))
}
