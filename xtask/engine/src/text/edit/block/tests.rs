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

#[test]
fn a_missing_block_is_put_before_the_last_exit() {
    let added = MARKED.replace("END xtask vip", "END xtask vip, exit 0 added");
    check(
        &vip().before_exit(),
        &[
            ("x\nexit 0\n", &format!("x\n{MARKED}exit 0\n")),
            (
                "if y\n exit 0\nexit 0\nfi\nexit 0 \n\n",
                &format!("if y\n exit 0\nexit 0\nfi\n{MARKED}exit 0 \n\n"),
            ),
            ("x\nexit 0", &format!("x\n{MARKED}exit 0")),
            ("x\n", &format!("x\n{added}exit 0\n")),
            ("x", &format!("x\n{added}exit 0")),
        ],
    );
}

#[test]
fn the_same_lines_without_marks_are_the_block() {
    let kept = ["ip a\nip b\n", "x\nip a\nip b\ny", "x\r\nip a\r\nip b\r\n"];
    kept.iter().for_each(|text| check(&vip(), &[(text, text)]));
    check(
        &vip().before_exit(),
        &[
            ("ip a\nip b\nexit 0\n", "ip a\nip b\nexit 0\n"),
            ("x\nip a\nip b\n", "x\nip a\nip b\nexit 0\n"),
        ],
    );
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
    check(
        &vip().before_exit(),
        &[("ip a\nip b\nip a\nip b\nexit 0\nip a\nip b\n", "ip a\nip b\nexit 0\n")],
    );
}

#[test]
fn a_block_behind_the_exit_is_moved_before_it() {
    check(
        &vip().before_exit(),
        &[
            ("x\nexit 0\nip a\nip b\n", &format!("x\n{MARKED}exit 0\n")),
            (&format!("x\nexit 0\n{MARKED}"), &format!("x\n{MARKED}exit 0\n")),
        ],
    );
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
        let block = if exit { vip().before_exit() } else { vip() };
        let once = block.present(&text).unwrap();
        prop_assert_eq!(&block.present(&once).unwrap(), &once);
        prop_assert_eq!(block.absent(&once).unwrap(), text);
    }

    #[test]
    fn two_blocks_come_and_go_like_a_stack(text in "(x|exit 0|\n|\n){0,8}") {
        let (first, second) = (vip().before_exit(), Block::new("b", "route").before_exit());
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
