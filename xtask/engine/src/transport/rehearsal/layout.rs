//! The layout of a host's file tree, and its list of mounts.

use std::path::Path;

use anyhow::{Context, Result};
use camino::Utf8PathBuf;

use super::seed::SHARED;

/// Top-level directories that a host never takes from the machine: it gets new ones.
const OWN: [&str; 10] =
    ["dev", "proc", "sys", "run", "tmp", "root", "home", "mnt", "media", "lost+found"];

/// How the host sees the machine's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Layout {
    /// One overlay over `/`.
    Whole,
    /// One overlay for each of these top-level directories (names without slash), because an overlay
    /// shows nothing of file systems mounted further down.
    Split(Vec<String>),
    /// As `Split`, but in a user namespace: no devices, and marks in `user.*` attributes. `/etc` is
    /// a copy, because files of the machine's root cannot be changed in place there.
    User(Vec<String>),
}

impl Layout {
    /// The layout that fits this user and the mounts of this machine.
    pub(super) fn of_this_machine() -> Result<Self> {
        if !is_machine_root() {
            let dirs = ["usr", "var", "opt", "srv"].map(String::from);
            return Ok(Self::User(dirs.into_iter().filter(|dir| real_dir(dir)).collect()));
        }
        let mounts =
            std::fs::read_to_string("/proc/self/mounts").context("reading /proc/self/mounts")?;
        let tops = top_directories()?;
        let split = mounts
            .lines()
            .filter_map(|line| line.split(' ').nth(1))
            .any(|at| at.strip_prefix('/').is_some_and(|name| tops.iter().any(|top| top == name)));
        Ok(if split { Self::Split(tops) } else { Self::Whole })
    }

    /// Where the marks of an overlay are: `trusted.` needs the machine's root.
    pub(super) fn opaque_mark(&self) -> &'static str {
        match self {
            Self::Whole | Self::Split(_) => "trusted.overlay.opaque",
            Self::User(_) => "user.overlay.opaque",
        }
    }

    /// The top-level directories with an overlay of their own.
    pub(super) fn overlays(&self) -> &[String] {
        match self {
            Self::Whole => &[],
            Self::Split(dirs) | Self::User(dirs) => dirs,
        }
    }

    /// The list of mounts, in the form of fstab(5), relative to the host's directory. The mount
    /// point is not called `root`: `mount -a` skips that name.
    pub(super) fn mounts(&self) -> String {
        let mut list = self.tree();
        list.extend(KERNEL.map(String::from));
        let machines = MACHINES.iter().map(|name| format!("/proc/{name}"));
        list.extend(
            machines
                .filter(|at| Path::new(at).exists())
                .map(|at| format!("tree{at} tree{at} none bind,ro,nosuid,nodev,noexec")),
        );
        match self {
            Self::User(_) => {
                list.extend(DEVICES.map(|at| format!("/dev/{at} tree/dev/{at} none bind")))
            }
            _ => list.push("tmpfs tree/dev tmpfs nosuid,mode=755,size=64k".to_owned()),
        }
        list.extend(EMPTY.map(String::from));
        list.push(format!("../../shared tree{} none bind", SHARED));
        list.into_iter().map(|line| format!("{line} 0 0\n")).collect()
    }

    /// The mounts that show the machine's files.
    fn tree(&self) -> Vec<String> {
        let marks = match self {
            Self::Whole => {
                return vec![overlay("/", "", "work", "nodev,index=off,redirect_dir=on")];
            }
            Self::Split(_) => "nodev,index=off,redirect_dir=on",
            Self::User(_) => "nodev,index=off,userxattr",
        };
        let one = |dir: &String| {
            overlay(&format!("/{dir}"), &format!("/{dir}"), &format!("work/{dir}"), marks)
        };
        let bind = "upper tree none bind".to_owned();
        std::iter::once(bind).chain(self.overlays().iter().map(one)).collect()
    }
}

/// The kernel's settings are the machine's; those of the network are the host's own.
const KERNEL: [&str; 4] = [
    "proc tree/proc proc nosuid,nodev,noexec",
    "tree/proc/sys tree/proc/sys none bind,ro,nosuid,nodev,noexec",
    "tree/proc/sys/net tree/proc/sys/net none bind,rw,nosuid,nodev,noexec",
    "sysfs tree/sys sysfs ro,nosuid,nodev,noexec",
];

/// More of `/proc` that the machine's root can write to, and a host must not: interrupts, devices,
/// memory types.
const MACHINES: [&str; 8] =
    ["acpi", "bus", "dynamic_debug", "fs", "irq", "mtrr", "scsi", "sysrq-trigger"];

/// The mounts that are empty at each start.
const EMPTY: [&str; 4] = [
    "devpts tree/dev/pts devpts nosuid,noexec,newinstance,ptmxmode=666,mode=620,x-mount.mkdir",
    "tmpfs tree/dev/shm tmpfs nosuid,nodev,mode=1777,x-mount.mkdir",
    "tmpfs tree/run tmpfs nosuid,nodev,mode=755",
    "tmpfs tree/tmp tmpfs nosuid,nodev,mode=1777",
];

/// Whether this user is root of the machine, not only of a user namespace (a rootless container).
/// The map of users in such a namespace is shorter than all 2^32 - 1.
pub(super) fn is_machine_root() -> bool {
    let map = std::fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
    let whole = map.is_empty() || map.split_whitespace().eq(["0", "0", "4294967295"]);
    rustix::process::geteuid().is_root() && whole
}

/// The devices of a host.
pub(super) const DEVICES: [&str; 6] = ["null", "zero", "full", "random", "urandom", "tty"];

/// Names and targets of the links in a host's `/dev`.
pub(super) const DEVICE_LINKS: [(&str, &str); 5] = [
    ("fd", "/proc/self/fd"),
    ("stdin", "/proc/self/fd/0"),
    ("stdout", "/proc/self/fd/1"),
    ("stderr", "/proc/self/fd/2"),
    ("ptmx", "pts/ptmx"),
];

fn overlay(lower: &str, at: &str, work: &str, options: &str) -> String {
    format!("overlay tree{at} overlay lowerdir={lower},upperdir=upper{at},workdir={work},{options}")
}

fn real_dir(name: &str) -> bool {
    Utf8PathBuf::from("/").join(name).symlink_metadata().is_ok_and(|meta| meta.is_dir())
}

/// Of the machine, without those in [`OWN`]; links are not directories.
fn top_directories() -> Result<Vec<String>> {
    let entries = Path::new("/").read_dir().context("reading /")?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let plain = |name: &String| {
        let odd = |c: char| c.is_whitespace() || matches!(c, ',' | ':' | '\\');
        !OWN.contains(&name.as_str()) && !name.contains(odd) && real_dir(name)
    };
    let mut names: Vec<_> = names.filter(plain).collect();
    names.sort();
    Ok(names)
}
