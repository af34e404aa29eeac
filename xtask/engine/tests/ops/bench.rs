//! A host in a directory: a local session, an observer that remembers, and snapshots.

use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::Result;
use engine::data::byte_size::ByteSize;
use engine::data::outcome::Outcome;
use engine::ops::ensure::{Event, ExecContext, Found, Intent, Mode, Observer, ensure};
use engine::ops::{Action, Op, Reader, Recorded, Undo};
use engine::ops::{plan::Overlay, quorum::Quorum, reader::Output};
use engine::text::mask::Mask;
use engine::transport::Transport;
use engine::transport::call::{Call, End, Pair};
use engine::transport::channel::{Channel, Settings};
use engine::transport::interrupt::Interrupt;
use engine::transport::launch::Shell;
use engine::transport::local::{Exec, Local};
use engine::transport::slots::Slots;
use engine::transport::spool::Spool;

/// A host whose files are below a temporary directory.
pub(crate) struct Host {
    pub(crate) dir: tempfile::TempDir,
    /// For the salt, which outlives every change.
    pub(crate) salts: tempfile::TempDir,
    channel: Channel,
    settings: Settings,
    mask: Mask,
    overlay: Mutex<Overlay>,
    pub(crate) observer: Memory,
}

/// Remembers the events of the engine.
#[derive(Default)]
pub(crate) struct Memory {
    undo: Mutex<Option<Vec<Undo>>>,
    pub(crate) diffs: Mutex<Vec<String>>,
    pub(crate) emitted: Mutex<Vec<Action>>,
    pub(crate) ran: Mutex<Vec<Action>>,
    /// The output of each of them, both streams, as the record gets it but for the run's own mask.
    pub(crate) said: Mutex<Vec<String>>,
    /// Standard output and error of the last of them.
    pub(crate) last: Mutex<(Vec<u8>, Vec<u8>)>,
    pub(crate) notes: Mutex<Vec<String>>,
}

impl Quorum for Memory {}

impl Observer for Memory {
    fn begin(&self) -> u64 {
        1
    }

    fn found(&self, _: &Found<'_>) -> Result<()> {
        Ok(())
    }

    fn intent(&self, intent: &Intent<'_>) -> Result<()> {
        *self.undo.lock().unwrap() = intent.undo.map(<[Undo]>::to_vec);
        Ok(())
    }

    fn note(&self, text: &str) {
        self.notes.lock().unwrap().push(text.to_owned());
    }

    fn output(&self, _: &str, action: &Action, output: &mut Output) -> Result<Option<String>> {
        self.ran.lock().unwrap().push(action.clone());
        let (out, err) = (output.out.bytes()?, output.err.bytes()?);
        let said = [&out[..], &err[..]].concat();
        *self.last.lock().unwrap() = (out, err);
        self.said.lock().unwrap().push(String::from_utf8_lossy(&said).into_owned());
        Ok(None)
    }

    fn done(&self, event: &Event<'_>) -> Result<()> {
        self.diffs.lock().unwrap().push(event.diff.to_owned());
        Ok(())
    }

    fn emit(&self, _: &str, actions: &[Action]) -> Result<()> {
        self.emitted.lock().unwrap().extend(actions.to_vec());
        Ok(())
    }
}

impl Host {
    pub(crate) fn new() -> Self {
        Self::with(Box::new(Local { sudo: None }))
    }

    /// With these words before the shell's own: `env PATH=…`, `busybox`.
    pub(crate) fn behind(prefix: &[&str]) -> Self {
        let prefix = prefix.iter().map(|&word| word.to_owned()).collect();
        Self::with(Box::new(Exec { prefix, sudo: None }))
    }

