//! How a session or a command can end at the far end. A result is good only when the end marker of that very
//! command came back with 0.

mod limits;
mod random;
mod replaced;

use std::io::{Read as _, Write as _};
use std::process::Stdio;
use std::time::Duration;

use engine::transport::call::{Call, End, Pair};
use engine::transport::channel::Channel;
use engine::transport::launch::Shell;
use engine::transport::local::Local;

use crate::sessions::shells;
use crate::support::machines::settings;
use crate::support::{Xtask, fleet, scratch, sleepers, wait_until};

/// `$r` is the shell that reads frames, `$$` the one that started it, `$c` that of the command.
const WHO: &str = "read -r s </proc/self/stat; c=${s%% *}; set -- ${s##*) }; r=$2; ";

/// One call; how it ended, or why not, and standard output.
fn call(channel: &Channel, script: &str) -> (Result<End, String>, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let call = Call {
        script,
        data: None,
        timeout: Some(Duration::from_secs(60)),
        terminal: None,
        prompt: false,
    };
    let end = channel.call(&call, &mut Pair(&mut out, &mut err), &settings());
    (end.map_err(|error| format!("{error:#}")), String::from_utf8_lossy(&out).into_owned())
}

/// Faults S2, T5: the signal is reported, nothing of the command is left, and the next command is served.
#[test]
fn a_death_by_signal_is_named_in_every_shell() {
    let bin = scratch();
    let deaths = [
        ("kill 0", 143),
        ("kill -HUP 0", 129),
        ("kill -INT $$", 130),
        ("kill -USR1 $$", 138),
        ("kill -9 $$", 137),
        ("kill -TERM $r", 143),
        ("kill -9 $r", 137),
        ("kill -9 $c", 137),
    ];
    std::thread::scope(|scope| {
        for (number, (name, transport)) in shells(bin.path()).into_iter().enumerate() {
            scope.spawn(move || {
                let channel = Channel::new(transport, Shell::Sh);
                for (death, code) in deaths {
                    let sleep = format!("31.7{number}");
                    let script = format!("{WHO}sleep {sleep} & {death}; sleep {sleep}; echo no");
                    let named = (Ok(End::Exit(code)), String::new());
                    assert_eq!(call(&channel, &script), named, "{name}: {death}");
                    wait_until("nothing is left", || sleepers(&sleep) == 0);
                    let next = (Ok(End::Exit(0)), "here\n".to_owned());
                    assert_eq!(call(&channel, "echo here"), next, "{name}, after {death}");
                }
                channel.close(&settings());
            });
        }
    });
}

/// A shell that cannot write its marker has an end, too.
#[test]
fn a_command_that_takes_its_marker_away_has_ended() {
    let bin = scratch();
    std::thread::scope(|scope| {
        for (name, transport) in shells(bin.path()) {
            scope.spawn(move || {
                let channel = Channel::new(transport, Shell::Sh);
                for (script, code, said) in [
                    ("trap - EXIT; echo x; exit 3", 3, "x\n"),
                    ("exec 2>/dev/null; echo x; exit 4", 4, "x\n"),
                    ("exec >/dev/null; exit 5", 5, ""),
                    ("exec sh -c 'echo x; exit 6'", 6, "x\n"),
                    ("exec >&- 2>&-", 0, ""),
                ] {
                    let ended = (Ok(End::Exit(code)), said.to_owned());
                    assert_eq!(call(&channel, script), ended, "{name}: {script}");
                }
                channel.close(&settings());
            });
        }
    });
}

/// Faults S2, T5: over ssh, where the command has the login shell of the host.
#[test]
fn pcmd_tells_the_signal() {
    let state = scratch();
    for (command, code) in [
        ("kill 0; echo after", 143),
        ("kill -9 $$; sleep 31.81; touch after", 137),
        ("pkill -TERM -s $$ -x bash; sleep 31.81; echo after", 143),
        ("pkill -HUP -s $$ -x bash; sleep 31.81; echo after", 129),
    ] {
        let outcome = fleet().xtask(state.path(), &["pcmd", "-w", "h001", command]).run();
        assert_eq!((outcome.code, outcome.stdout.as_str()), (code, ""), "{command}");
        wait_until("the host is clean", || sleepers("31.81") == 0);
    }
    // All at once: stopped first, so that none sees another one die and tells it.
    let command =
        "setsid sh -c \"pkill -STOP -s $$ -x bash; pkill -KILL -s $$ -x bash\"; echo after";
    let outcome = fleet().xtask(state.path(), &["pcmd", "-w", "h001", command]).run();
    let lost =
        "h001: unreachable: the connection was lost while the command ran; it may have finished\n";
    assert_eq!((outcome.code, outcome.stdout.as_str(), outcome.stderr.as_str()), (4, "", lost));
}

/// The shell of a session can go while nothing runs: the next command gets another one.
#[test]
fn a_session_that_went_between_two_commands_is_opened_again() {
    let channel = Channel::new(Box::new(Local { sudo: None }), Shell::Sh);
    let late = format!("{WHO}(sleep 0.2; kill -9 $r) >/dev/null 2>&1 & echo $r");
    let (end, reader) = call(&channel, &late);
    assert_eq!(end, Ok(End::Exit(0)));
    let reader = format!("/proc/{}", reader.trim());
    wait_until("the shell is gone", || !std::path::Path::new(&reader).exists());
    assert_eq!(call(&channel, "echo here"), (Ok(End::Exit(0)), "here\n".to_owned()));
    channel.close(&settings());
}

/// A connection that is cut inside a frame: a part of a script is not the script.
#[test]
fn a_frame_that_does_not_come_whole_is_not_run() {
    let dir = scratch();
    let file = dir.path().join("ran");
    let touch = format!("touch {}", file.display());
    for (name, cut) in [
        ("lines", format!("r 1 3 0\n{touch}\n")),
        ("a line", format!("r 1 1 0\n{touch}")),
        ("a block", format!("r 1 -9000 0\n{touch}\n")),
        ("data", format!("r 1 1 10\n{touch}\nabc")),
    ] {
        let argv = Shell::Sh.argv("TOKEN", None);
        let mut child = Xtask::program(&argv[0])
            .args(&argv[1..])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("sh starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(cut.as_bytes()).expect("a reader");
        drop(stdin);
        let mut said = String::new();
        child.stdout.take().expect("a pipe").read_to_string(&mut said).expect("text");
        child.wait().expect("an end");
        assert!(said.starts_with("TOKEN<1;") && !said.contains(">1 "), "{name}: {said}");
        assert!(!file.exists(), "{name}");
    }
}
