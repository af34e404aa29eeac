//! On the real kernel. Where it refuses rehearsal hosts each test says so and passes.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use camino::Utf8PathBuf;
use rustix::io::{FdFlags, fcntl_dupfd_cloexec, fcntl_setfd};

use super::{HostState, Prepared, Rehearsal, SHARED, Seed, SeedFile, What};
use crate::data::fault::{Fault, Kind};

mod terminal;

struct Lab {
    rehearsal: Rehearsal,
    dir: tempfile::TempDir,
}

impl Drop for Lab {
    fn drop(&mut self) {
        // Work directories of an overlay are in the way of TempDir's own removal.
        let _ = self.rehearsal.reset(None);
    }
}

fn lab() -> Option<Lab> {
    let dir = tempfile::tempdir().unwrap();
    let state = Utf8PathBuf::from_path_buf(dir.path().to_owned()).unwrap();
    let rehearsal = Rehearsal::at(&state, "test");
    match rehearsal.available() {
        Ok(()) => Some(Lab { rehearsal, dir }),
        Err(fault) => {
            eprintln!(
                "SKIPPED, no rehearsal hosts here: {fault} {:?} {:?}",
                fault.details, fault.hints
            );
            None
        }
    }
}

impl Lab {
    #[expect(clippy::disallowed_methods, reason = "this is the part that starts processes")]
    fn command(&self, host: &str, script: &str) -> Command {
        self.rehearsal.prepare(host, &seed()).unwrap();
        let inner = ["sh", "-c", script].map(String::from);
        let (program, args) = self.rehearsal.command(host, &inner);
        let mut command = Command::new(program);
        command.args(args);
        command
    }

    /// Stdout, stderr and exit code of `script` in `host`, with `input` on stdin.
    fn run_with(&self, host: &str, script: &str, input: &str) -> (String, String, Option<i32>) {
        let mut command = self.command(host, script);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (text(output.stdout), text(output.stderr), output.status.code())
    }

    /// Stdout of `script`, which must succeed without a word on stderr.
    fn run(&self, host: &str, script: &str) -> String {
        let (stdout, stderr, code) = self.run_with(host, script, "");
        assert_eq!((stderr.as_str(), code), ("", Some(0)), "{script}\n{stdout}");
        stdout
    }
}

fn seed() -> Seed {
    let file = |path: &str, content: &str, mode| SeedFile {
        path: path.into(),
        content: content.as_bytes().to_vec(),
        mode,
    };
    Seed {
        files: vec![
            file("/usr/local/bin/bkcli", "#!/bin/sh\necho \"stand-in $*\"\n", 0o755),
            file("/bin/standin-below-a-link", "#!/bin/sh\necho below\n", 0o755),
            file("/data/bkce/etc/x.env", "A=1\n", 0o640),
            file("/root/.bashrc", "X=1\n", 0o644),
            file(&format!("{SHARED}/vms/one"), "halted\n", 0o644),
        ],
        ..Seed::default()
    }
}

#[test]
fn hosts_have_their_own_name_files_and_seeds_and_pass_streams_and_code_through() {
    let Some(lab) = lab() else { return };
    let script = "hostname; cat /etc/hostname; id -u; pwd; bkcli a; standin-below-a-link; cat /data/bkce/etc/x.env; \
                  stat -c %a /data/bkce/etc/x.env; ls -A /root /home; cat /var/lib/standins/shared/vms/one";
    let seen =
        "paas1\npaas1\n0\n/root\nstand-in a\nbelow\nA=1\n640\n/home:\n\n/root:\n.bashrc\nhalted\n";
    assert_eq!(lab.run("paas1", script), seen);
    lab.run("paas1", "echo mine >/srv/file; echo running >/var/lib/standins/shared/vms/one");
    let script = "hostname; test ! -e /srv/file; cat /var/lib/standins/shared/vms/one";
    assert_eq!(lab.run("paas2", script), "paas2\nrunning\n");
    let answer = lab.run_with("paas2", "cat; echo words >&2; exit 37", "a\nb");
    assert_eq!(answer, ("a\nb".into(), "words\n".into(), Some(37)));
}

