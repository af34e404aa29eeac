//! Output without end, and output that fills memory or disk.

use std::io::Read as _;
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

use expect_test::expect;

use super::Site;
use crate::ending::signal;
use crate::sessions::peak_kib;
use crate::support::{Xtask, fleet, processes, scratch, wait_until, write};

/// Fault S7: a command that prints without end is stopped on its host, and its output so far kept.
#[test]
fn output_without_end_is_cut() {
    let site = Site::new();
    let args =
        ["-w", "h[001-002]", "--no-env", "--no-prefix", "--max-output", "1M", "yes endless-cap"];
    let cut = site.pcmd(&args);
    let each = (1 << 20) + "h001: failed\n\n".len();
    assert_eq!((cut.code, cut.stdout.len()), (1, 2 * each));
    expect![[r#"
        exit 1
        -- stdout
        h001: endle
        h002: endle
        -- stderr
        h001: failed: the command was stopped after 5 bytes of output
        h002: failed: the command was stopped after 5 bytes of output
        2 hosts: 2 failed (h[001-002])
        hint: print less, or allow more: --max-output SIZE
        record: RUN
    "#]]
    .assert_eq(&site.shown(&[
        "-w",
        "h[001-002]",
        "--no-env",
        "--max-output",
        "5",
        "yes endless-cap",
    ]));
    let enough = site.pcmd(&["-w", "h001", "--no-env", "--max-output", "5", "echo five"]);
    assert_eq!((enough.code, enough.stdout.as_str()), (0, "five\n"));
    wait_until("nothing runs on", || processes("endless-cap").is_empty());
    let runs = std::fs::read_dir(site.dir.path().join("xtask/runs")).expect("runs").flatten();
    let outputs =
        runs.flat_map(|run| std::fs::read_dir(run.path().join("outputs")).expect("outputs"));
    let kept = outputs.flatten().map(|file| file.metadata().expect("a file").len());
    assert_eq!(kept.sum::<u64>(), 2 * (1 << 20) + 10 + 5);
}

/// How long a run takes to end once it has the signal.
fn end_of(child: &mut Child) -> Duration {
    signal("-TERM", child.id().into());
    let begun = Instant::now();
    while child.try_wait().expect("a child").is_none() {
        assert!(begun.elapsed().as_secs() < 30, "it runs on");
        std::thread::sleep(Duration::from_millis(10));
    }
    begun.elapsed()
}

/// Fault S7: in every form, whether somebody reads the output or not.
#[test]
fn a_signal_ends_output_without_end_at_once() {
    for (number, form) in [&[][..], &["-L"], &["-b"], &["-w", "h001"]].into_iter().enumerate() {
        let state = scratch();
        let word = format!("endless-term-{number}");
        let command = format!("yes {word}");
        let args = [&["pcmd", "-w", "h[001-002]", &command], form].concat();
        let mut child = fleet().xtask(state.path(), &args).spawn();
        let hosts = if form.len() == 2 { 1 } else { 2 };
        wait_until("the hosts print", || named("yes", &word).len() == hosts);
        std::thread::sleep(Duration::from_millis(200));
        let took = end_of(&mut child);
        assert_eq!(child.wait().expect("a child").code(), Some(143), "{form:?}");
        assert!(took.as_secs() < 10, "{form:?}: {took:?}");
        wait_until("nothing runs on", || processes(&word).is_empty());
    }
}

/// The processes of `program` with a word in their command line.
fn named(program: &str, word: &str) -> Vec<i32> {
    let is = |pid: &i32| {
        std::fs::read_to_string(format!("/proc/{pid}/comm"))
            .is_ok_and(|it| it.trim_end() == program)
    };
    processes(word).into_iter().filter(is).collect()
}

/// Fault S7: a terminal that stands still takes nothing, not even the line of progress.
#[test]
fn a_signal_ends_output_to_a_terminal_that_stands_still() {
    let dir = local(1);
    let program = env!("CARGO_BIN_EXE_xtask");
    let command = format!("exec {program} pcmd -w l1 'yes endless-still'");
    let args = ["--quiet", "--command", &command, "/dev/null"];
    let call = Xtask::start(Path::new("script"), dir.path(), &args);
    // Nobody reads what `script` prints, and so it reads nothing.
    let mut script = call.env("XTASK_INVENTORY", dir.path().join("hosts.toml")).spawn();
    wait_until("the host prints", || !named("yes", "endless-still").is_empty());
    let program = named("xtask", "endless-still");
    assert_eq!(program.len(), 1);
    std::thread::sleep(Duration::from_millis(300));
    signal("-TERM", program[0].into());
    wait_until("the run ends", || named("xtask", "endless-still").is_empty());
    wait_until("the host ends", || named("yes", "endless-still").is_empty());
    drop(script.stdout.take());
    script.wait().expect("a child");
}

/// Fault S7: the hosts are done, and their output is being shown.
#[test]
fn a_signal_ends_the_showing_of_output() {
    for form in [&[][..], &["-b"], &["--json"]] {
        let dir = local(2);
        let args = [&["pcmd", "-w", "l[1-2]", "yes | head -c 30000000"], form].concat();
        let mut child = here(&dir, &args).spawn();
        let mut first = [0; 1];
        let mut stdout = child.stdout.take().expect("a pipe");
        stdout.read_exact(&mut first).expect("output");
        let took = end_of(&mut child);
        let mut rest = Vec::new();
        stdout.read_to_end(&mut rest).expect("output");
        assert!(took.as_secs() < 10, "{form:?}: {took:?}");
        assert!(rest.len() < 10_000_000, "{form:?}: {} bytes", rest.len());
        assert_eq!(child.wait().expect("a child").code(), Some(143), "{form:?}");
    }
}

/// Hosts `l1` and so on of this machine.
fn local(hosts: usize) -> tempfile::TempDir {
    let dir = scratch();
    let text = format!("[hosts.\"l[1-{hosts}]\"]\nsession = \"local\"\n");
    write(&dir.path().join("hosts.toml"), &text);
    dir
}

fn here(dir: &tempfile::TempDir, args: &[&str]) -> Xtask {
    Xtask::new(dir.path(), args).env("XTASK_INVENTORY", dir.path().join("hosts.toml"))
}

/// Fault T11: outputs are compared by their hash, and stay out of memory; one odd host has another.
#[test]
fn large_equal_outputs_stay_out_of_memory() {
    const LENGTH: usize = 20_000_000;
    let dir = local(4);
    let once = format!("mkdir '{}/odd' 2>/dev/null && echo odd", dir.path().display());
    let command = format!("yes 0123456789abcde | head -c {LENGTH}; {once}; :");
    let mut child = here(&dir, &["pcmd", "-w", "l[1-4]", "-b", "-q", &command]).spawn();
    let mut stdout = child.stdout.take().expect("a pipe");
    let (mut chunk, mut length, mut peak) = (vec![0; 1 << 20], 0, 0);
    let mut head = Vec::new();
    loop {
        let read = stdout.read(&mut chunk).expect("output");
        peak = peak.max(peak_kib(child.id()).unwrap_or(0));
        if read == 0 {
            break;
        }
        head.extend_from_slice(&chunk[..read.min(20 - head.len().min(20))]);
        length += read;
    }
    child.wait().expect("a child");
    assert!(head.starts_with(b"l["), "{}", String::from_utf8_lossy(&head));
    assert!((2 * LENGTH..2 * LENGTH + 100).contains(&length), "{length} bytes");
    assert!((1..40 * 1024).contains(&peak), "{peak} KiB resident");
}

/// Fault T14: the place without room is named.
#[test]
fn output_that_cannot_be_kept_names_the_directory() {
    let dir = local(1);
    let command = "yes | head -c 100000";
    let failed =
        here(&dir, &["pcmd", "-w", "l1", "--json", command]).env("TMPDIR", "/no/such").run();
    let why = "keeping output: cannot write to /no/such (set by TMPDIR): No such file or directory";
    assert!(failed.code == 1 && failed.stdout.contains(why), "{failed:?}");
}
