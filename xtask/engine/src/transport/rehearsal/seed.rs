//! The content of a rehearsal host before its first start.

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};

/// Where every host of one rehearsal sees the shared directory: a stand-in that acts on another host
/// (one that launches virtual machines, say) leaves its mark here.
pub const SHARED: &str = "/var/lib/standins/shared";

/// The content of a host before its first start.
#[derive(Debug, Clone, Default)]
pub struct Seed {
    /// Written in this order; directories on the way are made.
    pub files: Vec<SeedFile>,
    /// Run after that, in this order.
    pub scripts: Vec<SeedScript>,
    /// Empty directories.
    pub directories: Vec<Utf8PathBuf>,
    /// Symbolic links: path in the host, target.
    pub links: Vec<(Utf8PathBuf, Utf8PathBuf)>,
}

/// One file of a [`Seed`], owned by root in the host.
#[derive(Debug, Clone)]
pub struct SeedFile {
    /// Absolute path in the host. Below [`SHARED`] it is written once for all hosts.
    pub path: Utf8PathBuf,
    /// The whole content.
    pub content: Vec<u8>,
    /// Permission bits, for example `0o755`.
    pub mode: u32,
}

/// A program that makes a file of a [`Seed`] from others: `sh PROGRAM FILE`, on this machine.
#[derive(Debug, Clone)]
pub struct SeedScript {
    /// Writes the program, and what it reads, below an empty directory.
    pub parts: fn(&Utf8Path) -> Result<()>,
    /// The program, from that directory.
    pub program: Utf8PathBuf,
    /// Absolute path of the file in the host; the program may write others beside it.
    pub path: Utf8PathBuf,
}
