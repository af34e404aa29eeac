//! Headers: what they declare, and every mistake with its message.

use super::*;
use crate::data::fault::Fault;

const WHOLE: &str = "\
#!/bin/sh
# Rotate the logs of the service.
#
# The old ones are kept: see https://example.org/logs.
#   on: @nobody   (an example, indented)
# Examples:
#   cargo xtask web rotate --level 2
# on: @web,!web3
# mode: serial
# arg: --level N (u8 1..3, default 3) how much is logged
# arg: --force (switch) also while it is used
# arg: --kind (full|part, optional) what is rotated
# arg: DIR (path) where they are
# secret: db_password api_key
# confirm: stops the service
# files: rotate.conf -> /etc/rotate.conf 600
# needs: gzip rsync
# timeout: 600
# with: nap
# detached
# shellcheck disable=SC2034

#   # on: this is no header any more
probe() { false; }
change() {
  nap
}
undo() { :; }
";

fn parse(text: &str) -> Result<OwnStep, Fault> {
    OwnStep::parse("steps/web/rotate.sh", text, &["yes", "timeout"])
}

#[test]
fn a_header_declares_everything() {
    let step = parse(WHOLE).unwrap();
    assert_eq!(step.help, "Rotate the logs of the service");
    assert_eq!(
        step.details,
        "\nThe old ones are kept: see https://example.org/logs.\n  on: @nobody   (an example, indented)\nExamples:\n  cargo xtask web rotate --level 2\n"
    );
    assert_eq!((step.on.as_str(), step.mode), ("@web,!web3", Mode::Serial));
    let args: Vec<_> = step.args.iter().map(|arg| (arg.variable.as_str(), &arg.kind)).collect();
    let words = vec!["full".to_owned(), "part".to_owned()];
    assert_eq!(
        args,
        [
            ("LEVEL", &Kind::Number { least: 1, most: 3 }),
            ("FORCE", &Kind::Switch),
            ("KIND", &Kind::OneOf(words)),
            ("DIR", &Kind::Path)
        ]
    );
    let names: Vec<_> = step.args.iter().map(|arg| arg.value_name.as_str()).collect();
    assert_eq!(names, ["N", "TEXT", "WORD", "DIR"]);
    assert_eq!(step.args[0].presence, Presence::Default("3".to_owned()));
    assert_eq!(step.secrets, ["db_password", "api_key"]);
    assert_eq!(step.confirm.as_deref(), Some("stops the service"));
    let file = &step.files[0];
    assert_eq!((file.local.as_str(), file.remote.as_str()), ("rotate.conf", "/etc/rotate.conf"));
    assert_eq!(file.mode.as_deref(), Some("600"));
    assert_eq!((step.needs.join(" "), step.timeout), ("gzip rsync".to_owned(), Some(600)));
    assert!(step.detached && !step.reads);
    assert!(step.has(Function::Undo) && !step.has(Function::Undone));
    assert!(step.snippet(WHOLE).starts_with("#!/bin/sh\n# in: LEVEL FORCE KIND DIR\n# Rotate"));
}

