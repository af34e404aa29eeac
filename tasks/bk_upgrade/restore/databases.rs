//! The dumps of both databases.

use engine::prelude::*;

use super::args::Args;

use crate::bk_upgrade::common::dumps::{self, Dump, Dumps, Kind};
use crate::bk_upgrade::common::trees::OLD;

const MYSQL: Snippet = snippet!("bk-upgrade/restore_mysql");
const DROP: Snippet = snippet!("bk-upgrade/restore_mysql_drop");
const MONGODB: Snippet = snippet!("bk-upgrade/restore_mongodb");
/// The release in the description of a dump that `restore` makes: no later step takes it for one of 6.1.
const BEFORE: &str = "before-restore";

/// The upgrade that is taken back.
pub(super) struct Attempt {
    /// The same for each restore of one upgrade.
    pub(super) name: String,
    /// Its moment, or that of this run: a part of the name of a file.
    pub(super) key: String,
}

impl Attempt {
    /// The name of the dump of the present databases.
    fn before(&self) -> String {
        format!("{BEFORE}.{}", self.key)
    }
}

/// One dump to load, and the proof of it unless it was loaded for this upgrade.
pub(super) struct Load<'a> {
    host: Host<'a>,
    op: Script,
    proof: Option<ProvenBackup<'a>>,
    what: &'static str,
    dump: Dump,
    /// Databases that the dump does not have.
    new: Vec<String>,
    /// The present databases are kept aside by these, in this order.
    keep: Vec<Box<dyn Op>>,
    /// Drops the new ones.
    drops: Option<Shell>,
}

/// The dump of MySQL.
pub(super) fn mysql<'a>(cx: &'a Context, args: &Args, attempt: &Attempt) -> Result<Load<'a>> {
    let (mysql, dir) = (args.mysql(), &args.mysql_dir);
    let host = mysql.host(cx)?;
    let dump = chosen(Kind::MySql, &host, dir, args.mysql_dump.as_deref())?;
    let present = mysql.databases(&host)?;
    let backup = dumps::mysql(&host, dir, &dump.name)?;
    let values = [
        mysql.credentials(),
        ("FILE", format!("{dir}/{}.sql", dump.name).into()),
        ("ABOUT", format!("{dir}/{}.about", dump.name).into()),
        ("MANIFEST", backup.manifest().as_str().into()),
        ("ATTEMPT", attempt.name.as_str().into()),
    ];
    let op = Script::new("bk-upgrade/restored-mysql", MYSQL, values)
        .called(format!("load {dir}/{}.sql into MySQL", dump.name))
        .outdated("not loaded since this upgrade")
        .within(args.wait.limit())
        .detached(Detached::job("mysql-restore").rerun_when_cut());
    let mut load = Load::new(host, op, &backup, "MySQL", dump, &present)?;
    if args.drop_new && !load.new.is_empty() {
        let values = [mysql.credentials(), ("NEW", load.new.join("\n").into())];
        let what = format!("drop the databases {}", load.new.join(", "));
        load.drops = Some(Shell::new(DROP, values).called(what));
    }
    if load.proof.is_some() && !args.no_dump {
        host.ensure(&mysql.ready())?;
        host.ensure(&mysql.room())?;
        let dump = mysql.dump(&attempt.before(), BEFORE, args.wait.limit());
        load.keep = vec![Box::new(mysql.script_file()?), Box::new(dump)];
    }
    Ok(load)
}

/// The dump of MongoDB. What 6.2 has made beside its collections stays.
pub(super) fn mongodb<'a>(cx: &'a Context, args: &Args, attempt: &Attempt) -> Result<Load<'a>> {
    let dir = &args.mongodb_dir;
    let server = args.mongodb(false).server(cx)?;
    let dump = chosen(Kind::MongoDb, &server.host, dir, args.mongodb_dump.as_deref())?;
    let mongodb = args.mongodb(!dump.oplog);
    let present = mongodb.present(&server)?;
    let backup = dumps::mongodb(&server.host, dir, &dump.name)?;
    let replays = dump.oplog && !args.no_oplog_replay;
    let values = [
        ("FOLDER", format!("{dir}/{}", dump.name).into()),
        ("ATTEMPT", attempt.name.as_str().into()),
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
    let mut load = Load::new(server.host, op, &backup, "MongoDB", dump, &present)?;
    if load.proof.is_some() && !args.no_dump {
        mongodb.databases(&server)?;
        let dump = mongodb.dump(&server, &attempt.before(), BEFORE, args.wait.limit());
        load.keep = vec![Box::new(dump)];
    }
    Ok(load)
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
        present: &[String],
    ) -> Result<Self> {
        let kept =
            host.look("look for an earlier load", |reader| Ok(op.probe(reader)? == State::Kept))?;
        let proof = if kept { None } else { Some(host.proven(backup, &Demand::default())?) };
        let new = present.iter().filter(|name| !dump.databases.contains(name)).cloned().collect();
        Ok(Self { host, op, proof, what, dump, new, keep: Vec::new(), drops: None })
    }

    pub(super) const fn is_kept(&self) -> bool {
        self.proof.is_none() && self.drops.is_none()
    }

    /// What is lost, and what stays.
    pub(super) fn tell(&self, cx: &Context) {
        let (what, since, count) = (self.what, &self.dump.begun.1, self.dump.databases.len());
        if self.proof.is_some() {
            cx.note(&format!(
                "{what}: {count} databases become those of {since}, release {}; what was written to them since is lost",
                self.dump.release
            ));
            let before = match self.keep.last() {
                Some(keep) => format!("before that: {}; --no-dump leaves it out", keep.describe()),
                None => "no dump of the present databases is made before that".to_owned(),
            };
            cx.note(&format!("{what}: {before}"));
        }
        if !self.new.is_empty() {
            let names = self.new.join(", ");
            let end = if self.drops.is_some() { "are dropped for good" } else { "stay" };
            cx.note(&format!("{what}: not in the dump, and {end}: {names}"));
        }
    }

    pub(super) fn words(&self) -> String {
        let load = format!("loads the dump {} into {}", self.dump.name, self.what);
        match &self.drops {
            Some(drops) if self.proof.is_none() => drops.describe(),
            Some(drops) => format!("{load}; {}", drops.describe()),
            None => load,
        }
    }

    pub(super) fn load(&self) -> Result<()> {
        match &self.proof {
            Some(proof) => {
                self.keep.iter().try_for_each(|op| self.host.ensure(&**op).map(drop))?;
                self.host.destroy(&self.op, proof)?;
            }
            None => drop(self.host.ensure(&self.op)?),
        }
        self.drops.iter().try_for_each(|op| self.host.ensure(op).map(drop))
    }
}
