//! Makes a host: its upper directory with seeds, the list of mounts, and last the mark that it is whole.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use camino::{Utf8Path, Utf8PathBuf};
use rustix::fs::{XattrFlags, setxattr};

use super::changes;
use super::host_dir::{MADE, private_dir};
use super::layout::{DEVICE_LINKS, DEVICES, Layout};
use super::seed::{SHARED, Seed, SeedFile, SeedScript};
use crate::data::fault::Fault;
use crate::transport::replace::replace;

/// Directories in which a file of a seed would be hidden by a mount.
const COVERED: [&str; 5] = ["/dev", "/proc", "/run", "/sys", "/tmp"];

/// One host being made.
pub(super) struct Making<'a> {
    /// The host's directory.
    pub(super) dir: &'a Utf8Path,
    /// Its name.
    pub(super) name: &'a str,
    /// The directory of the whole rehearsal, hidden from its hosts.
    pub(super) root: &'a Utf8Path,
    /// How its tree is put together.
    pub(super) layout: Layout,
}

impl Making<'_> {
    /// Makes the host in its empty directory.
    pub(super) fn make(&self, seed: &Seed) -> Result<()> {
        for name in ["upper", "work", "tree", "dev"] {
            private_dir(&self.dir.join(name))?;
        }
        set_mode(self.upper("/").as_std_path(), 0o755)?;
        for dir in ["/dev", "/proc", "/sys", "/run", "/tmp", "/etc", SHARED] {
            self.dirs(Utf8Path::new(dir))?;
        }
        self.layers()?;
        self.hide()?;
        self.devices()?;
        let hosts = format!("127.0.0.1 localhost\n::1 localhost\n127.0.1.1 {}\n", self.name);
        self.file("/etc/hostname".into(), format!("{}\n", self.name).as_bytes(), 0o644)?;
        self.file("/etc/hosts".into(), hosts.as_bytes(), 0o644)?;
        seed.files.iter().try_for_each(|file| self.seed(file))?;
        seed.scripts.iter().try_for_each(|script| self.run(script))?;
        seed.directories.iter().try_for_each(|dir| self.dirs(dir))?;
        seed.links.iter().try_for_each(|(path, target)| self.link(path, target))?;
        write(&self.dir.join("mounts"), self.layout.mounts().as_bytes(), 0o600)?;
        self.finish()
    }

    /// Directories and links that one overlay of `/` would have shown.
    fn layers(&self) -> Result<()> {
        for dir in self.layout.overlays() {
            self.dirs(&Utf8Path::new("/").join(dir))?;
            private_dir(&self.dir.join("work").join(dir))?;
        }
        if self.layout == Layout::Whole {
            return Ok(());
        }
        for name in ["bin", "sbin", "lib", "lib32", "lib64", "libx32"] {
            let at = Path::new("/").join(name);
            if let Ok(target) = at.read_link() {
                let link = self.upper("/").join(name);
                symlink(&target, &link).with_context(|| format!("making the link {link}"))?;
            }
        }
        if let Layout::User(dirs) = &self.layout {
            let etc = self.upper("/etc");
            copy_tree(Path::new("/etc"), etc.as_std_path())?;
            for dir in dirs {
                self.own_directories(&Utf8Path::new("/").join(dir), 2)?;
            }
        }
        Ok(())
    }

    /// A user namespace can add and remove entries only in its own directories. So the upper
    /// directory gets all directories that steps write to. An unreadable one becomes empty.
    fn own_directories(&self, dir: &Utf8Path, depth: usize) -> Result<()> {
        let Ok(entries) = dir.read_dir_utf8() else {
            return self.opaque(dir);
        };
        for entry in entries.flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                let upper = self.upper(entry.path());
                if !upper.exists() {
                    private_dir(&upper)?;
                    let mode = entry.metadata().map_or(0o755, |meta| meta.mode());
                    set_mode(upper.as_std_path(), mode & 0o1777 | 0o700)?;
                }
                if depth > 1 || entry.path().read_dir().is_err() {
                    self.own_directories(entry.path(), depth.saturating_sub(1))?;
                }
            }
        }
        Ok(())
    }

    /// Hides the operator's own files from the host.
    fn hide(&self) -> Result<()> {
        let home = std::env::var("HOME").unwrap_or_default();
        let hidden = [
            ("/root", 0o700),
            ("/home", 0o755),
            ("/var/tmp", 0o1777),
            (&home, 0o700),
            (self.root.as_str(), 0o700),
        ];
        let mut done: Vec<Utf8PathBuf> = COVERED.iter().map(Utf8PathBuf::from).collect();
        for (path, mode) in hidden {
            let Ok(real) = Utf8Path::new(path).canonicalize_utf8() else { continue };
            if real == "/" || done.iter().any(|above| real.starts_with(above)) {
                continue;
            }
            self.dirs(&real)?;
            self.opaque(&real)?;
            set_mode(self.upper(&real).as_std_path(), mode)?;
            done.push(real);
        }
        self.dirs(Utf8Path::new("/root"))
    }

    fn devices(&self) -> Result<()> {
        let user = matches!(self.layout, Layout::User(_));
        let dir = if user { self.upper("/dev") } else { self.dir.join("dev") };
        for (name, target) in DEVICE_LINKS {
            symlink(target, dir.join(name)).with_context(|| format!("making links in {dir}"))?;
        }
        if user {
            DEVICES.iter().try_for_each(|name| write(&dir.join(name), b"", 0o666))?;
        }
        set_mode(dir.as_std_path(), 0o755)
    }

    fn seed(&self, seed: &SeedFile) -> Result<()> {
        let path = &seed.path;
        if !path.is_absolute() || path.components().any(|part| part.as_str() == "..") {
            return Err(
                Fault::usage(format!("{path} cannot be seeded: not an absolute path")).into()
            );
        }
        if let Ok(rest) = path.strip_prefix(SHARED) {
            let at = self.root.join("shared").join(rest);
            private_dir(at.parent().unwrap_or(self.root))?;
            return if at.exists() { Ok(()) } else { write(&at, &seed.content, seed.mode) };
        }
        if COVERED.iter().any(|dir| path.starts_with(dir)) {
            return Err(Fault::usage(format!(
                "{path} cannot be seeded: that directory is empty at each start"
            ))
            .into());
        }
        self.file(path, &seed.content, seed.mode)
    }

    #[expect(clippy::disallowed_methods, reason = "transport is where processes are started")]
    fn run(&self, script: &SeedScript) -> Result<()> {
        let (path, program) = (&script.path, &script.program);
        let parent = self.landing(path.parent().unwrap_or(path));
        self.dirs(&parent)?;
        let at = self.upper(parent.join(path.file_name().unwrap_or_default()));
        let parts = self.dir.join("parts");
        private_dir(&parts)?;
        (script.parts)(&parts)?;
        let words = [&parts.join(program), &at];
        let command = duct::cmd("sh", words).stdin_null().stdout_null().stderr_capture();
        let ended = command.unchecked().run().with_context(|| format!("starting {program}"))?;
        let said = String::from_utf8_lossy(&ended.stderr);
        ensure!(
            ended.status.success() && at.is_file(),
            "{program} made no {path}: {}",
            said.trim()
        );
        fs::remove_dir_all(&parts).with_context(|| format!("removing {parts}"))
    }

    fn file(&self, path: &Utf8Path, content: &[u8], mode: u32) -> Result<()> {
        let parent = self.landing(path.parent().unwrap_or(path));
        self.dirs(&parent)?;
        let at = self.upper(parent.join(path.file_name().unwrap_or_default()));
        // A link that was copied here must not lead the write out of the host.
        if at.is_symlink() {
            fs::remove_file(&at).with_context(|| format!("replacing {at}"))?;
        }
        write(&at, content, mode)
    }

    fn link(&self, path: &Utf8Path, target: &Utf8Path) -> Result<()> {
        let parent = self.landing(path.parent().unwrap_or(path));
        self.dirs(&parent)?;
        let at = self.upper(parent.join(path.file_name().unwrap_or_default()));
        if at.is_symlink() || at.is_file() {
            fs::remove_file(&at).with_context(|| format!("replacing {at}"))?;
        }
        symlink(target, &at).with_context(|| format!("making the link {at}"))
    }

    /// `/bin/x` is `/usr/bin/x` where `/bin` is a link: a directory in its place would hide it.
    fn landing(&self, dir: &Utf8Path) -> Utf8PathBuf {
        for above in dir.ancestors() {
            if self.upper(above).is_dir() && !self.upper(above).is_symlink() && above != "/" {
                break;
            }
            if let Ok(real) = above.canonicalize_utf8() {
                return real.join(dir.strip_prefix(above).unwrap_or(Utf8Path::new("")));
            }
        }
        dir.to_owned()
    }

    /// Makes `dir` and those above it in the upper directory. Mode and owner of an upper directory
    /// count, so they are copied from the machine's directory.
    fn dirs(&self, dir: &Utf8Path) -> Result<()> {
        let mut way: Vec<_> = dir.ancestors().filter(|above| *above != "/").collect();
        way.reverse();
        for above in way {
            let at = self.upper(above);
            if at.is_dir() {
                continue;
            }
            fs::create_dir(&at).with_context(|| format!("making the directory {at}"))?;
            let like = above.symlink_metadata().ok().filter(|meta| meta.is_dir());
            if let (Some(like), false) = (&like, matches!(self.layout, Layout::User(_))) {
                chown(&at, Some(like.uid()), Some(like.gid()))
                    .with_context(|| format!("setting the owner of {at}"))?;
            }
            set_mode(at.as_std_path(), like.map_or(0o755, |meta| meta.mode() & 0o7777 | 0o700))?;
        }
        Ok(())
    }

    /// Hides the machine's content of `dir`.
    fn opaque(&self, dir: &Utf8Path) -> Result<()> {
        let at = self.upper(dir);
        let mark = self.layout.opaque_mark();
        setxattr(at.as_str(), mark, b"y", XattrFlags::empty()).map_err(|errno| {
            Fault::usage(format!("cannot set the attribute {mark} on {at}: {errno}"))
                .hint("put the state on ext4, xfs or btrfs: XDG_STATE_HOME=DIR")
                .into()
        })
    }

    fn upper(&self, path: impl AsRef<Utf8Path>) -> Utf8PathBuf {
        let path = path.as_ref();
        self.dir.join("upper").join(path.strip_prefix("/").unwrap_or(path))
    }

    fn finish(&self) -> Result<()> {
        let made = self.dir.join(MADE);
        let inventory = changes::inventory(self.dir)?;
        replace(&made, &inventory, 0o600).with_context(|| format!("writing {made}"))
    }
}

fn write(at: &Utf8Path, content: &[u8], mode: u32) -> Result<()> {
    fs::write(at, content).with_context(|| format!("writing {at}"))?;
    set_mode(at.as_std_path(), mode)
}

fn set_mode(at: &Path, mode: u32) -> Result<()> {
    let set = fs::set_permissions(at, Permissions::from_mode(mode));
    set.with_context(|| format!("setting the mode of {}", at.display()))
}

/// Copies all that this user may read: directories, plain files, links.
fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    let Ok(entries) = from.read_dir() else { return Ok(()) };
    for entry in entries.flatten() {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let at = || format!("copying {} to {}", source.display(), target.display());
        let Ok(meta) = entry.metadata() else { continue };
        if meta.is_dir() {
            fs::create_dir_all(&target).with_context(at)?;
            copy_tree(&source, &target)?;
            set_mode(&target, meta.mode() & 0o7777 | 0o700)?;
        } else if meta.is_symlink() {
            let points = source.read_link().with_context(at)?;
            symlink(points, &target).with_context(at)?;
        } else if meta.is_file() && fs::File::open(&source).is_ok() {
            fs::copy(&source, &target).with_context(at)?;
        }
    }
    Ok(())
}
