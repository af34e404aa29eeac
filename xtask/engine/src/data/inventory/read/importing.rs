//! What the readers of imports share.

use std::io;

use camino::Utf8Path;

use super::declared::DeclaredHost;
use super::given::Text;
use super::imported::Imported;
use super::reader::Reader;
use crate::data::inventory::importer::Importer;
use crate::data::inventory::roster::Roster;
use crate::data::inventory::unused::Unused;

/// What imports add to.
pub(super) struct Import<'i> {
    pub(super) roster: &'i mut Roster,
    pub(super) hosts: &'i mut Vec<DeclaredHost>,
    pub(super) importer: &'i dyn Importer,
    /// `config` of `[ssh]`, in which ssh itself finds what is not taken from it.
    pub(super) own_config: Option<&'i Utf8Path>,
}

/// What imports give besides hosts.
#[derive(Default)]
pub(super) struct Read {
    pub(super) groups: Vec<Imported>,
    pub(super) unused: Vec<Unused>,
    /// What a person should know in each run.
    pub(super) notes: Vec<String>,
}

/// The text of a file, unless it cannot be read.
pub(super) fn text(reader: &mut Reader<'_>, named: &Text, import: &Import<'_>) -> Option<String> {
    let path = reader.beside(&named.text);
    match import.importer.read(&path) {
        Ok(text) => Some(text),
        Err(error) => {
            let problem =
                reader.source.problem(named.span.clone(), format!("cannot read {path}: {error}"));
            let hint = if error.kind() == io::ErrorKind::NotFound {
                format!("paths are taken from the directory of {}", reader.source.path)
            } else if error.to_string().contains("is not a regular file") {
                "name the files in it, or let Ansible read all of it: \
                 dynamic = [\"ansible-inventory\", \"-i\", \"DIR\", \"--list\"]"
                    .to_owned()
            } else {
                "look at its mode and owner".to_owned()
            };
            reader.push(problem.hint(Some(hint)));
            None
        }
    }
}
