//! The knowledge of a dry run about paths that earlier operations would change.

use std::collections::BTreeMap;

/// The future state of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Planned {
    /// A file with these bytes.
    Text(Vec<u8>),
    /// Nothing.
    Gone,
    /// A directory.
    Directory,
    /// Something with an unknown content, and why.
    Unknown(String),
}

/// The paths of one host that will change, and the first operation that changes the host.
#[derive(Debug, Default)]
pub struct Overlay {
    paths: BTreeMap<String, Planned>,
    pending: Option<String>,
    blind: Option<Planned>,
}

impl Overlay {
    /// Notes that `what` would run and leave `after`.
    pub fn add(&mut self, what: &str, after: Vec<(String, Planned)>) {
        self.pending.get_or_insert_with(|| what.to_owned());
        for (path, planned) in after {
            // Plans below a removed directory end with it.
            if planned != Planned::Directory {
                self.paths.retain(|other, _| !is_below(other, &path));
            }
            self.paths.insert(path, planned);
        }
    }

    /// From now on this host is unknown, and why: it becomes another machine.
    pub fn go_blind(&mut self, because: &str) {
        self.paths.clear();
        self.blind.get_or_insert_with(|| Planned::Unknown(because.to_owned()));
    }

    /// Why this host is unknown from now on.
    pub fn blind(&self) -> Option<&str> {
        match &self.blind {
            Some(Planned::Unknown(because)) => Some(because),
            _ => None,
        }
    }

    /// The future state of `path` when it will change, from its own plan or that of a directory above it.
    pub fn at(&self, path: &str) -> Option<&Planned> {
        if let Some(planned) = self.paths.get(path) {
            return Some(planned);
        }
        let above = self.paths.iter().rev().find(|(other, _)| is_below(path, other));
        let above = above.map(|(_, planned)| planned);
        above.filter(|planned| **planned != Planned::Directory).or(self.blind.as_ref())
    }

    /// The paths in a directory that will change.
    pub fn in_directory<'a>(
        &'a self,
        directory: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a Planned)> {
        let inside = move |path: &&String| is_below(path, directory);
        let paths = self.paths.iter().filter(move |(path, _)| inside(path));
        paths.map(|(path, planned)| (path.as_str(), planned))
    }

    /// The first operation that would change this host.
    pub fn pending(&self) -> Option<&str> {
        self.pending.as_deref().or(self.blind())
    }
}

fn is_below(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_planned_path_hides_what_is_below_it() {
        let mut overlay = Overlay::default();
        overlay.add("write", vec![("/a/b/c".into(), Planned::Text(b"x".to_vec()))]);
        assert_eq!(overlay.at("/a/b/c"), Some(&Planned::Text(b"x".to_vec())));
        assert_eq!(overlay.at("/a/b"), None);
        overlay.add("remove", vec![("/a".into(), Planned::Gone)]);
        assert_eq!(overlay.at("/a/b/c"), Some(&Planned::Gone));
        assert_eq!(overlay.at("/ab"), None);
        assert_eq!(overlay.pending(), Some("write"));
        overlay.add("write", vec![("/x/y".into(), Planned::Gone)]);
        assert_eq!(overlay.in_directory("/x").collect::<Vec<_>>(), [("/x/y", &Planned::Gone)]);
    }

    #[test]
    fn of_a_host_that_becomes_another_machine_nothing_is_known() {
        let mut overlay = Overlay::default();
        overlay.add("write", vec![("/a".into(), Planned::Gone)]);
        overlay.go_blind("it is rebuilt");
        overlay.go_blind("later");
        assert_eq!(overlay.at("/a"), Some(&Planned::Unknown("it is rebuilt".into())));
        assert_eq!(overlay.blind(), Some("it is rebuilt"));
    }
}
