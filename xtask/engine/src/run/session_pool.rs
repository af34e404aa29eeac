//! The sessions of a run: one handle per host, opened on first use.

use std::collections::{BTreeSet, HashMap};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::data::inventory::{Host, Inventory, Session};
use crate::ops::plan::Overlay;
use crate::transport::Transport;
use crate::transport::channel::{Channel, Settings};
use crate::transport::launch::Shell;
use crate::transport::local::{Exec, Local};
use crate::transport::persist;
use crate::transport::ssh::Target;

/// Gives the connection to a host.
pub type Way<'a> = dyn Fn(&Host) -> Box<dyn Transport> + 'a;

/// A host and the connection to it.
#[derive(Debug)]
pub struct HostHandle {
    /// The host of the inventory.
    pub host: Host,
    /// Its session.
    pub channel: Channel,
    /// The knowledge of a dry run about it.
    pub overlay: Mutex<Overlay>,
    /// Its temporary address, when it differs from the inventory.
    pub(super) address: Mutex<Option<String>>,
}

/// All hosts of the inventory.
#[derive(Debug)]
pub struct SessionPool {
    handles: Vec<HostHandle>,
    numbers: HashMap<String, usize>,
}

impl SessionPool {
    /// A handle for each host, none of them open. `rehearse` replaces the connections of the inventory.
    pub fn new(inventory: &Inventory, shell: Shell, rehearse: Option<&Way<'_>>) -> Self {
        let handle = |host: &Host| {
            let transport =
                rehearse.map_or_else(|| transport(host, inventory), |rehearse| rehearse(host));
            HostHandle {
                host: host.clone(),
                channel: Channel::new(transport, shell),
                overlay: Mutex::default(),
                address: Mutex::default(),
            }
        };
        let numbered = inventory.hosts.iter().enumerate();
        let numbers = numbered.map(|(number, host)| (host.name.clone(), number)).collect();
        Self { handles: inventory.hosts.iter().map(handle).collect(), numbers }
    }

    /// The handles in the order of the inventory.
    pub fn handles(&self) -> &[HostHandle] {
        &self.handles
    }

    /// The handles of these hosts, in the order of the inventory.
    pub fn of(&self, names: &[&str]) -> Vec<&HostHandle> {
        let numbers: BTreeSet<usize> =
            names.iter().filter_map(|name| self.numbers.get(*name).copied()).collect();
        numbers.into_iter().map(|number| &self.handles[number]).collect()
    }

    /// Ends all sessions; shared connections are kept for `persist`.
    pub fn close(&self, settings: &Settings, persist: Duration) -> Result<()> {
        let pipes: Vec<_> =
            self.handles.iter().flat_map(|handle| handle.channel.close(settings)).collect();
        if let Some(control) = settings.control.as_ref().filter(|_| !persist.is_zero()) {
            persist::keep(control, &pipes, persist, &settings.private)?;
        }
        drop(pipes);
        let deadline = Instant::now() + Duration::from_secs(2);
        self.handles.iter().for_each(|handle| handle.channel.reap(deadline));
        Ok(())
    }
}

fn transport(host: &Host, inventory: &Inventory) -> Box<dyn Transport> {
    match &host.session {
        Session::Local => Box::new(Local { sudo: host.raised() }),
        Session::Exec(prefix) => Box::new(Exec { prefix: prefix.clone(), sudo: host.raised() }),
        Session::Ssh => Box::new(Target {
            destination: host.target().to_owned(),
            port: host.port,
            user: host.user.clone(),
            config: inventory.ssh.config.clone(),
            sudo: host.raised(),
            moved: None,
        }),
    }
}
