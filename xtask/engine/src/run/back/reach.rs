//! What an undo of a run would take back.

use crate::run::record::entry::Entry;
use crate::run::record::journal::Journal;

/// How far an undo of a run would go.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Reach {
    /// There are changes to undo since the last point of no return.
    pub undoable: bool,
    /// The stage of the last irreversible change, else its operation: the undo stops there.
    pub wall: Option<String>,
}

impl Reach {
    /// From the journal of a run, over all of its processes: the rule of [`super::run`].
    pub fn of(journal: &Journal) -> Self {
        let (mut reach, mut stage) = (Self::default(), "");
        for entry in journal.entries() {
            match entry {
                Entry::Stage { name, .. } => stage = name,
                Entry::Resume(_) => stage = "",
                Entry::Intent(intent) if intent.undo.is_some() => reach.undoable = true,
                Entry::Intent(intent) => {
                    let name = if stage.is_empty() { &intent.what } else { stage };
                    reach = Self { undoable: false, wall: Some(name.to_owned()) };
                }
                _ => {}
            }
        }
        reach
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The stage of each change, and whether it has an undo.
    fn reach(changes: &[(&str, bool)]) -> (bool, Option<String>) {
        let mut text = String::new();
        for (number, (stage, undo)) in changes.iter().enumerate() {
            let undo = if *undo { "[]" } else { "null" };
            let mut line = |body: String| {
                text += &format!("{{\"line\":1,\"at\":\"\",{body}}}\n");
            };
            if !stage.is_empty() {
                line(format!(r#""event":"stage","name":"{stage}","of":2"#));
            }
            line(format!(
                r#""event":"intent","op":{number},"host":"h","what":"w{number}","diff":"","hash":"","undo":{undo}"#
            ));
        }
        let reach = Reach::of(&Journal::parse(text.as_bytes()));
        (reach.undoable, reach.wall)
    }

    #[test]
    fn an_undo_goes_back_to_the_last_point_of_no_return() {
        let wall = |name: &str| Some(name.to_owned());
        assert_eq!(reach(&[]), (false, None));
        assert_eq!(reach(&[("stop", true), ("", true)]), (true, None));
        assert_eq!(reach(&[("stop", true), ("rm-venv", false)]), (false, wall("rm-venv")));
        let behind = [("stop", true), ("rm-venv", false), ("update", true)];
        assert_eq!(reach(&behind), (true, wall("rm-venv")));
        assert_eq!(reach(&[("", false), ("", true)]), (true, wall("w0")));
    }
}
