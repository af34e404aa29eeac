//! One command on many hosts: BlueKing's `pcmd`, repaired.
//!
//! The command runs in the login shell of each host with `/dev/null` as input. The exit code is that of the first
//! failed command of a list (`false; true`).

use std::io;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::context::Context;
use super::fanout;
use super::options::Output;
use super::record::Record;
use super::record::entry::{Done, Entry, seconds};
use super::session_pool::HostHandle;
use crate::data::fault::{Fault, Kind};
use crate::ops::ensure::Observer as _;
use crate::text::quote;
use crate::transport::call::{Call, End, Pair, Sink};
use crate::transport::spool::Spool;

mod answer;
mod environment;
mod show;

pub use self::answer::{Answer, Form};
use self::environment::Environment;

/// The command as one line of shell: unchanged text, or words that keep their quoting.
///
/// # Errors
/// When there is nothing to run.
pub fn command(text: Option<&str>, words: &[String]) -> Result<String, Fault> {
    let text = match (text, words) {
        (Some(text), []) => text.to_owned(),
        (None, words) if !words.is_empty() => quote::join(words)?,
        (Some(_), _) => {
            return Err(Fault::usage("give the command before or after `--`, not both"));
        }
        (None, _) => {
            return Err(Fault::usage("no command").hint("cargo xtask pcmd -m all 'uptime'"));
        }
    };
    if text.trim().is_empty() {
        return Err(Fault::usage("the command is empty"));
    }
    Ok(text)
}

/// The script for the wire: remembers the first failure, by the rules of bash. The command has its own shell, so
/// that its end is seen even after `exec` or a kill.
fn script(command: &str, env: bool) -> Result<String, Fault> {
    let command = quote::quote(command)?;
    let command =
        format!("trap '__f=${{__f:-$?}}' ERR\neval {command}\n__r=$?; exit ${{__f:-$__r}}");
    if env { Environment::script(&command) } else { Ok(format!("({command})\nexit")) }
}

/// Runs one command on these hosts, shows the answers and ends the run; gives the exit code. On exactly one
/// host it is the command's own. With `env`, `load_env.sh` of the host is sourced before.
///
/// # Errors
/// Errors that belong to no host.
pub fn run(cx: Context, hosts: &[String], command: &str, env: bool, form: Form) -> Result<u8> {
    let names: Vec<&str> = hosts.iter().map(String::as_str).collect();
    cx.takes_part(&names)?;
    let code = cx.report.written(all(&cx, &cx.pool.of(&names), command, env, form)?);
    cx.close(code, None, None);
    if code != 0 && hosts.len() > 1 {
        cx.report.record(cx.record().map(Record::dir));
    }
    Ok(code)
}

/// Runs `command` on `handles` and shows the answers.
fn all(cx: &Context, handles: &[&HostHandle], command: &str, env: bool, form: Form) -> Result<u8> {
    let script = script(command, env)?;
    let environment = env.then(Environment::default);
    let alone = handles.len() == 1;
    let mut shown = show::Shown::new(cx, form, alone);
    if form == Form::Unchanged {
        cx.report.let_through();
    }
    let live = form == Form::Live && cx.report.form() == Output::Text;
    let first = command.lines().next().unwrap_or_default();
    let work = |handle: &&HostHandle| {
        cx.report.waiting(&handle.host.name, first, Some(cx.options.limit()));
        one(cx, handle, &script, environment.as_ref(), live, alone)
    };
    let names: Vec<&str> = handles.iter().map(|handle| handle.host.name.as_str()).collect();
    cx.report.pass(&names);
    let go_on = || cx.settings.interrupt.asked().is_none();
    let width = usize::from(cx.options.fanout);
    let add = |handle: &&HostHandle, answer: Option<Answer>| {
        let interrupted = || {
            Fault::new(cx.settings.interrupt.asked().unwrap_or(Kind::Interrupted), "not started")
        };
        let answer = answer.unwrap_or_else(|| Answer {
            exit: Err(interrupted()),
            out: Spool::default(),
            err: Spool::default(),
            took: Duration::ZERO,
        });
        shown.add(&handle.host.name, answer);
    };
    match cx.report.form() {
        // A program that reads events need not wait for the slowest host.
        Output::Jsonl => fanout::each_at_once(handles, width, go_on, work, add),
        Output::Text | Output::Json => fanout::each(handles, width, go_on, work, add),
    }
    environment.iter().for_each(|environment| environment.end(cx));
    shown.end()
}

