//! What the inventory imports, read by the rule of [`super::trust`].

use std::io;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};

use super::asked::Asked;
use super::home::home;
use super::interrupt::Interrupt;
use super::trust::Consent;
use crate::data::fault::Fault;
use crate::data::inventory::Importer;

/// The time limit of a command: it asks a service of the network, perhaps page by page.
const LIMIT: Duration = Duration::from_secs(60);
/// The same while a shell completes a word.
const KEYSTROKE: Duration = Duration::from_secs(2);
/// The most that it may print.
const MOST: u64 = 64 * 1024 * 1024;

/// Files and commands of this machine.
#[derive(Debug, Clone, Default)]
pub struct Machine {
    /// Files that the person has agreed to.
    pub consent: Consent,
    /// Announces a long wait to the person; none while a shell waits for candidates: then commands have two seconds.
    pub announce: Option<fn(&str)>,
}

impl Importer for Machine {
    fn read(&self, path: &Utf8Path) -> io::Result<String> {
        let read = self.consent.read(&expanded(path));
        read.map_err(|error| match error.downcast::<Fault>() {
            Ok(fault) => io::Error::other(sentence(&fault)),
            Err(error) => {
                error.downcast().unwrap_or_else(|error| io::Error::other(format!("{error:#}")))
            }
        })
    }

    fn list(&self, dir: &Utf8Path) -> io::Result<Vec<String>> {
        let dir = expanded(if dir.as_str().is_empty() { Utf8Path::new(".") } else { dir });
        let names = dir.read_dir_utf8()?.map(|entry| Ok(entry?.file_name().to_owned()));
        names.collect()
    }

    fn run(&self, words: &[String], dir: &Utf8Path) -> Result<String, Fault> {
        let [program, args @ ..] = words else { return Err(Fault::usage("there is no command")) };
        // A program of the inventory's own directory is believed like a file of it.
        let mut words = vec![program.clone()];
        if program.contains('/') {
            let path = expanded(&dir.join(program));
            self.consent.open(&path).map_err(|error| fault(error, &path))?;
            let full = camino::absolute_utf8(&path).map_err(|error| fault(error.into(), &path))?;
            words = vec![full.into_string()];
        }
        words.extend(args.iter().cloned());
        let asked = Asked {
            label: "`dynamic`",
            prints: "the JSON of an inventory",
            remedy: "unlock it before the run",
            dir: Some(dir),
            limit: if self.announce.is_some() { LIMIT } else { KEYSTROKE },
            announce: self.announce,
            most: MOST,
            input: Vec::new(),
            private: &[],
        };
        let interrupt =
            Interrupt::install().map_err(|error| Fault::failed(format!("{error:#}")))?;
        let output = asked.run(&words, &interrupt).map_err(|error| {
            error.downcast::<Fault>().unwrap_or_else(|error| Fault::usage(format!("{error:#}")))
        })?;
        String::from_utf8(output)
            .map_err(|_| Fault::usage(format!("the output of {program} is not UTF-8 text")))
    }

    fn is_own_ssh_config(&self, path: &Utf8Path) -> bool {
        let own = home().map(|home| home.join(".ssh/config"));
        let same = |other: Utf8PathBuf| other.canonicalize_utf8().ok();
        let path = same(expanded(path));
        path.is_some()
            && [own, Some("/etc/ssh/ssh_config".into())]
                .into_iter()
                .flatten()
                .any(|it| same(it) == path)
    }
}

/// A path with the home directory in the place of `~`.
fn expanded(path: &Utf8Path) -> Utf8PathBuf {
    match (path.strip_prefix("~"), home()) {
        (Ok(below), Some(home)) => home.join(below),
        _ => path.to_owned(),
    }
}

/// A refusal as one line with its remedy.
fn sentence(fault: &Fault) -> String {
    let hints = fault.hints.iter().map(|hint| format!("; {hint}"));
    std::iter::once(fault.message.clone()).chain(hints).collect()
}

fn fault(error: anyhow::Error, path: &Utf8Path) -> Fault {
    let unread = |error| Fault::usage(format!("cannot read {path}: {error:#}"));
    error.downcast::<Fault>().unwrap_or_else(unread)
}
