//! Looks for a secret in everything that a test leaves behind.

use super::rehearsal::Bench;

impl Bench {
    /// A secret is on the hosts, in files of these names, and nowhere else in the state directory:
    /// no record, no log of a stand-in, no other file.
    pub(crate) fn assert_only_in(&self, secret: &str, names: &[&str]) {
        let mut open = vec![self.state.path().to_owned()];
        let mut hits = 0;
        while let Some(dir) = open.pop() {
            for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
                let path = entry.path();
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    open.push(path);
                // A link to a device, such as /dev/stdout, would be read for ever.
                } else if entry.file_type().is_ok_and(|kind| kind.is_file())
                    && std::fs::read(&path).is_ok_and(|bytes| {
                        bytes.windows(secret.len()).any(|part| part == secret.as_bytes())
                    })
                {
                    let name = entry.file_name().to_string_lossy().into_owned();
                    let good = |good: &&str| {
                        name == **good || name.starts_with(&format!("{good}.webservice"))
                    };
                    let on_host = path.components().any(|part| part.as_os_str() == "upper");
                    assert!(on_host && names.iter().any(good), "{}", path.display());
                    hits += 1;
                }
            }
        }
        assert!(hits > 0, "{secret} is nowhere");
    }
}
