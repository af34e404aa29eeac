//! The common part of typed arguments that are text with rules.

/// Gives a type `struct Name(String)` its text, its `Display`, and a `FromStr` that asks
/// `Name::check` first. Full-width characters and placeholders are refused for all of them.
macro_rules! word {
    ($name:ident, $noun:literal) => {
        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::data::fault::Fault;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::data::word::plain($noun, text)?;
                Self::check(text)
                    .map(Self)
                    .map_err(|why| $crate::data::word::wrong($noun, text, &why))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

pub(super) use word;

use super::fault::Fault;
use super::plain;

/// Refuses text that is not plain, see [`plain`].
pub(super) fn plain(noun: &str, text: &str) -> Result<(), Fault> {
    plain::check(text).map_err(|spanned| {
        let next = spanned.hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
        wrong(noun, text, &format!("{}{next}", spanned.message))
    })
}

/// The fault of a wrong value, whole in its message: that is all clap shows of it.
pub(super) fn wrong(noun: &str, text: &str, why: &str) -> Fault {
    Fault::usage(format!("`{text}` is not {noun}: {why}"))
}
