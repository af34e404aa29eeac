//! An argument: a flag or a word on the command line, and a variable of the shell.

use super::kind::Kind;
use crate::data::nearest::did_you_mean;
use crate::data::spanned_error::SpannedError;

/// `# arg: --level N (u8 1..3, default 3) how much is logged`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arg {
    /// The flag without its dashes; none for an argument by its place.
    pub long: Option<String>,
    /// The name of the value in the help.
    pub value_name: String,
    /// The variable of the shell: `LEVEL`.
    pub variable: String,
    /// The kind of its value.
    pub kind: Kind,
    /// Whether a value must be there.
    pub presence: Presence,
    /// The line of help.
    pub help: String,
}

/// Whether a value must be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// It must be typed.
    Required,
    /// It may be left out, and is empty then.
    Optional,
    /// It may be left out, and has this value then.
    Default(String),
}

/// The form, for hints.
const FORM: &str = "write it as: # arg: --level N (u8 1..3, default 3) how much is logged";

impl Arg {
    /// Reads the value of a line.
    ///
    /// # Errors
    /// The mistake, at its bytes of `value`.
    pub(super) fn read(value: &str) -> Result<Self, SpannedError> {
        let whole = |message: &str| SpannedError::new(0..value.len(), message).hint(FORM);
        let (before, rest) =
            value.split_once('(').ok_or_else(|| whole("the type in parentheses is missing"))?;
        let (spec, help) = rest.split_once(')').ok_or_else(|| whole("the `)` is missing"))?;
        let at = before.len() + 1..before.len() + 1 + spec.len();
        let help = help.trim();
        if help.is_empty() {
            return Err(whole("the help is missing"));
        }
        let (kind, presence) = specified(spec).map_err(|(message, hint)| {
            let error = SpannedError::new(at, message);
            if let Some(hint) = hint { error.hint(hint) } else { error }
        })?;
        let mut words = before.split_whitespace();
        let name = words.next().ok_or_else(|| whole("the name is missing"))?;
        let named = words.next();
        let at = 0..before.trim_end().len();
        let wrong = |message: String| SpannedError::new(at.clone(), message).hint(FORM);
        if words.next().is_some() {
            return Err(wrong("a name, the name of its value, and then the type".to_owned()));
        }
        let long = match name.strip_prefix("--") {
            Some(long) if is_flag(long) => Some(long.to_owned()),
            None if is_value_name(name) && named.is_none() => None,
            _ => {
                return Err(wrong(format!(
                    "`{name}` is not a name: --level, or LEVEL by its place"
                )));
            }
        };
        if let Some(named) = named.filter(|named| !is_value_name(named)) {
            return Err(wrong(format!("`{named}` is not the name of a value: capital letters")));
        }
        let is_switch = kind == Kind::Switch;
        if is_switch && (long.is_none() || named.is_some() || presence != Presence::Required) {
            return Err(wrong("a switch is a flag without a value: --force (switch)".to_owned()));
        }
        let variable = long.as_deref().unwrap_or(name).to_uppercase().replace('-', "_");
        let value_name = match (&long, named) {
            (None, _) => name,
            (_, Some(named)) => named,
            (_, None) => kind.value_name(),
        };
        let value_name = value_name.to_owned();
        Ok(Self { long, value_name, variable, kind, presence, help: help.to_owned() })
    }
}

/// `u8 1..3, default 3`.
fn specified(spec: &str) -> Result<(Kind, Presence), (String, Option<String>)> {
    let (kind, rest) = spec.split_once(',').unwrap_or((spec, ""));
    let kind = Kind::read(kind.trim())?;
    let rest = rest.trim();
    let (word, value) = rest.split_once(' ').unwrap_or((rest, ""));
    let presence = match word {
        "" => Presence::Required,
        "optional" if value.is_empty() => Presence::Optional,
        "default" => {
            let value = value.trim();
            let value = kind
                .check(value)
                .map_err(|why| (format!("the default `{value}` is wrong: {why}"), None))?;
            Presence::Default(value)
        }
        _ => {
            let hint = did_you_mean(word, ["optional", "default"]);
            let all = || "behind the type stands optional, or default VALUE".to_owned();
            return Err((format!("unknown word `{word}`"), Some(hint.unwrap_or_else(all))));
        }
    };
    Ok((kind, presence))
}

fn is_flag(text: &str) -> bool {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    text.len() > 1 && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(good)
}

fn is_value_name(text: &str) -> bool {
    let good = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    text.starts_with(|c: char| c.is_ascii_uppercase()) && text.chars().all(good)
}
