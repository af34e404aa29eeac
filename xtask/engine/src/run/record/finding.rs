//! A finding: what a step has found out, for people, programs and the record.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::text::mask::Mask;

/// The answer of a step that reads: the order of the nodes, the bridge of a host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Its name, the same in every run: `order`, `bridge`.
    pub name: String,
    /// The host or node that it is about; none for one about the whole step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// For programs. Its shape belongs to the name.
    pub value: Value,
    /// For people.
    pub text: String,
}

impl Finding {
    /// `value` is for programs, `text` for people.
    pub fn new(name: &str, value: impl Into<Value>, text: impl Into<String>) -> Self {
        Self { name: name.to_owned(), about: None, value: value.into(), text: text.into() }
    }

    /// The host or node that it is about.
    #[must_use]
    pub fn about(mut self, name: impl Into<String>) -> Self {
        self.about = Some(name.into());
        self
    }

    /// `node1: br0`; without a host or node `order: web0, then web1`. A text of several lines stands for itself.
    pub fn line(&self) -> String {
        if self.about.is_none() && self.text.contains('\n') {
            return self.text.clone();
        }
        format!("{}: {}", self.about.as_ref().unwrap_or(&self.name), self.text)
    }

    /// Whether both answer the same question.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.name == other.name && self.about == other.about
    }

    /// Without secrets.
    pub(in crate::run) fn masked(mut self, mask: &Mask) -> Self {
        hide(&mut self.value, mask);
        self.text = mask.text(&self.text);
        self
    }
}

fn hide(value: &mut Value, mask: &Mask) {
    match value {
        Value::String(text) => *text = mask.text(text),
        Value::Array(parts) => parts.iter_mut().for_each(|part| hide(part, mask)),
        Value::Object(fields) => fields.values_mut().for_each(|part| hide(part, mask)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_hidden_at_every_depth() {
        let value = serde_json::json!({ "a": ["hunter2!", { "b": "x hunter2!", "c": 7 }] });
        let found = Finding::new("n", value, "is hunter2!").about("h");
        let found = found.masked(&Mask::new().value("hunter2!"));
        assert_eq!(found.value.to_string(), r#"{"a":["****",{"b":"x ****","c":7}]}"#);
        assert_eq!(found.line(), "h: is ****");
    }
}