    fn with(transport: Box<dyn Transport>) -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            salts: tempfile::tempdir().unwrap(),
            channel: Channel::new(transport, Shell::Sh),
            settings: Settings {
                connect: Duration::from_secs(10),
                control: None,
                interrupt: Interrupt::never(),
                private: Vec::new(),
                max_output: ByteSize::OUTPUT,
                slots: Slots::default(),
            },
            mask: Mask::new(),
            overlay: Mutex::default(),
            observer: Memory::default(),
        }
    }

    /// With a known secret.
    pub(crate) fn hiding(mut self, value: &str) -> Self {
        self.mask = self.mask.value(value);
        self
    }

    /// What the record gets of the last change, but for its diff: the text of its undo, and the bytes for it.
    pub(crate) fn recorded(&self) -> String {
        let undo = self.observer.undo.lock().unwrap();
        let one = |undo: &Undo| {
            let look = undo.look.as_ref().map(|look| look.script().unwrap()).unwrap_or_default();
            let stdin = undo.action.stdin.as_ref().map(|stdin| stdin.bytes.clone());
            let stdin = String::from_utf8(stdin.unwrap_or_default()).unwrap();
            format!("{} {look}\n{}\n{stdin}\n", undo.thing, undo.action.script().unwrap())
        };
        undo.iter().flatten().map(one).collect()
    }

    /// With this limit for the output of a command, in bytes.
    pub(crate) fn capped(mut self, bytes: u64) -> Self {
        self.settings.max_output = ByteSize(bytes);
        self
    }

    pub(crate) fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.dir.path().display())
    }

    pub(crate) fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::create_dir_all(Path::new(&path).parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn chmod(&self, name: &str, mode: u32) {
        std::fs::set_permissions(self.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    }

    pub(crate) fn get(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn site(&self, mode: Mode) -> ExecContext<'_> {
        ExecContext {
            name: "host",
            channel: &self.channel,
            settings: &self.settings,
            timeout: Some(Duration::from_secs(60)),
            mask: &self.mask,
            overlay: &self.overlay,
            mode,
            salts: self.salts.path().to_str().unwrap(),
            holder: None,
        }
    }

    /// The round trips of its session.
    pub(crate) fn trips(&self) -> u64 {
        self.channel.traffic().frames
    }

    pub(crate) fn ensure(&self, op: &dyn Op) -> Result<Outcome> {
        ensure(&self.site(Mode::Run), op, &self.observer)
    }

    pub(crate) fn plan(&self, op: &dyn Op) -> Result<Outcome> {
        ensure(&self.site(Mode::Plan), op, &self.observer)
    }

    /// Looks at the host, as a step does.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&Reader<'_>) -> Result<T>) -> Result<T> {
        look(&self.site(Mode::Run).reader())
    }

    /// The actions of `op`, as `--emit` gets them.
    pub(crate) fn emit(&self, op: &dyn Op) -> Vec<Action> {
        ensure(&self.site(Mode::Emit), op, &self.observer).unwrap();
        self.forget();
        std::mem::take(&mut *self.observer.emitted.lock().unwrap())
    }

    /// Runs a script unchanged; gives its exit code and output.
    pub(crate) fn raw(&self, script: &str, data: &[u8]) -> String {
        let timeout = Some(Duration::from_secs(60));
        let call = Call { script, data: Some(data), timeout, terminal: None, prompt: false };
        let mut sink = Pair(Spool::default(), Spool::default());
        match self.channel.call(&call, &mut sink, &self.settings).unwrap() {
            End::Exit(code) => format!("{code} {}", sink.1.tail(1000, &Mask::new()).unwrap()),
            _ => "no end".to_owned(),
        }
    }

    /// The last diff.
    pub(crate) fn diff(&self) -> String {
        self.observer.diffs.lock().unwrap().last().cloned().unwrap_or_default()
    }

    /// Forgets the plan.
    pub(crate) fn forget(&self) {
        *self.overlay.lock().unwrap() = Overlay::default();
    }

    /// Undoes the last change.
    pub(crate) fn undo(&self) -> Result<()> {
        let undo = self.observer.undo.lock().unwrap().take();
        self.ensure(&Recorded::new("it", undo.expect("a point of no return"))).map(drop)
    }

    /// Every path with its kind, mode, owner, content, and time when `times`.
    pub(crate) fn snapshot(&self, times: bool) -> BTreeMap<String, String> {
        let mut all = BTreeMap::new();
        walk(self.dir.path(), times, &mut all);
        all
    }

    /// The whole life of an operation: planned (nothing touched), changed, kept, undone.
    pub(crate) fn lives(&self, op: &dyn Op) {
        let before = self.snapshot(true);
        let untimed = self.snapshot(false);
        assert_eq!(self.plan(op).unwrap(), Outcome::Needed);
        assert_eq!(self.snapshot(true), before, "a dry run touched the host");
        self.forget();
        assert_eq!(self.ensure(op).unwrap(), Outcome::Changed);
        let undo = self.observer.undo.lock().unwrap().clone();
        let changed = self.snapshot(true);
        assert_eq!(self.ensure(op).unwrap(), Outcome::Kept);
        assert_eq!(self.snapshot(true), changed, "a second run touched the host");
        let undo = Recorded::new("it", undo.expect("undo"));
        assert_eq!(self.plan(&undo).unwrap(), Outcome::Needed);
        assert_eq!(self.snapshot(true), changed, "a dry run of undo touched the host");
        self.forget();
        assert_eq!(self.ensure(&undo).unwrap(), Outcome::Changed);
        assert_eq!(self.snapshot(false), untimed, "undo left something");
        assert_eq!(self.ensure(&undo).unwrap(), Outcome::Kept, "undo was done twice");
        assert_eq!(self.ensure(op).unwrap(), Outcome::Changed);
    }
}

fn walk(path: &Path, times: bool, all: &mut BTreeMap<String, String>) {
    let meta = std::fs::symlink_metadata(path).unwrap();
    let content = if meta.is_symlink() {
        format!("-> {}", std::fs::read_link(path).unwrap().display())
    } else if meta.is_dir() {
        for entry in std::fs::read_dir(path).unwrap() {
            walk(&entry.unwrap().path(), times, all);
        }
        String::new()
    } else {
        String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned()
    };
    let time =
        if times { format!("{}.{}", meta.mtime(), meta.mtime_nsec()) } else { String::new() };
    let text = format!("{:o} {}:{} {time} {content}", meta.mode(), meta.uid(), meta.gid());
    all.insert(path.display().to_string(), text);
}

/// A host for each kind of shell: that of this machine, bash, and busybox with its own tools.
pub(crate) fn hosts() -> Vec<Host> {
    let mut hosts = vec![Host::new()];
    let tools = "sh awk cat chmod chown cp cut date df diff dirname du find grep gunzip gzip head ln ls mkdir \
                 mktemp mv readlink rm rmdir sed sha256sum sleep sort stat sync tail timeout tr wc xargs";
    for (name, links) in [("bash", "sh"), ("busybox", tools)] {
        let Ok(program) = which::which(name) else { continue };
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        for link in links.split_whitespace() {
            // Another test may have made it.
            drop(std::os::unix::fs::symlink(&program, folder.join(link)));
        }
        let path = format!("PATH={}:{}", folder.display(), std::env::var("PATH").unwrap());
        hosts.push(Host::behind(&["env", &path]));
    }
    hosts
}

/// Whether this test has every permission.
pub(crate) fn is_root() -> bool {
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}
