//! Things that go wrong with a host, for real.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::host::Host;
use crate::lab::Lab;
use crate::network::shaping;
use crate::processes::{self, Signal};
use crate::shell;

/// A fault of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Fault {
    /// Pull the plug
    Off,
    /// Boot it again, its files as they were
    On,
    /// Take its network cable out
    Cut,
    /// Put cable, speed and full disks right again
    Heal,
    /// Stop all its processes
    Freeze,
    /// Let them continue
    Thaw,
    /// Kill sshd and all its sessions
    KillSshd,
    /// Leave no room below a directory
    FullDisk,
    /// Let only 64 kbit/s through
    Slow,
}

/// A full file system over the directory, as large as its content. Healing brings the content back.
const FILL: &str = r#"
mkdir -p "$DIR"
findmnt -t tmpfs "$DIR" >/dev/null && exit 0
keep=$(mktemp -d /run/full-XXXXXX)
cp -a "$DIR/." "$keep/"
size=$(($(du -sk "$keep" | cut -f1) + 64))
mount -t tmpfs -o "size=${size}k,mode=$(stat -c %a "$DIR")" full-disk "$DIR"
cp -a "$keep/." "$DIR/"
rm -r "$keep"
# It ends with "no space left", which is what was wanted.
dd if=/dev/zero of="$DIR/.filler" bs=1k 2>/dev/null || true
"#;

const EMPTY: &str = r#"
findmnt -rn -o TARGET -S full-disk | while read -r dir; do
  rm -f "$dir/.filler"
  keep=$(mktemp -d /run/full-XXXXXX)
  cp -a "$dir/." "$keep/"
  umount "$dir"
  rsync -a --delete "$keep/" "$dir/"
  rm -r "$keep"
done
"#;

impl Fault {
    /// Does it. `dir` is the directory of [`Fault::FullDisk`].
    pub fn apply(self, lab: &Lab, name: &str, dir: &str) -> Result<()> {
        let (sh, host) = (shell()?, lab.host(name)?);
        match self {
            Self::Off => host.kill(),
            Self::On => lab.start(&[host]),
            Self::Cut => lab.network.cable(&sh, name, "down"),
            Self::Heal => {
                lab.network.cable(&sh, name, "up")?;
                lab.network.narrow(&sh, name, false)?;
                host.exec(&sh, &shaping("host0", false))?;
                host.exec(&sh, EMPTY).map(drop)
            }
            Self::Freeze => freeze(host),
            Self::Thaw => thaw(host),
            Self::KillSshd => kill_sshd(host),
            Self::FullDisk => host.exec(&sh, &format!("DIR='{dir}'\n{FILL}")).map(drop),
            Self::Slow => {
                lab.network.narrow(&sh, name, true)?;
                host.exec(&sh, &shaping("host0", true)).map(drop)
            }
        }
    }
}

fn inside(host: &Host) -> Result<Vec<i32>> {
    let leader = host.leader().with_context(|| format!("{} is off", host.name))?;
    Ok(processes::of_host(leader))
}

/// The first process last, and twice: a process can start another while we go round.
fn freeze(host: &Host) -> Result<()> {
    for _ in 0..3 {
        let mut pids = inside(host)?;
        pids.sort_by_key(|pid| std::cmp::Reverse(*pid));
        processes::signal(&pids, Signal::STOP);
        sleep(Duration::from_millis(20));
    }
    Ok(())
}

fn thaw(host: &Host) -> Result<()> {
    processes::signal(&inside(host)?, Signal::CONT);
    Ok(())
}

/// Its systemd starts the daemon again. The commands of the sessions continue without them, as in life.
fn kill_sshd(host: &Host) -> Result<()> {
    let sshds: Vec<i32> =
        inside(host)?.into_iter().filter(|pid| processes::name(*pid) == "sshd").collect();
    processes::signal(&sshds, Signal::KILL);
    Ok(())
}
