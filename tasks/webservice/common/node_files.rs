//! The own files of a node (logo, local_config.yaml, rc.local): their paths and their backup.

use engine::prelude::*;

const NODE_FILES: Snippet = snippet!("webservice/node_files");

/// The directory with the logo.
pub(crate) const STATIC: &str = "/pitrix/lib/pitrix-webconsole/static";
/// The configuration of the web console; may contain credentials.
pub(crate) const LOCAL_CONFIG: &str = "/pitrix/lib/pitrix-webconsole/mysite/local_config.yaml";

/// The backup directory of a node's files on firstbox. The document's `/root/webservice0/1-bak` is two
/// directories deep, and one for both nodes (X0.3, X0.4).
pub(crate) fn place(given: Option<&AbsPath>, node: &NodeName) -> String {
    given.map_or_else(
        || format!("/root/{node}-bak"),
        |dir| dir.as_str().trim_end_matches('/').to_owned(),
    )
}

/// The backup is complete: every file has the hash of the manifest.
pub(crate) fn sealed(dest: &str) -> Shell {
    Shell::new(NODE_FILES, [("DEST", dest.into())]).called(format!("write the manifest of {dest}"))
}

/// The same, as a condition.
pub(crate) fn is_sealed(dest: &str, node: &NodeName) -> Assert {
    Assert::new(
        NODE_FILES,
        [("DEST", dest.into())],
        format!("the backup of {node}'s files is incomplete"),
    )
    .hint(format!(
        "make it while the old system runs: cargo xtask webservice backup-node-files --node {node}"
    ))
}

/// The same, as a question.
pub(crate) fn seal(dest: &str) -> engine::ops::Action {
    engine::ops::Action::probe(NODE_FILES, [("DEST", dest.into())])
}