/// One host. Its session ends at once.
fn one(
    cx: &Context,
    handle: &HostHandle,
    script: &str,
    environment: Option<&Environment>,
    live: bool,
    alone: bool,
) -> Answer {
    let name = handle.host.name.as_str();
    let started = Instant::now();
    let call = Call {
        script,
        data: None,
        timeout: Some(cx.options.limit()),
        terminal: None,
        prompt: false,
    };
    let plain = |sink: &mut dyn Sink| handle.channel.call(&call, sink, &cx.settings);
    let talk = |sink: &mut dyn Sink| match environment {
        Some(environment) => environment.around(cx, name, sink, plain),
        None => plain(sink),
    };
    let (mut out, mut err) = (Spool::default(), Spool::default());
    let raw = alone && !live && cx.report.form() == Output::Text;
    // A command that cannot be recorded does not start.
    let kept = cx.record().map_or(Ok(()), Record::in_place);
    let result = if let Err(fault) = kept {
        Err(fault.into())
    } else if raw {
        let mut raw = show::Raw::new(cx, &mut out, &mut err);
        let result = talk(&mut raw);
        raw.end();
        result
    } else if live {
        let mut lines = show::Lines::new(cx, name, Pair(&mut out, &mut err));
        let result = talk(&mut lines);
        lines.end();
        result
    } else {
        talk(&mut Pair(&mut out, &mut err))
    };
    let exit = match result {
        Ok(End::Exit(code)) => Ok(code),
        Ok(End::TimedOut) => Err(Fault::new(
            Kind::TimedOut,
            format!("the command was stopped after {} s", cx.options.timeout),
        )),
        Ok(End::Interrupted(kind)) => Err(Fault::new(kind, "stopped by a signal")),
        Err(error) if is_unread(&error) => Err(Fault::new(
            Kind::Interrupted,
            "the command was stopped: its output is no longer read",
        )),
        Err(error) => Err(error
            .downcast::<Fault>()
            .unwrap_or_else(|error| Fault::failed(format!("{error:#}")))),
    };
    let took = started.elapsed();
    handle.channel.finish(&cx.settings);
    cx.report.over(name);
    let mut answer = Answer { exit, out, err, took };
    if let Err(error) = note(cx, name, &mut answer) {
        cx.report.note(&format!("{error:#}"));
    }
    if raw || live {
        answer.out = Spool::default();
        answer.err = Spool::default();
    }
    answer
}

fn is_unread(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// Writes the answer into the record.
fn note(cx: &Context, host: &str, answer: &mut Answer) -> Result<()> {
    let outcome = match &answer.exit {
        Ok(0) => "ok".to_owned(),
        Ok(code) => format!("exit {code}"),
        Err(fault) => fault.kind.word().to_owned(),
    };
    let error = answer.exit.as_ref().err().map(|fault| cx.mask().text(&fault.message));
    let outputs = cx.keep_output(host, &mut answer.out, &mut answer.err)?.into_iter().collect();
    let done = Done {
        op: cx.begin(),
        host: host.to_owned(),
        what: "pcmd".to_owned(),
        outcome,
        seconds: seconds(answer.took),
        error,
        outputs,
    };
    cx.journal(&Entry::Result(done), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_quoting_and_text_is_left_alone() {
        assert_eq!(command(Some("echo $HOME"), &[]).unwrap(), "echo $HOME");
        assert_eq!(
            command(None, &["echo".into(), "a  b".into(), "$x".into()]).unwrap(),
            "echo 'a  b' '$x'"
        );
        assert!(command(Some(" "), &[]).is_err());
        assert!(command(None, &[]).is_err());
    }
}