/// The lines of a header, each with the fault that it gives. `…` stands for a whole file around it.
const WRONG: &[(&str, &str)] = &[
    ("# mod: serial", "unknown word `mod` | did you mean `mode`?"),
    ("# modes: serial", "unknown word `modes` | did you mean `mode`?"),
    ("# mode: serail", "unknown mode `serail` | did you mean `serial`?"),
    ("# mode: all", "unknown mode `all` | one of parallel, serial, once"),
    ("# read", "unknown word `read` | did you mean `reads`?"),
    ("# detach", "unknown word `detach` | did you mean `detached`?"),
    ("# reads: yes", "unknown word `reads` | it stands alone: # reads"),
    (
        "# note: x",
        "unknown word `note` | the words are on, mode, arg, secret, confirm, files, needs, timeout, with; prose has no word with a colon at its start",
    ),
    ("# hosts: @web", "unknown word `hosts` | did you mean `on`?"),
    ("# in: LEVEL", "unknown word `in` | inputs come from the lines # arg:"),
    (
        "# on: @db",
        "`on` is there twice | several roles of hosts, and stages, are written in Rust: cargo xtask new RUNBOOK STEP",
    ),
    (
        "# stage: stop",
        "unknown word `stage` | several roles of hosts, and stages, are written in Rust: cargo xtask new RUNBOOK STEP",
    ),
    ("# mode: once\n# mode: once", "`mode` is there twice"),
    ("# confirm:", "`confirm` has no value"),
    ("# timeout: 0", "`0` is not a number of seconds from 1 to 31536000"),
    ("# needs: a;b", "`a;b` is not a program"),
    ("# secret: a/b", "`a/b` is not a name of [secrets]"),
    ("# with: nip", "unknown library `nip` | did you mean `nap`?"),
    (
        "# with: x",
        "unknown library `x` | the libraries: http, marker, mongodb, mysql, nap, pages, vendor",
    ),
    ("# files: a /b", "it is not LOCAL -> /REMOTE [MODE]"),
    ("# files: ../a -> /b", "`../a` is not below the directory of this file"),
    ("# files: /a -> /b", "`/a` is not below the directory of this file"),
    ("# files: a -> b", "`b` is not an absolute path: it does not begin with `/`"),
    ("# files: a -> /b 999", "`999` is not a mode in octal, as 644"),
    (
        "# arg: --level",
        "the type in parentheses is missing | write it as: # arg: --level N (u8 1..3, default 3) how much is logged",
    ),
    (
        "# arg: --level (u8 help",
        "the `)` is missing | write it as: # arg: --level N (u8 1..3, default 3) how much is logged",
    ),
    (
        "# arg: --level (u8)",
        "the help is missing | write it as: # arg: --level N (u8 1..3, default 3) how much is logged",
    ),
    ("# arg: --level (u9) help", "unknown type `u9` | did you mean `u8`?"),
    (
        "# arg: --level (bool) help",
        "unknown type `bool` | the types are text, u8, u16, u32, u64, port, ip, path, host, hostset, switch, and words as (a|b|c)",
    ),
    ("# arg: --level (u8 3..1) help", "`3..1` is not a range within 0..255"),
    ("# arg: --level (u8 1..999) help", "`1..999` is not a range within 0..255"),
    ("# arg: --level (u8 few) help", "`few` is not a range as 1..3"),
    ("# arg: --level (ip 1..3) help", "`ip` has no range, here `1..3`"),
    (
        "# arg: --level (u8 1..3, default 4) help",
        "the default `4` is wrong: it is not a number from 1 to 3",
    ),
    ("# arg: --level (u8, defualt 3) help", "unknown word `defualt` | did you mean `default`?"),
    ("# arg: --kind (a|a) help", "`a` is there twice"),
    ("# arg: --kind (a|) help", "`` is not a word of letters, digits and -_.+"),
    (
        "# arg: --force N (switch) help",
        "a switch is a flag without a value: --force (switch) | write it as: # arg: --level N (u8 1..3, default 3) how much is logged",
    ),
    (
        "# arg: level N (u8) help",
        "`level` is not a name: --level, or LEVEL by its place | write it as: # arg: --level N (u8 1..3, default 3) how much is logged",
    ),
    (
        "# arg: --yes (switch) help",
        "all commands have a flag --yes already | see them: cargo xtask --help",
    ),
    (
        "# arg: --path (path) help",
        "--path would be the variable PATH, which the shell owns | another name, as --path-of-log",
    ),
    ("# arg: --a-b (text) help\n# arg: --a-b (text) help", "the argument --a-b is there twice"),
    (
        "# arg: A (text, optional) help\n# arg: B (text) help",
        "B stands behind one that may be left out",
    ),
];

#[test]
fn each_mistake_has_its_message() {
    for (lines, want) in WRONG {
        let text = format!("# Help\n# on: @web\n{lines}\nprobe() {{ :; }}\nchange() {{ :; }}\n");
        let fault = parse(&text).expect_err(lines);
        let hint: String = fault.hints.iter().map(|hint| format!(" | {hint}")).collect();
        let line = 2 + lines.lines().count();
        let place = format!("steps/web/rotate.sh:{line}: ");
        assert_eq!(format!("{}{hint}", fault.message), format!("{place}{want}"), "{lines}");
    }
}

