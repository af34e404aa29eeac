//! The statements of a foreign shell file, read without running anything.
//!
//! A dry execution would be no proof: conditions, substitutions and redirections of the file would
//! run. So the file is followed as a shell parses it. Files that it sources are not followed, and a
//! command that fails under `set -e` is not foreseen.

use std::collections::BTreeSet;

use super::reader::{Command, Reader};

/// Commands that end a script. `return` does so in dash; other shells go on.
const ENDING: [&str; 3] = ["exit", "exec", "return"];

/// A shell file as its statements.
#[derive(Debug, Clone)]
pub struct Script {
    /// For each line, and for the end of the file: it begins a statement outside of every construct.
    pub starts: Vec<bool>,
    /// All commands and assignments, in order, without those of subshells.
    pub commands: Vec<Command>,
    /// The line, from 0, that cannot be followed.
    pub lost: Option<usize>,
}

/// The first statement that ends the script, or may end it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// The first line of the statement, from 0.
    pub start: usize,
    /// Every run ends here.
    pub certain: bool,
}

/// Reads the lines of a shell file.
pub fn script<'a>(lines: impl IntoIterator<Item = &'a str>) -> Script {
    let mut reader = Reader::default();
    let (mut starts, mut lost) = (vec![true], None);
    for (at, line) in lines.into_iter().enumerate() {
        reader.line(line);
        starts.push(reader.starts_statement());
        if reader.lost {
            lost = lost.or(Some(at));
        }
    }
    let open = starts.iter().rposition(|start| *start).filter(|at| at + 1 < starts.len());
    Script { lost: lost.or(open), starts, commands: reader.commands }
}

impl Script {
    /// The first statement after which nothing of the file may run.
    ///
    /// `exec` with redirections only is none. A function ends the script where it is called.
    pub fn end(&self) -> Option<End> {
        let deadly = self.deadly();
        let ends = |command: &&Command| is_end(command) || deadly.contains(command.word.as_str());
        let mut found = self.commands.iter().filter(|it| it.function.is_none()).filter(ends);
        found.next().map(|it| End { start: self.start(it.at), certain: it.certain && is_end(it) })
    }

    /// The first line of the statement that line `at` belongs to.
    pub fn start(&self, at: usize) -> usize {
        self.starts[..=at].iter().rposition(|start| *start).unwrap_or(0)
    }

    /// The functions that end the script when they are called.
    fn deadly(&self) -> BTreeSet<&str> {
        let mut deadly = BTreeSet::new();
        loop {
            let before = deadly.len();
            for it in &self.commands {
                if let Some(function) = &it.function
                    && (is_end(it) && it.word != "return" || deadly.contains(it.word.as_str()))
                {
                    deadly.insert(function.as_str());
                }
            }
            if deadly.len() == before {
                return deadly;
            }
        }
    }
}

fn is_end(command: &Command) -> bool {
    command.builtin.is_empty() && ENDING.contains(&command.word.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(text: &str) -> Option<(usize, bool)> {
        let script = script(text.lines());
        assert_eq!(script.lost, None, "not followed: {text}");
        script.end().map(|end| (end.start + 1, end.certain))
    }

    #[test]
    fn the_first_end_of_a_script_is_found() {
        for (text, want) in [
            ("a\nexit\n", Some((2, true))),
            ("a\nexit 0;\n", Some((2, true))),
            ("a\nexit 0 # end\n", Some((2, true))),
            ("a\nexit $?\n", Some((2, true))),
            ("a\n  exit 0\n", Some((2, true))),
            ("exit 0\nb\nexit 0\n", Some((1, true))),
            ("a; exit 1\n", Some((1, true))),
            ("a \\\n  b; exit\n", Some((1, true))),
            ("exec a -b\n", Some((1, true))),
            ("exec >/log 2>&1\nexec 3<&0 4>>x\nb\n", None),
            ("exec 2>/log a\n", Some((1, true))),
            ("a && exit 0\n", Some((1, false))),
            ("a && b\nexit\n", Some((2, true))),
            ("a ||\n  exit 0\n", Some((1, false))),
            ("a\nif b; then\n  c\n  exit 0\nfi\nexit 0\n", Some((2, false))),
            ("a\ncase b in\n  c) exit 0;;\nesac\n", Some((2, false))),
            ("for a in exit b; do\n c\ndone\nwhile a; do exit; done\n", Some((4, false))),
            ("{ exit 0; }\n", Some((1, false))),
            ("( exit 0 )\na=$(exit 0)\na=`exit 0`\nb\n", None),
            ("echo exit 0\n# exit 0\n'exit'\na=exit\n", None),
            ("cat <<E\nexit 0\nE\ncat <<<exit\nb\n", None),
            ("die() { a; exit 1; }\na || die\nexit\n", Some((2, false))),
            ("die()\n{\n  exit 1\n}\nsafe() { die; }\na\nsafe\n", Some((7, false))),
            ("die() { exit 1; }\nb\n", None),
            ("f() { return 1; }\nf\nreturn 0\n", Some((3, true))),
            ("a=$'it\\'s'\n[[ a =~ ^(b|exit)$ ]] && c\n((d = 1))\n", None),
        ] {
            assert_eq!(end(text), want, "{text}");
        }
    }

    #[test]
    fn a_file_that_cannot_be_followed_is_known_by_its_line() {
        for (text, line) in [
            ("a\nb 'c\nd\n", 2),
            ("a\nif b; then\nc\n", 2),
            ("a\ncat <<E\nb\n", 2),
            ("a\nfi\nb\n", 2),
            ("a )\n", 1),
            ("a &&\n", 1),
        ] {
            assert_eq!(script(text.lines()).lost, Some(line - 1), "{text}");
        }
    }

    #[test]
    fn assignments_and_their_places_are_known() {
        let text = "A=1\nexport B=2 A=3\n[ c ] && A=4\nif d; then A=5; fi\nunset A\n(A=6)\n";
        let script = script(text.lines());
        let of_a = |it: &&Command| it.word.split('=').next() == Some("A");
        let found: Vec<_> =
            script.commands.iter().filter(of_a).map(|it| (it.at, it.builtin, it.certain)).collect();
        let want = [
            (0, "", true),
            (1, "export", true),
            (2, "", false),
            (3, "", false),
            (4, "unset", true),
        ];
        assert_eq!(found, want);
    }
}
