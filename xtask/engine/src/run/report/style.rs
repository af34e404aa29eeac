//! Colour. Strongest first: `--color`, `NO_COLOR`, `CLICOLOR_FORCE`,
//! `CLICOLOR=0`, whether the stream is a terminal.
//!
//! Until text is written, its colours are marks of our own. So an escape sequence in the text is always that of a
//! host, and is written out ([`visible`]).

use camino::Utf8Path;
use owo_colors::Style as Painter;

use crate::run::options::ColorWhen;
use crate::text::visible::visible;

/// Marks of colours, and the one that ends each. A noncharacter is for the internal use of one program (Unicode 23.7).
const RESET: char = '\u{FDD0}';
const BOLD: char = '\u{FDD1}';
const DIM: char = '\u{FDD2}';
const RED: char = '\u{FDD3}';
const GREEN: char = '\u{FDD4}';
const YELLOW: char = '\u{FDD5}';
const CYAN: char = '\u{FDD6}';
/// Begins a link: its URL follows, up to the next one of these; an empty URL ends it.
const LINK: char = '\u{FDD7}';

/// The sequence that a mark stands for.
fn sequence(mark: char) -> Option<String> {
    let plain = Painter::new();
    let begin = |painter: Painter| Some(painter.prefix_formatter().to_string());
    match mark {
        RESET => Some(plain.bold().suffix_formatter().to_string()),
        BOLD => begin(plain.bold()),
        DIM => begin(plain.dimmed()),
        RED => begin(plain.red()),
        GREEN => begin(plain.green()),
        YELLOW => begin(plain.yellow()),
        CYAN => begin(plain.cyan()),
        _ => None,
    }
}

/// `text` with its colours, for a terminal with everything else that a terminal obeys written out.
pub(super) fn written(text: &str, terminal: bool) -> String {
    let shown = |part: &str| if terminal { visible(part) } else { part.to_owned() };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(is_mark) {
        let (part, marked) = rest.split_at(at);
        let mut chars = marked.chars();
        out += &shown(part);
        match chars.next() {
            Some(LINK) => {
                let (url, after) = chars.as_str().split_once(LINK).unwrap_or(("", chars.as_str()));
                // OSC 8. A URL of a host is none of ours.
                if url.is_empty() || url.starts_with("file:///") && url.bytes().all(is_plain) {
                    out += &format!("\x1b]8;;{url}\x1b\\");
                }
                rest = after;
            }
            mark => {
                out += &mark.and_then(sequence).unwrap_or_default();
                rest = chars.as_str();
            }
        }
    }
    out + &shown(rest)
}

/// `text` without its links.
pub(super) fn unlinked(text: &str) -> String {
    // Text, a URL, its title, the empty URL that ends it, text again. A mark of a host spoils its own line only.
    text.split_inclusive('\n').flat_map(|line| line.split(LINK).step_by(2)).collect()
}

/// A byte that needs no escape in a URL.
const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~' | b'%' | b':')
}

/// Whether a character is a mark: it has no width.
pub(super) fn is_mark(c: char) -> bool {
    (RESET..=LINK).contains(&c)
}

/// Colours text or leaves it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style {
    color: bool,
    /// The terminal knows links.
    links: bool,
}

impl Style {
    /// Decides for one stream.
    pub fn choose(when: ColorWhen, terminal: bool) -> Self {
        let color = decide(when, terminal, |name| std::env::var(name).ok());
        let is_dumb = std::env::var("TERM").as_deref() == Ok("dumb");
        let plain = std::env::var("NO_COLOR").is_ok_and(|value| !value.is_empty());
        Self { color, links: terminal && color && !is_dumb && !plain }
    }

    /// Whether it colours.
    pub const fn has_color(self) -> bool {
        self.color
    }

    /// Never any colour.
    pub const PLAIN: Self = Self { color: false, links: false };

    fn paint(self, text: &str, mark: char) -> String {
        if self.color { format!("{mark}{text}{RESET}") } else { text.to_owned() }
    }

    /// Weight.
    pub fn bold(self, text: &str) -> String {
        self.paint(text, BOLD)
    }

    /// Less important.
    pub fn dim(self, text: &str) -> String {
        self.paint(text, DIM)
    }

    /// Failure.
    pub fn red(self, text: &str) -> String {
        self.paint(text, RED)
    }

    /// Good.
    pub fn green(self, text: &str) -> String {
        self.paint(text, GREEN)
    }

    /// Change, attention.
    pub fn yellow(self, text: &str) -> String {
        self.paint(text, YELLOW)
    }

    /// Not known.
    pub fn cyan(self, text: &str) -> String {
        self.paint(text, CYAN)
    }

