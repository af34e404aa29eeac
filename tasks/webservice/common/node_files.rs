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

/// The backup of the files in `dest` on firstbox.
pub(crate) fn backup(firstbox: &Host<'_>, dest: &str, node: &NodeName) -> Result<Backup> {
    let mut made_by = format!("webservice backup-node-files --node {node}");
    if dest != place(None, node) {
        made_by += &format!(" --dest {dest}");
    }
    let own = Content::new("logo and configuration", NODE_FILES, [("DEST", dest.into())]);
    let thing = format!("{node}'s files");
    Ok(Backup::directory(thing, firstbox.machine()?, dest, made_by).with(own))
}
