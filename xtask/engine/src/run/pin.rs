//! `hosts pin`: accepts the current identity of hosts.

use anyhow::Result;
use serde::Serialize;

use super::context::Context;
use super::fanout;
use super::options::Output;
use super::report::json::SCHEMA;
use super::session_pool::HostHandle;
use crate::data::fault::{Fault, Kind};
use crate::data::identity::Identity;
use crate::data::pins::{Twins, Verdict};
use crate::data::range::fold;

#[derive(Debug, Serialize)]
struct Row<'a> {
    event: &'static str,
    schema: u32,
    host: &'a str,
    /// `new`, `changed`, `kept`, `twin of HOST`, `not asked`, `nothing to pin`, or why it is unreachable.
    state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pinned: Option<Identity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<Identity>,
    #[serde(skip)]
    kind: Option<Kind>,
}

/// Accepts the current identity of these hosts, and ends the run. Gives 0, or 4 when some hosts are unreachable;
/// those keep their pins.
///
/// # Errors
/// When the answer is no or missing, or the pins cannot be written.
pub fn run(cx: Context, hosts: &[String]) -> Result<u8> {
    let names: Vec<&str> = hosts.iter().map(String::as_str).collect();
    let code = all(&cx, &cx.pool.of(&names)).map(|code| cx.report.written(code));
    let exit = code.as_ref().map_or_else(|error| Fault::kind_of(error).code(), |code| *code);
    cx.close(exit, code.as_ref().err(), None);
    code
}

/// Reads the identities, shows the changes, asks the person, and writes the pins.
fn all(cx: &Context, handles: &[&HostHandle]) -> Result<u8> {
    let mut rows = rows(cx, handles)?;
    for row in &rows {
        show(cx, row);
    }
    let news = |row: &&Row<'_>| row.state == "new";
    let odd = |row: &&Row<'_>| row.state == "changed" || row.state.starts_with("twin");
    let taken: Vec<&str> = rows.iter().filter(odd).map(|row| row.host).collect();
    if !taken.is_empty() {
        let names = fold(&taken);
        cx.confirm(&format!("accept the machines found now as {names}"))?;
    }
    if cx.is_real() && rows.iter().any(|row| news(&row) || odd(&row)) {
        cx.guard.pins.edit(|pins| {
            for row in rows.iter().filter(|row| news(row) || odd(row)) {
                pins.set(row.host, row.found.clone().unwrap_or_default());
            }
            Ok(())
        })?;
        for row in rows.iter_mut().filter(|row| news(&&**row) || odd(&&**row)) {
            row.state = "pinned".to_owned();
        }
    }
    print(cx, &rows)?;
    let worst = cx.settings.interrupt.asked().or(rows.iter().find_map(|row| row.kind));
    Ok(worst.map_or(0, Kind::code))
}

fn rows<'a>(cx: &Context, handles: &[&'a HostHandle]) -> Result<Vec<Row<'a>>> {
    let mut found: Vec<(&HostHandle, Result<Option<Identity>>)> = Vec::new();
    let go_on = || cx.settings.interrupt.asked().is_none();
    let ask = |handle: &&'a HostHandle| {
        let admitted = cx.proves_itself(handle).then(|| handle.channel.admit(None, &cx.settings));
        admitted.transpose().map(|admitted| admitted.map(|admission| admission.identity))
    };
    fanout::each(handles, usize::from(cx.options.fanout), go_on, ask, |handle, answer| {
        found.extend(answer.map(|answer| (*handle, answer)));
    });
    let pins = cx.guard.pins.read()?;
    let said: Vec<(&str, Identity)> = found
        .iter()
        .filter_map(|(handle, answer)| {
            Some((handle.host.name.as_str(), answer.as_ref().ok()?.clone()?))
        })
        .collect();
    let twins = Twins::new(&pins, said.iter().map(|(host, identity)| (*host, identity)));
    let row = |(handle, answer): (&'a HostHandle, Result<Option<Identity>>)| {
        let host = handle.host.name.as_str();
        let (state, found, kind) = match answer {
            Ok(None) => ("not asked".to_owned(), None, None),
            Ok(Some(identity)) if identity.is_empty() => ("nothing to pin".to_owned(), None, None),
            Ok(Some(identity)) => {
                let state = match pins.judge(host, &identity, &twins) {
                    Verdict::New => "new".to_owned(),
                    Verdict::Match => "kept".to_owned(),
                    Verdict::Changed { .. } => "changed".to_owned(),
                    Verdict::Twin(other) => format!("twin of {other}"),
                };
                (state, Some(identity), None)
            }
            Err(error) => (format!("{error:#}"), None, Some(Fault::kind_of(&error))),
        };
        let pinned = pins.get(host).cloned();
        Row { event: "host", schema: SCHEMA, host, state, pinned, found, kind }
    };
    Ok(found.into_iter().map(row).collect())
}

/// Shows the pending change before the question.
fn show(cx: &Context, row: &Row<'_>) {
    if row.found.is_none() || row.state == "kept" {
        return;
    }
    cx.report.line(&format!("{}: {}", row.host, row.state));
    for (label, identity) in [("pinned", &row.pinned), ("found ", &row.found)] {
        if let Some(identity) = identity {
            cx.report.line(&format!("  {label}  {identity}"));
        }
    }
}

fn print(cx: &Context, rows: &[Row<'_>]) -> Result<()> {
    match cx.options.form() {
        Output::Text => {
            rows.iter().for_each(|row| cx.report.result(&format!("{}: {}", row.host, row.state)));
        }
        Output::Json => cx.report.result(&serde_json::to_string_pretty(
            &serde_json::json!({ "schema": SCHEMA, "hosts": rows }),
        )?),
        Output::Jsonl => {
            for row in rows {
                cx.report.result(&serde_json::to_string(row)?);
            }
        }
    }
    Ok(())
}
