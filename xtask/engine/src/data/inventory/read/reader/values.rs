//! Typed values of tables.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Reader;
use crate::data::inventory::read::given::{Given, Text, Vars, check_account};
use crate::data::plain;
use crate::data::spanned_error::SpannedError;

impl Reader<'_> {
    fn wrong_type(&mut self, key: &str, wants: &str, value: &Spanned<DeValue<'_>>) {
        let has = value.get_ref().type_str();
        self.bad(value.span(), format!("`{key}` needs {wants}, not {}", article(has)));
    }

    /// A table within a table.
    pub(in crate::data::inventory::read) fn table<'t, 'i>(
        &mut self,
        table: &'t DeTable<'i>,
        key: &str,
    ) -> Option<&'t DeTable<'i>> {
        let value = table.get(key)?;
        self.as_table(key, value)
    }

    pub(in crate::data::inventory::read) fn as_table<'t, 'i>(
        &mut self,
        key: &str,
        value: &'t Spanned<DeValue<'i>>,
    ) -> Option<&'t DeTable<'i>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong_type(key, "a table", value);
        }
        table
    }

    /// A text that is not empty and may stand in a command.
    pub(in crate::data::inventory::read) fn as_text(
        &mut self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
    ) -> Option<Text> {
        self.checked(key, value, plain::check)
    }

    /// A text that is not empty, for a person.
    pub(in crate::data::inventory::read) fn prose(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
    ) -> Option<Text> {
        let value = table.get(key)?;
        self.checked(key, value, plain::check_prose)
    }

    fn checked(
        &mut self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        check: fn(&str) -> Result<(), SpannedError>,
    ) -> Option<Text> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(key, "a text in quotes", value);
            return None;
        };
        let text = Text { text: text.to_owned(), file: self.file, span: value.span() };
        if text.text.is_empty() {
            self.bad(text.span, format!("`{key}` is empty"));
            return None;
        }
        match check(&text.text) {
            Ok(()) => Some(text),
            Err(spanned) => {
                self.reject(&text, spanned);
                None
            }
        }
    }

    pub(in crate::data::inventory::read) fn spanned(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
    ) -> Option<Text> {
        let value = table.get(key)?;
        self.as_text(key, value)
    }

    pub(in crate::data::inventory::read) fn text(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
    ) -> Option<String> {
        self.spanned(table, key).map(|text| text.text)
    }

    /// A text, or a list of texts.
    pub(in crate::data::inventory::read) fn texts(
        &mut self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
    ) -> Option<Vec<Text>> {
        match value.get_ref() {
            DeValue::Array(_) => self.as_list(key, value),
            _ => self.as_text(key, value).map(|text| vec![text]),
        }
    }

    /// A list of texts, at least one.
    pub(in crate::data::inventory::read) fn list(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
    ) -> Option<Vec<Text>> {
        let value = table.get(key)?;
        self.as_list(key, value)
    }

    fn as_list(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Vec<Text>> {
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(key, "a list of texts", value);
            return None;
        };
        if array.is_empty() {
            self.bad(value.span(), format!("`{key}` is an empty list"));
        }
        let texts: Vec<Text> = array.iter().filter_map(|item| self.as_text(key, item)).collect();
        (!texts.is_empty()).then_some(texts)
    }

    /// A whole number within bounds.
    pub(in crate::data::inventory::read) fn number(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
        bounds: RangeInclusive<u16>,
    ) -> Option<u16> {
        let value = table.get(key)?;
        let Some(number) = value.get_ref().as_integer() else {
            self.wrong_type(key, "a whole number", value);
            return None;
        };
        let read = u16::from_str_radix(number.as_str(), number.radix()).ok();
        let fits = read.filter(|number| bounds.contains(number));
        if fits.is_none() {
            let (low, high) = bounds.into_inner();
            self.bad(value.span(), format!("`{key}` is {number}, outside of {low} to {high}"));
        }
        fits
    }

    /// `become`: whether the shell is opened through sudo.
    pub(in crate::data::inventory::read) fn sudo(&mut self, table: &DeTable<'_>) -> Option<bool> {
        let way = self.spanned(table, "become")?;
        match way.text.as_str() {
            "sudo" => Some(true),
            "none" => Some(false),
            other => {
                let problem =
                    self.source.problem(way.span.clone(), format!("`become` cannot be `{other}`"));
                self.push(problem.hint(Some("write \"sudo\" or \"none\"".into())));
                None
            }
        }
    }

    /// `become_user`: the account that sudo changes to.
    pub(in crate::data::inventory::read) fn account(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
    ) -> Option<String> {
        let account = self.spanned(table, key)?;
        match check_account(&account.text) {
            Ok(()) => Some(account.text),
            Err(wrong) => {
                self.reject(&account, wrong);
                None
            }
        }
    }

    /// A value with its place.
    pub(in crate::data::inventory::read) fn given<T>(
        &self,
        table: &DeTable<'_>,
        key: &str,
        value: Option<T>,
    ) -> Option<Given<T>> {
        let place = Arc::new(self.place(table.get(key)?.span()));
        Some(Given { value: value?, place, imported: self.is_imported(), group: None })
    }

    /// Keeps a value beside an earlier one, or reports both places; see [`Given::join`].
    pub(in crate::data::inventory::read) fn keep<T: PartialEq>(
        &mut self,
        slot: &mut Option<Given<T>>,
        new: Option<Given<T>>,
        what: impl Fn() -> String,
    ) {
        if let Err(problem) = Given::join(slot, new, what) {
            self.push(*problem);
        }
    }

    /// `true` or `false`.
    pub(in crate::data::inventory::read) fn truth(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
    ) -> Option<bool> {
        let value = table.get(key)?;
        match value.get_ref() {
            DeValue::Boolean(truth) => Some(*truth),
            _ => {
                self.wrong_type(key, "true or false", value);
                None
            }
        }
    }

    /// Variables: texts, numbers or truth values, kept as they are written.
    pub(in crate::data::inventory::read) fn vars(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
    ) -> Vars {
        let Some(table) = self.table(table, key) else { return BTreeMap::new() };
        let mut vars = BTreeMap::new();
        for (name, value) in self.entries(table) {
            let text = match value.get_ref() {
                DeValue::String(text) => text.to_string(),
                DeValue::Integer(number) => number.to_string(),
                DeValue::Float(number) => number.as_str().to_owned(),
                DeValue::Boolean(truth) => truth.to_string(),
                _ => {
                    self.wrong_type(&name.text, "one value (text, number, true, false)", value);
                    continue;
                }
            };
            let place = Arc::new(self.place(value.span()));
            let imported = self.is_imported();
            vars.insert(name.text, Given { value: text, place, imported, group: None });
        }
        vars
    }
}

/// A type of TOML with its article.
fn article(noun: &str) -> String {
    let an = noun.starts_with(['a', 'i']);
    format!("{} {noun}", if an { "an" } else { "a" })
}
