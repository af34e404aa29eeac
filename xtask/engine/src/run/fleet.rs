//! The sessions of a run: one station per host, opened when it is first needed.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::carry::channel::{Channel, Settings};
use crate::carry::keep;
use crate::carry::launch::Shell;
use crate::carry::local::{Exec, Local};
use crate::carry::ssh::Target;
use crate::carry::transport::Transport;
use crate::data::inventory::{Host, Inventory, Session};
use crate::ops::plan::Overlay;

/// Gives the way to a host.
pub type Way<'a> = dyn Fn(&Host) -> Box<dyn Transport> + 'a;

/// A host and the way to it.
#[derive(Debug)]
pub struct Station {
    /// The host as the inventory has it.
    pub host: Host,
    /// Its session.
    pub channel: Channel,
    /// What a dry run knows about it.
    pub overlay: Mutex<Overlay>,
    /// Where it is for the time being, when that is not where the inventory has it.
    pub(super) address: Mutex<Option<String>>,
}

/// All hosts of the inventory.
#[derive(Debug)]
pub struct Fleet {
    stations: Vec<Station>,
}

impl Fleet {
    /// A station for each host, none of them open. `rehearse` gives another way to a host than
    /// the inventory's.
    pub fn new(inventory: &Inventory, shell: Shell, rehearse: Option<&Way<'_>>) -> Self {
        let station = |host: &Host| {
            let transport =
                rehearse.map_or_else(|| transport(host, inventory), |rehearse| rehearse(host));
            Station {
                host: host.clone(),
                channel: Channel::new(transport, shell),
                overlay: Mutex::default(),
                address: Mutex::default(),
            }
        };
        Self { stations: inventory.hosts.iter().map(station).collect() }
    }

    /// The stations in the order of the inventory.
    pub fn stations(&self) -> &[Station] {
        &self.stations
    }

    /// The stations of these hosts, in the order of the inventory.
    pub fn of(&self, names: &[&str]) -> Vec<&Station> {
        let names: BTreeSet<&str> = names.iter().copied().collect();
        self.stations.iter().filter(|station| names.contains(station.host.name.as_str())).collect()
    }

    /// Ends all sessions; shared connections are kept for `persist`.
    pub fn close(&self, settings: &Settings, persist: Duration) -> Result<()> {
        let pipes: Vec<_> =
            self.stations.iter().flat_map(|station| station.channel.close(settings)).collect();
        if let Some(control) = settings.control.as_ref().filter(|_| !persist.is_zero()) {
            keep::keep(control, &pipes, persist, &settings.private)?;
        }
        drop(pipes);
        let deadline = Instant::now() + Duration::from_secs(2);
        self.stations.iter().for_each(|station| station.channel.reap(deadline));
        Ok(())
    }
}

fn transport(host: &Host, inventory: &Inventory) -> Box<dyn Transport> {
    match &host.session {
        Session::Local => Box::new(Local { sudo: host.sudo }),
        Session::Exec(prefix) => Box::new(Exec { prefix: prefix.clone(), sudo: host.sudo }),
        Session::Ssh => Box::new(Target {
            destination: host.target().to_owned(),
            port: host.port,
            user: host.user.clone(),
            config: inventory.ssh.config.clone(),
            sudo: host.sudo,
            moved: None,
        }),
    }
}
