//! Document section 6. 更新软件包及相关文件, 1.
//!
//! - Hosts: the control machine
//! - Changes: rsync with `--delete`: the deploy scripts become those of the package; needs the proved backup
//! - Proof: rsync finds no difference; the site's own files (excluded) are untouched
//! - Undo: rsync from the backup, unless somebody has changed the scripts since
//!
//! ```sh
//! # 替换部署脚本
//! rsync -avz --delete --exclude=".*" --exclude="install.config" --exclude="bin/0[1234]-*" /data/tmp/install/ /data/install/
//! ```

use engine::prelude::*;

use super::common::backups::{self, Copies};
use super::common::package;
use super::common::replacement::Replacement;
use super::common::trees::{MARK, NEW, Tree, refused};

const RSYNC: Snippet = snippet!("bk-upgrade/replace_install_rsync");
/// Lines of the list of deletions in the question.
const SHOWN: usize = 20;

/// Lists each file that the package does not have and asks, before anything is deleted (X4.16). Both
/// directories get their slash, and the source must be a whole package (X4.15). Proves the copy of
/// `backup-install-dir`, and that each file to delete or replace is in it. Runs once for each
/// package: later steps change these files.
///
/// Examples:
///   cargo xtask bk-upgrade replace-install -n
///   cargo xtask bk-upgrade replace-install --yes
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The new scripts, in the directory of the unpacked package
    #[arg(long, value_name = "DIR", default_value = "/data/tmp/install")]
    from: AbsPath,
    /// Directory of the deploy scripts
    #[arg(long, value_name = "DIR", default_value = "/data/install")]
    to: AbsPath,
    /// Patterns of the site's own files, which stay
    #[arg(
        long,
        value_name = "PATTERN,PATTERN",
        value_delimiter = ',',
        default_value = ".*,install.config,bin/0[1234]-*"
    )]
    keep: Vec<String>,
    /// The copy to prove [default: the newest of `backup-install-dir`]
    #[arg(long, value_name = "DIR")]
    backup: Option<AbsPath>,
    /// Age limit of the backup in days
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    max_backup_age: u16,
}

/// Looks, proves, lists, asks, replaces.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let control = cx.one_host("control")?;
    let [from, to] = [&args.from, &args.to].map(|path| path.as_str().trim_end_matches('/'));
    let unpacked = from.rsplit_once('/').map_or("", |(above, _)| above);
    let (copies, trees) = control.look("read the releases", |reader| {
        let trees = Tree::read(reader, [from, to, unpacked], &["bkcli", MARK])?;
        Ok((Copies::read(reader, to)?, trees))
    })?;
    let given = args.backup.as_ref().map(|dir| dir.as_str().trim_end_matches('/').to_owned());
    let copy = given.or_else(|| copies.sealed.first().cloned());
    let replacement = Replacement {
        host: control.name(),
        from: format!("{from}/"),
        to: format!("{to}/"),
        unpacked,
        excludes: &args.keep,
        copy: copy.as_deref().unwrap_or_default(),
    };
    if control.look("compare", |reader| replacement.probe(reader))? == State::Kept {
        return control.ensure(&replacement).map(drop);
    }
    if !cx.is_pending() {
        judge(&trees)?;
        control.ensure(
            &Assert::new(RSYNC, [], "rsync is missing on the control machine")
                .hint("install its package, then run this again"),
        )?;
    }
    let Some(copy) = &copy else {
        return Err(Fault::refused(format!("there is no copy of {to}"))
            .hint("first: cargo xtask bk-upgrade backup-install-dir")
            .into());
    };
    let days = Duration::from_secs(u64::from(args.max_backup_age) * 24 * 3600);
    let backup = backups::install(control.machine()?, copy);
    let proof = control.proven(&backup, &Demand::new(days, replacement.destroys()))?;
    let gone = control.look("list the deletions", |reader| replacement.deletions(reader))?;
    if let Some(list) = list(&gone) {
        cx.note(&list);
    }
    control.confirm(&format!(
        "replaces the deploy scripts in {to}, and deletes {} of its files",
        gone.len()
    ))?;
    control.destroy(&replacement, &proof).map(drop)
}

/// Refuses a source that is no whole package of 6.2 (X4.15).
fn judge([from, to, unpacked]: &[Tree; 3]) -> Result<(), Fault> {
    if !to.is_there() {
        return Err(
            refused(format!("{} is no directory", to.path), &[to]).hint("name it: --to DIR")
        );
    }
    package::is_whole(unpacked)?;
    if !from.lacks(&["bkcli"]).is_empty() {
        let what = format!("{} has no bkcli: it would empty {}", from.path, to.path);
        return Err(
            refused(what, &[from]).hint("unpack the package again: bk-upgrade unpack-package")
        );
    }
    if from.has_version() && !from.is(NEW) {
        return Err(refused(format!("{} is not that of 6.2", from.path), &[from])
            .hint("unpack the package of 6.2"));
    }
    Ok(())
}

/// The files that go away, in words.
fn list(gone: &[String]) -> Option<String> {
    let first = gone.first()?;
    let more = gone.len().saturating_sub(SHOWN);
    let names =
        gone.iter().skip(1).take(SHOWN - 1).fold(first.clone(), |all, name| all + ", " + name);
    let rest = if more > 0 { format!(", and {more} more: see -n") } else { String::new() };
    Some(format!("the package does not have these files, they are deleted (X4.16): {names}{rest}"))
}