    /// A link to a file or directory of this machine (OSC 8); the text alone where the terminal knows none.
    pub fn link(self, path: &Utf8Path, text: &str) -> String {
        if !self.links || !path.is_absolute() {
            return text.to_owned();
        }
        let url: String = path.as_str().bytes().fold(String::new(), |url, byte| {
            // A percent sign of the name is written out, too.
            if is_plain(byte) && byte != b'%' {
                url + &char::from(byte).to_string()
            } else {
                url + &format!("%{byte:02X}")
            }
        });
        format!("{LINK}file://{url}{LINK}{text}{LINK}{LINK}")
    }

    /// A line of a unified diff.
    pub fn diff(self, line: &str) -> String {
        match line.bytes().next() {
            Some(b'+') => self.green(line),
            Some(b'-') => self.red(line),
            Some(b'@') => self.cyan(line),
            _ => line.to_owned(),
        }
    }

    /// The word for a host's result.
    pub fn word(self, word: &str) -> String {
        match word {
            "kept" | "ok" | "read" => self.green(word),
            "changed" | "needed" => self.yellow(word),
            "unknown" | "not reached" | "not recorded" => self.cyan(word),
            _ => self.red(word),
        }
    }
}

fn decide(when: ColorWhen, terminal: bool, env: impl Fn(&str) -> Option<String>) -> bool {
    let set = |name: &str| env(name).is_some_and(|value| !value.is_empty());
    match when {
        ColorWhen::Always => true,
        ColorWhen::Never => false,
        ColorWhen::Auto if set("NO_COLOR") => false,
        ColorWhen::Auto
            if env("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0") =>
        {
            true
        }
        ColorWhen::Auto if env("CLICOLOR").as_deref() == Some("0") => false,
        ColorWhen::Auto => terminal && env("TERM").as_deref() != Some("dumb"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_ours_and_no_text_can_add_one() {
        let style = Style { color: true, links: true };
        let text = format!("{}: {}", style.bold("a\x1b[31m"), style.red("b\r"));
        let shown = "\x1b[1ma^[[31m\x1b[0m: \x1b[31mb^M\x1b[0m";
        assert_eq!(written(&text, true), shown);
        assert_eq!(written("a\r\n\x1b[31m", false), "a\r\n\x1b[31m");
    }

    #[test]
    fn a_link_is_ours_and_no_text_can_add_one() {
        let style = Style { color: true, links: true };
        let link = style.link(Utf8Path::new("/runs/a b%c"), "a\x1b");
        let shown = "\x1b]8;;file:///runs/a%20b%25c\x1b\\a^[\x1b]8;;\x1b\\";
        assert_eq!(written(&link, true), shown);
        assert_eq!(Style::PLAIN.link(Utf8Path::new("/x"), "x"), "x");
        assert_eq!(style.link(Utf8Path::new("x"), "x"), "x");
        for (text, shown) in [
            ("\u{FDD7}https://example.org\u{FDD7}a", "a"),
            ("\u{FDD7}file:///x\x07\u{FDD7}a", "a"),
            ("\u{FDD7}file:///x", "\x1b]8;;\x1b\\file:///x"),
        ] {
            assert_eq!(written(text, true), shown);
        }
    }

    #[test]
    fn a_text_without_its_links_keeps_their_titles() {
        let style = Style { color: true, links: true };
        let link = |name: &str| style.link(Utf8Path::new("/runs").join(name).as_path(), name);
        let text = format!("{} a {}\n", link("x"), style.bold(&link("y")));
        assert_eq!(unlinked(&text), format!("x a {}\n", style.bold("y")));
        assert_eq!(unlinked("plain"), "plain");
    }

    /// The flag, whether it is a terminal, the environment, and what comes of it.
    type Row<'a> = (ColorWhen, bool, &'a [(&'a str, &'a str)], bool);

    #[test]
    fn the_strongest_word_about_colour_wins() {
        let table: &[Row<'_>] = &[
            (ColorWhen::Auto, true, &[], true),
            (ColorWhen::Auto, false, &[], false),
            (ColorWhen::Auto, true, &[("CLICOLOR", "0")], false),
            (ColorWhen::Auto, false, &[("CLICOLOR_FORCE", "1")], true),
            (ColorWhen::Auto, false, &[("CLICOLOR_FORCE", "1"), ("CLICOLOR", "0")], true),
            (ColorWhen::Auto, true, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
            (ColorWhen::Always, false, &[("NO_COLOR", "1")], true),
            (ColorWhen::Never, true, &[("CLICOLOR_FORCE", "1")], false),
        ];
        for (when, terminal, env, color) in table {
            let look = |name: &str| {
                env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(decide(*when, *terminal, look), *color, "{when:?} {terminal} {env:?}");
        }
    }
}
