//! The stages of a runbook as a picture: groups of steps in their order, one after the other.
//!
//! One model, three texts: SVG for a browser, DOT for graphviz, Mermaid for a page of GitHub.

mod dot;
mod mermaid;
mod svg;

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    /// What it shows: `webservice upgrade`.
    pub title: String,
    /// One sentence about it.
    pub about: String,
    /// Its groups, in their order.
    pub groups: Vec<Group>,
}

/// Steps that belong together: those for the platform, or those of the turn of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What it is: `for each node, one after the other`.
    pub title: String,
    /// Its steps, in their order.
    pub nodes: Vec<Node>,
    /// It is done again for the next host.
    pub repeats: bool,
}

/// A step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Its line of help.
    pub help: String,
    /// It changes no host.
    pub reads: bool,
    /// `undo` stops at it.
    pub no_return: bool,
    /// The next host waits for it.
    pub gate: bool,
    /// What else a reader should know: `for each host`, `asks`, `waits for a person`, `only with --label`.
    pub notes: Vec<String>,
}

/// The form of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A picture for a browser.
    Svg,
    /// For graphviz.
    Dot,
    /// For a page of GitHub; neighbours of the same kind are one box.
    Mermaid,
}

impl Form {
    /// Each with its word and its help.
    pub const ALL: [(&str, &str, Self); 3] = [
        ("svg", "A picture for a browser: cargo xtask ... >graph.svg", Self::Svg),
        ("dot", "For graphviz: cargo xtask ... | dot -Tpdf >graph.pdf", Self::Dot),
        (
            "mermaid",
            "For a page of GitHub or GitLab, small: neighbours of a kind are one box",
            Self::Mermaid,
        ),
    ];
}

impl Graph {
    /// Its text, with the last newline.
    pub fn text(&self, form: Form) -> String {
        match form {
            Form::Svg => svg::text(self),
            Form::Dot => dot::text(self),
            Form::Mermaid => mermaid::text(self),
        }
    }
}

impl Node {
    /// Its marks in words: `reads only`, `no return`, `gate`, and its notes.
    fn marks(&self) -> Vec<&str> {
        let own = [(self.gate, "gate"), (self.no_return, "no return"), (self.reads, "reads only")];
        let own = own.into_iter().filter(|(is, _)| *is).map(|(_, mark)| mark);
        own.chain(self.notes.iter().map(String::as_str)).collect()
    }
}

#[cfg(test)]
mod tests;
