//! Reads a shell file character by character, with a stack of open constructs.

mod words;

pub use self::words::Command;

/// A command list: the file itself, `( … )` or `$( … )`.
#[derive(Debug, Default)]
struct List {
    cases: usize,
    braces: usize,
    /// Open `if`, `for`, `while`, `until` and `select`.
    compounds: usize,
    /// The command stands behind `&&`, `||` or `|`.
    joined: bool,
    /// The line ends in the middle of a statement: behind `&&`, `||`, `|` or `name()`.
    waiting: bool,
    /// The command is `exec`, without a program so far.
    exec: bool,
    /// The builtin that assigns or removes the variables behind it.
    builtin: &'static str,
    /// The next word is a command or a reserved word, not an argument.
    argument: bool,
    /// The word being read, without what is quoted in it.
    word: String,
    in_word: bool,
    /// The line, from 0, of the last place outside of words.
    at: usize,
    expands: bool,
    /// The next word is the target of a redirection.
    target: bool,
}

#[derive(Debug)]
enum Frame {
    List(List),
    Single,
    Double,
    Parameter,
    Arithmetic(usize),
    Backquote,
    /// `$'…'`
    Ansi,
}

#[derive(Debug)]
struct Here {
    delimiter: String,
    tabs: bool,
}

/// The state of the reader.
#[derive(Debug)]
pub(super) struct Reader {
    stack: Vec<Frame>,
    here: Vec<Here>,
    continued: bool,
    /// An unknown form was met.
    pub(super) lost: bool,
    /// A form was met that is followed, but not well enough to shorten the file.
    pub(super) loose: bool,
    /// The commands met so far, without those of subshells.
    pub(super) commands: Vec<Command>,
    /// The number of the line, from 0.
    at: usize,
    /// The name before the last `()`.
    pending: Option<String>,
    /// The function whose braces are open.
    function: Option<String>,
    /// Some command is named by an expansion.
    pub(super) dynamic: bool,
    /// The last word at the top was a closing brace.
    pub(super) closed: bool,
    /// Brace groups that ended at the top.
    pub(super) blocks: usize,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            stack: vec![Frame::List(List::default())],
            here: Vec::new(),
            continued: false,
            lost: false,
            loose: false,
            commands: Vec::new(),
            at: 0,
            pending: None,
            function: None,
            dynamic: false,
            closed: false,
            blocks: 0,
        }
    }
}

impl Reader {
    /// Outside of every function, group, string and document.
    pub(super) fn at_top(&self) -> bool {
        let plain = matches!(&self.stack[..], [Frame::List(l)] if l.cases == 0 && l.braces == 0);
        plain && self.here.is_empty() && !self.continued
    }

    /// The next line begins a statement outside of every construct.
    pub(super) fn starts_statement(&self) -> bool {
        let whole = |list: &List| list.compounds == 0 && !list.waiting;
        self.at_top() && matches!(&self.stack[..], [Frame::List(list)] if whole(list))
    }

    /// The next line starts where every blank counts.
    pub(super) fn starts_verbatim(&self) -> bool {
        let in_list = matches!(self.stack.last(), Some(Frame::List(_)));
        !in_list || self.continued || !self.here.is_empty()
    }

    /// Takes in one line.
    pub(super) fn line(&mut self, line: &str) {
        self.take(line);
        self.at += 1;
    }

    fn take(&mut self, line: &str) {
        if !self.here.is_empty() && !self.continued {
            let here = &self.here[0];
            let text = if here.tabs { line.trim_start_matches('\t') } else { line };
            if text == here.delimiter {
                self.here.remove(0);
            }
            return;
        }
        self.continued = false;
        let mut rest = line;
        while let Some(c) = rest.chars().next() {
            rest = self.step(c, &rest[c.len_utf8()..]);
        }
        if self.continued {
            // A here-document would start after the continued line: too rare to follow.
            self.lost |= !self.here.is_empty();
            return;
        }
        self.end_word();
        match self.stack.last() {
            Some(Frame::List(list)) if list.waiting => {}
            Some(Frame::List(_)) => self.end_command(),
            _ => self.lost |= !self.here.is_empty(),
        }
    }

