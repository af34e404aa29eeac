//! Document section global zone.
//!
//! - Hosts: one node and the account database are read; firstbox
//! - Changes: the three console key files, global zone only
//! - Proof: each file holds its value; exactly one row has the id
//! - Undo: restores the files
//!
//! ```text
//! + 通过`webservice`节点的`/pitrix/conf/web_console_settings.py`文件，更新`firstbox`上的配置:
//!   + 根据`console_key_id`，更新`firstbox`节点的`/pitrix/conf/variables/keys/.console_key_id`。
//!   + 根据`console_secrect_key`，更新`firstbox`节点的`/pitrix/conf/variables/keys/.console_secret_key`。
//!   + 通过查询`global-zone`的`account`数据库中`console_key`表中与`console_key_id`对应的`secret_console_key`字段，更新`firstbox`节点的`/pitrix/conf/variables/keys/.secret_console_key`。
//! ```

use engine::prelude::*;

use super::common::account_db::Database;
use super::common::keys::Keys;
use super::common::node_address;
use super::common::platform::ZoneKind;

const CONSOLE: Keys = Keys {
    source: "/pitrix/conf/web_console_settings.py",
    separator: '=',
    id: "console_key_id",
    // Line 44 of the document has the first spelling (X0.8).
    secret: &["console_secrect_key", "console_secret_key"],
    table: ["console_key", "console_key_id", "secret_console_key"],
    files: [".console_key_id", ".console_secret_key", ".secret_console_key"],
};

/// Reads id and secret from web_console_settings.py of a node, as text, and the other secret from the
/// account database. Works only in the global zone: a sub zone has no console keys (X0.9). See
/// `sync-access-keys`.
///
/// Examples:
///   cargo xtask webservice sync-console-keys --db-host account-db --db-user reader -n
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    database: Database,
}

/// Refuses a sub zone before it asks any host.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    if ZoneKind::of(&cx.one_host("firstbox")?, args.database.zone_kind)? == ZoneKind::Sub {
        let fault = Fault::usage("a sub zone has no console keys (X0.9)");
        return Err(fault.hint("leave the step out").into());
    }
    CONSOLE.sync(cx, &node_address::node(cx, args.database.node.as_str())?, &args.database)
}

/// Checks everything, without a change.
pub(super) fn check(cx: &Context, args: &Args) -> Result<()> {
    let node = node_address::node(cx, args.database.node.as_str())?;
    CONSOLE.check(cx, &node, &args.database).map(drop)
}
