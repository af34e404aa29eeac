//! A pager: a program that shows a long text page by page on the terminal.

use std::collections::HashMap;
use std::io;

/// Variables that a pager may need; secrets of the environment are none of its business.
const NAMES: [&str; 15] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "TERM",
    "TERMINFO",
    "COLORTERM",
    "TMPDIR",
    "LANG",
    "LINES",
    "COLUMNS",
    "LV",
    "MORE",
    "DISPLAY",
];
/// The beginnings of further names.
const STARTS: [&str; 4] = ["LC_", "LESS", "BAT_", "XDG_"];

/// The pager of this environment, a command of the shell: `$XTASK_PAGER`, else `$PAGER`, else `less` where it is
/// installed. None when a variable is empty or `cat`.
pub fn chosen() -> Option<String> {
    choose(|name| std::env::var(name).ok(), || which::which("less").is_ok())
}

fn choose(env: impl Fn(&str) -> Option<String>, has_less: impl FnOnce() -> bool) -> Option<String> {
    let named = env("XTASK_PAGER").or_else(|| env("PAGER"));
    let pager = match named {
        Some(pager) => pager,
        None if has_less() => "less -FRX".to_owned(),
        None => return None,
    };
    let is_none = ["", "cat"].contains(&pager.trim());
    (!is_none).then_some(pager)
}

/// Shows a text, and returns when the person is done. False when the pager does not start. One that ends early has
/// shown enough, whatever its exit code is.
///
/// # Errors
/// When no shell can be started.
#[expect(clippy::disallowed_methods, reason = "a pager ends when its reader is done")]
pub fn show(pager: &str, text: &str) -> io::Result<bool> {
    let mut env: HashMap<String, String> = std::env::vars()
        .filter(|(name, _)| {
            NAMES.contains(&name.as_str()) || STARTS.iter().any(|start| name.starts_with(start))
        })
        .collect();
    // Colours, no page for a short text, and the text stays on the screen.
    env.entry("LESS".to_owned()).or_insert_with(|| "FRX".to_owned());
    let shell = duct::cmd("/bin/sh", ["-c", pager]).full_env(env);
    let done = shell.stdin_bytes(text).unchecked().run()?;
    Ok(!matches!(done.status.code(), Some(126 | 127)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The environment, whether less is installed, and the pager.
    type Row<'a> = (&'a [(&'a str, &'a str)], bool, Option<&'a str>);

    #[test]
    fn our_own_variable_wins_and_an_empty_one_means_none() {
        let table: [Row<'_>; 7] = [
            (&[], true, Some("less -FRX")),
            (&[], false, None),
            (&[("PAGER", "more")], true, Some("more")),
            (&[("PAGER", "more"), ("XTASK_PAGER", "most -s")], true, Some("most -s")),
            (&[("PAGER", "more"), ("XTASK_PAGER", "")], true, None),
            (&[("PAGER", "cat")], true, None),
            (&[("PAGER", "")], true, None),
        ];
        for (env, has_less, expected) in table {
            let look = |name: &str| {
                env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(choose(look, || has_less).as_deref(), expected, "{env:?}");
        }
    }

    #[test]
    fn a_pager_that_ends_early_has_shown_enough_and_one_that_is_missing_has_not() {
        let long = "x\n".repeat(1 << 20);
        assert!(show("head -n 1 >/dev/null; exit 3", &long).unwrap());
        assert!(!show("no-such-pager-here 2>/dev/null", "x").unwrap());
    }
}
