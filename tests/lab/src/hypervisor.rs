//! In place of KVM: boots the VMs that virsh of the physical hosts calls running, as hosts of the lab with own disks.
//!
//! An image on a physical host names a disk, wherever it is moved: a VM that is started boots the disk that its image
//! names at that moment. An image that nobody has booted yet gets a new disk, with a machine id and host keys of its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use xshell::Shell;

use crate::disk::Image;
use crate::host::Host;
use crate::lab::Lab;
use crate::shell;

/// A thread that keeps VMs equal to the state in virsh.
#[derive(Debug)]
pub struct Hypervisor {
    stop: Arc<AtomicBool>,
    wrong: Arc<Mutex<Vec<String>>>,
    thread: Option<JoinHandle<()>>,
}

impl Hypervisor {
    /// Starts the thread. No VM may run yet: it would be taken for one of these.
    pub fn start(lab: &Lab, physical: &[&str], guests: &[&str]) -> Result<Self> {
        let hosts = |names: &[&str]| -> Result<Vec<Host>> {
            names.iter().map(|name| lab.host(name).cloned()).collect()
        };
        let (stop, wrong) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let mut machine = Machine {
            physical: hosts(physical)?.into_iter().map(|host| (host, None)).collect(),
            guests: hosts(guests)?,
            powered: BTreeMap::new(),
            image: lab.image()?,
            lab: lab.clone(),
            sh: shell()?,
        };
        let (asked, said) = (Arc::clone(&stop), Arc::clone(&wrong));
        let thread = thread::spawn(move || {
            while !asked.load(Ordering::Relaxed) {
                if let Err(error) = machine.turn() {
                    let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
                    said.push(format!("{error:#}"));
                }
                thread::sleep(Duration::from_millis(100));
            }
        });
        Ok(Self { stop, wrong, thread: Some(thread) })
    }

    /// Ends the watching, not the VMs. An event that no hypervisor permits is an error.
    pub fn stop(mut self) -> Result<()> {
        self.join()?;
        self.check()
    }

    /// Fails when something happened that no hypervisor would have let happen.
    pub fn check(&self) -> Result<()> {
        let wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(first) = wrong.first() {
            bail!("{} faults of the VMs, first: {first}", wrong.len());
        }
        Ok(())
    }

    fn join(&mut self) -> Result<()> {
        self.stop.store(true, Ordering::Relaxed);
        match self.thread.take().map(JoinHandle::join) {
            Some(Err(_)) => bail!("the hypervisor panicked"),
            _ => Ok(()),
        }
    }
}

impl Drop for Hypervisor {
    /// The next user finds hosts that nobody switches on again.
    fn drop(&mut self) {
        drop(self.join());
    }
}

struct Machine {
    /// Each with its first process, while it is up.
    physical: Vec<(Host, Option<i32>)>,
    guests: Vec<Host>,
    /// By VM: the physical host, and the disk it was booted from.
    powered: BTreeMap<String, (String, String)>,
    image: PathBuf,
    lab: Lab,
    sh: Shell,
}

impl Machine {
    fn turn(&mut self) -> Result<()> {
        self.look_at_physical()?;
        for guest in self.guests.clone() {
            self.turn_of(&guest).with_context(|| format!("VM {}", guest.name))?;
        }
        Ok(())
    }

    /// VMs go with their physical host, and come back with it when they start with it.
    fn look_at_physical(&mut self) -> Result<()> {
        for (host, leader) in &mut self.physical {
            let alive = leader.is_some_and(|pid| PathBuf::from(format!("/proc/{pid}/ns")).exists());
            let found = if alive { *leader } else { host.leader() };
            if leader.is_some() && !alive {
                for guest in &self.guests {
                    if self.powered.get(&guest.name).is_some_and(|(on, _)| *on == host.name) {
                        guest.kill()?;
                        self.powered.remove(&guest.name);
                    }
                    let domain = domain(&self.lab, &host.name, &guest.name);
                    if domain.is_dir() {
                        let with_host = fs::read_to_string(domain.join("autostart"));
                        let again = with_host.is_ok_and(|text| text.trim() == "enable");
                        let state = if again { "running" } else { "shut off" };
                        set_state(&domain.join("state"), state)?;
                    }
                }
            }
            *leader = found;
        }
        Ok(())
    }

    fn turn_of(&mut self, guest: &Host) -> Result<()> {
        let mut running = Vec::new();
        for (host, leader) in &self.physical {
            let state = domain(&self.lab, &host.name, &guest.name).join("state");
            let state = fs::read_to_string(state);
            if state.as_ref().is_ok_and(String::is_empty) {
                // virsh is about to write it: the next turn sees the value.
                return Ok(());
            }
            let state = state.unwrap_or_default();
            if let (Some(leader), "running" | "in shutdown") = (leader, state.trim()) {
                running.push((host.name.clone(), *leader, state.trim() == "running"));
            }
        }
        if running.len() > 1 {
            bail!("runs twice: the old one and the new one would both write");
        }
        let Some((host, leader, stay)) = running.pop() else {
            if self.powered.remove(&guest.name).is_some() {
                guest.kill()?;
            }
            return Ok(());
        };
        let state = domain(&self.lab, &host, &guest.name).join("state");
        let file = format!("/proc/{leader}/root/pitrix/kernels/{}.img", guest.name);
        let image = fs::read(&file).ok().map(|bytes| Image::parse(&bytes)).transpose()?;
        match (self.powered.get(&guest.name).cloned(), image) {
            // Its image was moved while it runs: it has it open.
            (Some((on, _)), None) if on == host => self.keep(guest, &state, stay),
            (Some((on, disk)), Some(image)) if on == host && disk == image.id => {
                self.keep(guest, &state, stay)
            }
            (_, Some(image)) => {
                guest.kill()?;
                image.insert(&self.sh, &self.lab, guest)?;
                guest.boot(&self.sh, &self.image, &self.lab.network)?;
                self.powered.insert(guest.name.clone(), (host, image.id));
                Ok(())
            }
            // `virsh start` would have said so.
            (_, None) => set_state(&state, "shut off"),
        }
    }

    /// A VM that went by itself is off.
    fn keep(&mut self, guest: &Host, state: &Path, stay: bool) -> Result<()> {
        if guest.is_off() {
            self.powered.remove(&guest.name);
            return set_state(state, "shut off");
        }
        if !stay && guest.is_up() {
            guest.exec(&self.sh, "systemctl --no-block poweroff")?;
        }
        Ok(())
    }
}

/// At once: virsh, which may look meanwhile, takes a VM with an empty state for none.
fn set_state(file: &Path, state: &str) -> Result<()> {
    let new = file.with_extension("new");
    fs::write(&new, format!("{state}\n"))?;
    Ok(fs::rename(new, file)?)
}

/// Where the stand-in for virsh keeps a VM.
fn domain(lab: &Lab, host: &str, guest: &str) -> PathBuf {
    lab.dir.join("shared/virsh").join(host).join(guest)
}