#[test]
fn a_host_has_no_network_and_no_socket_or_process_of_the_machine() {
    let Some(lab) = lab() else { return };
    let _socket = UnixListener::bind(lab.dir.path().join("socket")).unwrap();
    let path = lab.dir.path().join("socket").display().to_string();
    let script = format!(
        "cat /proc/net/dev | grep : | cut -d: -f1 | tr -d ' '; test ! -e {path}; ls -A /tmp /run; ls /proc | grep -c '^[0-9]'"
    );
    let seen = lab.run("paas1", &script);
    let (rest, processes) = seen.trim_end().rsplit_once('\n').unwrap();
    assert_eq!(rest, "lo\nLAN1\neth0\n/run:\n\n/tmp:");
    assert!(processes.parse::<u32>().unwrap() < 10, "{processes}");
}

#[test]
fn a_host_inherits_no_socket_of_the_machine() {
    let Some(lab) = lab() else { return };
    let (here, _there) = UnixStream::pair().unwrap();
    // One below and one above 9, as a shell or a service manager passes them on.
    let low = fcntl_dupfd_cloexec(&here, 3).unwrap();
    let high = fcntl_dupfd_cloexec(&here, 200).unwrap();
    for socket in [&low, &high] {
        fcntl_setfd(socket, FdFlags::empty()).unwrap();
    }
    let seen = lab.run("paas1", "ls -l /proc/1/fd /proc/$$/fd");
    for socket in [low, high] {
        fcntl_setfd(&socket, FdFlags::CLOEXEC).unwrap();
    }
    assert!(seen.contains(" 0 -> ") && !seen.contains("socket:"), "{seen}");
}

#[test]
fn the_machine_keeps_its_files_whatever_the_host_does() {
    let Some(lab) = lab() else { return };
    let passwd = fs::read("/etc/passwd").unwrap();
    let doc = fs::read_dir("/usr/share").unwrap().count();
    let script = "echo x >/etc/passwd; rm -rf /usr/local/bin/bkcli /etc/hosts; mv /etc/default /etc/default.old; \
                  test -d /etc/default.old; test ! -e /etc/default; cat /etc/passwd";
    assert_eq!(lab.run("paas1", script), "x\n");
    assert_eq!(fs::read("/etc/passwd").unwrap(), passwd);
    assert_eq!(fs::read_dir("/usr/share").unwrap().count(), doc);
    assert!(fs::metadata("/etc/default").unwrap().is_dir());
    for harm in [
        "echo 1 >/proc/sys/kernel/printk",
        "cd /proc/irq && test -w default_smp_affinity && cat default_smp_affinity >default_smp_affinity",
        "mount -t tmpfs none /mnt",
        "mknod /dev/disk b 254 0",
        "date -s 2001-01-01",
    ] {
        assert_ne!(lab.run_with("paas1", harm, "").2, Some(0), "{harm}");
    }
    // libmount's own list is a file of the machine, not of the namespace.
    for list in ["/proc/self/mounts", "/run/mount/utab"] {
        let mounts = fs::read_to_string(list).unwrap_or_default();
        assert!(!mounts.contains("tree/dev"), "{mounts}");
        assert!(!mounts.contains(&*lab.dir.path().to_string_lossy()), "{mounts}");
    }
}

#[test]
fn root_may_remove_and_own_anything_in_its_host() {
    let Some(lab) = lab() else { return };
    if !super::layout::is_machine_root() {
        eprintln!("SKIPPED, only for root");
        return;
    }
    let script = "rm -rf /usr/share/doc; test ! -e /usr/share/doc; echo x >/srv/f; chown 33:33 /srv/f; stat -c %u /srv/f";
    assert_eq!(lab.run("paas1", script), "33\n");
    assert!(fs::metadata("/usr/share/doc").unwrap().is_dir());
}

