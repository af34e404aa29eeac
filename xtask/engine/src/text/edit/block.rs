//! A block of lines that belongs to this program, between two marks.

use std::ops::Range;

use super::lines::Lines;
use crate::data::fault::Fault;

mod room;

use self::room::{Room, SHEBANG};

/// In the closing mark: the `exit 0` after it was added with the block.
const EXIT_ADDED: &str = ", exit 0 added";
/// The first line of the file was added, too.
const FILE_ADDED: &str = ", file added";

/// Where a missing block goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// At the end of the file.
    End,
    /// In a shell script, before the first statement that ends it or may end it: `rc.local`. A script
    /// without such a statement gets an `exit 0` behind the block.
    BeforeEnd,
}

/// A block: marked lines, or the same lines without marks when a person has put them there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Block {
    /// Stands in the marks: `# BEGIN xtask NAME`.
    pub name: String,
    /// The lines; a final newline may be left out.
    pub content: String,
    /// The start of a comment in the file: `#`, `;`, `//`.
    pub comment: String,
    /// Where it goes when it is missing.
    pub place: Place,
}

impl Block {
    /// A block at the end of a file with `#` comments.
    pub fn new(name: impl Into<String>, content: impl Into<String>) -> Self {
        let (name, content) = (name.into(), content.into());
        Self { name, content, comment: "#".into(), place: Place::End }
    }

    /// The same block in a script, where every run of the script reaches it.
    #[must_use]
    pub fn before_end(mut self) -> Self {
        self.place = Place::BeforeEnd;
        self
    }

    /// `text` with the block in it exactly once.
    ///
    /// A block between our marks is brought up to date. The same lines without marks (pasted by
    /// hand, X0.26) are taken as the block. Further copies are removed (X0.27). A block that not every
    /// run of a script reaches is moved: one behind an `exit`, or one inside an `if`.
    ///
    /// # Errors
    /// Empty content, a name or content that would break the marks, or marks in the text that do not
    /// pair. With [`Place::BeforeEnd`]: a text that the kernel cannot start as a shell script, or that
    /// cannot be followed.
    pub fn present(&self, text: &str) -> Result<String, Fault> {
        let content = self.content()?;
        let mut lines = Lines::new(text);
        let added = self.place == Place::BeforeEnd && text.is_empty();
        if added {
            lines.insert(0, SHEBANG);
        }
        let marked = self.marked(&lines)?;
        let mut found = marked.clone();
        let around = Room::of(self.place, &lines, &marked)?;
        let free = |copy: &Range<usize>| around.is_free(copy, &marked);
        found.extend(copies(&lines, &content, &marked).filter(free));
        found.sort_by_key(|range| range.start);
        let room = Room::of(self.place, &lines, &found)?;
        let fits = |range: &&Range<usize>| room.fits(range, &found);
        let kept = marked.iter().find(fits).or_else(|| found.iter().find(fits)).cloned();
        for range in found.iter().rev().filter(|range| Some(*range) != kept.as_ref()) {
            lines.remove(range.clone());
        }
        let removed = |range: &&Range<usize>| kept.as_ref().is_some_and(|k| range.end <= k.start);
        let shift: usize = found.iter().filter(removed).map(Range::len).sum();
        let note = if added { FILE_ADDED } else { EXIT_ADDED };
        match kept {
            Some(range) if marked.contains(&range) => {
                self.update(&mut lines, range.start - shift..range.end - shift, &content);
            }
            Some(_) => {}
            None => {
                self.insert(&mut lines, room.limit, if room.ends { "" } else { note }, &content)
            }
        }
        if !room.ends {
            lines.insert(lines.len(), "exit 0");
        }
        Ok(lines.to_string())
    }

