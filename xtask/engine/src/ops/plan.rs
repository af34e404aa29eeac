//! What a dry run already knows about paths that earlier operations would have changed.

use std::collections::BTreeMap;

/// A path as it will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Planned {
    /// A file with these bytes.
    Text(Vec<u8>),
    /// Nothing.
    Gone,
    /// A directory.
    Directory,
    /// Something whose content is not known before it is there, and why.
    Unknown(String),
}

/// The paths of one host that will be different, and what will make them so.
#[derive(Debug, Default)]
pub struct Overlay {
    paths: BTreeMap<String, Planned>,
    pending: Option<String>,
}

impl Overlay {
    /// Notes that `what` would run and leave `after`.
    pub fn add(&mut self, what: &str, after: Vec<(String, Planned)>) {
        self.pending.get_or_insert_with(|| what.to_owned());
        for (path, planned) in after {
            // What was planned below a directory that now goes away goes with it.
            if planned != Planned::Directory {
                self.paths.retain(|other, _| !is_below(other, &path));
            }
            self.paths.insert(path, planned);
        }
    }

    /// How `path` will be, when that is different from how it is: said of itself or of a
    /// directory above it.
    pub fn at(&self, path: &str) -> Option<&Planned> {
        if let Some(planned) = self.paths.get(path) {
            return Some(planned);
        }
        let above = self.paths.iter().rev().find(|(other, _)| is_below(path, other));
        above.map(|(_, planned)| planned).filter(|planned| **planned != Planned::Directory)
    }

    /// The first operation that would change this host.
    pub fn pending(&self) -> Option<&str> {
        self.pending.as_deref()
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
    }
}
