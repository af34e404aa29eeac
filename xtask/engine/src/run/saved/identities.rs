//! The identities of the hosts of a plan.

use std::collections::BTreeMap;

use anyhow::Result;

use super::{Follow, Saved};
use crate::data::fault::{Fault, Kind};
use crate::data::identity::Identity;
use crate::run::context::Context;
use crate::run::fanout;
use crate::run::session_pool::HostHandle;

impl Context {
    /// Asks the hosts who they are. A host that has nothing to show is left out.
    ///
    /// # Errors
    /// The first one of a host that cannot be asked.
    pub(super) fn identities(&self, names: &[&str]) -> Result<BTreeMap<String, Identity>> {
        let mut found = BTreeMap::new();
        for (host, answer) in self.asked(names) {
            found.extend(answer?.map(|identity| (host.to_owned(), identity)));
        }
        Ok(found)
    }

    fn asked<'a>(&'a self, names: &[&str]) -> Vec<(&'a str, Result<Option<Identity>>)> {
        let handles: Vec<&HostHandle> = self.pool.of(names);
        let handles: Vec<_> = handles.into_iter().filter(|it| self.proves_itself(it)).collect();
        let mut found = Vec::new();
        let go_on = || self.settings.interrupt.asked().is_none();
        let ask = |handle: &&'a HostHandle| {
            let identity = handle.channel.admit(None, &self.settings)?.identity;
            Ok(Some(identity).filter(|identity| !identity.is_empty()))
        };
        fanout::each(&handles, usize::from(self.options.fanout), go_on, ask, |handle, answer| {
            let stopped = || Err(Fault::new(Kind::Interrupted, "not asked").into());
            found.push((handle.host.name.as_str(), answer.unwrap_or_else(stopped)));
        });
        found
    }

    /// Before the run of a plan: a host that is another machine than the planned one counts as refused, one that cannot be
    /// asked as unreachable. The others go on.
    ///
    /// # Errors
    /// Exit 2 when `--only` or `--exclude` is wrong.
    pub fn know_planned_hosts(&self) -> Result<()> {
        let Saved::Following(follow) = &self.saved else { return Ok(()) };
        let named = |hosts: Option<&String>| hosts.map(|it| self.names(it)).transpose();
        let only = named(self.options.only.as_ref())?;
        let exclude = named(self.options.exclude.as_ref())?.unwrap_or_default();
        let planned = follow.plan().hosts.iter().map(|host| host.host.as_str());
        let chosen = |host: &&str| {
            only.as_ref().is_none_or(|only| only.contains(host)) && !exclude.contains(host)
        };
        let hosts: Vec<&str> = planned.filter(chosen).collect();
        for (host, error) in self.strangers(follow, &hosts) {
            self.failed(host, "", &error.into());
        }
        Ok(())
    }

    /// Asks these hosts once; gives those that are not the planned ones.
    pub(super) fn strangers<'a>(
        &'a self,
        follow: &Follow,
        hosts: &[&str],
    ) -> Vec<(&'a str, Fault)> {
        let planned = |host: &str| follow.plan().host(host).and_then(|it| it.identity.as_ref());
        hosts.iter().for_each(|host| follow.knows(host, None));
        let known: Vec<&str> =
            hosts.iter().copied().filter(|host| planned(host).is_some()).collect();
        let mut strangers = Vec::new();
        for (host, answer) in self.asked(&known) {
            let fault = match (planned(host), answer) {
                (Some(planned), Ok(found)) if found.as_ref() != Some(planned) => {
                    another(planned, &found.unwrap_or_default(), follow.remedy())
                }
                (_, Ok(_)) => continue,
                (_, Err(error)) => {
                    error.downcast().unwrap_or_else(|error| Fault::failed(format!("{error:#}")))
                }
            };
            follow.knows(host, Some(fault.clone()));
            strangers.push((host, fault));
        }
        strangers
    }
}

fn another(planned: &Identity, found: &Identity, remedy: &str) -> Fault {
    Fault::refused("this is not the machine of the plan")
        .detail("planned", planned.to_string())
        .detail("found", found.to_string())
        .hint(remedy)
}
