//! Document section 准备工作.
//!
//! - Hosts: firstbox
//! - Changes: copies the settings directory once, to `DIR.YYYYMMDD`
//! - Proof: the copy is equal to the directory, and its manifest lists it by hash
//! - Undo: removes the copy; `--restore STAMP` restores one and moves the present directory aside
//!
//! ```sh
//! cp -arf /pitric/conf/settings /pitric/conf/settings.$(date +%Y%m%d)
//! ```

use engine::prelude::*;

use super::common::args::SettingsDir;
use super::common::settings_backup;

const DIRECTORY: Snippet = snippet!("webservice/backup_settings");
const RESTORE: Snippet = snippet!("webservice/backup_settings_restore");

/// Copies the directory once to `DIR.YYYYMMDD`. An equal backup of today is kept. If today's backup
/// differs, it stays, and the new one is `DIR.YYYYMMDD-HHMMSS`.
///
/// Examples:
///   cargo xtask backup-settings
///   cargo xtask backup-settings --restore 20261121
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    settings_dir: SettingsDir,
    /// The day in the backup's name [default: today]
    #[arg(long, value_name = "YYYYMMDD")]
    stamp: Option<Stamp>,
    /// Restore this backup; moves the present directory aside
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
    // Line 17 of the document says /pitric, which exists nowhere else (X0.1).
    let there = Assert::new(
        DIRECTORY,
        [("DIR", dir.as_str().into())],
        format!("no settings files in {dir}"),
    );
    firstbox.ensure(
        &there.hint(
            "use /pitrix/conf/settings; the document's `/pitric` (line 17) is a typing error",
        ),
    )?;
    // Never copies into an existing directory (X0.2).
    let stamp = args.stamp.as_ref().map_or_else(|| cx.date8(), ToString::to_string);
    let time = cx.stamp().chars().skip(8).collect::<String>();
    let backup =
        TreeCopy::once(&dir, format!("{dir}.{stamp}")).or_else(format!("{dir}.{stamp}{time}"));
    let copy = firstbox.look("look for a copy", |reader| backup.target(reader))?;
    firstbox.ensure(&backup)?;
    let sealed = settings_backup::of(firstbox.machine()?, copy.as_str());
    firstbox.ensure(&sealed.sealed()).map(drop)
}
