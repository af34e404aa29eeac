//! Document sections global zone and sub zone.
//!
//! - Hosts: one node and the account database are read; firstbox
//! - Changes: the three access key files, from `client.yaml` and the global zone's database
//! - Proof: each file holds its value; exactly one row has the id
//! - Undo: restores the files
//!
//! ```text
//! + 通过`webservice`节点的`/pitrix/conf/client.yaml`文件，更新`firstbox`上的配置:
//!   + 根据`qy_access_key_id`，更新`firstbox`节点的`/pitrix/conf/variables/keys/.access_key_id`。
//!   + 根据`qy_secret_access_key`，更新`firstbox`节点的`/pitrix/conf/variables/keys/.access_secret_key`。
//!   + 通过查询`global-zone`的`account`数据库中`access_key`表中与`access_key_id`对应的`secret_access_key`字段，更新`firstbox`节点的`/pitrix/conf/variables/keys/.secret_access_key`。
//! ```

use engine::prelude::*;

use super::common::account_db::Database;
use super::common::keys::Keys;
use super::common::node_address;
use super::common::platform::ZoneKind;

const ACCESS: Keys = Keys {
    source: "/pitrix/conf/client.yaml",
    separator: ':',
    id: "qy_access_key_id",
    secret: &["qy_secret_access_key"],
    table: ["access_key", "access_key_id", "secret_access_key"],
    files: [".access_key_id", ".access_secret_key", ".secret_access_key"],
};

/// Reads id and secret from client.yaml of a node, the other secret from the account database of the
/// global zone (X0.9). The file of each value is fixed: the names look alike (X0.7). Secrets go over
/// standard input only (XX.1), and are neither shown nor recorded.
///
/// Examples:
///   cargo xtask webservice sync-access-keys --db-host account-db --db-user reader -n
///   cargo xtask webservice sync-access-keys --node webservice1 --db-host account-db --db-user reader --yes
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    database: Database,
}

/// The same in both kinds of zone.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    ZoneKind::of(&cx.one_host("firstbox")?, args.database.zone_kind)?;
    ACCESS.sync(cx, &node_address::node(cx, args.database.node.as_str())?, &args.database)
}

/// Checks everything, without a change.
pub(super) fn check(cx: &Context, args: &Args) -> Result<()> {
    let node = node_address::node(cx, args.database.node.as_str())?;
    ACCESS.check(cx, &node, &args.database).map(drop)
}
