//! How [`super`] answers.

use super::*;

fn verbatim(text: &str) -> Vec<usize> {
    let outline = outline(text);
    assert!(outline.sound, "not followed: {text}");
    outline.lines.iter().enumerate().filter(|(_, l)| l.verbatim).map(|(i, _)| i).collect()
}

#[test]
fn lines_inside_strings_documents_and_continuations_are_verbatim() {
    assert_eq!(verbatim("a 'x\n  y\n z' b\n  c\n"), [1, 2]);
    assert_eq!(verbatim("a \"x $(b \"q\"\n  c)\n z\" b\n  c\n"), [2]);
    assert_eq!(verbatim("cat <<E\n  $(x'\n  E\nE\n  c\n"), [1, 2, 3]);
    assert_eq!(verbatim("cat <<-'E' | b\n  x\n\tE\n  c\n"), [1, 2]);
    assert_eq!(verbatim("a <<A <<B\n1\nA\n2\nB\n  c\n"), [1, 2, 3, 4]);
    assert_eq!(verbatim("a \\\n  b\n  c\n"), [1]);
    assert_eq!(verbatim("x=$((1 << 2))\n  c ${y#z} $# $$\n  d # it's\n e\n"), Vec::<usize>::new());
    assert_eq!(verbatim("x=\"${y:-\"a\n  b\"}\"\n  c\n"), [1]);
}

#[test]
fn patterns_of_a_case_do_not_close_a_substitution() {
    let text = "v=\"$(case $x in\n  a) echo \"q\n  r\";;\n  (b) :;;\nesac)\"\n  c\n";
    assert_eq!(verbatim(text), [2]);
}

#[test]
fn functions_span_their_lines() {
    let text = "probe() { a; }\nhelp()\n{\n  b }\n}\nchange() {\n  cat <<E\n}\nE\n}\nx\n";
    let outline = outline(text);
    assert!(outline.sound);
    assert_eq!(outline.functions, ["probe", "help", "change"]);
    let owners: Vec<_> = outline.lines.iter().map(|line| line.function).collect();
    let (p, h, c) = (Some(0), Some(1), Some(2));
    assert_eq!(owners, [p, h, h, h, h, c, c, c, c, c, None]);
}

#[test]
fn what_is_not_followed_is_said() {
    for text in [
        "a `b`\n",
        "a 'b\n",
        "a $'b'\n",
        "cat <<<x\n",
        "a )\n",
        "cat <<E\nx\n",
        "f() { a; }; b\n",
        "f() { a; } && { b; }\n",
        "f() {\n  a\n",
    ] {
        assert!(!outline(text).sound, "{text}");
    }
}

#[test]
fn commands_named_by_an_expansion_are_noticed() {
    for text in ["$x a\n", "\"$x\" a\n", "a; \"$@\"\n", "eval a\n", "if ! do_$x; then :; fi\n"] {
        assert!(outline(text).dynamic, "{text}");
    }
    for text in ["a $x\n", "A=$x b\n", "a > \"$x\"\n", "for a in $x; do b; done\n", "{ a; } >$x\n"]
    {
        assert!(!outline(text).dynamic, "{text}");
    }
}
