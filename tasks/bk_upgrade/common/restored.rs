//! Directories of the old packages that the new ones need.
//!
//! - Hosts: the control machine
//! - Changes: copies the directory as a whole; another one at its place moves aside
//! - Proof: every file of the old directory is in the copy, with equal bytes and mode
//! - Undo: removes the copy, and brings back the other one

use clap::{ArgMatches, Args as _, Command, FromArgMatches as _};
use engine::prelude::*;

use super::trees::{self, Tree, refused};
use crate::list::Family;

const RESTORED: Snippet = snippet!("bk-upgrade/restored");
/// Names of files in a message.
const SHOWN: usize = 10;

/// A directory that comes back.
#[derive(Debug)]
pub(crate) struct Restored {
    /// Its name below the packages.
    name: &'static str,
    /// A file that it must hold.
    must: Option<&'static str>,
    /// The details and examples of the help.
    details: &'static str,
}

/// BK-14.
///
/// - Proof: every file of the old directory is in the copy, with equal bytes and mode; `passwd.txt` is among them
///
/// ```sh
/// # 还原证书
/// cp -a /data/src.bak/cert /data/src/
/// ```
pub(crate) const CERT: Restored = Restored {
    name: "cert",
    must: Some("passwd.txt"),
    details: "\
Copies the certificates of the site from the old packages. Files of the package at that place are
compared, and never mixed with them: the differing names are shown, a person agrees, and the
directory of the package moves aside (X4.18). Later files beside the copied ones stay. No byte of a
key leaves the host.

Examples:
  cargo xtask bk-upgrade restore-cert -n
  cargo xtask bk-upgrade restore-cert --yes",
};

/// BK-15.
///
/// ```sh
/// # 还原 backup 目录
/// cp -a /data/src.bak/backup /data/src/
/// ```
pub(crate) const BACKUP: Restored = Restored {
    name: "backup",
    must: None,
    details: "\
Copies the directory `backup` from the old packages. One that came with the new package is
compared, and never mixed with it (X4.18). Later files beside the copied ones stay.

Examples:
  cargo xtask bk-upgrade restore-backup-dir -n
  cargo xtask bk-upgrade restore-backup-dir --from /data/src.bak/backup",
};

/// The arguments of both.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The directory in the old packages
    #[arg(long, value_name = "DIR")]
    from: AbsPath,
    /// Its place in the new ones
    #[arg(long, value_name = "DIR")]
    to: AbsPath,
}

/// The difference between the two.
#[derive(Debug, Default, PartialEq, Eq)]
struct Difference {
    /// The copy was made here; later changes of it count as nothing.
    restored: bool,
    absent: bool,
    /// Files that the copy lacks, or has in another form.
    wrong: Vec<String>,
    /// Files that only the copy has.
    more: Vec<String>,
}

impl Difference {
    /// Whether the copy is in place: just made, or made before and changed by later steps.
    fn holds(&self) -> bool {
        !self.absent && (self.restored || self.wrong.is_empty())
    }

    fn parse(said: &str) -> Self {
        let mut all = Self::default();
        for line in said.lines() {
            match line.split_once(' ') {
                Some(("more", name)) => all.more.push(name.to_owned()),
                Some((_, name)) => all.wrong.push(name.to_owned()),
                None if line == "restored" => all.restored = true,
                None => all.absent = true,
            }
        }
        all
    }
}

fn names(all: &[String]) -> String {
    let shown = all.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    if all.len() > SHOWN { format!("{shown} and {} more", all.len() - SHOWN) } else { shown }
}

impl Family for Restored {
    type Args = Args;

    fn arguments(&self, command: Command) -> Command {
        let places = [("from", "/data/src.bak"), ("to", "/data/src")];
        let command = Args::augment_args(command).long_about(self.details);
        places.into_iter().fold(command, |command, (id, dir)| {
            command.mut_arg(id, |arg| {
                arg.required(false).default_value(format!("{dir}/{}", self.name))
            })
        })
    }

    fn read(&self, matches: &ArgMatches) -> clap::error::Result<Args> {
        Args::from_arg_matches(matches)
    }

