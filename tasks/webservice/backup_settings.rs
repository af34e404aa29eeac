//! Document section 准备工作.
//!
//! - Hosts: firstbox
//! - Changes: copies the settings directory once, to `DIR.YYYYMMDD`
//! - Proof: the copy is equal to the directory
//! - Undo: remove the copy; `--restore STAMP` brings one back and moves the present directory aside
//!
//! ```sh
//! cp -arf /pitric/conf/settings /pitric/conf/settings.$(date +%Y%m%d)
//! ```

use engine::prelude::*;

const DIRECTORY: Snippet = snippet!("webservice/backup_settings");
const RESTORE: Snippet = snippet!("webservice/backup_settings_restore");

/// Copies the directory once to `DIR.YYYYMMDD`. A backup of today that is equal is kept; one that
/// differs stays as it is, and the new one becomes `DIR.YYYYMMDD-HHMMSS`.
///
/// Examples:
///   cargo xtask backup-settings
///   cargo xtask backup-settings --restore 20261121
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The directory with the settings files
    #[arg(long, value_name = "DIR", default_value = "/pitrix/conf/settings")]
    settings_dir: AbsPath,
    /// The day in the backup's name [default: today]
    #[arg(long, value_name = "YYYYMMDD")]
    stamp: Option<Stamp>,
    /// Bring this backup back; the present directory is moved aside
    #[arg(long, value_name = "STAMP", conflicts_with = "stamp")]
    restore: Option<String>,
}

/// Backs up, or restores.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let firstbox = cx.one_host("firstbox")?;
    let dir = args.settings_dir.to_string();
    if let Some(stamp) = &args.restore {
        cx.confirm(&format!("replaces {dir} on {} by its backup {dir}.{stamp}", firstbox.name()))?;
        let aside = format!("{dir}.before-restore-{}", cx.stamp());
        let backup = format!("{dir}.{stamp}");
        let values =
            [("DIR", dir.as_str().into()), ("BACKUP", backup.into()), ("ASIDE", aside.into())];
        return firstbox.ensure(&Shell::new(RESTORE, values)).map(drop);
    }
    // X0.1: line 17 of the document says /pitric, which is nowhere else.
    let there = Assert::new(
        DIRECTORY,
        [("DIR", dir.as_str().into())],
        format!("no settings files in {dir}"),
    );
    firstbox.ensure(&there.hint("the settings are in /pitrix/conf/settings; the document's `/pitric` (line 17) is a slip of the pen"))?;
    // X0.2: never into a directory that is there.
    let stamp = args.stamp.as_ref().map_or_else(|| cx.date8(), ToString::to_string);
    let time = cx.stamp().chars().skip(8).collect::<String>();
    let backup =
        TreeCopy::once(&dir, format!("{dir}.{stamp}")).or_else(format!("{dir}.{stamp}{time}"));
    firstbox.ensure(&backup).map(drop)
}
