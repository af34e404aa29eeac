//! The Redis cluster of the new GSE, section 7.8-1.

use engine::prelude::*;

use super::super::model::{Effect, Module, Stage, Work};
use super::super::stages::{CHECK, UPDATE};
use crate::bk_upgrade::common::bkcli::LATER;
use crate::bk_upgrade::common::site::Site;

const CLUSTER_INFO: Snippet = snippet!("bk-upgrade/redis_cluster_info");

/// BK-45. The tools create the cluster only once: a second `cluster create` fails.
///
/// - Hosts: the hosts of the module, the control machine
/// - Changes: `bkcli` installs the module and creates the cluster
/// - Proof: `bkcli status` reports no fault; each node says `cluster_state:ok` and has all 16384 slots assigned
/// - Undo: no: stop the services of the module, which is new in 6.2
///
/// ```sh
/// ./bkcli install redis_cluster
/// ./bkcli status redis_cluster
/// ```
pub(crate) const REDIS_CLUSTER: Module = Module {
    serves: "the Redis cluster of GSE",
    about: "Installs the Redis cluster that GSE 2.0 needs. The step `check` also asks each node for the state\n\
            of the cluster. Port and password are BK_GSE_REDIS_PORT and BK_REDIS_CLUSTER_ADMIN_PASSWORD of the site.",
    verbs: &["install"],
    stages: &[UPDATE, CHECK, CLUSTER],
    ..Module::new("redis-cluster", "redis_cluster")
};

const CLUSTER: Stage = Stage {
    name: "cluster",
    help: "Wait until each node says that the cluster is whole",
    asks: "",
    effect: Effect::Reads,
    on_old: false,
    does: cluster,
};

fn cluster(work: &Work<'_>) -> Result<()> {
    let site = Site::read(work.cx, &work.args.install_dir)?;
    let whole = Whole {
        cx: work.cx,
        port: site.get("BK_GSE_REDIS_PORT")?.to_owned(),
        login: login(site.secret("BK_REDIS_CLUSTER_ADMIN_PASSWORD")?),
        poll: work.args.wait.poll(),
    };
    work.hosts.ending().each(|host| host.ensure(&whole).map(drop))
}

/// The node of a host sees a cluster that serves all keys.
struct Whole<'a> {
    cx: &'a Context,
    port: String,
    login: String,
    poll: Poll,
}

/// The commands for `redis-cli`: it reads them from its standard input, so that no list of processes has the password.
fn login(password: &str) -> String {
    let quoted = password.replace('\\', "\\\\").replace('"', "\\\"");
    format!("AUTH \"{quoted}\"\nCLUSTER INFO\n")
}

impl Op for Whole<'_> {
    fn describe(&self) -> String {
        "wait until the Redis cluster is whole".to_owned()
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        if self.cx.is_pending() {
            return Ok(State::Unknown(LATER.to_owned()));
        }
        let ask = Action::probe(CLUSTER_INFO, [("PORT", Value::from(self.port.as_str()))]);
        Ok(match host.answer(&ask.stdin(self.login.as_bytes(), true))? {
            (true, _) => State::Kept,
            (false, said) => State::needed(said),
        })
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        Ok(Vec::new())
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(Some(Vec::new()))
    }

    fn poll(&self) -> Poll {
        self.poll
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_one_word_for_redis_cli() {
        assert_eq!(login("a \"b\\"), "AUTH \"a \\\"b\\\\\"\nCLUSTER INFO\n");
    }
}
