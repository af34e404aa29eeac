//! JSON, with comments and commas at the end where a file has them.

use jsonc_parser::ast::{self, ObjectPropName};
use jsonc_parser::common::{Range, Ranged as _};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::node::{Layout, Node, Shape, Style};
use super::place::wrong;
use super::value::{Value, float};
use crate::data::fault::Fault;

/// The forms of JSON and of JSON with comments, and no others.
const FORMS: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_trailing_commas: true,
    allow_loose_object_property_names: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// The document in `text`; `None` when nothing but blanks and comments is in it.
pub(super) fn read(text: &str) -> Result<Option<Node>, Fault> {
    let result = parse_to_ast(text, &CollectOptions::default(), &FORMS);
    let parsed = result.map_err(|error| {
        let what = format!("the file is no JSON: {}", error.kind());
        wrong(text, error.range().start, what).hint("correct the file by hand, then run this again")
    })?;
    Ok(parsed.value.as_ref().map(node))
}

/// Whether strict readers take it.
pub(super) fn is_strict(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

fn node(value: &ast::Value<'_>) -> Node {
    let Range { start, end } = value.range();
    let scalar = |style, text: &str| Shape::Scalar(style, text.to_owned());
    let shape = match value {
        ast::Value::StringLit(it) => scalar(Style::Double, &it.value),
        ast::Value::NumberLit(it) => scalar(Style::Plain, it.value),
        ast::Value::BooleanLit(it) => scalar(Style::Plain, if it.value { "true" } else { "false" }),
        ast::Value::NullKeyword(_) => scalar(Style::Plain, "null"),
        ast::Value::Array(it) => Shape::List(Layout::Flow, it.elements.iter().map(node).collect()),
        ast::Value::Object(it) => {
            let pair = |it: &ast::ObjectProp<'_>| (key(&it.name), node(&it.value));
            Shape::Map(Layout::Flow, it.properties.iter().map(pair).collect())
        }
    };
    Node { span: start..end, start, shape, anchor: 0, tag: None }
}

fn key(name: &ObjectPropName<'_>) -> Node {
    let Range { start, end } = name.range();
    let shape = Shape::Scalar(Style::Double, name.as_str().to_owned());
    Node { span: start..end, start, shape, anchor: 0, tag: None }
}

/// `value` on one line, with these texts behind commas and colons.
pub(super) fn line(value: &Value, comma: &str, colon: &str) -> String {
    let join = |parts: Vec<String>| parts.join(&format!(",{comma}"));
    match value {
        Value::List(members) => {
            format!("[{}]", join(members.iter().map(|it| line(it, comma, colon)).collect()))
        }
        Value::Map(pairs) => {
            let pair = |(key, value): &(String, Value)| {
                format!("{}:{colon}{}", quoted(key), line(value, comma, colon))
            };
            format!("{{{}}}", join(pairs.iter().map(pair).collect()))
        }
        Value::Float(value) => float(*value),
        Value::String(text) => quoted(text),
        other => other.to_string(),
    }
}

/// `value` over several lines; the first one is indented already, by `indent`.
pub(super) fn lines(value: &Value, indent: &str, unit: &str, colon: &str, ending: &str) -> String {
    let deeper = format!("{indent}{unit}");
    let wrap = |open, parts: Vec<String>, close| {
        let parts = parts.join(&format!(",{ending}{deeper}"));
        format!("{open}{ending}{deeper}{parts}{ending}{indent}{close}")
    };
    let inner = |value: &Value| lines(value, &deeper, unit, colon, ending);
    match value {
        Value::List(members) if !members.is_empty() => {
            wrap("[", members.iter().map(inner).collect(), "]")
        }
        Value::Map(pairs) if !pairs.is_empty() => {
            let pair =
                |(key, value): &(String, Value)| format!("{}:{colon}{}", quoted(key), inner(value));
            wrap("{", pairs.iter().map(pair).collect(), "}")
        }
        other => line(other, " ", colon),
    }
}

pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
