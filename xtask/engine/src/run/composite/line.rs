//! The line of a stage: the command line of a step, with names for values.

use anyhow::Result;

use crate::data::fault::Fault;
use crate::text::quote;

/// `webservice deploy --node={node} [--wait-timeout={wait_timeout}]`: a word in brackets is left out when one of its
/// values is not given. A value stays one word, whatever it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line(pub &'static str);

/// What stands for a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filling {
    /// This text.
    Text(String),
    /// Nothing: a word in brackets is left out.
    Nothing,
    /// It is read from the hosts later: the word is left out for now.
    Later,
}

/// A word of a line: what stands between its names, and the names.
struct Word {
    text: &'static str,
    optional: bool,
}

impl From<Option<String>> for Filling {
    fn from(value: Option<String>) -> Self {
        value.map_or(Self::Nothing, Self::Text)
    }
}

impl Line {
    fn words(self) -> impl Iterator<Item = Word> {
        self.0.split_whitespace().map(|word| {
            let inner = word.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            Word { text: inner.unwrap_or(word), optional: inner.is_some() }
        })
    }

    /// The step that it begins with: `webservice deploy`.
    pub fn step(self) -> String {
        let words = self.0.split_whitespace().take_while(|word| !word.starts_with(['-', '[']));
        words.collect::<Vec<_>>().join(" ")
    }

    /// Its names, and whether the line needs a value of each.
    pub fn names(self) -> impl Iterator<Item = (&'static str, bool)> {
        self.words().flat_map(|word| {
            let names: Vec<_> = word.names().map(|name| (name, !word.optional)).collect();
            names
        })
    }

    /// The words, as they are written, with one of these names.
    pub fn words_with(self, is: impl Fn(&str) -> bool) -> Vec<&'static str> {
        let words = self.words().filter(|word| word.names().any(&is));
        words.map(|word| word.text).collect()
    }

    /// The words of the command line.
    ///
    /// # Errors
    /// Those of `value`; refused when a value that the line needs is missing.
    pub fn fill(self, mut value: impl FnMut(&str) -> Result<Filling>) -> Result<Vec<String>> {
        let (mut words, dashes) = (Vec::new(), "--".to_owned());
        'words: for word in self.words() {
            let mut text = word.text.to_owned();
            for name in word.names() {
                match value(name)? {
                    Filling::Text(value) => text = text.replacen(&braced(name), &value, 1),
                    Filling::Nothing if !word.optional => {
                        return Err(Fault::refused(format!("`{name}` has no value"))
                            .detail("for", self.0)
                            .into());
                    }
                    Filling::Nothing | Filling::Later => continue 'words,
                }
            }
            // A value stays a value: by its place it would be a flag.
            if word.text.starts_with('{') && text.starts_with('-') && !words.contains(&dashes) {
                let fault = Fault::usage(format!("the value `{text}` begins with `-`"));
                let fault = fault.detail("for", self.0);
                let hint = format!("write -- before it in the line: -- {}", word.text);
                return Err(fault.hint(hint).into());
            }
            words.push(text);
        }
        Ok(words)
    }

    /// The same for a shell; `variable` is the name of the shell's variable. A word in brackets without one is left out.
    pub fn shell(self, variable: impl Fn(&str) -> Option<&'static str>) -> String {
        let word = |word: Word| {
            let names: Vec<&str> = word.names().collect();
            let (mut text, mut rest) = (String::new(), word.text);
            for name in &names {
                let variable = variable(name).or((!word.optional).then_some("unknown"))?;
                let (plain, behind) = rest.split_once(&braced(name)).unwrap_or((rest, ""));
                text += &format!("{}\"${variable}\"", quoted(plain));
                rest = behind;
            }
            text += &quoted(rest);
            match names.first().filter(|_| word.optional).and_then(|name| variable(name)) {
                Some(first) => Some(format!("${{{first}:+{text}}}")),
                None => Some(text),
            }
        };
        self.words().filter_map(word).collect::<Vec<_>>().join(" ")
    }
}

impl Word {
    fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0))
    }
}

/// A text between names; none is no word.
fn quoted(text: &str) -> String {
    if text.is_empty() { String::new() } else { quote::quote(text).unwrap_or_default() }
}

fn braced(name: &str) -> String {
    format!("{{{name}}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: Line = Line("web page --url={url} [--text={text}] --fast [--at={host}:{port}]");

    fn filled(values: &[(&str, Filling)]) -> Result<Vec<String>> {
        LINE.fill(|name| {
            let known = values.iter().find(|(known, _)| *known == name);
            Ok(known.map_or(Filling::Nothing, |(_, value)| value.clone()))
        })
    }

    #[test]
    fn a_value_is_one_word_and_a_missing_one_takes_its_word_away() {
        let text = |text: &str| Filling::Text(text.to_owned());
        let words = filled(&[("url", text("a b {text} '")), ("host", text("h"))]).unwrap();
        assert_eq!(words, ["web", "page", "--url=a b {text} '", "--fast"]);
        let words = filled(&[("url", text("u")), ("host", text("h")), ("port", text("1"))]);
        assert_eq!(words.unwrap().last().unwrap(), "--at=h:1");
        let later = filled(&[("url", Filling::Later)]).unwrap();
        assert_eq!(later, ["web", "page", "--fast"]);
        assert_eq!(LINE.words_with(|name| name == "port"), ["--at={host}:{port}"]);
        let place = |line| Line(line).fill(|_| Ok(Filling::Text("-n".to_owned())));
        let refused = place("web page {dir}").unwrap_err();
        assert_eq!(refused.to_string(), "the value `-n` begins with `-`");
        assert_eq!(
            place("web page --dir={dir} -- {dir}").unwrap().join(" "),
            "web page --dir=-n -- -n"
        );
        let missing = filled(&[]).unwrap_err();
        assert_eq!(missing.to_string(), "`url` has no value");
        let names: Vec<_> = LINE.names().collect();
        assert_eq!(names, [("url", true), ("text", false), ("host", false), ("port", false)]);
    }

    #[test]
    fn a_shell_gets_its_own_variables() {
        let shell = LINE.shell(|name| match name {
            "url" => Some("URL"),
            "text" => Some("TEXT"),
            "host" => Some("host"),
            _ => None,
        });
        assert_eq!(shell, r#"web page --url="$URL" ${TEXT:+--text="$TEXT"} --fast"#);
        let strange = Line("web page --text=$(id){url}*{url}").shell(|_| Some("URL"));
        assert_eq!(strange, r#"web page '--text=$(id)'"$URL"'*'"$URL""#);
    }
}