    /// Takes in `c`; `rest` is the line after it. Returns the text still to read.
    fn step<'a>(&mut self, c: char, rest: &'a str) -> &'a str {
        if let Some(Frame::List(list)) = self.stack.last_mut()
            && !list.in_word
        {
            list.at = self.at;
        }
        match (self.stack.last_mut(), c) {
            (Some(Frame::Single), '\'') | (Some(Frame::Double), '"') => self.pop(),
            (Some(Frame::Parameter), '}') => self.pop(),
            (Some(Frame::Ansi), '\'') | (Some(Frame::Backquote), '`') => self.pop(),
            (Some(Frame::Ansi), '\\') => return skip(rest),
            (Some(Frame::Single | Frame::Ansi), _) => {}
            (Some(Frame::List(list)), '\\') => {
                self.continued = rest.is_empty();
                list.in_word |= !self.continued;
                return skip(rest);
            }
            (_, '\\') => return skip(rest),
            (_, '`') => self.backquote(),
            (_, '$') => return self.dollar(rest),
            (Some(Frame::List(_)), _) => return self.in_list(c, rest),
            (Some(Frame::Arithmetic(_)), _) => return self.in_arithmetic(c, rest),
            (Some(Frame::Parameter), '"') => self.stack.push(Frame::Double),
            (Some(Frame::Parameter), '\'') => self.quote_in_parameter(),
            _ => {}
        }
        rest
    }

    fn pop(&mut self) {
        self.stack.pop();
    }

    /// Inside of double quotes, whether a quote counts depends on the operator.
    fn quote_in_parameter(&mut self) {
        self.loose = true;
        self.lost |= self.stack.iter().any(|frame| matches!(frame, Frame::Double));
        self.stack.push(Frame::Single);
    }

    fn backquote(&mut self) {
        self.loose = true;
        if let Some(Frame::List(list)) = self.stack.last_mut() {
            (list.in_word, list.expands) = (true, true);
        }
        self.stack.push(Frame::Backquote);
    }

    fn dollar<'a>(&mut self, rest: &'a str) -> &'a str {
        if let Some(Frame::List(list)) = self.stack.last_mut() {
            list.in_word = true;
            if let Some(after) = rest.strip_prefix('\'') {
                self.loose = true;
                self.stack.push(Frame::Ansi);
                return after;
            }
        }
        let list = self.stack.iter_mut().rev().find_map(|frame| match frame {
            Frame::List(list) => Some(list),
            _ => None,
        });
        if let Some(list) = list {
            list.expands = true;
        }
        if let Some(after) = rest.strip_prefix("((") {
            self.stack.push(Frame::Arithmetic(0));
            return after;
        }
        let frame = match rest.chars().next() {
            Some('(') => Frame::List(List::default()),
            Some('{') => Frame::Parameter,
            // `$#`, `$$` and the like are one thing; names are read as plain characters.
            Some('#' | '$') => return skip(rest),
            _ => return rest,
        };
        self.stack.push(frame);
        skip(rest)
    }

    fn in_arithmetic<'a>(&mut self, c: char, rest: &'a str) -> &'a str {
        let Some(Frame::Arithmetic(depth)) = self.stack.last_mut() else { return rest };
        match c {
            '(' => *depth += 1,
            ')' if *depth > 0 => *depth -= 1,
            ')' => {
                self.lost |= !rest.starts_with(')');
                self.pop();
                return skip(rest);
            }
            '"' | '\'' => self.lost = true,
            _ => {}
        }
        rest
    }

    fn in_list<'a>(&mut self, c: char, rest: &'a str) -> &'a str {
        let Some(Frame::List(list)) = self.stack.last_mut() else { return rest };
        match c {
            '#' if !list.in_word => return "",
            '\'' | '"' => {
                list.in_word = true;
                list.word.push(c);
                self.stack.push(if c == '"' { Frame::Double } else { Frame::Single });
            }
            ' ' | '\t' => self.end_word(),
            '&' | '|' if c == '|' || rest.starts_with('&') => {
                self.join();
                return rest.strip_prefix(['&', '|']).unwrap_or(rest);
            }
            ';' | '&' => self.end_command(),
            '(' if rest.starts_with(')') => {
                self.define();
                return skip(rest);
            }
            '(' => {
                self.end_command();
                self.stack.push(Frame::List(List::default()));
            }
            ')' => self.close_list(),
            '<' | '>' => return self.redirect(c, rest),
            _ => {
                list.in_word = true;
                list.word.push(c);
            }
        }
        rest
    }

    /// A `)`: the end of a pattern while a `case` is open, else of the list.
    fn close_list(&mut self) {
        self.end_command();
        match self.stack.last() {
            Some(Frame::List(list)) if list.cases > 0 => {}
            Some(Frame::List(list)) if list.braces == 0 && self.stack.len() > 1 => self.pop(),
            _ => self.lost = true,
        }
    }
}

/// `text` without its first character.
fn skip(text: &str) -> &str {
    let mut chars = text.chars();
    chars.next();
    chars.as_str()
}
