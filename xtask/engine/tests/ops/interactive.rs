//! Programs that ask at a terminal: one of ours that asks in many ways, and real ones.

use std::time::Duration;

use engine::data::fault::{Fault, Kind};
use engine::data::outcome::Outcome;
use engine::ops::{Interactive, Script, Shell};
use engine::text::snippet::Snippet;
use engine::transport::secret::Secret;

use crate::aid::told;
use crate::bench::{Host, hosts};

mod real;

/// Asks for a mode at standard output, then for a password as passwd does: at /dev/tty, unseen. What was typed before it
/// reads is thrown away, and it reads late.
const INSTALL: Snippet = Snippet::new(
    "test/install",
    "# Install a thing.\n# in: FILE LATE\n\
     probe() {\n  [ -e \"$FILE\" ] && return\n  echo \"$FILE: is to come\"\n  return 1\n}\n\
     hidden() {\n  printf '%s' \"$1\" >/dev/tty\n  sleep \"$LATE\"\n\
     stty -echo -icanon min 0 time 0 </dev/tty\n  dd bs=1000 count=1 </dev/tty >/dev/null 2>&1 || true\n\
     stty -echo icanon </dev/tty\n  read -r word </dev/tty\n  stty echo </dev/tty\n  echo >/dev/tty\n}\n\
     change() {\n  printf 'Modes:\\n 1) one\\n 5) conf\\nSelect a mode [1-5]: '\n  read -r mode\n\
     hidden 'New password: '\n  first=$word\n  hidden 'Retype new password: '\n\
     [ \"$first\" = \"$word\" ] || {\n  echo differ >&2\n  return 3\n}\n\
     printf '%s %s' \"$mode\" \"$word\" >\"$FILE\"\n}\n\
     undo() {\n  rm \"$FILE\"\n}\n",
);
/// Runs any commands, once.
const ANY: Snippet = Snippet::new(
    "test/any",
    "# Run commands.\n# in: FILE COMMANDS\nprobe() {\n  [ -e \"$FILE\" ]\n}\n\
     change() {\n  eval \"$COMMANDS\"\n  : >\"$FILE\"\n}\nundo() {\n  rm \"$FILE\"\n}\n",
);

const SECRET: &str = "p'w \\0 ü$x";

fn install(host: &Host, late: &str) -> Interactive<Shell> {
    let secret = Secret::new(SECRET);
    Interactive::new(Shell::new(INSTALL, [("FILE", host.path("f").into()), ("LATE", late.into())]))
        .answer("Select a mode [1-5]:", "5")
        .secret("New password:", &secret)
        .secret("Retype new password:", &secret)
        .required()
}

fn shell(host: &Host, commands: &str) -> Shell {
    Shell::new(ANY, [("FILE", host.path("done").into()), ("COMMANDS", commands.into())])
}

fn any(host: &Host, commands: &str) -> Interactive<Shell> {
    Interactive::new(shell(host, commands)).patience(Duration::from_secs(1))
}

/// The output of the last command.
fn said(host: &Host) -> String {
    host.observer.said.lock().unwrap().last().cloned().unwrap_or_default()
}

#[test]
fn a_menu_and_a_hidden_password_are_answered_in_every_shell() {
    for host in hosts() {
        host.lives(&install(&host, "0"));
        assert_eq!(host.get("f"), format!("5 {SECRET}"));
        let asked = "Modes:\n 1) one\n 5) conf\nSelect a mode [1-5]: 5\nNew password: \nRetype new password: \n";
        assert_eq!(said(&host), asked);
    }
}

#[test]
fn a_dry_run_shows_the_questions_and_no_secret() {
    let host = Host::new();
    assert_eq!(host.plan(&install(&host, "0")).unwrap(), Outcome::Needed);
    let want = format!(
        "{}: is to come\nanswers: Select a mode [1-5]: -> 5\nanswers: New password: -> ****\n\
         answers: Retype new password: -> **** (must be asked)\n",
        host.path("f")
    );
    assert_eq!(host.diff(), want);
    host.forget();
    host.emit(&install(&host, "0"));
}

/// The answer would be lost if it came before the program reads, and work is no question: it lasts longer than the patience.
#[test]
fn a_program_that_reads_late_gets_its_answers_in_time() {
    let host = Host::new();
    let op = install(&host, "2").patience(Duration::from_secs(1));
    assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
    assert_eq!(host.get("f"), format!("5 {SECRET}"));
}

