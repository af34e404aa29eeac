//! The state of a Redis cluster, asked from a real server.

use std::io::Write as _;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::{Xtask, scratch};

const PASSWORD: &str = "made=up&redis \"word\\";

/// The programs that `tests/run` has unpacked.
fn tools() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    target.unwrap_or_else(|| crate::support::root().join("target")).join("tools/usr")
}

fn command(program: &str) -> Command {
    let tools = tools();
    let path = std::env::var("PATH").unwrap_or_default();
    let libraries = std::fs::read_dir(tools.join("lib")).into_iter().flatten().flatten();
    let libraries: Vec<String> = libraries.map(|dir| dir.path().display().to_string()).collect();
    let mut command = Xtask::program(program);
    command.env("PATH", format!("{}/bin:{path}", tools.display()));
    command.env("LD_LIBRARY_PATH", libraries.join(":"));
    command
}

/// A server in cluster mode on loopback, alone, without any slot.
struct Server {
    process: Child,
    port: u16,
    _dir: TempDir,
}

impl Server {
    fn start() -> Self {
        let dir = scratch();
        // The bus of the cluster has the port 10000 higher.
        let free = || {
            TcpListener::bind("127.0.0.1:0")
                .expect("a port")
                .local_addr()
                .expect("an address")
                .port()
        };
        let port = std::iter::repeat_with(free)
            .map(|port| 20_000 + port % 20_000)
            .find(|port| {
                TcpListener::bind(("127.0.0.1", *port)).is_ok()
                    && TcpListener::bind(("127.0.0.1", port + 10_000)).is_ok()
            })
            .expect("two ports");
        let config = format!(
            "port {port}\nbind 127.0.0.1\ndir {}\ncluster-enabled yes\nsave \"\"\nrequirepass \"{}\"\n",
            dir.path().display(),
            PASSWORD.replace('\\', "\\\\").replace('"', "\\\"")
        );
        crate::support::write(&dir.path().join("redis.conf"), &config);
        let mut server = command("redis-server");
        let server = server.arg(dir.path().join("redis.conf")).current_dir(dir.path());
        let process =
            server.stdout(Stdio::null()).spawn().expect("redis-server: tests/run --prepare");
        Self { process, port, _dir: dir }
    }

    /// What the snippet says with these commands; its exit code first.
    fn asked(&self, shell: &[&str], login: &str) -> (i32, String) {
        let snippet = crate::tidy::read("snippets/bk-upgrade/redis_cluster_info.sh");
        let script = format!("set -eu\nPORT={}\n{snippet}\nprobe\n", self.port);
        let mut child = command(shell[0])
            .args(&shell[1..])
            .args(["-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a shell");
        child.stdin.take().expect("an input").write_all(login.as_bytes()).expect("a reader");
        let ran = child.wait_with_output().expect("an end");
        let said = [ran.stdout, ran.stderr].concat();
        (ran.status.code().expect("a code"), String::from_utf8_lossy(&said).into_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn login(password: &str) -> String {
    let quoted = password.replace('\\', "\\\\").replace('"', "\\\"");
    format!("AUTH \"{quoted}\"\nCLUSTER INFO\n")
}

/// BK-45: `cluster_state:ok` and all 16384 slots, and nothing else, is a whole cluster.
#[test]
fn a_real_cluster_is_whole_when_all_slots_are_served() {
    let server = Server::start();
    let until = |good: &dyn Fn(&(i32, String)) -> bool, login: &str| {
        let limit = Instant::now() + Duration::from_secs(30);
        loop {
            let answer = server.asked(&["dash"], login);
            if good(&answer) {
                return answer.1;
            }
            assert!(Instant::now() < limit, "{answer:?}");
            // The server needs a moment to start, and a cluster to agree.
            std::thread::sleep(Duration::from_millis(100));
        }
    };
    let said =
        until(&|(code, said)| *code == 1 && said.contains("cluster_state"), &login(PASSWORD));
    assert_eq!(said, "cluster_state: fail\nslots that are served: 0 of 16384\n");

    let add = login(PASSWORD).replace("CLUSTER INFO", "CLUSTER ADDSLOTSRANGE 0 5460");
    server.asked(&["dash"], &add);
    let said = until(&|(_, said)| said.contains("5461"), &login(PASSWORD));
    assert!(said.contains("slots that are served: 5461 of 16384"), "{said}");

    server.asked(&["dash"], &add.replace("0 5460", "5461 16383"));
    until(&|(code, _)| *code == 0, &login(PASSWORD));
    for shell in [&["dash"][..], &["bash", "--posix"], &["busybox", "sh"]] {
        assert_eq!(server.asked(shell, &login(PASSWORD)), (0, String::new()), "{shell:?}");
        let (code, said) = server.asked(shell, &login("wrong"));
        assert!(code == 20 && said.contains("NOAUTH"), "{shell:?}: {said}");
    }
}

/// A server that is not there is no cluster, and the answer names the port.
#[test]
fn a_server_that_does_not_answer_is_no_cluster() {
    let mut server = Server::start();
    server.process.kill().expect("a server to stop");
    server.process.wait().expect("its end");
    let (code, said) = server.asked(&["dash"], &login(PASSWORD));
    assert!(code == 1 && said.contains(&format!("no answer on port {}", server.port)), "{said}");
    assert!(!said.contains("made=up"), "{said}");
}
