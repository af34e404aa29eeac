//! The account as the page gets it: each text once, an operation as a row of numbers.
//!
//! 50,000 operations are 2 MB, and a live page gets the rows that have changed. The script reads it in
//! `templates/report/model.js`.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::super::account::{Account, Done};

/// What a page gets.
#[derive(Debug, Clone, Copy)]
pub(in crate::commands::runs) struct Changed {
    /// The state that it has then.
    pub(in crate::commands::runs) version: u64,
    /// Nothing will change any more.
    pub(in crate::commands::runs) over: bool,
    /// It forgets the rows that it has.
    pub(in crate::commands::runs) whole: bool,
}

/// The texts of the rows, each once.
#[derive(Default)]
struct Texts<'a> {
    all: Vec<&'a str>,
    places: HashMap<&'a str, usize>,
}

impl<'a> Texts<'a> {
    fn place(&mut self, text: &'a str) -> usize {
        *self.places.entry(text).or_insert_with(|| {
            self.all.push(text);
            self.all.len() - 1
        })
    }
}

/// The head, and the rows of the operations that `wants` takes by their places.
pub(in crate::commands::runs) fn data(
    account: &Account,
    wants: impl Fn(usize) -> bool,
    changed: &Changed,
) -> Value {
    let mut texts = Texts::default();
    // The empty text is the first: 0 says that there is none.
    texts.place("");
    let began = milliseconds(&account.head.began);
    let rows = account.operations.iter().enumerate().filter(|(at, _)| wants(*at));
    let rows: Vec<Value> = rows.map(|(at, done)| row(at, done, began, &mut texts)).collect();
    json!({
        "head": account.head,
        "texts": texts.all,
        "rows": rows,
        "version": changed.version,
        "over": changed.over,
        "whole": changed.whole,
    })
}

/// Place, host, stage, process, start in milliseconds of the run, duration in milliseconds (-1 for none), operation,
/// outcome, flags, diff, error, outputs.
fn row<'a>(at: usize, done: &'a Done, began: i64, texts: &mut Texts<'a>) -> Value {
    let one = &done.it;
    let flags = [done.good, done.wait, one.changed, one.undo, one.undone];
    let flags = flags.iter().enumerate().map(|(bit, set)| u32::from(*set) << bit).sum::<u32>();
    let printed: Vec<Value> = done
        .printed
        .iter()
        .map(|it| json!([it.file, it.stream, it.bytes, texts.place(&it.text), it.cut]))
        .collect();
    json!([
        at,
        texts.place(&one.host),
        texts.place(&one.stage),
        one.process,
        milliseconds(&one.began) - began,
        one.seconds.map_or(-1, |seconds| (seconds * 1000.0).round() as i64),
        texts.place(&one.what),
        texts.place(&one.outcome),
        flags,
        texts.place(&one.diff),
        texts.place(one.error.as_deref().unwrap_or_default()),
        printed
    ])
}

/// The time of a journal, in milliseconds since 1970; 0 for none.
fn milliseconds(at: &str) -> i64 {
    at.parse::<jiff::Timestamp>().map_or(0, jiff::Timestamp::as_millisecond)
}
