//! Colour. Strongest first: `--color`, `NO_COLOR`, `CLICOLOR_FORCE`,
//! `CLICOLOR=0`, whether the stream is a terminal.

use owo_colors::OwoColorize as _;

use crate::run::options::ColorWhen;

/// Colours text or leaves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    color: bool,
}

impl Style {
    /// Decides for one stream.
    pub fn choose(when: ColorWhen, terminal: bool) -> Self {
        Self { color: decide(when, terminal, |name| std::env::var(name).ok()) }
    }

    /// Whether it colours.
    pub const fn has_color(self) -> bool {
        self.color
    }

    /// Never any colour.
    pub const PLAIN: Self = Self { color: false };

    fn paint(self, text: &str, paint: impl FnOnce(&str) -> String) -> String {
        if self.color { paint(text) } else { text.to_owned() }
    }

    /// Weight.
    pub fn bold(self, text: &str) -> String {
        self.paint(text, |text| text.bold().to_string())
    }

    /// Less important.
    pub fn dim(self, text: &str) -> String {
        self.paint(text, |text| text.dimmed().to_string())
    }

    /// Failure.
    pub fn red(self, text: &str) -> String {
        self.paint(text, |text| text.red().to_string())
    }

    /// Good.
    pub fn green(self, text: &str) -> String {
        self.paint(text, |text| text.green().to_string())
    }

    /// Change, attention.
    pub fn yellow(self, text: &str) -> String {
        self.paint(text, |text| text.yellow().to_string())
    }

    /// Not known.
    pub fn cyan(self, text: &str) -> String {
        self.paint(text, |text| text.cyan().to_string())
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
            "kept" | "ok" => self.green(word),
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
