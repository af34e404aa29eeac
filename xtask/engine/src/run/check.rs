//! `hosts check`: a session to each host, in parallel.

use std::io;
use std::time::{Duration, Instant};

use anyhow::Result;
use serde::Serialize;

use super::context::Context;
use super::fanout;
use super::options::Output;
use super::report::failure::distinct;
use super::report::json::SCHEMA;
use super::session_pool::HostHandle;
use crate::data::fault::{Fault, Kind};
use crate::transport::call::{Call, End, Pair};

#[derive(Serialize)]
struct Row {
    event: &'static str,
    schema: u32,
    host: String,
    /// `reachable`, `connection refused`, `timed out`, `wrong host key: ...`
    state: String,
    seconds: f64,
    #[serde(skip_serializing_if = "String::is_empty")]
    said: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hints: Vec<String>,
    #[serde(skip)]
    kind: Option<Kind>,
}

/// Opens a session to each host, shows the results as a table, and ends the run. Gives 0, or 4 when some hosts
/// are unreachable.
///
/// # Errors
/// Errors that belong to no host.
pub fn run(cx: Context, hosts: &[String], table: &dyn Fn(&[Vec<String>]) -> String) -> Result<u8> {
    let names: Vec<&str> = hosts.iter().map(String::as_str).collect();
    let code = cx.report.written(all(&cx, &cx.pool.of(&names), table)?);
    cx.close(code, None, None);
    Ok(code)
}

fn all(
    cx: &Context,
    handles: &[&HostHandle],
    table: &dyn Fn(&[Vec<String>]) -> String,
) -> Result<u8> {
    let mut rows = Vec::new();
    let go_on = || cx.settings.interrupt.asked().is_none();
    fanout::each(
        handles,
        usize::from(cx.options.fanout),
        go_on,
        |handle| {
            let row = one(cx, handle);
            if cx.options.form() == Output::Jsonl {
                cx.report.result(&serde_json::to_string(&row).expect("plain data has a JSON form"));
            }
            row
        },
        |_, row| rows.extend(row),
    );
    match cx.options.form() {
        Output::Text => {
            let cells = |row: &Row| {
                let took = if row.kind.is_none() {
                    format!("{:.2} s", row.seconds)
                } else {
                    row.said.clone()
                };
                vec![row.host.clone(), row.state.clone(), took]
            };
            cx.report.text(&table(&rows.iter().map(cells).collect::<Vec<_>>()));
            let mut hints = distinct(rows.iter().flat_map(|row| &row.hints));
            hints.sort_unstable();
            hints.iter().for_each(|hint| cx.report.inform(&format!("hint: {hint}")));
        }
        Output::Json => cx.report.result(&serde_json::to_string_pretty(
            &serde_json::json!({ "schema": SCHEMA, "hosts": rows }),
        )?),
        // Each was printed when it came.
        Output::Jsonl => {}
    }
    let worst = || Kind::worst(rows.iter().filter_map(|row| row.kind));
    Ok(cx.settings.interrupt.asked().or_else(worst).map_or(0, Kind::code))
}

fn one(cx: &Context, handle: &HostHandle) -> Row {
    cx.report.working(&handle.host.name, "open a session");
    let started = Instant::now();
    let call = Call {
        script: ":",
        data: None,
        timeout: Some(Duration::from_secs(30)),
        terminal: None,
        prompt: false,
    };
    let result = handle.channel.call(&call, &mut Pair(io::sink(), io::sink()), &cx.settings);
    let fault = match result {
        Ok(End::Exit(0)) => None,
        Ok(End::Exit(code)) => Some(Fault::failed(format!("the shell ends: exit {code}"))),
        Ok(End::TimedOut) => Some(Fault::new(Kind::TimedOut, "the shell does not answer")),
        Ok(End::Interrupted(kind)) => Some(Fault::new(kind, kind.word())),
        Err(error) => Some(
            error
                .downcast::<Fault>()
                .unwrap_or_else(|error| Fault::new(Kind::Unreachable, format!("{error:#}"))),
        ),
    };
    cx.report.idle(&handle.host.name);
    Row {
        event: "host",
        schema: SCHEMA,
        host: handle.host.name.clone(),
        state: fault.as_ref().map_or_else(|| "reachable".to_owned(), |fault| fault.message.clone()),
        seconds: started.elapsed().as_secs_f64(),
        said: fault
            .as_ref()
            .and_then(|fault| fault.details.first())
            .map(|(_, said)| said.clone())
            .unwrap_or_default(),
        hints: fault.as_ref().map(|fault| fault.hints.clone()).unwrap_or_default(),
        kind: fault.map(|fault| fault.kind),
    }
}
