//! Whether what is on this machine may be believed: nobody but the person and root has written it.
//!
//! One rule for inventories, ssh configurations, pins, secrets, records and sockets. It holds for the file, for each
//! symbolic link on the way to it, and for each directory above it up to `/`:
//! - It belongs to the person or to root. The person is the user of this process; behind `sudo`, as root, also the
//!   user who typed it.
//! - Nobody else may write it. In a directory with the sticky bit (`/tmp`) others may make files, but not replace ours:
//!   there the owner of the entry decides. A group may write when it is the private one of the owner (umask 002): the
//!   same decision as in Debian's ssh, whose own StrictModes this rule follows.
//! - A file is a regular one: a pipe could wait for ever.
//!
//! Nobody else can change any part of such a path, so nothing can happen between the look and the use.

mod below;
mod folder;

use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};

use anyhow::Result;
use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use rustix::fs::OFlags;

pub use self::below::open_below;
pub use self::folder::Folder;
use crate::data::fault::Fault;

/// Links in a row, as in the kernel (path_resolution(7)).
const LINKS: usize = 40;

/// The name of standard input.
pub const STDIN: &str = "-";

/// Files that the person has agreed to by naming one.
#[derive(Debug, Clone, Default)]
pub struct Consent(Vec<Utf8PathBuf>);

impl Consent {
    /// To the `named` files, and to those beside them: a user who may write there could replace them. Standard input
    /// (`-`) is beside no file.
    pub fn of(named: &[Utf8PathBuf]) -> Self {
        let files = named.iter().filter(|file| *file != STDIN);
        Self(files.filter_map(|file| home(file).canonicalize_utf8().ok()).collect())
    }

    /// Opens a file by the rule, or by this consent: that ends where everybody may write the file.
    ///
    /// # Errors
    /// As [`open`].
    pub fn open(&self, path: &Utf8Path) -> Result<File> {
        let is_beside = || home(path).canonicalize_utf8().is_ok_and(|dir| self.0.contains(&dir));
        if self.0.is_empty() || !is_beside() {
            return open(path);
        }
        let (file, meta) = regular(path, OFlags::empty())?;
        if meta.mode() & 0o002 == 0 { Ok(file) } else { open(path) }
    }

    /// The same for the text of a file.
    ///
    /// # Errors
    /// As [`open`].
    pub fn read(&self, path: &Utf8Path) -> Result<String> {
        Ok(io::read_to_string(self.open(path)?)?)
    }
}

/// Opens a file by the rule.
///
/// # Errors
/// Exit 2 with the part of the path that others may write. An `io::Error` when the file cannot be opened.
pub fn open(path: &Utf8Path) -> Result<File> {
    let real = walk(path)?;
    // What a link at the end could do is over: this path has none.
    let (file, meta) = regular(&real, OFlags::NOFOLLOW)?;
    judge(&real, &meta)?;
    Ok(file)
}

/// The bytes of a file by the rule.
///
/// # Errors
/// As [`open`].
pub fn read(path: &Utf8Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a file by the rule.
///
/// # Errors
/// As [`open`].
pub fn read_text(path: &Utf8Path) -> Result<String> {
    Ok(io::read_to_string(open(path)?)?)
}

/// Looks at `path`, or at the part of it that is there. What cannot be looked at cannot be used either.
///
/// # Errors
/// Exit 2 with the part of the path that others may write.
pub fn look(path: &Utf8Path) -> Result<()> {
    walk(path).map_or_else(
        |error| error.downcast::<Fault>().map_or(Ok(()), |fault| Err(fault.into())),
        |_| Ok(()),
    )
}

/// Makes a directory that no other user may even read, or looks at the one that is there.
///
/// # Errors
/// As [`open`].
pub fn private_dir(dir: &Utf8Path) -> Result<()> {
    match fs::DirBuilder::new().mode(0o700).create(dir) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error.into()),
        _ => {}
    }
    let meta = fs::symlink_metadata(dir)?;
    if !meta.is_dir() || meta.uid() != me() || meta.mode() & 0o077 != 0 {
        let message = format!("{dir} is not a private directory of this user");
        return Err(Fault::usage(message)
            .hint(format!("check it, then remove it: rm -r {dir}"))
            .into());
    }
    look(dir)
}

/// Whether a file is only missing.
pub fn is_missing(error: &anyhow::Error) -> bool {
    error.downcast_ref().is_some_and(|error: &io::Error| error.kind() == io::ErrorKind::NotFound)
}

/// The directory of a file.
fn home(file: &Utf8Path) -> &Utf8Path {
    file.parent().filter(|dir| !dir.as_str().is_empty()).unwrap_or(Utf8Path::new("."))
}

fn regular(path: &Utf8Path, flags: OFlags) -> Result<(File, Metadata)> {
    // The opening of a pipe would wait for its writer.
    let flags = (flags | OFlags::NONBLOCK).bits().cast_signed();
    let file = fs::OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    let meta = file.metadata()?;
    if !meta.is_file() {
        return Err(Fault::usage(format!("{path} is not a regular file")).into());
    }
    Ok((file, meta))
}

