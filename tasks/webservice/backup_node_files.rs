//! Document section 准备工作.
//!
//! - Hosts: one node is read; firstbox
//! - Changes: copies logo, `local_config.yaml` and `rc.local` of the old system to `/root/NODE-bak`, once
//! - Proof: the manifest lists what is there, by hash
//! - Undo: removes the backup, if it is unchanged
//!
//! ```sh
//! mkdir -p /root/webservice0/1-bak/
//! rsync -azPS webservice0/1:/etc/rc.local* /root/webservice0/1-bak/
//! rsync -azPS webservice0/1:/pitrix/lib/pitrix-webconsole/static /root/webservice0/1-bak/
//! rsync -azPS webservice0/1:/pitrix/lib/pitrix-webconsole/mysite/local_config.yaml /root/webservice0/1-bak/
//! ```

use engine::data::version::Version;
use engine::prelude::*;

use super::common::args::Node;
use super::common::node_address;
use super::common::node_files::{self, LOCAL_CONFIG, STATIC};

const RC_LOCALS: Snippet = snippet!("webservice/backup_node_files_rc_local");
const FORMER: Snippet = snippet!("webservice/backup_node_files_former");
const SYSTEM: Snippet = snippet!("webservice/progress_system");

/// Copies them to /root/NODE-bak on firstbox, readable by root only. A manifest seals the backup. A
/// complete backup is kept: the files of the relaunched VM never overwrite it (X0.5).
///
/// Examples:
///   cargo xtask webservice backup-node-files --node webservice0
///   cargo xtask webservice backup-node-files --node webservice0 --extra /etc/hosts.allow
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    node: Node,
    /// Backup directory on firstbox [default: /root/NODE-bak]
    #[arg(long, value_name = "DIR")]
    dest: Option<AbsPath>,
    /// More files or directories of the node
    #[arg(long, value_name = "PATH,PATH", value_delimiter = ',')]
    extra: Vec<AbsPath>,
    /// Version of the new system; a node that runs it is refused
    #[arg(long, default_value = "16.04.5")]
    os_version: Version,
}

/// Copies small files through the sessions, directories by rsync.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let (firstbox, node) = (cx.one_host("firstbox")?, node_address::node(cx, args.node.as_str())?);
    let dest = node_files::place(args.dest.as_ref(), &args.node);
    let backup = node_files::backup(&firstbox, &dest, &args.node)?;
    // One of a former version is sealed again: its node may run the new system already.
    let whole = firstbox.look("look for a backup", |reader| {
        let former = || reader.kept(FORMER, [("DEST", dest.as_str().into())]);
        Ok(backup.is_whole(reader)? || former()?)
    })?;
    if !whole {
        is_old(&node, args)?;
        let found = args.find(&node)?;
        firstbox.ensure(&Directory::present(&dest).mode("700"))?;
        for (name, bytes) in found.files {
            firstbox
                .ensure(&FileContent::new(format!("{dest}/{name}"), bytes).mode("600").secret())?;
        }
        for (name, path) in &found.directories {
            let to = format!("{dest}/{name}");
            firstbox.ensure(&Transfer::pull(node.name(), path, &to, cx.stamp()))?;
        }
    }
    firstbox.ensure(&backup.sealed()).map(drop)
}

/// Refuses a relaunched VM: it has the stock files (X0.5).
fn is_old(node: &Host<'_>, args: &Args) -> Result<()> {
    node.look("look at the system", |reader| {
        let found = reader.ask(SYSTEM, [])?;
        let is_new = format!("{}.", args.os_version).starts_with(&format!("{found}."));
        if found.is_empty() || !is_new {
            return Ok(());
        }
        let what = format!("{} runs the new system already ({found})", node.name());
        Err(Fault::refused(what)
            .hint("its files are the stock ones: look for an earlier backup, --dest DIR")
            .into())
    })
}

/// The files to back up, by their names in the backup.
#[derive(Default)]
struct Found {
    files: Vec<(String, Vec<u8>)>,
    directories: Vec<(String, String)>,
}

impl Args {
    /// The rc.local files, local_config.yaml, the logo, and the extra files.
    fn find(&self, node: &Host<'_>) -> Result<Found> {
        node.look("read the small files", |reader| {
            let listed = reader.ask(RC_LOCALS, [])?;
            let mut found = Found::default();
            let extra = self.extra.iter().map(AbsPath::as_str);
            // The names become those of files on firstbox.
            let odd =
                |path: &&str| path.strip_prefix("/etc/rc.local").is_none_or(|it| it.contains('/'));
            if let Some(path) = listed.lines().find(odd) {
                return Err(Fault::refused(format!("not an rc.local file: {path}")).into());
            }
            for path in listed.lines().chain([LOCAL_CONFIG, STATIC]).chain(extra) {
                let path = path.trim_end_matches('/');
                let name = path.rsplit('/').next().unwrap_or_default().to_owned();
                match reader.read(path.into())? {
                    Entry::File(file) => found.files.push((name, file.bytes)),
                    Entry::Directory => found.directories.push((name, path.to_owned())),
                    _ => {
                        let what = format!("{} has no {path}", node.name());
                        return Err(Fault::refused(what).hint("is this a webservice node?").into());
                    }
                }
            }
            Ok(found)
        })
    }
}
