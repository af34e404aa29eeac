//! The account database of the global zone; the document gives only its name.

use engine::prelude::*;
use engine::transport::secret::Secret;

use super::platform::ZoneKind;

const ACCOUNT: Snippet = snippet!("webservice/account_db");

/// The client of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// MariaDB or MySQL
    Mysql,
    /// PostgreSQL
    Postgres,
}

/// The place of the database and of the key files.
#[derive(clap::Args, Debug)]
#[group(skip)]
pub(crate) struct Database {
    /// A node that still runs its old system
    #[arg(long, value_name = "NODE", default_value = "webservice0")]
    pub(crate) node: NodeName,
    /// Kind of the node's zone [default: the variable `zone_kind` of the inventory]
    #[arg(long, value_enum)]
    pub(crate) zone_kind: Option<ZoneKind>,
    /// The server of the account database of the GLOBAL zone, also for a sub zone
    #[arg(long, value_name = "HOST")]
    db_host: String,
    /// Its port [default: that of the kind]
    #[arg(long, value_name = "PORT")]
    db_port: Option<u16>,
    /// The database
    #[arg(long, value_name = "NAME", default_value = "account", value_parser = ident)]
    db_name: String,
    /// The user
    #[arg(long, value_name = "NAME", value_parser = ident)]
    db_user: String,
    /// Name of its password in `[secrets]` of the inventory
    #[arg(long = "db-secret", value_name = "NAME", default_value = "account_db_password")]
    pub(crate) secret: String,
    /// The kind of database
    #[arg(long, value_enum, default_value = "mysql")]
    db_kind: Kind,
    /// Directory of the keys on firstbox
    #[arg(long, value_name = "DIR", default_value = "/pitrix/conf/variables/keys")]
    pub(crate) keys_dir: AbsPath,
    /// Also correct files with swapped values
    #[arg(long)]
    pub(crate) overwrite: bool,
}

impl Database {
    /// The secret of `id`, read by firstbox from the global zone's database (X0.9).
    ///
    /// # Errors
    /// Refused unless exactly one row has the id.
    pub(crate) fn ask(
        &self,
        reader: &Reader<'_>,
        table: [&'static str; 3],
        id: &str,
        password: &Secret,
    ) -> Result<String> {
        let [table, id_column, secret_column] = table;
        let port = self.db_port.map(|port| port.to_string()).unwrap_or_default();
        let kind = match self.db_kind {
            Kind::Mysql => "mysql",
            Kind::Postgres => "postgres",
        };
        let values = [
            ("KIND", kind.into()),
            ("SERVER", self.db_host.as_str().into()),
            ("PORT", port.into()),
            ("USERNAME", self.db_user.as_str().into()),
            ("DATABASE", self.db_name.as_str().into()),
            ("TABLE", table.into()),
            ("IDCOLUMN", id_column.into()),
            ("SECRETCOLUMN", secret_column.into()),
            ("ID", id.into()),
        ];
        // The password goes to standard input, never into an argument (XX.1).
        let action = Action::probe(ACCOUNT, values).stdin(password.expose().as_bytes(), true);
        let bytes = reader.capture(&action)?.out.bytes()?;
        let what = format!("table {table} of {} on {}", self.db_name, self.db_host);
        only_row(&String::from_utf8_lossy(&bytes), id)
            .map_err(|fault| fault.detail("asked", what).into())
    }
}

/// The secret of the only row.
fn only_row(text: &str, id: &str) -> Result<String, Fault> {
    let rows: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    match rows[..] {
        [row] => match row.split_once('\t') {
            Some((found, secret)) if found == id && !secret.is_empty() => Ok(secret.to_owned()),
            _ => Err(Fault::refused("the account database returned another id, or no secret")),
        },
        _ => Err(Fault::refused(format!(
            "the account database has {} rows with the id of the node, not one",
            rows.len()
        ))
        .hint("check that this is the database of the global zone (X0.9)")),
    }
}

fn ident(text: &str) -> Result<String, Fault> {
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if text.is_empty() || !plain {
        return Err(Fault::usage(format!("`{text}` is not a name: letters, digits and _")));
    }
    Ok(text.to_owned())
}