    fn run(&self, cx: &Context, args: &Args) -> Result<()> {
        let control = cx.one_host("control")?;
        let [from, to] = [&args.from, &args.to].map(|path| path.as_str().trim_end_matches('/'));
        let src: AbsPath = to.rsplit_once('/').map_or("/", |(above, _)| above).parse()?;
        let copied = Copied { from, to, marker: format!("bk-upgrade/restored-{}", self.name) };
        // A dry run that would move the packages before finds the old ones.
        if !cx.is_pending() {
            let difference = control.look("compare", |reader| {
                trees::are_new(reader, &src)?;
                self.is_whole(reader, from)?;
                copied.difference(reader)
            })?;
            aside(cx, &control, &copied, &difference)?;
        }
        control.ensure(&copied).map(drop)
    }
}

impl Restored {
    /// Refuses an old directory that is not the wanted one.
    fn is_whole(&self, reader: &Reader<'_>, from: &str) -> Result<()> {
        let [old] = Tree::read(reader, [from], self.must.as_slice())?;
        let missing = old.lacks(self.must.as_slice());
        if old.is_there() && !old.is_empty() && missing.is_empty() {
            return Ok(());
        }
        let missing = missing.first().map_or_else(String::new, |name| format!("/{name}"));
        Err(refused(format!("there is no {from}{missing} to bring back (X4.14)"), &[&old])
            .hint("the old packages have it: name the directory, --from DIR")
            .into())
    }
}

/// What only the copy has is shown; a directory in the way moves aside.
fn aside(cx: &Context, control: &Host<'_>, copied: &Copied<'_>, found: &Difference) -> Result<()> {
    let (from, to) = (copied.from, copied.to);
    if found.absent {
        return Ok(());
    }
    if found.holds() {
        if !found.wrong.is_empty() {
            cx.note(&format!("{to} was changed after it was restored: {}", names(&found.wrong)));
        }
        if !found.more.is_empty() {
            cx.note(&format!("{to} also has {}", names(&found.more)));
        }
        return Ok(());
    }
    let wrong = names(&found.wrong);
    cx.note(&format!("{to} is there and differs from {from} (X4.18): {wrong}"));
    let aside = format!("{to}.package-{}", cx.stamp());
    control.confirm(&format!("moves {to} aside to {aside}"))?;
    control.ensure(&Moved::aside(to, aside)).map(drop)
}

/// A copy of a directory, and the marker that it was made; later changes of the copy count as nothing.
#[derive(Debug)]
struct Copied<'a> {
    from: &'a str,
    to: &'a str,
    marker: String,
}

impl Copied<'_> {
    fn copy(&self) -> TreeCopy {
        TreeCopy::once(self.from, self.to)
    }

    fn values(&self) -> [(&'static str, Value); 3] {
        [
            ("FROM", self.from.into()),
            ("TO", self.to.into()),
            ("NAME", self.marker.as_str().into()),
        ]
    }

    fn difference(&self, reader: &Reader<'_>) -> Result<Difference> {
        Ok(Difference::parse(&reader.ask(RESTORED, self.values())?))
    }
}

impl Op for Copied<'_> {
    fn describe(&self) -> String {
        self.copy().describe()
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        let planned = |path: &str| host.planned(path.into());
        if planned(self.from).is_none() && planned(self.to).is_none() {
            let found = self.difference(host)?;
            if found.holds() {
                let mark = format!("{} is that of the old packages\n", self.to);
                return Ok(if found.restored { State::Kept } else { State::needed(mark) });
            }
        }
        self.copy().probe(host)
    }

    fn change(&self, host: &Reader<'_>) -> Result<Vec<Action>> {
        let mark = Action::change(RESTORED, self.values());
        let copy = if self.difference(host)?.holds() { Vec::new() } else { self.copy().change(host)? };
        Ok(copy.into_iter().chain([mark]).collect())
    }

    fn undo(&self, host: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        let mark = Undo::new(&*self.marker, Action::undo(RESTORED, self.values()));
        if self.difference(host)?.holds() {
            return Ok(Some(vec![mark]));
        }
        let copy = self.copy().undo(host)?.unwrap_or_default();
        Ok(Some(copy.into_iter().chain([mark]).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_told_apart() {
        let found = Difference::parse("lacks a/b\ndiffers key\nmore late.crt");
        assert_eq!((found.absent, &*found.wrong, &*found.more), (false, &["a/b".to_owned(), "key".into()][..], &["late.crt".to_owned()][..]));
        assert!(!found.holds() && Difference::parse("restored\nlacks a").holds());
        assert!(Difference::parse("absent").absent && !Difference::parse("restored\nabsent").holds());
        assert_eq!(Difference::parse(""), Difference::default());
        let many: Vec<String> = (0..12).map(|n| n.to_string()).collect();
        assert_eq!(names(&many), "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more");
    }
}
