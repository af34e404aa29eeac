//! A value with the place that gives it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::data::source::{Place, Problem};
use crate::data::spanned_error::SpannedError;

/// A text with the file and the bytes that it stands in.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) text: String,
    /// The place of the file among all files.
    pub(super) file: usize,
    pub(super) span: Range<usize>,
}

impl PartialEq for Text {
    /// Two places can say the same.
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// A value and its place.
#[derive(Debug, Clone)]
pub(super) struct Given<T> {
    pub(super) value: T,
    /// One for all hosts of a range.
    pub(super) place: Arc<Place>,
    /// Whether it is from an import: what an inventory itself says wins.
    pub(super) imported: bool,
    /// The group of an import that gives it to the host; a group of ours wins over it.
    pub(super) group: Option<Arc<str>>,
}

/// Variables by name.
pub(super) type Vars = BTreeMap<String, Given<String>>;

impl<T: PartialEq> Given<T> {
    /// Keeps a value beside an earlier one. Of two different values that of an inventory wins over an imported one.
    ///
    /// # Errors
    /// When both are from inventories, or both imported: `what` differs at these places.
    pub(super) fn join(
        slot: &mut Option<Self>,
        new: Option<Self>,
        what: impl Fn() -> String,
    ) -> Result<(), Box<Problem>> {
        match (slot.as_ref(), new) {
            (_, None) => {}
            (None, new) => *slot = new,
            // Of two that say the same, that of the host itself is the stronger one.
            (Some(old), Some(new)) if old.value == new.value => {
                if old.group.is_some() && new.group.is_none() {
                    *slot = Some(new);
                }
            }
            (Some(old), Some(new)) if new.imported && !old.imported => {}
            (Some(old), Some(new)) => {
                return Err(Box::new(differs(&old.place, &new.place, &what())));
            }
        }
        Ok(())
    }
}

/// Keeps variables beside earlier ones; see [`Given::join`].
pub(super) fn join_vars(into: &mut Vars, new: Vars, of: &str, mut refuse: impl FnMut(Problem)) {
    for (name, value) in new {
        let mut slot = into.remove(&name);
        let what = || format!("variable `{name}` of {of}");
        if let Err(problem) = Given::join(&mut slot, Some(value), what) {
            refuse(*problem);
        }
        into.extend(slot.map(|value| (name, value)));
    }
}

fn differs(old: &Place, new: &Place, what: &str) -> Problem {
    let problem = Problem {
        place: new.clone(),
        message: format!("{what} has another value in {}", old.name()),
        hint: Some("leave one of the two out, or give both the same value".into()),
        others: Vec::new(),
    };
    problem.other(old.clone(), "the other value")
}

/// Refuses a word that no account can have: it becomes an argument of sudo.
pub(super) fn check_account(name: &str) -> Result<(), SpannedError> {
    let odd = |c: char| !(c.is_ascii_alphanumeric() || "._-$#@\\".contains(c));
    if let Some((at, c)) = name.char_indices().find(|(_, c)| odd(*c)) {
        let message = format!("the name of an account cannot have the character `{c}`");
        return Err(SpannedError::new(at..at + c.len_utf8(), message));
    }
    if name.starts_with('-') {
        return Err(SpannedError::new(0..1, "the name of an account cannot begin with `-`"));
    }
    Ok(())
}
