//! The parts of a resumed run: its inventories, and the reasons why it may not go on.

use camino::Utf8PathBuf;
use engine::data::fault::Fault;
use engine::run::Context;

/// Why a run of this command cannot go on: a file of one's own may be broken by now.
pub(super) fn not_resumed(name: &str) -> Fault {
    let mut used = tasks::own::all().iter().filter(|file| file.unused.is_none());
    let fault = used.find(|file| file.words() == name).and_then(tasks::own::fault);
    match fault {
        Some(fault) => fault.clone().detail("so", format!("`{name}` cannot be resumed")),
        None => Fault::usage(format!("`{name}` cannot be resumed")),
    }
}

/// The inventories of a resumed run: those that are typed now take the place of the recorded ones.
pub(super) fn replaced(recorded: Vec<Utf8PathBuf>, all: Vec<Utf8PathBuf>) -> Vec<Utf8PathBuf> {
    match all.strip_prefix(recorded.as_slice()) {
        Some(typed) if !typed.is_empty() => typed.to_vec(),
        Some(_) => recorded,
        None => all,
    }
}

pub(super) fn agreed(cx: &Context, differences: &[String]) -> anyhow::Result<()> {
    if differences.is_empty() {
        return Ok(());
    }
    for difference in differences {
        cx.note(difference.trim_end());
    }
    cx.agree("inputs changed since the run started")
}
