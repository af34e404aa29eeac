//! How a host's file tree is put together, and the list of mounts that does it.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result};
use camino::Utf8PathBuf;

/// Top-level directories that a host never has from the machine: they are made anew for it.
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
    /// As `Split`, but in a user namespace: no devices, marks in `user.*` attributes, and `/etc` a copy,
    /// because files of the machine's root cannot be changed in place there.
    User(Vec<String>),
}

impl Layout {
    /// What fits this user and the mounts of this machine.
    pub(super) fn of_this_machine() -> Result<Self> {
        if !rustix::process::geteuid().is_root() {
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
        let mut list = String::new();
        let mut add = |line: &str| writeln!(list, "{line} 0 0").expect("a string takes all writes");
        match self {
            Self::Whole => add(&overlay("/", "", "work", "nodev,index=off,redirect_dir=on")),
            Self::Split(_) | Self::User(_) => add("upper tree none bind"),
        }
        let marks = if matches!(self, Self::User(_)) { "userxattr" } else { "redirect_dir=on" };
        for dir in self.overlays() {
            let options = format!("nodev,index=off,{marks}");
            add(&overlay(&format!("/{dir}"), &format!("/{dir}"), &format!("work/{dir}"), &options));
        }
        add("proc tree/proc proc nosuid,nodev,noexec");
        // The kernel's settings are the machine's; those of the network are the host's own.
        add("tree/proc/sys tree/proc/sys none bind,ro,nosuid,nodev,noexec");
        add("tree/proc/sys/net tree/proc/sys/net none bind,rw,nosuid,nodev,noexec");
        if Path::new("/proc/sysrq-trigger").exists() {
            add("tree/proc/sysrq-trigger tree/proc/sysrq-trigger none bind,ro");
        }
        add("sysfs tree/sys sysfs ro,nosuid,nodev,noexec");
        match self {
            Self::User(_) => {
                DEVICES.iter().for_each(|at| add(&format!("/dev/{at} tree/dev/{at} none bind")))
            }
            _ => add("tmpfs tree/dev tmpfs nosuid,mode=755,size=64k"),
        }
        add(
            "devpts tree/dev/pts devpts nosuid,noexec,newinstance,ptmxmode=666,mode=620,x-mount.mkdir",
        );
        add("tmpfs tree/dev/shm tmpfs nosuid,nodev,mode=1777,x-mount.mkdir");
        add("tmpfs tree/run tmpfs nosuid,nodev,mode=755");
        add("tmpfs tree/tmp tmpfs nosuid,nodev,mode=1777");
        add(&format!("../../shared tree{} none bind", super::SHARED));
        list
    }
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