#[test]
fn an_unknown_question_ends_the_program_and_is_shown() {
    let host = Host::new();
    let menu = "printf 'Modes:\\n 1) one\\n\\033[1mWhich?\\033[0m '; sleep 0.1; read -r x; echo $x";
    let op = any(&host, &format!("trap '' TERM HUP; {menu}; sleep 31.91")).answer("Mode?", "1");
    let error = host.ensure(&op).unwrap_err();
    assert_eq!(Fault::kind_of(&error), Kind::Failed);
    assert_eq!(
        told::<()>(Err(error)),
        "the program asks something without a known answer\nasked: Modes:\n 1) one\nWhich?\n\
         known: Mode? (given 0)\n\
         hint: it was ended; add the answer to the step, or look what is different on this host"
    );
    assert_eq!(host.raw("pgrep -f 'sleep 31.9[1]'", b""), "1 ", "nothing is left");
    // The session serves on, without the keyboard.
    assert_eq!(host.raw("echo x >&7", b"").split(' ').next(), Some("2"));
}

#[test]
fn an_answer_that_is_not_taken_ends_the_program() {
    let host = Host::new();
    let asks = "while printf 'Code: '; do read -r x; echo wrong; done";
    let secret = Secret::new("hunter2");
    let error = told(host.ensure(&any(&host, asks).secret("Code:", &secret).at_most(2)));
    let want = "the program asks again what was answered 2 times\nasked: ****\nwrong\nCode:\n\
                known: Code: (given 2)\n\
                hint: it did not take the answer: look at the output before the question";
    assert_eq!(error, want);
    assert_eq!(said(&host), "Code: ****\nwrong\nCode: ****\nwrong\nCode: ");
}

#[test]
fn questions_of_the_same_words_get_their_answers_in_turn_and_longer_ones_theirs() {
    let host = Host::new();
    let ask = |prompt: &str| format!("printf '{prompt} '; read -r x; r=\"${{r-}}$x,\"");
    let asks = ["Name:", "Name:", "Nick\\nName:", "Erase 5 disks? (y/n)"].map(ask).join("; ");
    let op = any(&host, &format!("{asks}; printf %s $r >&2"))
        .answer("Name:", "one")
        .answer("Name:", "two")
        .answer("Nick\nName:", "three")
        .answer("disks? (y/n)", "y")
        .at_line_end();
    assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
    assert!(said(&host).ends_with("one,two,three,y,"), "{}", said(&host));
}

/// Keys one by one, poll instead of read, and a screen that is drawn.
#[test]
fn a_menu_that_fills_the_screen_gets_keys() {
    let host = Host::new();
    let asks = "[ $TERM = vt100 ] && [ \"$(stty size)\" = '30 100' ] && [ -z \"${XTASK_SCRIPT+x}\" ]\n\
        stty raw -echo; printf '\\033[2J\\033[5;10HChoose\\033[1C\\033[7mthe mode\\033[0m\\033[20;5H<Ok>\\033[1;1H'\n\
        k=$(dd bs=1 count=4 2>/dev/null | od -An -tx1); stty sane; echo \"keys$k\"";
    let op = any(&host, asks).keys("Choose the mode", "\x1b[B\r").terminal("vt100", 30, 100);
    assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
    assert!(said(&host).ends_with("keys 1b 5b 42 0d\r\n"), "{:?}", said(&host));
}

#[test]
fn the_end_of_the_program_is_told_as_of_any_command() {
    let host = Host::new();
    let ends = |commands: &str| told(host.ensure(&any(&host, commands)));
    let exit = ends("echo out; echo err >&2; exit 9");
    assert!(exit.starts_with("cannot run commands: exit 9\nran: test/any change"), "{exit}");
    assert!(exit.ends_with("stdout: out\nerr"), "{exit}");
    assert!(ends("kill -TERM $$; sleep 5").contains("143"), "{}", ends("kill -TERM $$; sleep 5"));
    let slow = shell(&host, "printf 'Working '; sleep 31.92").within(Duration::from_secs(2));
    let slow = told(host.ensure(&Interactive::new(slow)));
    assert!(slow.starts_with("the command was stopped after 2 s\n"), "{slow}");
    assert!(slow.ends_with("\nlast words: Working"), "{slow}");
    let silent = any(&host, "echo done").answer("Sure?", "yes").required();
    let silent = told(host.ensure(&silent));
    assert_eq!(silent, "the program has ended without its question \"Sure?\"");
}

