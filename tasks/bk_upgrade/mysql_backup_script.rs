//! Document section 5.1 生成备份脚本.
//!
//! - Hosts: the host of MySQL; the control machine is read
//! - Changes: writes `dbbackup_mysql.sh`
//! - Proof: the file is read back, and a shell can read it
//! - Undo: restores the former file
//!
//! ```sh
//! cat >dbbackup_mysql.sh <<\EOF
//! ignoredblist='information_schema|mysql|test|db_infobase|performance_schema|sys'
//! dblist="$(mysql --login-path=default-root -Nse"show databases;"|grep -Ewv "$ignoredblist" | xargs echo)"
//! mysqldump --login-path=default-root --skip-opt --create-options --default-character-set=utf8mb4 -R  -E -q -e --single-transaction --no-autocommit --master-data=2 --max-allowed-packet=1G  --hex-blob  -B  $dblist > /data/dbbak/bk_mysql_alldata.sql
//! EOF
//! ```

use engine::prelude::*;

use super::common::mysql::MySql;

/// Writes the script that dumps the databases. It has no password in it. Unlike that of the document it
/// compares whole names (X4.7), refuses an empty list, and stops at the first failure. It writes beside
/// the dump and renames, but never over an older one (X4.10).
///
/// Examples:
///   cargo xtask bk-upgrade mysql-backup-script --diff -n
///   cargo xtask bk-upgrade mysql-backup-script --defaults-file /root/.my.cnf
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    mysql: MySql,
}

/// Refuses what could not be dumped, then writes.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let mysql = args.mysql.host(cx)?;
    mysql.ensure(&args.mysql.ready())?;
    mysql.ensure(&args.mysql.script_file()?).map(drop)
}