/// Looks at every part of a path; gives the path without links.
fn walk(path: &Utf8Path) -> Result<Utf8PathBuf> {
    let full = camino::absolute_utf8(path)?;
    let mut at = Utf8PathBuf::from("/");
    judge(&at, &fs::symlink_metadata(&at)?)?;
    let mut open = parts(&full);
    let mut links = 0;
    while let Some(part) = open.pop() {
        if part == ".." {
            at.pop();
            continue;
        }
        let next = at.join(part);
        let meta = fs::symlink_metadata(&next)?;
        judge(&next, &meta)?;
        if !meta.is_symlink() {
            at = next;
            continue;
        }
        links += 1;
        if links > LINKS {
            return Err(io::Error::from(io::ErrorKind::TooManyLinks).into());
        }
        let target = next.read_link_utf8()?;
        if target.is_absolute() {
            at = "/".into();
        }
        open.extend(parts(&target));
    }
    Ok(at)
}

/// The parts of a path, the first one last.
fn parts(path: &Utf8Path) -> Vec<String> {
    let part = |component| match component {
        Utf8Component::Normal(name) => Some(name.to_owned()),
        Utf8Component::ParentDir => Some("..".to_owned()),
        _ => None,
    };
    path.components().rev().filter_map(part).collect()
}

/// The rule for one part of a path.
fn judge(path: &Utf8Path, meta: &Metadata) -> Result<(), Fault> {
    let owner = meta.uid();
    if !(believed(owner) || meta.is_dir() && is_roots(owner)) {
        let fault = Fault::usage(format!("{path} belongs to {}, not to you or root", user(owner)));
        return Err(fault.hint("look into it, then use a copy of your own"));
    }
    let mode = meta.mode();
    // A link has no mode of its own, and a device or a pipe is refused or of no use anyway. Nobody replaces the file of
    // another below a sticky directory.
    let safe = if meta.is_dir() { mode & 0o1000 != 0 } else { !meta.is_file() };
    let by = match mode {
        _ if safe => return Ok(()),
        mode if mode & 0o002 != 0 => "everybody".to_owned(),
        mode if mode & 0o020 != 0 && !is_private(path, owner, meta.gid()) => {
            format!("the group {}", named("group", meta.gid()))
        }
        _ => return Ok(()),
    };
    let fault = Fault::usage(format!("{path} can be written by {by} (mode {:o})", mode & 0o777));
    let shared = if meta.is_dir() {
        format!(" (or chmod +t {path}, if all share it)")
    } else {
        String::new()
    };
    Err(fault.hint(format!("look into it, then: chmod go-w {path}{shared}")))
}

/// Root, the user of this process and, as root, the user of `sudo`.
fn believed(owner: u32) -> bool {
    let behind = || std::env::var("SUDO_UID").is_ok_and(|uid| uid == owner.to_string());
    owner == 0 || owner == me() || me() == 0 && behind()
}

/// In a user namespace root of the machine has another number (`unshare -r`, a container): that of the owner of `/`. All
/// who are not in the namespace share it, so it counts for directories only.
fn is_roots(owner: u32) -> bool {
    fs::symlink_metadata("/").is_ok_and(|meta| meta.uid() == owner)
}

/// The user of this process.
fn me() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Whether only the owner is in this group. An access list shows its mask in the bits of the group, so there must be
/// none.
fn is_private(path: &Utf8Path, owner: u32, group: u32) -> bool {
    let list = rustix::fs::getxattr_query(path.as_std_path(), "system.posix_acl_access");
    list.is_err() && is_own_group(&accounts("passwd"), &accounts("group"), owner, group)
}

/// Whether `group` is the first group of its owner alone, has his name, and no other member. Groups of a directory
/// service (LDAP) are in neither file, and so are not private.
fn is_own_group(users: &str, groups: &str, owner: u32, group: u32) -> bool {
    let group = group.to_string();
    let firsts: Vec<_> = lines(users).filter(|user| user[3] == group).collect();
    let groups: Vec<_> = lines(groups).filter(|it| it[2] == group).collect();
    let ([user], [group]) = (&firsts[..], &groups[..]) else { return false };
    let alone = group[3].is_empty() || group[3] == user[0];
    user[2] == owner.to_string() && user[0] == group[0] && alone
}

/// passwd(5) or group(5).
fn accounts(file: &str) -> String {
    fs::read_to_string(format!("/etc/{file}")).unwrap_or_default()
}

/// The fields of its lines, at least four each.
fn lines(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().map(|line| line.split(':').collect::<Vec<_>>()).filter(|line| line.len() >= 4)
}

/// The name of a user of this machine; the number of one without a name.
pub fn user(number: u32) -> String {
    named("passwd", number)
}

fn named(file: &str, number: u32) -> String {
    let (text, number) = (accounts(file), number.to_string());
    let name = lines(&text).find(|line| line[2] == number).map(|line| line[0].to_owned());
    name.unwrap_or(number)
}

#[cfg(test)]
mod tests;
