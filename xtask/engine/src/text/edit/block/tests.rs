//! How [`super`] answers.

use proptest::prelude::*;

use super::*;

const MARKED: &str = "# BEGIN xtask vip\nip a\nip b\n# END xtask vip\n";

fn vip() -> Block {
    Block::new("vip", "ip a\nip b\n")
}

fn check(block: &Block, cases: &[(&str, &str)]) {
    for (text, want) in cases {
        assert_eq!(&block.present(text).unwrap(), want, "{text:?}");
        assert_eq!(&block.present(want).unwrap(), want, "twice: {text:?}");
    }
}

#[test]
fn a_missing_block_is_put_at_the_end() {
    check(
        &vip(),
        &[
            ("", MARKED),
            ("x\n", &format!("x\n{MARKED}")),
            ("x", &format!("x\n{}", MARKED.trim_end())),
            ("x\r\n", &format!("x\n{MARKED}").replace('\n', "\r\n")),
        ],
    );
    let ini = Block { comment: ";".into(), ..vip() };
    assert!(ini.present("").unwrap().starts_with("; BEGIN xtask vip\n"));
}

/// The same with a script, and a block that every run of it reaches.
fn check_script(cases: &[(&str, &str)]) {
    let whole = |text: &str| format!("#!/bin/sh\n{text}");
    let cases: Vec<_> = cases.iter().map(|(text, want)| (whole(text), whole(want))).collect();
    let cases: Vec<_> = cases.iter().map(|(text, want)| (&**text, &**want)).collect();
    check(&vip().before_end(), &cases);
}

/// Fault E1: the block stands before the first statement that ends the script or may end it.
#[test]
fn a_block_of_a_script_is_put_before_its_first_end() {
    let added = MARKED.replace("END xtask vip", "END xtask vip, exit 0 added");
    for end in
        ["exit", "exit 0;", "exit 0 # end", "exit $?", "  exit 0", "exec a", "exit 0 ", "return"]
    {
        check_script(&[(&format!("x\n{end}\n\n"), &format!("x\n{MARKED}{end}\n\n"))]);
    }
    let guard = "if y; then\n exit 0\nexit 0\nfi\n";
    check_script(&[
        ("x\nexit 0", &format!("x\n{MARKED}exit 0")),
        ("x\n", &format!("x\n{added}exit 0\n")),
        ("x", &format!("x\n{added}exit 0")),
        ("x\nexit 0\ny\nexit 0\n", &format!("x\n{MARKED}exit 0\ny\nexit 0\n")),
        (&format!("x\n{guard}exit 0\n"), &format!("x\n{MARKED}{guard}exit 0\n")),
        ("x\ny || exit 1\nexit 0\n", &format!("x\n{MARKED}y || exit 1\nexit 0\n")),
        ("x \\\n; exit 0\n", &format!("{MARKED}x \\\n; exit 0\n")),
        ("exec >/log 2>&1\nx\n", &format!("exec >/log 2>&1\nx\n{added}exit 0\n")),
        ("cat <<E\nexit 0\nE\nexit\n", &format!("cat <<E\nexit 0\nE\n{MARKED}exit\n")),
        ("d() { exit 1; }\nd\nexit\n", &format!("d() {{ exit 1; }}\n{MARKED}d\nexit\n")),
    ]);
    let made = MARKED.replace("END xtask vip", "END xtask vip, file added");
    check(&vip().before_end(), &[("", &format!("#!/bin/sh\n{made}exit 0\n"))]);
}

/// Fault E1: what the kernel or the shell makes nothing of is refused, with its line.
#[test]
fn a_script_that_cannot_run_or_be_followed_is_refused() {
    for (text, what, line) in [
        ("x\nexit 0\n", "the file has no `#!` line: the kernel cannot start it", "line 1"),
        ("\n#!/bin/sh\n", "the file has no `#!` line: the kernel cannot start it", "line 1"),
        ("#!/usr/bin/python3\n", "no shell runs this script", "line 1"),
        (
            "#!/bin/sh\r\nx\r\n",
            "the line ends in a carriage return, which no shell leaves out",
            "line 1",
        ),
        (
            "#!/bin/sh\nx\r\n",
            "the line ends in a carriage return, which no shell leaves out",
            "line 2",
        ),
        ("#!/bin/sh\nx 'y\nexit 0\n", "the script cannot be followed from here on", "line 2"),
        (
            "#!/bin/sh\ny\nif x; then\nexit 0\n",
            "the script cannot be followed from here on",
            "line 3",
        ),
    ] {
        let fault = vip().before_end().present(text).unwrap_err();
        assert_eq!(fault.message, format!("cannot place the block: {what}"), "{text:?}");
        assert_eq!(fault.details[0].0, line, "{text:?}");
    }
    for shebang in ["/bin/sh -e", " /bin/bash", "/usr/bin/env -S bash -e", "/bin/busybox sh"] {
        assert!(vip().before_end().present(&format!("#!{shebang}\n")).is_ok(), "{shebang}");
    }
}