/// Both shells of the session are killed at once, so nobody is left to end the program. It sees the end of its input.
#[test]
fn a_program_whose_session_was_killed_does_not_wait_for_ever() {
    let host = Host::new();
    let file = host.path("end");
    let up = "up() {\n  read -r s </proc/$1/stat\n  s=${s##*) }\n  s=${s#* }\n  echo ${s%% *}\n}";
    let kill = "r=$(up $(up $PPID))\nkill -9 $r $(up $r)\nprintf 'Any: '\n";
    let op = any(&host, &format!("{up}\n{kill}read -r x || {{ echo end >{file}; exit 9; }}"));
    // The command can still say how it has ended, if it is quicker than the loss is seen.
    assert_ne!(host.ensure(&op).ok(), Some(Outcome::Changed));
    for _ in 0..500 {
        if std::path::Path::new(&file).exists() {
            return;
        }
        // It ends by itself, soon.
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("it still waits");
}

#[test]
fn a_host_that_has_no_terminal_to_give_is_refused_before_anything_begins() {
    let bin = tempfile::tempdir().unwrap();
    for tool in ["sh", "stty", "mkfifo", "mktemp", "setsid", "sleep", "head", "cat", "rm"] {
        std::os::unix::fs::symlink(which::which(tool).unwrap(), bin.path().join(tool)).unwrap();
    }
    let path = format!("PATH={}", bin.path().display());
    let host = Host::behind(&["env", &path]);
    let error = host.ensure(&any(&host, "touch begun")).unwrap_err();
    assert_eq!(Fault::kind_of(&error), Kind::Refused);
    let error = told::<()>(Err(error));
    let want = "this host cannot give a program a terminal\nfound: there is no script\n\
                hint: install `script`: apt-get install bsdutils";
    assert!(error.starts_with(want), "{error}");
    // Busybox has one that does not tell the exit code.
    let other = "#!/bin/sh\necho 'script: invalid option -- e' >&2\nexit 1\n";
    std::fs::write(bin.path().join("script"), other).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(bin.path().join("script"), mode).unwrap();
    let error = told(host.ensure(&any(&host, "touch begun")));
    assert!(
        error.contains("found: script -qec gives no terminal (exit 1): script: inv"),
        "{error}"
    );
    assert_eq!(host.snapshot(false).len(), 1);
}

#[test]
fn what_cannot_be_answered_is_refused_before_the_host_is_asked() {
    let host = Host::behind(&["false"]);
    let wrong = |op: &dyn engine::ops::Op| {
        let error = host.ensure(op).unwrap_err();
        assert_eq!(Fault::kind_of(&error), Kind::Usage);
        error.to_string()
    };
    assert_eq!(wrong(&any(&host, "").answer(" ", "x")), "an answer is for an empty question");
    let secret = Secret::new("a\x03b");
    let control = "the answer to \"P:\" has a control character (byte 1)";
    assert_eq!(wrong(&any(&host, "").secret("P:", &secret)), control);
    let judged = Script::new("x", ANY, [("FILE", "f".into()), ("COMMANDS", "".into())]);
    let judged =
        Interactive::new(judged.judged_by(ANY, [("FILE", "f".into()), ("COMMANDS", "".into())]));
    assert_eq!(wrong(&judged), "an interactive script cannot be judged by its output");
}

/// Another answer is another input; another secret is not: a hash would confirm a guess.
#[test]
fn a_script_with_other_answers_runs_again() {
    let host = Host::new();
    const ONCE: Snippet = Snippet::new(
        "test/once",
        "# in: FILE\nchange() {\n  printf 'Mode: '\n  read -r mode\n  printf 'Code: '\n  read -r code\n\
         echo \"$mode $code\" >>\"$FILE\"\n}\n",
    );
    let op = |mode: &str, code: &str| {
        let script = Script::new("once", ONCE, [("FILE", host.path("f").into())]);
        let op = Interactive::new(script.markers_in(host.path("markers")));
        op.answer("Mode:", mode).secret("Code:", &Secret::new(code))
    };
    assert_eq!(host.ensure(&op("5", "one")).unwrap(), Outcome::Changed);
    assert_eq!(host.ensure(&op("5", "two")).unwrap(), Outcome::Kept);
    assert_eq!(host.ensure(&op("4", "two")).unwrap(), Outcome::Changed);
    assert_eq!(host.get("f"), "5 one\n4 two\n");
}