    /// `text` without the marked block, byte for byte as before [`Block::present`].
    ///
    /// Lines without marks stay: a person has put them there.
    ///
    /// # Errors
    /// Marks in the text that do not pair.
    pub fn absent(&self, text: &str) -> Result<String, Fault> {
        let mut lines = Lines::new(text);
        for range in self.marked(&lines)?.into_iter().rev() {
            let mark = lines.get(range.end - 1);
            let (file, exit) = (mark.ends_with(FILE_ADDED), mark.ends_with(EXIT_ADDED));
            let last = range.end + 1 == lines.len() && lines.get(range.end) == "exit 0";
            let end = range.end + usize::from((exit || file) && last);
            let first = file && last && range.start == 1 && lines.get(0) == SHEBANG;
            lines.remove(range.start - usize::from(first)..end);
        }
        Ok(lines.to_string())
    }

    fn begin(&self) -> String {
        format!("{} BEGIN xtask {}", self.comment, self.name)
    }

    fn end(&self) -> String {
        format!("{} END xtask {}", self.comment, self.name)
    }

    fn content(&self) -> Result<Vec<&str>, Fault> {
        let lines: Vec<_> = self.content.lines().collect();
        let marks = |line: &&str| line.contains("BEGIN xtask ") || line.contains("END xtask ");
        if lines.iter().all(|line| line.trim().is_empty()) {
            return Err(Fault::usage(format!("block {} has no content", self.name)));
        }
        if self.name.trim().is_empty() || self.name.contains(['\n', '\r', ',']) {
            return Err(Fault::usage(format!("{:?} cannot name a block", self.name)));
        }
        match lines.iter().find(|line| marks(line)) {
            Some(line) => {
                Err(Fault::usage(format!("the content of block {} holds a mark", self.name))
                    .detail("line", *line))
            }
            None => Ok(lines),
        }
    }

    /// The lines of each marked block of this name, marks included.
    fn marked(&self, lines: &Lines<'_>) -> Result<Vec<Range<usize>>, Fault> {
        let (begin, end) = (self.begin(), self.end());
        let (mut found, mut open) = (Vec::new(), None);
        let broken = |at: usize| {
            Err(Fault::failed(format!("the marks of block {} do not pair", self.name))
                .detail(format!("line {}", at + 1), lines.get(at))
                .hint("repair the marks by hand: one BEGIN, then one END"))
        };
        for (at, line) in lines.iter().enumerate() {
            let line = line.trim();
            if line == begin {
                if open.replace(at).is_some() {
                    return broken(at);
                }
            } else if line == end
                || [EXIT_ADDED, FILE_ADDED].iter().any(|n| line == format!("{end}{n}"))
            {
                let Some(start) = open.take() else { return broken(at) };
                found.push(start..at + 1);
            }
        }
        open.map_or(Ok(found), broken)
    }

    /// Other lines between the marks, when they differ.
    fn update(&self, lines: &mut Lines<'_>, range: Range<usize>, content: &[&str]) {
        let inside = range.start + 1..range.end - 1;
        if lines.iter().skip(inside.start).take(inside.len()).eq(content.iter().copied()) {
            return;
        }
        lines.remove(inside.clone());
        for (index, line) in content.iter().enumerate() {
            lines.insert(inside.start + index, *line);
        }
    }

    fn insert(&self, lines: &mut Lines<'_>, at: usize, note: &str, content: &[&str]) {
        lines.insert(at, self.begin());
        for (index, line) in content.iter().enumerate() {
            lines.insert(at + 1 + index, *line);
        }
        lines.insert(at + 1 + content.len(), self.end() + note);
    }
}

/// Runs of lines equal to `content` outside of the `marked` ranges.
fn copies(
    lines: &Lines<'_>,
    content: &[&str],
    marked: &[Range<usize>],
) -> impl Iterator<Item = Range<usize>> {
    let all: Vec<_> = lines.iter().collect();
    let (mut found, mut at) = (Vec::new(), 0);
    while at + content.len() <= all.len() {
        let range = at..at + content.len();
        let free = marked.iter().all(|m| m.end <= range.start || range.end <= m.start);
        if free && all[range.clone()] == *content {
            at = range.end;
            found.push(range);
        } else {
            at += 1;
        }
    }
    found.into_iter()
}

#[cfg(test)]
mod tests;
