//! Document section 6, number 5.
//!
//! - Hosts: the control machine, all hosts of the installation
//! - Changes: merges the environment files with `bkcli`, then sends the deploy scripts to all hosts
//! - Proof: the merged files have the values of this upgrade and no empty key; every host has the same files as the control machine
//! - Undo: no: restore the copy of `backup-install-dir`, then run this again
//!
//! ```sh
//! ./bkcli install bkenv
//! ./bkcli sync common
//! ```

use engine::prelude::*;

use super::common::bkcli::LATER;
use super::common::env_keys;
use super::common::everywhere::everywhere;
use super::env_agent_v1;
use crate::common::args::WaitTimeout;

const NAMED: Snippet = snippet!("bk-upgrade/sync_common_named");
const BKENV: Snippet = snippet!("bk-upgrade/sync_common_bkenv");
const LIST: Snippet = snippet!("bk-upgrade/sync_common_list");
const SAME: Snippet = snippet!("bk-upgrade/sync_common_same");
const SEND: Snippet = snippet!("bk-upgrade/sync_common_send");

/// Refuses first when a key of this upgrade is not set, or not named in bin/default: such a key would
/// not reach the merged files, without an error (X4.27). Merges again when a source has changed. A
/// key that stays empty fails the step. Then every host is compared with the control machine, file by
/// file: the end of `bkcli sync` says nothing. Hidden files are left out, as `bkcli` leaves them.
///
/// Examples:
///   cargo xtask bk-upgrade sync-common -n
///   cargo xtask bk-upgrade sync-common
///   cargo xtask bk-upgrade sync-common --may-be-empty BK_HTTP_PROXY
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    // Every call of `bkcli` begins there (X4.29).
    /// Directory of the deploy scripts, on all hosts
    #[arg(long, value_name = "DIR", default_value = "/data/install")]
    install_dir: AbsPath,
    /// The hosts, a host set [default: all hosts with a module]
    #[arg(long, value_name = "HOSTSET")]
    hosts: Option<String>,
    /// Keys of merged files that this site does not need
    #[arg(long, value_name = "KEY,KEY", value_delimiter = ',')]
    may_be_empty: Vec<String>,
    /// Keys of this upgrade that the package does not name: they do not reach the merged files
    #[arg(long, value_name = "KEY,KEY", value_delimiter = ',')]
    not_merged: Vec<String>,
    #[command(flatten)]
    wait: WaitTimeout<1800>,
}

/// Checks, merges, sends.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let control = cx.one_host("control")?;
    let hosts = everywhere(cx, args.hosts.as_deref())?;
    // `bkcli` sends to those that it reaches, and ends well anyway.
    hosts.look_each(|host| {
        let dir = args.install_dir.as_str();
        host.look("reach the host", |reader| reader.read(dir.into())).map(drop)
    })?;
    let merged = |entry: &String| {
        let key = entry.rsplit(':').next().unwrap_or_default();
        !args.not_merged.iter().any(|other| other == key)
    };
    let keys = Value::list(keys().filter(merged));
    let dir = || Value::from(args.install_dir.to_string());
    let named = Assert::new(
        NAMED,
        [("INSTALL_DIR", dir()), ("KEYS", keys.clone())],
        "keys of this upgrade would not reach the merged files",
    );
    let named = named.hint("run the named steps, then this one again");
    control.ensure(&named.hint("a key that the new package does not know: --not-merged KEY"))?;
    let values = [
        ("INSTALL_DIR", dir()),
        ("KEYS", keys),
        ("MAY_BE_EMPTY", Value::list(args.may_be_empty.iter().cloned())),
    ];
    let merged = Script::new("bkenv", BKENV, values)
        .called("merge the environment files with bkcli")
        .outdated("not merged from the present files")
        .after_changes(LATER)
        .within(args.wait.limit());
    control.ensure(&merged)?;
    control.ensure(&Sent::to(&hosts, &args.install_dir, args.wait.limit())).map(drop)
}

/// The keys that the steps before this one set below `bin/03-userdef`: `STEP:MODULE:KEY`.
fn keys() -> impl Iterator<Item = String> {
    let steps = [
        ("env-gse", &env_keys::GSE),
        ("env-job", &env_keys::JOB),
        ("env-job-domain", &env_keys::JOB_DOMAIN),
        ("env-monitor-log", &env_keys::MONITOR_LOG),
    ];
    let members = steps.into_iter().flat_map(|(step, member)| {
        member.keys.iter().filter_map(move |key| {
            let module = key.file.strip_prefix("bin/03-userdef/")?.strip_suffix(".env")?;
            Some((step, module, key.key))
        })
    });
    let all = members.chain(env_agent_v1::keys());
    all.map(|(step, module, key)| format!("{step}:{module}:{key}"))
}

/// The deploy scripts are the same on all hosts.
pub(super) struct Sent<'a> {
    hosts: &'a Hosts<'a>,
    install_dir: &'a AbsPath,
    limit: Duration,
    job: Detached,
}

impl<'a> Sent<'a> {
    /// Sends them to these hosts.
    pub(super) fn to(hosts: &'a Hosts<'a>, install_dir: &'a AbsPath, limit: Duration) -> Self {
        let job = Detached::job("bkcli-sync-common").rerun_when_cut();
        Self { hosts, install_dir, limit, job }
    }

    fn values(&self) -> [(&'static str, Value); 1] {
        [("INSTALL_DIR", self.install_dir.to_string().into())]
    }

    /// The hosts with other files than the control machine, a line each.
    fn different(&self, control: &Reader<'_>) -> Result<Vec<String>> {
        let list = control.ask(LIST, self.values())? + "\n";
        let action = Action::probe(SAME, self.values()).stdin(list.as_bytes(), false);
        let found = self.hosts.gather(|host| {
            host.look("compare the deploy scripts", |reader| reader.answer(&action))
        })?;
        let other = found.into_iter().filter(|(_, (same, _))| !same);
        let line = |(host, (_, said)): (&str, (bool, String))| {
            format!("{host}: {}", said.trim_end().replace('\n', ", "))
        };
        Ok(other.map(line).collect())
    }
}

impl Op for Sent<'_> {
    fn describe(&self) -> String {
        "send the deploy scripts to all hosts with bkcli".to_owned()
    }

    fn probe(&self, control: &Reader<'_>) -> Result<State> {
        if control.pending().is_some() {
            return Ok(State::Unknown(LATER.to_owned()));
        }
        let lines = self.different(control)?;
        Ok(if lines.is_empty() { State::Kept } else { State::needed(lines.join("\n")) })
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        let action = Action::change(SEND, self.values()).within(self.limit);
        Ok(vec![Action { detached: Some(self.job.clone()), ..action }])
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(None)
    }

    fn detached(&self) -> Option<&Detached> {
        Some(&self.job)
    }
}
