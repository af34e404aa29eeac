//! The dumps of both databases.

use engine::prelude::*;

use super::args::Args;

use crate::bk_upgrade::common::dumps::{self, Dump, Dumps, Kind};
use crate::bk_upgrade::common::trees::OLD;

const MYSQL: Snippet = snippet!("bk-upgrade/restore_mysql");
const MONGODB: Snippet = snippet!("bk-upgrade/restore_mongodb");

/// One dump to load, and the proof of it unless it was loaded for this upgrade.
pub(super) struct Load<'a> {
    host: Host<'a>,
    op: Script,
    proof: Option<ProvenBackup<'a>>,
    what: &'static str,
    dump: Dump,
    /// Databases that the dump does not have.
    new: Vec<String>,
    drops: bool,
}

/// The dump of MySQL.
pub(super) fn mysql<'a>(cx: &'a Context, args: &Args, attempt: &str) -> Result<Load<'a>> {
    let (mysql, dir) = (args.mysql(), &args.mysql_dir);
    let host = mysql.host(cx)?;
    let dump = chosen(Kind::MySql, &host, dir, args.mysql_dump.as_deref())?;
    let present = mysql.databases(&host)?;
    let new: Vec<String> =
        present.into_iter().filter(|name| !dump.databases.contains(name)).collect();
    let backup = dumps::mysql(&host, dir, &dump.name)?;
    let drops = if args.drop_new { new.join("\n") } else { String::new() };
    let values = [
        ("FILE", format!("{dir}/{}.sql", dump.name).into()),
        ("ABOUT", format!("{dir}/{}.about", dump.name).into()),
        ("MANIFEST", backup.manifest().as_str().into()),
        ("ATTEMPT", attempt.into()),
        ("NEW", drops.into()),
    ];
    let op =
        Script::new("bk-upgrade/restored-mysql", MYSQL, [mysql.values(), values.to_vec()].concat())
            .called(format!("load {dir}/{}.sql into MySQL", dump.name))
            .outdated("not loaded since this upgrade")
            .within(args.wait.limit())
            .detached(Detached::job("mysql-restore").rerun_when_cut());
    Load::new(host, op, &backup, "MySQL", dump, new, args.drop_new)
}

/// The dump of MongoDB. What 6.2 has made beside its collections stays.
pub(super) fn mongodb<'a>(cx: &'a Context, args: &Args, attempt: &str) -> Result<Load<'a>> {
    let (mongodb, dir) = (args.mongodb(), &args.mongodb_dir);
    let server = mongodb.server(cx)?;
    let dump = chosen(Kind::MongoDb, &server.host, dir, args.mongodb_dump.as_deref())?;
    let present = mongodb.present(&server)?;
    let new: Vec<String> =
        present.into_iter().filter(|name| !dump.databases.contains(name)).collect();
    let backup = dumps::mongodb(&server.host, dir, &dump.name)?;
    let replays = dump.oplog && !args.no_oplog_replay;
    let values = [
        ("FOLDER", format!("{dir}/{}", dump.name).into()),
        ("ATTEMPT", attempt.into()),
        ("OPLOG", if replays { "yes" } else { "no" }.into()),
    ];
    let op = Script::new(
        "bk-upgrade/restored-mongodb",
        MONGODB,
        [server.values(), values.to_vec()].concat(),
    )
    .called(format!("load {dir}/{} into MongoDB", dump.name))
    .outdated("not loaded since this upgrade")
    .within(args.wait.limit())
    .detached(Detached::job("mongodb-restore").rerun_when_cut())
    .stdin(server.input(), true);
    Load::new(server.host, op, &backup, "MongoDB", dump, new, false)
}

/// The named dump, else the newest sealed one of 6.1: a later one can be of upgraded databases (X4.10).
fn chosen(kind: Kind, host: &Host<'_>, dir: &AbsPath, named: Option<&str>) -> Result<Dump> {
    let (thing, step) = match kind {
        Kind::MySql => ("MySQL", "mysql-backup"),
        Kind::MongoDb => ("MongoDB", "mongodb-backup"),
    };
    let dumps = Dumps::read(kind, host, dir)?;
    let is_old = |dump: &&Dump| {
        let rest = dump.release.strip_prefix(OLD);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let found = match named {
        Some(name) => dumps.named(name.trim_end_matches(".sql")),
        None => dumps.whole.iter().filter(|dump| dump.sealed).find(is_old),
    };
    found.cloned().ok_or_else(|| {
        let all = dumps.whole.iter().map(|dump| {
            let sealed = if dump.sealed { "" } else { ", without a manifest" };
            format!("{}: release {}{sealed}", dump.name, dump.release)
        });
        let all: Vec<String> = all.collect();
        let which =
            named.map_or_else(|| "proved dump of 6.1".to_owned(), |name| format!("dump {name}"));
        Fault::refused(format!("there is no {which} of {thing} in {dir} on {}", host.name()))
            .detail("found", if all.is_empty() { "none".to_owned() } else { all.join("\n") })
            .hint(format!("it is made before the upgrade: cargo xtask bk-upgrade {step}"))
            .into()
    })
}

impl<'a> Load<'a> {
    fn new(
        host: Host<'a>,
        op: Script,
        backup: &Backup,
        what: &'static str,
        dump: Dump,
        new: Vec<String>,
        drops: bool,
    ) -> Result<Self> {
        let kept =
            host.look("look for an earlier load", |reader| Ok(op.probe(reader)? == State::Kept))?;
        let proof = if kept { None } else { Some(host.proven(backup, &Demand::default())?) };
        Ok(Self { host, op, proof, what, dump, new, drops })
    }

    pub(super) const fn is_kept(&self) -> bool {
        self.proof.is_none()
    }

    /// What is lost, and what stays.
    pub(super) fn tell(&self, cx: &Context) {
        let (what, since, count) = (self.what, &self.dump.begun.1, self.dump.databases.len());
        cx.note(&format!(
            "{what}: {count} databases become those of {since}; what was written to them since is lost"
        ));
        if !self.new.is_empty() {
            let names = self.new.join(", ");
            let end = if self.drops { "are dropped for good" } else { "stay" };
            cx.note(&format!("{what}: not in the dump, and {end}: {names}"));
        }
    }

    pub(super) fn words(&self) -> String {
        format!("loads the dump {} into {}", self.dump.name, self.what)
    }

    pub(super) fn load(&self) -> Result<()> {
        match &self.proof {
            Some(proof) => self.host.destroy(&self.op, proof).map(drop),
            None => self.host.ensure(&self.op).map(drop),
        }
    }
}
