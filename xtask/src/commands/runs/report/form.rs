//! The forms of a report.

use camino::Utf8Path;
use engine::data::fault::Fault;
use engine::data::nearest::nearest;

/// A form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Form {
    /// One page for a browser
    Html,
    /// Markdown, for the text of a ticket
    Md,
    /// All of it, for programs
    Json,
    /// JUnit XML: a test for each operation and host
    Junit,
    /// Annotations of GitHub Actions
    Github,
}

/// The names of the forms.
const NAMES: [(&str, Form); 5] = [
    ("html", Form::Html),
    ("md", Form::Md),
    ("json", Form::Json),
    ("junit", Form::Junit),
    ("github", Form::Github),
];

impl Form {
    /// The form of this name. The names of `--output` of all other commands are two of them, too.
    pub(super) fn named(word: &str) -> Option<Self> {
        let word = match word {
            "text" => "md",
            "jsonl" => "json",
            word => word,
        };
        NAMES.iter().find(|(name, _)| *name == word).map(|(_, form)| *form)
    }

    /// The form of a file.
    pub(super) fn of_ending(path: &Utf8Path) -> Option<Self> {
        Some(match path.extension()?.to_ascii_lowercase().as_str() {
            "html" | "htm" => Self::Html,
            "md" | "markdown" => Self::Md,
            "json" => Self::Json,
            "xml" => Self::Junit,
            _ => return None,
        })
    }
}

/// The error for a text that is neither a form nor a file with a known ending.
pub(super) fn unknown(text: &str) -> Fault {
    let fault = Fault::usage(format!("`{text}` is no form, and no file whose ending names one"));
    let near = nearest(text, NAMES.iter().map(|(name, _)| *name));
    let fault = match near {
        Some(near) => fault.hint(format!("did you mean `{near}`?")),
        None => fault,
    };
    fault.hint("forms: html, md, json, junit, github; endings: .html, .md, .json, .xml; for another name:  --format FORM")
}
