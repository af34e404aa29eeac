//! A value to write, with its type.

use std::fmt;

/// A value of a JSON or YAML document.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing: `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i128),
    /// A finite number.
    Float(f64),
    /// A text. It is quoted where a reader could take it for anything else.
    String(String),
    /// Members in order.
    List(Vec<Value>),
    /// Keys in order.
    Map(Vec<(String, Value)>),
}

impl Value {
    /// A list.
    pub fn list<V: Into<Self>>(members: impl IntoIterator<Item = V>) -> Self {
        Self::List(members.into_iter().map(Into::into).collect())
    }

    /// A map.
    pub fn map<K: Into<String>, V: Into<Self>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        Self::Map(pairs.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }

    /// The word for its type in messages.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a truth value",
            Self::Integer(_) | Self::Float(_) => "a number",
            Self::String(_) => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
        }
    }

    /// Whether all that it holds can be written.
    pub(super) fn is_finite(&self) -> bool {
        match self {
            Self::Float(number) => number.is_finite(),
            Self::List(members) => members.iter().all(Self::is_finite),
            Self::Map(pairs) => pairs.iter().all(|(_, value)| value.is_finite()),
            _ => true,
        }
    }

    /// A key that one of its maps holds twice.
    pub(super) fn repeated(&self) -> Option<&str> {
        match self {
            Self::List(members) => members.iter().find_map(Self::repeated),
            Self::Map(pairs) => pairs.iter().enumerate().find_map(|(at, (key, value))| {
                let before = pairs[..at].iter().any(|(other, _)| other == key);
                if before { Some(key.as_str()) } else { value.repeated() }
            }),
            _ => None,
        }
    }
}

/// For a person; a text without quotes.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Float(value) => f.write_str(&float(*value)),
            Self::String(value) => f.write_str(value),
            Self::List(members) => write!(f, "a list of {}", members.len()),
            Self::Map(pairs) => write!(f, "a map of {}", pairs.len()),
        }
    }
}

/// A number that every reader of JSON and YAML takes for a float: an exponent has a point and a sign.
pub(super) fn float(value: f64) -> String {
    let text = format!("{value:?}");
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let point = if mantissa.contains('.') { "" } else { ".0" };
    let sign = if exponent.starts_with('-') { "" } else { "+" };
    format!("{mantissa}{point}e{sign}{exponent}")
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::String(value.into())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::String(value)
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Self::String(value.clone())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

macro_rules! integers {
    ($($kind:ty)*) => {
        $(impl From<$kind> for Value {
            fn from(value: $kind) -> Self {
                Self::Integer(value.into())
            }
        })*
    };
}

integers!(i8 i16 i32 i64 u8 u16 u32 u64);
