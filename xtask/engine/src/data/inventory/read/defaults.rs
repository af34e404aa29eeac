//! `[ssh]` and `[vars]`: what holds for a host that says nothing else.

use camino::Utf8PathBuf;

use super::given::{Given, Vars, join_vars};
use super::reader::{Reader, Root};
use crate::data::inventory::ssh::Ssh;

/// The keys of `[ssh]`.
pub(super) const SSH_KEYS: [&str; 7] =
    ["user", "port", "config", "become", "become_user", "identity", "connect_timeout"];

/// The defaults of all files.
#[derive(Default)]
pub(super) struct Defaults {
    pub(super) ssh: GivenSsh,
    pub(super) vars: Vars,
}

/// `[ssh]`, each value with its place.
#[derive(Default)]
pub(super) struct GivenSsh {
    pub(super) user: Option<Given<String>>,
    pub(super) port: Option<Given<u16>>,
    pub(super) config: Option<Given<Utf8PathBuf>>,
    pub(super) sudo: Option<Given<bool>>,
    pub(super) become_user: Option<Given<String>>,
    pub(super) identity: Option<Given<bool>>,
    pub(super) connect_timeout: Option<Given<u16>>,
}

/// Reads them.
pub(super) fn read(reader: &mut Reader<'_>, roots: &[Root<'_>]) -> Defaults {
    let mut defaults = Defaults::default();
    for root in roots {
        reader.enter(root.file);
        ssh(reader, root, &mut defaults.ssh);
        let vars = reader.vars(root.table.get_ref(), "vars");
        join_vars(&mut defaults.vars, vars, "every host", |problem| reader.push(problem));
    }
    defaults
}

fn ssh(reader: &mut Reader<'_>, root: &Root<'_>, into: &mut GivenSsh) {
    let Some(table) = reader.table(root.table.get_ref(), "ssh") else { return };
    reader.keys(table, "[ssh]", &SSH_KEYS);
    let what = |key: &str| format!("`{key}` of [ssh]");
    let user = reader.text(table, "user");
    let user = reader.given(table, "user", user);
    reader.keep(&mut into.user, user, || what("user"));
    let port = reader.number(table, "port", 1..=65535);
    let port = reader.given(table, "port", port);
    reader.keep(&mut into.port, port, || what("port"));
    let config = reader.text(table, "config").map(|path| reader.beside(&path));
    let config = reader.given(table, "config", config);
    reader.keep(&mut into.config, config, || what("config"));
    let sudo = reader.sudo(table);
    let sudo = reader.given(table, "become", sudo);
    reader.keep(&mut into.sudo, sudo, || what("become"));
    let account = reader.account(table, "become_user");
    let account = reader.given(table, "become_user", account);
    reader.keep(&mut into.become_user, account, || what("become_user"));
    let identity = reader.truth(table, "identity");
    let identity = reader.given(table, "identity", identity);
    reader.keep(&mut into.identity, identity, || what("identity"));
    let limit = reader.number(table, "connect_timeout", 1..=3600);
    let limit = reader.given(table, "connect_timeout", limit);
    reader.keep(&mut into.connect_timeout, limit, || what("connect_timeout"));
}

impl GivenSsh {
    /// The values alone.
    pub(super) fn plain(self) -> Ssh {
        fn value<T>(given: Option<Given<T>>) -> Option<T> {
            given.map(|given| given.value)
        }
        Ssh {
            user: value(self.user),
            port: value(self.port),
            config: value(self.config),
            sudo: value(self.sudo).unwrap_or_default(),
            become_user: value(self.become_user),
            identity: value(self.identity),
            connect_timeout: value(self.connect_timeout),
        }
    }
}
