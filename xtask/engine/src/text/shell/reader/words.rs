//! The words of a command list: commands, reserved words, redirections.

use super::{Frame, Here, Reader};
use crate::text::quote::is_name;

/// Builtins that assign or remove the variables named behind them.
const ASSIGNING: [&str; 8] =
    ["export", "readonly", "declare", "typeset", "local", "unset", "read", "getopts"];

/// A command outside of subshells, an assignment, or an argument of a builtin that assigns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The line of the file, from 0.
    pub at: usize,
    /// Its first word, without what is quoted in it: `exit`, `KEY="`.
    pub word: String,
    /// The builtin before it (`export`), else empty.
    pub builtin: &'static str,
    /// It runs whenever its line is reached: in no construct, and not behind `&&`, `||` or `|`.
    pub certain: bool,
    /// The function that it belongs to.
    pub function: Option<String>,
}

impl Reader {
    pub(super) fn redirect<'a>(&mut self, c: char, rest: &'a str) -> &'a str {
        if let Some(Frame::List(list)) = self.stack.last_mut()
            && list.word.bytes().all(|byte| byte.is_ascii_digit())
            && !list.expands
        {
            // The number of a descriptor, as in `2>`, or nothing.
            list.word.clear();
            list.in_word = false;
        }
        self.end_word();
        let here = c == '<' && rest.starts_with('<');
        let line = rest.strip_prefix("<<");
        if let Some(Frame::List(list)) = self.stack.last_mut() {
            list.target = !here || line.is_some();
        }
        if let (true, Some(after)) = (here, line) {
            self.loose = true;
            return after;
        }
        if !here {
            return rest.strip_prefix(['&', '|', '>']).unwrap_or(rest);
        }
        let rest = &rest[1..];
        let (tabs, rest) = rest.strip_prefix('-').map_or((false, rest), |after| (true, after));
        let rest = rest.trim_start();
        let end = rest.find([' ', '\t', ';', '&', '|', '<', '>', '(', ')']).unwrap_or(rest.len());
        let delimiter = rest[..end].replace(['\'', '"', '\\'], "");
        self.lost |= delimiter.is_empty();
        self.here.push(Here { delimiter, tabs });
        &rest[end..]
    }

    pub(super) fn end_command(&mut self) {
        self.end_word();
        if let Some(Frame::List(list)) = self.stack.last_mut() {
            (list.argument, list.joined, list.exec) = (false, false, false);
            list.builtin = "";
        }
    }

    /// A `&&`, `||` or `|`: the next command is of the same statement.
    pub(super) fn join(&mut self) {
        self.end_command();
        if let Some(Frame::List(list)) = self.stack.last_mut() {
            (list.joined, list.waiting) = (true, true);
        }
    }

    /// A `()`: the word before it is the name of a function.
    pub(super) fn define(&mut self) {
        self.end_command();
        if let [Frame::List(list)] = &mut self.stack[..] {
            list.waiting = true;
            self.pending = self.commands.pop().map(|command| command.word);
        }
    }

    pub(super) fn end_word(&mut self) {
        let top = self.stack.len() == 1;
        let Some(Frame::List(list)) = self.stack.last_mut() else { return };
        let word = std::mem::take(&mut list.word);
        let expands = std::mem::take(&mut list.expands);
        if !std::mem::take(&mut list.in_word) {
            return;
        }
        list.waiting = false;
        self.closed = top && word == "}" && !list.argument;
        if std::mem::take(&mut list.target) {
            return;
        }
        let (exec, builtin) = (std::mem::take(&mut list.exec), list.builtin);
        if list.argument {
            match (exec, builtin) {
                (true, _) => self.command("exec".to_owned(), ""),
                (_, "") => {}
                _ => self.command(word, builtin),
            }
            return;
        }
        let assigns = word.split_once('=').is_some_and(|(name, _)| is_name(name));
        match word.as_str() {
            "case" => (list.cases, list.argument) = (list.cases + 1, true),
            "esac" if list.cases > 0 => list.cases -= 1,
            "{" => {
                list.braces += 1;
                if top && list.braces == 1 {
                    self.function = self.pending.take();
                }
            }
            "}" if list.braces > 0 => {
                list.braces -= 1;
                if top && list.braces == 0 {
                    self.blocks += 1;
                    self.function = None;
                }
            }
            "if" | "while" | "until" => list.compounds += 1,
            "for" | "select" => (list.compounds, list.argument) = (list.compounds + 1, true),
            "fi" | "done" if list.compounds > 0 => list.compounds -= 1,
            "esac" | "}" | "fi" | "done" => self.lost = true,
            "then" | "else" | "elif" | "do" | "!" => {}
            _ if assigns => self.command(word, ""),
            _ => {
                list.argument = true;
                list.exec = word == "exec";
                let builtin = ASSIGNING.iter().find(|name| **name == word);
                list.builtin = builtin.copied().unwrap_or_default();
                self.dynamic |= expands || word == "eval";
                if word != "exec" {
                    self.command(word, "");
                }
            }
        }
    }

    fn command(&mut self, word: String, builtin: &'static str) {
        let [Frame::List(list)] = &self.stack[..] else { return };
        let open = list.cases + list.braces + list.compounds > 0;
        let certain = !open && !list.joined;
        let (at, function) = (list.at, self.function.clone());
        self.commands.push(Command { at, word, builtin, certain, function });
    }
}