/// Fault E1: the place of the block is proved by shells that run the script.
#[test]
fn shells_reach_the_block() {
    let block = Block::new("b", "echo reached").before_end();
    for text in [
        "exit",
        "x=1\nif [ $x = 1 ]; then exit 0; fi\nexit 0\n",
        "[ -e /none ] || exit 0\nexit $?\n",
        "exec true\n",
        "f() { exit 0; }\nf; exit 1\n",
        "case a in a) exit 0;; esac\n",
        "cat <<E >/dev/null\nexit 0\nE\n  exit 0;\n",
        "for i in 1 2; do exit 0; done\necho never\n",
        "exit 0\n# BEGIN xtask b\necho reached\n# END xtask b\n",
        "if false; then\n:\n# BEGIN xtask b\necho reached\n# END xtask b\nfi\nexit 0\n",
        "a=`echo exit`\nexit 0 # end\n",
    ] {
        let script = block.present(&format!("#!/bin/sh\n{text}")).unwrap();
        for shell in ["dash", "bash", "sh"].into_iter().filter(|it| which::which(it).is_ok()) {
            assert_eq!(said_by(shell, &script), "reached\n", "{shell}: {script}");
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the test asks the real shells")]
fn said_by(shell: &str, script: &str) -> String {
    let ran = std::process::Command::new(shell).args(["-c", script]).output().unwrap();
    String::from_utf8(ran.stdout).unwrap()
}

#[test]
fn the_same_lines_without_marks_are_the_block() {
    let kept = ["ip a\nip b\n", "x\nip a\nip b\ny", "x\r\nip a\r\nip b\r\n"];
    kept.iter().for_each(|text| check(&vip(), &[(text, text)]));
    check_script(&[
        ("ip a\nip b\nexit 0\n", "ip a\nip b\nexit 0\n"),
        ("x\nip a\nip b\n", "x\nip a\nip b\nexit 0\n"),
        // Text of a document is not the block.
        ("cat <<E\nip a\nip b\nE\nexit\n", &format!("cat <<E\nip a\nip b\nE\n{MARKED}exit\n")),
    ]);
}

#[test]
fn further_copies_go() {
    check(
        &vip(),
        &[
            ("x\nip a\nip b\ny\nip a\nip b\nip a\nip b\n", "x\nip a\nip b\ny\n"),
            (&format!("ip a\nip b\nx\n{MARKED}ip a\nip b\n{MARKED}"), &format!("x\n{MARKED}")),
        ],
    );
    check_script(&[("ip a\nip b\nip a\nip b\nexit 0\nip a\nip b\n", "ip a\nip b\nexit 0\n")]);
}

/// Fault E1: a block that is there, but not reached, is moved.
#[test]
fn a_block_that_is_not_reached_is_moved() {
    check_script(&[
        ("x\nexit 0\nip a\nip b\n", &format!("x\n{MARKED}exit 0\n")),
        (&format!("x\nexit\n{MARKED}"), &format!("x\n{MARKED}exit\n")),
        (&format!("x || exit 1\n{MARKED}y\n"), &format!("{MARKED}x || exit 1\ny\n")),
        (
            &format!("if x; then\n y\n{MARKED}fi\nexit 0\n"),
            &format!("if x; then\n y\nfi\n{MARKED}exit 0\n"),
        ),
    ]);
}

#[test]
fn other_content_between_the_marks_is_brought_up_to_date() {
    let old = MARKED.replace("ip b\n", "ip c\nip d\n");
    check(&vip(), &[(&format!("x\n{old}y\n"), &format!("x\n{MARKED}y\n"))]);
    check(&vip(), &[("# BEGIN xtask vip\n# END xtask vip\n", MARKED)]);
    check(
        &vip(),
        &[(
            "# BEGIN xtask other\nip a\n# END xtask other\n",
            &format!("# BEGIN xtask other\nip a\n# END xtask other\n{MARKED}"),
        )],
    );
}

#[test]
fn what_would_break_the_marks_is_refused() {
    for text in
        ["# BEGIN xtask vip\n", "# END xtask vip\n", &MARKED.replace("ip b", "# BEGIN xtask vip")]
    {
        let fault = vip().present(text).unwrap_err();
        assert_eq!(fault.message, "the marks of block vip do not pair");
        assert!(vip().absent(text).is_err());
    }
    for (name, content) in [("vip", "\n"), ("", "x"), ("a\nb", "x"), ("vip", "# END xtask other\n")]
    {
        assert!(Block::new(name, content).present("").is_err());
    }
}

proptest! {
    #[test]
    fn twice_is_once_and_taking_away_restores(
        text in "(ip a|ip c|exit 0|if| |\r\n|\n|\n|\n){0,14}", exit: bool
    ) {
        let block = if exit { vip().before_end() } else { vip() };
        let text = if exit { format!("#!/bin/sh\n{}", text.replace("\r\n", "")) } else { text };
        // An open `if` cannot be followed.
        let Ok(once) = block.present(&text) else { return Ok(()) };
        prop_assert_eq!(&block.present(&once).unwrap(), &once);
        prop_assert_eq!(block.absent(&once).unwrap(), text);
    }

    #[test]
    fn two_blocks_come_and_go_like_a_stack(text in "#!/bin/sh\n(x|exit 0|\n|\n){0,8}") {
        let (first, second) = (vip().before_end(), Block::new("b", "route").before_end());
        let one = first.present(&text).unwrap();
        let two = second.present(&one).unwrap();
        prop_assert_eq!(first.present(&two).unwrap(), two.clone());
        prop_assert_eq!(second.absent(&two).unwrap(), one.clone());
        prop_assert_eq!(first.absent(&one).unwrap(), text);
    }

    #[test]
    fn other_lines_stay_and_one_copy_is_left(text in "(ip a\nip b\n|x\n|ip a\n){0,9}") {
        let once = vip().present(&text).unwrap();
        prop_assert_eq!(once.matches("ip a\nip b\n").count(), 1);
        let rest = |t: &str| {
            let bare = t.replace("ip a\nip b\n", "");
            bare.lines().filter(|l| !l.contains("xtask")).map(str::to_owned).collect::<Vec<_>>()
        };
        prop_assert_eq!(rest(&once), rest(&text));
    }
}
