//! Sessions: bytes, exit codes, limits, nothing left from command to command.

use std::io::{self, Read as _};
use std::time::Duration;

use engine::data::byte_size::ByteSize;
use engine::transport::Transport;
use engine::transport::call::{Call, End, Pair};
use engine::transport::channel::{Channel, Settings};
use engine::transport::interrupt::Interrupt;
use engine::transport::launch::Shell;
use engine::transport::local::{Exec, Local};
use engine::transport::slots::Slots;

use crate::support::{fleet, scratch, sleepers, wait_until};

const ALL_BYTES: &str = "for i in $(seq 0 255); do printf \"\\\\x$(printf %02x $i)\"; done";

#[test]
fn both_streams_come_apart_and_every_byte_survives() {
    let state = scratch();
    let command = format!("{ALL_BYTES}; {{ {ALL_BYTES}; echo; }} >&2");
    let output = fleet().xtask(state.path(), &["pcmd", "-w", "h001", &command]).output();
    let all: Vec<u8> = (0..=255).collect();
    assert_eq!(output.stdout, all);
    assert_eq!(output.stderr, [all.as_slice(), b"\n"].concat());
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn half_lines_of_two_hosts_never_mix() {
    let state = scratch();
    let halves = "for i in 1 2 3 4 5 6 7 8 9 10; do printf ha; printf ha >&2; sleep 0.01; \
                  echo lf$i; echo lf$i >&2; done; printf end";
    let outcome = fleet().xtask(state.path(), &["pcmd", "-w", "h[001-004]", "-L", halves]).run();
    let of = |text: &str, host: usize| -> Vec<String> {
        let prefix = format!("h00{host}: ");
        text.lines().filter_map(|line| line.strip_prefix(&prefix)).map(str::to_owned).collect()
    };
    let err: Vec<String> = (1..=10).map(|number| format!("half{number}")).collect();
    let out: Vec<String> = err.iter().cloned().chain(["end".to_owned()]).collect();
    for host in 1..=4 {
        assert_eq!(
            (of(&outcome.stdout, host), of(&outcome.stderr, host)),
            (out.clone(), err.clone())
        );
    }
    assert_eq!(outcome.stdout.lines().count(), 4 * 11);
    assert!(outcome.stderr.ends_with("4 hosts: 4 ok\n"), "{}", outcome.stderr);
    assert_eq!(outcome.code, 0);
}

#[test]
fn a_hundred_megabytes_come_whole_and_stay_out_of_memory() {
    const LENGTH: usize = 100_000_000;
    let state = scratch();
    let command = format!("yes 0123456789abcde | head -c {LENGTH}");
    let mut child = fleet().xtask(state.path(), &["pcmd", "-w", "h001", &command]).spawn();
    let mut stdout = child.stdout.take().expect("a pipe");
    let pattern = b"0123456789abcde\n".repeat((1 << 20) / 16 + 1);
    let (mut chunk, mut length, mut peak) = (vec![0; 1 << 20], 0, 0);
    loop {
        let read = stdout.read(&mut chunk).expect("output");
        peak = peak.max(peak_kib(child.id()).unwrap_or(0));
        if read == 0 {
            break;
        }
        let from = length % 16;
        assert!(chunk[..read] == pattern[from..from + read], "wrong bytes after {length}");
        length += read;
    }
    // Its record is still being written.
    while child.try_wait().expect("a child").is_none() {
        peak = peak.max(peak_kib(child.id()).unwrap_or(0));
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(length, LENGTH);
    assert!((1..64 * 1024).contains(&peak), "{peak} KiB resident");
    assert_eq!(child.wait().expect("a child").code(), Some(0));
}

/// The same as JSON: the document is written as the output is read back.
#[test]
fn a_document_of_forty_megabytes_stays_out_of_memory() {
    let state = scratch();
    let command = "yes 0123456789abcde | head -c 40000000";
    let args = ["pcmd", "-w", "h001", "--json", command];
    let mut child = fleet().xtask(state.path(), &args).spawn();
    let mut stdout = child.stdout.take().expect("a pipe");
    let (mut chunk, mut length, mut peak) = (vec![0; 1 << 20], 0, 0);
    loop {
        let read = stdout.read(&mut chunk).expect("output");
        peak = peak.max(peak_kib(child.id()).unwrap_or(0));
        if read == 0 {
            break;
        }
        length += read;
    }
    assert_eq!(child.wait().expect("a child").code(), Some(0));
    // Each newline is two characters in JSON.
    assert!((42_500_000..42_501_000).contains(&length), "{length} bytes");
    assert!((1..32 * 1024).contains(&peak), "{peak} KiB resident");
}

/// The most memory a process has had; none once it is gone.
pub(crate) fn peak_kib(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// XX.15: nor does a command eat the one behind it.
#[test]
fn a_command_finds_nothing_on_its_standard_input() {
    let state = scratch();
    let outcome = fleet()
        .xtask(state.path(), &["pcmd", "-w", "h001", "readlink /proc/self/fd/0; cat; echo end"])
        .run();
    assert_eq!(
        (outcome.code, outcome.stdout.as_str(), outcome.stderr.as_str()),
        (0, "/dev/null\nend\n", "")
    );
}

#[test]
fn a_command_that_replaces_or_kills_its_shell_has_ended() {
    let state = scratch();
    let run = |command: &str| fleet().xtask(state.path(), &["pcmd", "-w", "h001", command]).run();
    let replaced = run("exec echo replaced");
    assert_eq!((replaced.code, replaced.stdout.as_str()), (0, "replaced\n"));
    let trapped = run("trap 'echo bye' EXIT; exit 9");
    assert_eq!((trapped.code, trapped.stdout.as_str()), (9, "bye\n"));
    assert_eq!(run("kill -9 $BASHPID").code, 137);
}

#[test]
fn exit_255_of_a_command_is_not_a_lost_connection() {
    let state = scratch();
    let outcome = fleet().xtask(state.path(), &["pcmd", "-w", "h[001-002]", "exit 255"]).run();
    assert_eq!((outcome.code, outcome.stdout.as_str()), (1, ""));
    let summary = outcome.stderr.lines().nth(2).expect("a summary");
    assert_eq!(summary, "2 hosts: 2 exit 255 (h[001-002])");
}

fn settings() -> Settings {
    Settings {
        connect: Duration::from_secs(30),
        control: None,
        interrupt: Interrupt::never(),
        private: Vec::new(),
        max_output: ByteSize::OUTPUT,
        slots: Slots::default(),
    }
}

/// One call; how it ended, standard output, standard error.
fn call(channel: &Channel, script: &str, data: Option<&[u8]>, secs: u64) -> (End, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let call = Call {
        script,
        data,
        timeout: Some(Duration::from_secs(secs)),
        terminal: None,
        prompt: false,
    };
    let end = channel.call(&call, &mut Pair(&mut out, &mut err), &settings()).expect("a session");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (end, text(out), text(err))
}

fn said(out: &str) -> (End, String, String) {
    (End::Exit(0), out.to_owned(), String::new())
}

#[test]
fn nothing_of_a_command_is_left_for_the_next() {
    for shell in [Shell::Sh, Shell::Login] {
        let channel = Channel::new(Box::new(Local { sudo: None }), shell);
        let (_, home, _) = call(&channel, "pwd", None, 30);
        let messy = "cd /usr; LEAK=1; export LEAK; set -fu; umask 0; f() { :; }; alias g=:; exit 3";
        assert_eq!(call(&channel, messy, None, 30), (End::Exit(3), String::new(), String::new()));
        let look = "pwd; echo ${LEAK-none} $(umask); case $- in *[fu]*) echo leak ;; esac; f 2>/dev/null || echo gone";
        assert_eq!(call(&channel, look, None, 30), said(&format!("{home}none 0022\ngone\n")));
        channel.close(&settings());
    }
}

/// Something left running speaks between two commands: it is heard by neither.
#[test]
fn what_is_said_between_two_commands_belongs_to_none() {
    let channel = Channel::new(Box::new(Local { sudo: None }), Shell::Sh);
    let leave = "(sleep 0.2; echo late; echo late >&2) & echo now";
    assert_eq!(call(&channel, leave, None, 30), said("now\n"));
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(call(&channel, "echo next", None, 30), said("next\n"));
    channel.close(&settings());
}

/// `sh` as dash, as bash, as busybox with its own tools and nothing else.
pub(crate) fn shells(dir: &std::path::Path) -> Vec<(String, Box<dyn Transport>)> {
    let mut shells = Vec::new();
    for (name, rest) in [("dash", ":/usr/bin:/bin"), ("bash", ":/usr/bin:/bin"), ("busybox", "")] {
        let bin = dir.join(name);
        std::fs::create_dir(&bin).expect("a directory");
        let script = format!(
            "ln -s \"$(command -v {name})\" {0}/sh; [ {name} != busybox ] || busybox --install -s {0} 2>&1 | grep -v exists",
            bin.display()
        );
        crate::support::Xtask::program("sh").args(["-c", &script]).status().expect("sh starts");
        let path = format!("PATH={}{rest}", bin.display());
        let prefix = ["/usr/bin/env".to_owned(), path].to_vec();
        shells.push((name.to_owned(), Box::new(Exec { prefix, sudo: None }) as Box<dyn Transport>));
    }
    shells
}

#[test]
fn dash_bash_and_busybox_serve() {
    let bin = scratch();
    for (number, (name, transport)) in shells(bin.path()).into_iter().enumerate() {
        let channel = Channel::new(transport, Shell::Sh);
        let both = call(&channel, "echo out; echo err >&2; exit 7", None, 30);
        assert_eq!(both, (End::Exit(7), "out\n".into(), "err\n".into()), "{name}");
        let fed = call(&channel, "cat; echo .", Some(b"a 'b' \\n \xc3\xa9\n%"), 30);
        assert_eq!(fed, said("a 'b' \\n \u{e9}\n%.\n"), "{name}");
        let long = format!("X='{}'; echo ${{#X}}; cat", "x".repeat(20_000));
        assert_eq!(call(&channel, &long, None, 30), said("20000\n"), "{name}");
        let sleep = format!("31.1{number}");
        let stubborn = format!("sleep {sleep} & trap '' TERM; sleep {sleep}; sleep {sleep}");
        assert_eq!(call(&channel, &stubborn, None, 1).0, End::TimedOut, "{name}");
        wait_until("everything is gone", || sleepers(&sleep) == 0);
        let apart = format!("setsid sh -c 'setsid sleep {sleep}; :' & setsid sleep {sleep}; :");
        assert_eq!(call(&channel, &apart, None, 1).0, End::TimedOut, "{name}");
        wait_until("other sessions are gone", || sleepers(&sleep) == 0);
        assert_eq!(call(&channel, "echo still here", None, 30), said("still here\n"), "{name}");
        channel.close(&settings());
    }
}

#[test]
fn output_that_nobody_takes_is_an_error_of_this_side() {
    struct Full;
    impl io::Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let channel = Channel::new(Box::new(Local { sudo: None }), Shell::Sh);
    let one = Call { script: "echo x", data: None, timeout: None, terminal: None, prompt: false };
    let error = channel.call(&one, &mut Pair(Full, Full), &settings()).expect_err("no space");
    assert_eq!(format!("{error:#}"), "keeping output: no storage space");
}

/// A command of `pcmd` is on no list of processes of the host, and may be longer than an argument there.
#[test]
fn a_command_is_no_argument_of_its_shell() {
    let state = scratch();
    let run = |args: &[&str]| {
        let outcome = fleet().xtask(state.path(), &[&["pcmd", "-w", "h001"], args].concat()).run();
        assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
        outcome.stdout
    };
    assert_eq!(run(&["cat /proc/$$/cmdline | grep -c 'no''where' || : nowhere"]), "0\n");
    let word = "x".repeat(100_000);
    assert_eq!(run(&["--", "printf", "%.1s", &word, &word]), "xx");
}
