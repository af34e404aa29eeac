//! JSON as a tree.

use jsonc_parser::ast::{self, ObjectPropName};
use jsonc_parser::common::Ranged as _;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::super::found::Word;
use super::{DEPTH, Node, Shape, Wrong};

const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_trailing_commas: false,
    allow_loose_object_property_names: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Reads a document.
pub(in crate::data::import) fn read(text: &str) -> Result<Node, Wrong> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &STRICT).map_err(|error| {
        let at = error.range().start;
        (at, format!("not JSON: {}", error.kind()))
    })?;
    match &parsed.value {
        Some(value) => node(value, 0),
        None => Err((0, "not JSON: it is empty".to_owned())),
    }
}

fn node(value: &ast::Value<'_>, depth: usize) -> Result<Node, Wrong> {
    let range = value.range();
    let span = range.start..range.end;
    if depth > DEPTH {
        return Err((span.start, format!("more than {DEPTH} lists and maps inside each other")));
    }
    let shape = match value {
        ast::Value::StringLit(it) => Shape::One(it.value.to_string()),
        ast::Value::NumberLit(it) => Shape::One(it.value.to_owned()),
        ast::Value::BooleanLit(it) => Shape::One(it.value.to_string()),
        ast::Value::NullKeyword(_) => Shape::Null,
        ast::Value::Array(it) => {
            let members = it.elements.iter().map(|it| node(it, depth + 1));
            Shape::List(members.collect::<Result<_, _>>()?)
        }
        ast::Value::Object(it) => {
            let pair = |it: &ast::ObjectProp<'_>| Ok((key(&it.name), node(&it.value, depth + 1)?));
            map(it.properties.iter().map(pair).collect::<Result<_, _>>()?)
        }
    };
    Ok(Node { span, shape })
}

/// A map; one of a single special key is a text that Ansible marks.
fn map(mut pairs: Vec<(Word, Node)>) -> Shape {
    let only = if pairs.len() == 1 { pairs[0].0.text.as_str() } else { "" };
    match only {
        "__ansible_vault" => Shape::Tagged,
        "__ansible_unsafe" => pairs.remove(0).1.shape,
        _ => Shape::Map(pairs),
    }
}

fn key(name: &ObjectPropName<'_>) -> Word {
    let range = name.range();
    Word::new(name.as_str(), range.start..range.end)
}
