//! Whether the permission center has its new version already.

use engine::prelude::*;

use crate::bk_upgrade::common::{module, versions};

/// The first version with the new tables: the migration must run before it (X4.43).
const NEW: &str = "1.12";

/// Why the migration would be refused: a host has the new version already (X4.43).
///
/// # Errors
/// Those of the read.
pub(in crate::bk_upgrade) fn too_late(
    cx: &Context,
    install_path: &AbsPath,
) -> Result<Option<String>> {
    Ok(new_on(&cx.hosts("@iam")?, install_path)?.map(|(host, version)| is_new(host, &version)))
}

/// The words for it.
pub(super) fn is_new(host: &str, version: &str) -> String {
    format!("bkiam is already {version} on {host}: its data has to be migrated before (X4.43)")
}

/// The first host that has the new version, and its version.
pub(super) fn new_on<'a>(
    hosts: &Hosts<'a>,
    install_path: &AbsPath,
) -> Result<Option<(&'a str, String)>> {
    let all = versions::installed(hosts, install_path, module::BKIAM.package)?;
    Ok(all.into_iter().find(|(_, version)| versions::at_least(version, NEW)))
}
