//! The lines of operations: folded over the hosts, at a terminal too, and never held for long where nothing else tells of them.

use crate::support::drill::{Drill, Running};
use crate::support::scratch;

/// What stands on a screen at the end: a row is cleared, the cursor goes up a row, and text is added to it.
fn screen(bytes: &str) -> Vec<String> {
    let mut rows = vec![String::new()];
    let mut rest = bytes;
    while let Some(first) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("\x1b[1A") {
            rest = after;
            rows.pop();
        } else if let Some(after) = rest.strip_prefix("\x1b[K") {
            rest = after;
            rows.last_mut().expect("a row").clear();
        } else {
            rest = &rest[first.len_utf8()..];
            match first {
                '\n' => rows.push(String::new()),
                // It comes before a clearing or a line end.
                '\r' => {}
                first => rows.last_mut().expect("a row").push(first),
            }
        }
    }
    rows
}

/// The text on a screen with a status line, of which nothing stays.
fn shown(bytes: &str) -> String {
    assert!(bytes.contains("\x1b[K"), "no status line: {bytes:?}");
    let all = screen(bytes).join("\n");
    assert!(!all.contains("at work") && !all.contains("/3 done"), "{all}");
    all
}

/// A host that is slower than the others: the same operation is one line at a terminal.
#[test]
fn at_a_terminal_the_slowest_host_completes_the_line() {
    let drill = Drill::on("h[001-003]");
    drill.put("h001", "hang", "2");
    let (code, bytes) = drill.status_line("work --yes").raw();
    let all = shown(&bytes);
    assert_eq!(code, 0, "{all}");
    let lines: Vec<&str> = all.lines().filter(|line| line.contains(": changed  start")).collect();
    let [first, second] = lines[..] else { panic!("two lines: {all}") };
    assert!(first.starts_with("h[001-003]: changed  start first "), "{all}");
    assert!(second.starts_with("h[001-003]: changed  start second "), "{all}");
}

/// Diffs that differ in a value are one diff at a terminal, as in a plan and in a pipe.
#[test]
fn at_a_terminal_near_equal_diffs_are_one() {
    let state = scratch();
    let own = ["env", "TERM=xterm", "VRRP_PASSWORD=Zq7kW2x", env!("CARGO_BIN_EXE_xtask")];
    let step = "--color never --rehearse --yes --diff uecm keepalived-vip --vip 172.18.5.224";
    let words: Vec<String> = own.into_iter().chain(step.split(' ')).map(str::to_owned).collect();
    let (code, bytes) = Running::at_terminal(&words, state.path()).raw();
    let all = shown(&bytes);
    assert_eq!(code, 0, "{all}");
    let of_value = |line: &&str| line.contains(" priority ");
    let values: Vec<&str> = all.lines().filter(of_value).map(str::trim).collect();
    assert_eq!(values, ["+    priority {phy1=100 phy2=90 phy3=80}"], "{all}");
    assert_eq!(all.matches("phy[1-3]: changed  write /etc/keepalived/").count(), 1, "{all}");
}

/// A dumb terminal gets the lines of a pipe.
#[test]
fn a_dumb_terminal_gets_no_sequence() {
    let drill = Drill::on("h001");
    let (code, text) = drill.on_dumb_terminal("work").leaves();
    assert!(code == 0 && !text.contains('\x1b'), "{text:?}");
    assert!(text.starts_with("h001: changed  start first "), "{text}");
}

/// While a host hangs, the reader of a pipe sees what has happened on the others. Nine seconds: that long it hangs.
#[test]
fn a_host_that_hangs_does_not_hold_the_lines_of_the_others() {
    let drill = Drill::on("h[001-003]");
    drill.put("h001", "hang", "9");
    let mut run = drill.spawn("work --yes");
    run.says("h[002-003]: changed  start second");
    assert!(!drill.has("h001", "first"), "it was said while h001 hung");
    let outcome = run.ends();
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("\nh001: changed  start first "), "{}", outcome.stderr);
}
