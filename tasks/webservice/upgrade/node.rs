//! The stages of the upgrade for each node.

use engine::prelude::*;

use super::parse_args::{parse_args, word};
use super::stage::Stage;
use super::{SETTINGS, Upgrade, config};
use crate::webservice::common::progress::{Progress, Sight, Standing};
use crate::webservice::{
    backup_vm_image, check_console, check_services, deploy, install_node, keepalived_vip,
    nginx_conf, purge_known_hosts, relaunch_vm, restore_mgmt_ip, restore_node_files, shutdown_vm,
    stop_services,
};

impl Standing {
    /// The stages that the node still needs: only a running old VM is stopped, and a node that returns to its
    /// own address is not launched again.
    pub(super) fn stages_ahead(&self) -> impl Fn(&Stage) -> bool + use<> {
        let first = match self.progress {
            Progress::Old if self.serves => Stage::ReleaseVip,
            Progress::Old => Stage::ShutdownVm,
            Progress::Launched => Stage::RelaunchVm,
            Progress::Returning => Stage::RestoreMgmtIp,
            Progress::Back | Progress::Finished => Stage::CheckNode,
        };
        move |stage| *stage >= first
    }
}

impl Upgrade<'_> {
    /// A node's turn; its confirmation covers all stages.
    pub(super) fn turn(&self, node: &Standing, stages: &[Stage]) -> Result<()> {
        let name = &node.node;
        self.cx.preconfirmed(|| {
            stages.iter().try_for_each(|stage| {
                self.part(&format!("{name}/{}", stage.name()), || self.of_node(*stage, node))
            })
        })
    }

    /// No other node is in progress (X0.20). A later stage than the launch is one of the new VM.
    pub(super) fn may_begin(&self, node: &Standing, stages: &[Stage]) -> Result<()> {
        let name = &node.node;
        if node.serves && node.progress != Progress::Old {
            let what = format!("{name} runs on {}, and was launched on {}", node.old, node.new);
            return Err(Fault::refused(what).hint(format!("remove one of the two: cargo xtask webservice rollback-vm --node {name}; or on {}: virsh shutdown {name}", node.old)).into());
        }
        let is_done = |other: &Standing| {
            other.progress == Progress::Finished
                || self.done.borrow().contains(&format!(
                    "{}/{}",
                    other.node,
                    Stage::CheckNode.name()
                ))
        };
        let others = || self.nodes.iter().filter(|other| other.node != *name && !is_done(other));
        let between = |other: &&Standing| other.progress != Progress::Old || !other.serves;
        if let Some(other) = others().find(between) {
            let what = format!(
                "{} is in progress: {name} is next when it is finished (X0.20)",
                other.node
            );
            return Err(Fault::refused(what)
                .hint("leave --only-node out: the upgrade continues with it")
                .into());
        }
        if let Some(other) = others().next().filter(|_| {
            self.holder.as_ref() == Some(name)
                && stages.contains(&Stage::ReleaseVip)
                && self.args.only_node.is_some()
        }) {
            let what =
                format!("{name} holds the floating IP: upgrade {} first (X0.20)", other.node);
            return Err(Fault::refused(what).hint("leave --only-node out").into());
        }
        let after = stages.first().is_some_and(|stage| *stage > Stage::RelaunchVm);
        if node.progress == Progress::Old && after {
            let what =
                format!("{name} was not launched yet: {} needs its new VM", stages[0].name());
            return Err(Fault::refused(what)
                .hint("leave --from out, or start with relaunch-vm")
                .into());
        }
        Ok(())
    }

    fn of_node(&self, stage: Stage, standing: &Standing) -> Result<()> {
        let cx = self.cx;
        let name = &standing.node;
        let node = || vec![word("node", name)];
        let with = |words: &[String]| [&node()[..], words].concat();
        let wait_timeout = || with(&self.config.wait_timeout);
        let stamped = || vec![word("node", name), word("stamp", &self.stamp)];
        match stage {
            Stage::ReleaseVip => self.release_vip(standing),
            Stage::StopServices => stop_services::run(cx, &parse_args(&wait_timeout())?),
            Stage::ShutdownVm => {
                let words = [stamped(), self.config.wait_timeout.clone()].concat();
                shutdown_vm::run(cx, &parse_args(&words)?)
            }
            Stage::BackupVmImage => backup_vm_image::run(cx, &parse_args(&stamped())?),
            Stage::RelaunchVm => relaunch_vm::run(cx, &parse_args(&wait_timeout())?),
            Stage::PurgeKnownHosts => {
                purge_known_hosts::run(cx, &parse_args(&with(&["--accept".to_owned()]))?)
            }
            Stage::InstallNode => install_node::run(cx, &parse_args(&wait_timeout())?),
            Stage::Deploy => deploy::run(cx, &parse_args(&wait_timeout())?),
            Stage::RestoreNodeFiles => restore_node_files::run(cx, &parse_args(&node())?),
            Stage::NginxConf => nginx_conf::run(cx, &parse_args(&node())?),
            // One decision, read from one place (X0.30).
            Stage::KeepalivedVip if config::vip(self.cx)?.is_none() => {
                cx.note("no floating IP, nothing to do (X0.30)");
                Ok(())
            }
            Stage::KeepalivedVip => keepalived_vip::run(cx, &parse_args(&node())?),
            Stage::CheckServices => check_services::run(cx, &parse_args(&wait_timeout())?),
            Stage::CheckConsole => self.console(standing),
            Stage::RestoreMgmtIp => restore_mgmt_ip::run(cx, &parse_args(&wait_timeout())?),
            Stage::CheckNode => self.finished(name),
            _ => Ok(()),
        }
    }

    /// WS-26 at the present address of the node.
    fn console(&self, standing: &Standing) -> Result<()> {
        let now = self.reserved(&standing.node)?.map(|both| both.temporary).or(standing.original);
        let via = now.map(|address| word("via-node", address));
        let words = [&self.config.console[..], &self.config.wait_timeout[..]].concat();
        let words: Vec<String> = words.into_iter().chain(via).collect();
        check_console::run(self.cx, &parse_args(&words)?)
    }

    /// The node is finished: its services run, and the hosts show all marks.
    fn finished(&self, name: &str) -> Result<()> {
        let words = [&[word("node", name)], &self.config.wait_timeout[..]].concat();
        check_services::run(self.cx, &parse_args(&words)?)?;
        if !self.cx.is_real() {
            return Ok(());
        }
        let sight = Sight::of(self.cx, SETTINGS, &format!("{SETTINGS}.{}", self.stamp))?;
        let found = sight.standings()?.into_iter().find(|node| node.node == name);
        match found.map(|node| node.progress) {
            Some(Progress::Finished) => Ok(()),
            found => Err(Fault::failed(format!("{name} is not finished: {found:?}"))
                .hint("see the next stage: cargo xtask webservice upgrade --map")
                .into()),
        }
    }
}