#[test]
fn changes_persist_are_listed_and_a_reset_forgets_them() {
    let Some(lab) = lab() else { return };
    lab.run("paas1", "true");
    assert_eq!(lab.rehearsal.changed("paas1").unwrap(), []);
    lab.run("paas1", "mkdir /opt/new; echo 12345 >/opt/new/file; echo A=2 >/data/bkce/etc/x.env; rm /etc/hostname");
    assert_eq!(lab.run("paas1", "cat /opt/new/file"), "12345\n");
    assert_eq!(lab.rehearsal.prepare("paas1", &seed()).unwrap(), Prepared::Kept);
    let changed: Vec<_> = lab.rehearsal.changed("paas1").unwrap();
    let changed: Vec<_> = changed
        .iter()
        .map(|change| (change.path.to_str().unwrap(), change.what, change.bytes))
        .collect();
    // In a user namespace /etc is no overlay: what is gone leaves no mark there.
    let expected = [
        ("/data/bkce/etc/x.env", What::Changed, 4),
        ("/etc/hostname", What::Removed, 0),
        ("/opt/new", What::Added, 0),
        ("/opt/new/file", What::Added, 6),
    ];
    assert_eq!(changed, expected);
    let [HostState { name, changes, bytes, .. }] = &lab.rehearsal.list().unwrap()[..] else {
        panic!()
    };
    assert_eq!((name.as_str(), *changes, *bytes), ("paas1", 4, 10));
    assert_eq!(lab.rehearsal.reset(Some("paas1")).unwrap(), ["paas1"]);
    assert!(lab.rehearsal.list().unwrap().is_empty());
    assert_eq!(lab.run("paas1", "test ! -e /opt/new; cat /etc/hostname"), "paas1\n");
}

#[test]
fn a_half_made_host_is_made_again() {
    let Some(lab) = lab() else { return };
    lab.run("paas1", "echo left >/opt/left");
    fs::remove_file(lab.rehearsal.dir("paas1").join("made")).unwrap();
    assert_eq!(lab.run("paas1", "test ! -e /opt/left; bkcli b"), "stand-in b\n");
}

#[test]
fn a_second_opener_learns_the_holder_of_the_host() {
    let Some(lab) = lab() else { return };
    let mut command = lab.command("paas1", "echo up; read line; echo \"$line\"");
    let mut first = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(first.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "up");
    let fault = lab.rehearsal.check_free("paas1").unwrap_err();
    let pid = std::process::id();
    assert_eq!(fault.kind, Kind::Locked);
    assert_eq!(fault.message, format!("rehearsal host paas1 is in use by process {pid}"));
    assert_eq!(Fault::kind_of(&lab.rehearsal.reset(None).unwrap_err()), Kind::Locked);
    let (program, args) = lab.rehearsal.command("paas1", &["true".to_owned()]);
    #[expect(clippy::disallowed_methods, reason = "this is the part that starts processes")]
    let second = Command::new(program).args(args).output().unwrap();
    assert_eq!(second.status.code(), Some(7));
    let words = String::from_utf8(second.stderr).unwrap();
    assert_eq!(words, format!("rehearsal host paas1 is in use by process {pid}\n"));
    first.stdin.take().unwrap().write_all(b"bye\n").unwrap();
    assert_eq!(lines.next().unwrap().unwrap(), "bye");
    assert!(first.wait().unwrap().success());
}

#[test]
fn nothing_is_left_of_a_host_that_was_killed() {
    let Some(lab) = lab() else { return };
    let mark = format!("86399.25{}", std::process::id());
    let mut command =
        lab.command("paas1", &format!("setsid sleep {mark} & sleep {mark} & echo up; wait"));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "up");
    let running = within_seconds(|| is_running(&mark));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(running);
    assert!(within_seconds(|| !is_running(&mark)), "a process outlived its host");
    assert_eq!(lab.run("paas1", "echo again"), "again\n");
}

fn within_seconds(happens: impl Fn() -> bool) -> bool {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(5) {
        if happens() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    false
}

fn is_running(mark: &str) -> bool {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    processes
        .filter_map(|entry| fs::read(entry.path().join("cmdline")).ok())
        .any(|line| String::from_utf8_lossy(&line).starts_with(&format!("sleep\0{mark}")))
}

#[test]
fn orphans_end_with_the_session() {
    let Some(lab) = lab() else { return };
    let mark = format!("86399.75{}", std::process::id());
    lab.run("paas1", &format!("setsid sleep {mark} >/dev/null 2>&1 </dev/null & echo"));
    assert!(!is_running(&mark));
}

#[test]
fn names_that_would_leave_the_directory_and_covered_seeds_are_refused() {
    let Some(lab) = lab() else { return };
    for name in ["", "..", "a/b", "-x", "a b"] {
        let error = lab.rehearsal.prepare(name, &seed()).unwrap_err();
        assert_eq!(Fault::kind_of(&error), Kind::Usage, "{name}");
    }
    let file = SeedFile { path: "/run/x".into(), content: Vec::new(), mode: 0o644 };
    let error =
        lab.rehearsal.prepare("paas1", &Seed { files: vec![file], ..Seed::default() }).unwrap_err();
    assert_eq!(Fault::kind_of(&error), Kind::Usage);
}