#[test]
fn a_file_without_its_parts_says_which() {
    let said = |text: &str| parse(text).expect_err(text).message;
    for (text, want) in [
        ("", "1: the line of help is missing"),
        ("probe() { :; }\n", "1: the line of help is missing"),
        ("# on: @web\nchange() { :; }\n", "1: the first line is the help"),
        ("# Help\nchange() { :; }\n", "1: the hosts are missing"),
        ("# Help\n# on: @web\nprobe() { :; }\n", "3: the function change is missing"),
        ("# Help\n# on: @web\n# reads\n", "3: the function probe is missing"),
        (
            "# Help\n# on: @web\n# reads\nprobe() { :; }\nundo() { :; }\n",
            "5: a step with `# reads` has no function undo",
        ),
        (
            "# Help\n# on: @web\n# reads\n# confirm: x\nprobe() { :; }\n",
            "4: a step with `# reads` has no `confirm`: it changes nothing",
        ),
        (
            "# Help\n# on: @web\n\n# in: case of\nchange() { :; }\n",
            "4: a line with this word stands in the header only",
        ),
        (
            "# Help\n# on: @web\n\n# confirm: stops it\nchange() {\ncat <<E\n# mode: fast\nE\n}\n",
            "4: a line with this word stands in the header only",
        ),
        (
            "# Help\n# on: @web\n\n# reads\nchange() { :; }\n",
            "4: a line with this word stands in the header only",
        ),
        (
            "# Help\n# on: @web\nchange() { :; }\n  verify () { :; }\n",
            "4: the function verify is not at the left edge: nothing calls it",
        ),
        (
            "# Help\n# on: @web\nchange() { :; }\nfunction undo() { :; }\n",
            "4: the function undo is not at the left edge: nothing calls it",
        ),
        (
            "# Help\n# on: @web\n# reads\nprobe() { :; }\r\n",
            "4: the line ends with a carriage return",
        ),
        (
            "# Help\n# on: @web\n# reads\n# secret: x\nprobe() { :; }\n",
            "1: a step with `# reads` brings no files and no secrets",
        ),
    ] {
        assert_eq!(said(text), format!("steps/web/rotate.sh:{want}"), "{text}");
    }
}

#[test]
fn a_blank_before_the_parentheses_is_no_other_function() {
    let step = parse("# Help\n# on: @web\nchange () { :; }\nundo ( )\n{\n  :\n}\n").unwrap();
    assert!(step.has(Function::Change) && step.has(Function::Undo));
}

#[test]
fn all_mistakes_of_a_file_are_shown_at_their_places() {
    let fault = parse("# Help\n# onn: @web\n# mode: x\nprobe() { :; }\n").expect_err("three");
    let details: Vec<String> =
        fault.details.iter().map(|(label, text)| format!("{label} {text}")).collect();
    assert_eq!(
        (fault.message.as_str(), fault.hints.as_slice()),
        (
            "steps/web/rotate.sh:1: the hosts are missing",
            ["add a line as: # on: @web".to_owned()].as_slice()
        )
    );
    assert_eq!(
        details,
        [
            "1 | # Help",
            "  | ^",
            "also steps/web/rotate.sh:2: unknown word `onn`",
            "2 | # onn: @web",
            "  |   ^^^ did you mean `on`?",
            "also steps/web/rotate.sh:3: unknown mode `x`",
            "3 | # mode: x",
            "  |         ^ one of parallel, serial, once",
            "also steps/web/rotate.sh:4: the function change is missing",
            "4 | probe() { :; }",
            "  |               ^ write it at the left edge: change() {; a step that changes nothing has the line # reads",
        ]
    );
}

#[test]
fn a_value_is_of_its_kind() {
    let check = |kind: &str, text: &str| Kind::read(kind).unwrap().check(text);
    for (kind, good, bad) in [
        ("text", "a 'b' \"c\" $(d)\n", "a\0b"),
        ("u8", "255", "256"),
        ("u64 5..", "18446744073709551615", "4"),
        ("u16 ..9", "0", "-1"),
        ("port", "65535", "0"),
        ("ip", "2001:db8::1", "10.0.0"),
        ("path", "/a b", "a"),
        ("host", "web1", ""),
        ("hostset", "@web,!web1", " "),
        ("a|b", "b", "c"),
    ] {
        assert_eq!(check(kind, good).unwrap(), good, "{kind}");
        assert!(check(kind, bad).is_err(), "{kind} {bad}");
    }
    assert_eq!(check("u8", "007").unwrap(), "7");
}
