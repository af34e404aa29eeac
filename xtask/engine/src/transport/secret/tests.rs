//! Sources that block, and those that never end.

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::time::Instant;

use camino::{Utf8Path, Utf8PathBuf};

use super::*;
use crate::data::fault::Kind;

fn sh(script: &str) -> Vec<String> {
    ["sh", "-c", script].map(str::to_owned).to_vec()
}

fn told(error: &anyhow::Error) -> String {
    format!("{error:#}")
}

/// Fault T6: a command has a time limit, and nothing that it started is left.
#[test]
fn a_command_for_a_secret_ends_at_its_limit_with_all_it_started() {
    let dir = tempfile::tempdir().unwrap();
    let pids = dir.path().join("pids");
    let script = format!("trap '' TERM; sleep 90 & echo $$ $! >{}; wait", pids.display());
    let begun = Instant::now();
    let limit = Duration::from_millis(300);
    let error = command("x", &sh(&script), &Interrupt::never(), limit).unwrap_err();
    assert_eq!(Fault::kind_of(&error), Kind::TimedOut);
    assert_eq!(told(&error), "secret `x`: sh did not end within 0 s");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    for pid in std::fs::read_to_string(pids).unwrap().split_whitespace() {
        // A process that nobody has reaped yet has ended, too.
        let stat = || std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        while !(stat().is_empty() || stat().contains(") Z ")) {
            assert!(begun.elapsed() < Duration::from_secs(20), "{}", stat());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Fault T6: its output is bounded, and a process that it leaves behind holds nothing up.
#[test]
fn the_output_of_a_command_for_a_secret_is_bounded() {
    let limit = Duration::from_secs(20);
    let error = command("x", &sh("exec yes"), &Interrupt::never(), limit).unwrap_err();
    assert_eq!(told(&error), "secret `x`: sh printed more than 1 MiB");
    let begun = Instant::now();
    let bytes = command("x", &sh("sleep 15 & echo word"), &Interrupt::never(), limit).unwrap();
    assert_eq!(bytes, b"word\n");
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "it waited for what the command left running"
    );
    let error = command("x", &sh("echo why >&2; exit 3"), &Interrupt::never(), limit);
    assert_eq!(told(&error.unwrap_err()), "secret `x`: sh ended with exit 3");
    // Stopped, as by a read from a terminal in whose foreground it is not.
    let error = command("x", &sh("kill -STOP $$"), &Interrupt::never(), limit).unwrap_err();
    assert_eq!(told(&error), "secret `x`: sh wants to ask at the terminal, and cannot");
}

/// Fault T6: a pipe as `file` is refused instead of waited for; so are a device and an endless file.
#[test]
fn a_file_of_a_secret_is_a_regular_file_of_limited_size() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| Utf8PathBuf::try_from(dir.path().join(name)).unwrap();
    let fifo = path("fifo");
    let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    rustix::fs::mkfifoat(rustix::fs::CWD, fifo.as_str(), mode).unwrap();
    let ask = |path: &Utf8PathBuf| {
        fetch("x", &SecretSource::File(path.clone()), &Interrupt::never()).map(|secret| secret.0)
    };
    assert_eq!(
        told(&ask(&fifo).unwrap_err()),
        format!("secret `x`: reading {fifo}: {fifo} is not a regular file")
    );
    assert!(
        told(&ask(&"/dev/zero".into()).unwrap_err()).ends_with("/dev/zero is not a regular file")
    );
    let write = |name: &str, bytes: &[u8]| {
        use std::io::Write as _;
        let mut file =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(path(name)).unwrap();
        file.write_all(bytes).unwrap();
        path(name)
    };
    let large = write("large", &vec![b'x'; 2 * 1024 * 1024]);
    assert!(told(&ask(&large).unwrap_err()).ends_with("it is larger than 1 MiB"));
    let empty = ask(&write("small", b"")).unwrap_err();
    assert_eq!(told(&empty), "secret `x` is empty");
    for (bytes, want) in
        [(&b"word\n"[..], "word"), (b"word\r\n", "word"), (b"a\n\n", "a\n"), (b"word\r", "word\r")]
    {
        std::fs::write(path("small"), bytes).unwrap();
        assert_eq!(ask(&path("small")).unwrap(), want);
    }
}

/// Fault T7: what is at hand is hidden without anything being asked or run.
#[test]
fn secrets_at_hand_are_those_of_the_environment_and_of_files() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).display().to_string();
    std::fs::write(path("word"), "from-a-file\n").unwrap();
    let text = format!(
        "[secrets]\na = {{ file = '{}' }}\nb = {{ command = ['touch', '{}'] }}\nc = {{ env = 'PATH' }}\n\
         d = {{ file = '{}' }}\n[hosts.h]\n",
        path("word"),
        path("ran"),
        path("none")
    );
    let none = |_: &Utf8Path| Err(io::Error::other("no file"));
    let inventory = Inventory::parse(Utf8Path::new("hosts.toml"), &text, &none).unwrap();
    let mask = at_hand(&inventory);
    let said = format!("from-a-file {} end", std::env::var("PATH").unwrap());
    assert_eq!(mask.text(&said), "**** **** end");
    assert!(!dir.path().join("ran").exists());
}
