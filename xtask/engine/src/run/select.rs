//! Selects the hosts of a step.

use std::collections::HashSet;

use anyhow::Result;

use super::Options;
use super::context::Context;
use super::hosts::{Host, Hosts};
use crate::data::fault::Fault;
use crate::data::inventory::Inventory;
use crate::data::range::fold;
use crate::ops::ensure::Mode;
use crate::text::hostset;

/// A wrong `--only`, `--exclude` or `--emit` is an error before any host is touched.
pub(super) fn check(inventory: &Inventory, options: &Options) -> Result<()> {
    let expressions = [&options.emit, &options.only, &options.exclude];
    expressions.into_iter().flatten().try_for_each(|hosts| {
        hostset::resolve(inventory, hosts)?;
        Ok(())
    })
}

impl Context {
    /// The hosts of an expression such as `@paas`, without the hosts that `--only` and `--exclude` leave out.
    ///
    /// # Errors
    /// Exit 2 when the expression is wrong or no host is left.
    pub fn hosts(&self, expression: &str) -> Result<Hosts<'_>> {
        let mut names = self.names(expression)?;
        if let Some(only) = self.options.emit.as_ref().or(self.options.only.as_ref()) {
            let only: HashSet<&str> = self.names(only)?.into_iter().collect();
            names.retain(|name| only.contains(name));
        }
        if let Some(exclude) = &self.options.exclude {
            let exclude: HashSet<&str> = self.names(exclude)?.into_iter().collect();
            names.retain(|name| !exclude.contains(name));
        }
        // A script for one host leaves out the other hosts of the step.
        if names.is_empty() && self.mode != Mode::Emit {
            let fault =
                Fault::usage(format!("no host of {expression} is left after --only and --exclude"));
            return Err(fault.hint("see: cargo xtask hosts list").into());
        }
        self.takes_part(&names)?;
        Ok(Hosts::new(self, self.pool.of(&names)))
    }

    /// All hosts of an expression, regardless of `--only` and `--exclude`: for checks of a whole group, such as "runs
    /// nowhere else".
    ///
    /// # Errors
    /// Exit 2 when the expression is wrong.
    pub fn all_hosts(&self, expression: &str) -> Result<Hosts<'_>> {
        Ok(Hosts::new(self, self.pool.of(&self.names(expression)?)))
    }

    pub(super) fn names(&self, expression: &str) -> Result<Vec<&str>> {
        Ok(hostset::resolve(&self.inventory, expression)?
            .into_iter()
            .map(|host| host.name.as_str())
            .collect())
    }

    /// The one host with a role: a host of this name, or the only member of the group.
    ///
    /// # Errors
    /// Exit 2 when there is none, or more than one.
    pub fn one_host(&self, role: &str) -> Result<Host<'_>> {
        let handle = |name: &str| self.pool.of(&[name]).pop();
        if let Some(handle) = handle(role) {
            return Ok(Host::new(self, handle));
        }
        let members: Vec<&str> = self
            .inventory
            .group(role)
            .map(|group| self.inventory.members(group).map(|host| host.name.as_str()).collect())
            .unwrap_or_default();
        match members[..] {
            [name] => {
                Ok(Host::new(self, handle(name).expect("a group has only hosts of the inventory")))
            }
            [] => {
                let fault = Fault::usage(format!("{} has no host `{role}`", self.inventory.path));
                Err(fault
                    .hint(format!("add it: [hosts.{role}], or a group `{role}` with one host"))
                    .into())
            }
            _ => Err(Fault::usage(format!("`{role}` must be one host, but is {}", fold(&members)))
                .into()),
        }
    }

    /// A host by its name.
    pub fn host(&self, name: &str) -> Result<Host<'_>> {
        self.hosts(name)?.only()
    }
}
