//! The files of keepalived in the package on firstbox, and their installation on a node.

use engine::ops::block;
use engine::prelude::*;
use engine::text::edit::block::Block;

use super::executable::Executable;
use crate::common::virtual_ip::CHECK;

/// Directory of the package's files after the build.
pub(crate) const PKG_DIR: &str =
    "/pitrix/build/packages/deb/pitrix-ks-webservice-base/etc/keepalived";
const CONF: &str = "/etc/keepalived/keepalived.conf";
const HEALTH: &str = "/etc/keepalived/chk_health_webservice.sh";
pub(crate) const RC_LOCAL: &str = "/etc/rc.local";
const BLOCK: &str = "/etc/keepalived/rc.local.keepalived.webservice";

/// The three files in the package on firstbox.
pub(crate) struct Package {
    health: Vec<u8>,
    block: String,
    conf: Vec<u8>,
}

impl Package {
    /// A dry run that would build the package before does not know the node's files.
    pub(crate) fn read(
        cx: &Context,
        firstbox: &Host<'_>,
        dir: &AbsPath,
        node: &NodeName,
    ) -> Result<Self> {
        firstbox.look("read the package", |reader| {
            let file = |name: String| -> Result<File> {
                match reader.read(name.as_str().into())? {
                Entry::File(file) => Ok(file),
                Entry::Unknown(because) => {
                    cx.uncertain(node.as_str(), &because);
                    Ok(File::default())
                }
                _ => Err(Fault::refused(format!("no {name} on firstbox")).hint(
                    "build the packages on firstbox first, or name another directory: --pkg-dir DIR",
                ).into()),
            }
            };
            let block = file(format!("{dir}/rc.local.keepalived.webservice"))?;
            Ok(Self {
                health: file(format!("{dir}/chk_health_webservice.sh"))?.bytes,
                block: block.text(BLOCK.into())?.to_owned(),
                conf: file(format!("{dir}/keepalived.conf.webservice.{node}"))?.bytes,
            })
        })
    }

    /// Installs all of them, and runs keepalived with them.
    pub(crate) fn apply(&self, node: &Host<'_>) -> Result<()> {
        node.ensure(&FileContent::new(HEALTH, self.health.clone()).mode("755"))?;
        node.ensure(&Executable(HEALTH))?;
        // Nothing restarts before `keepalived -t` passes; a bad file is never installed (X0.25).
        // The file of the distribution is readable by all (XX.1).
        node.ensure(&Mode::at_most(CONF, 0o640))?;
        node.ensure(
            &FileContent::new(CONF, self.conf.clone())
                .mode("640")
                .masking(["auth_pass"])
                .checked_by(CHECK),
        )?;
        node.ensure(
            &Units::active(["keepalived"]).newer_than([CONF, HEALTH]).poll(Poll::seconds(30)),
        )?;
        self.rc_local(node)
    }

    /// WS-22: one block that every run of the script reaches, found by its content (X0.26, X0.27).
    pub(crate) fn rc_local(&self, node: &Host<'_>) -> Result<()> {
        let block = Block::new("keepalived-webservice", self.block.clone()).before_end();
        let present = block::present(RC_LOCAL, block).or_create("755").checked_by(["bash", "-n"]);
        node.ensure(&present)?;
        node.ensure(&Executable(RC_LOCAL))?;
        node.ensure(&Absent::new(BLOCK)).map(drop)
    }
}
