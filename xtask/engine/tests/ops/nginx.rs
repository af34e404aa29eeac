//! A real nginx on loopback, and a proxy that cuts connections.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A server with files below a directory of its own. It ends with this value.
pub(crate) struct Nginx {
    dir: tempfile::TempDir,
    port: u16,
    child: Child,
}

/// The places of the server, for its files: `/plain/NAME`, and so on.
const PLACES: &str = "
location /plain/ { alias WWW/; }
location /slow/ { alias WWW/; limit_rate 4m; }
location /noranges/ { alias WWW/; max_ranges 0; }
location /careless/ { proxy_pass http://127.0.0.1:PORT/plain/; proxy_set_header If-Range ''; }
location /chunked/ { alias WWW/; ssi on; ssi_types *; }
location /moved/ { rewrite ^/moved/(.*) /plain/$1 redirect; }
location /away/ { rewrite ^/away/(.*) http://127.0.0.2:PORT/plain/$1?signed=yes redirect; }
location /denied/ { default_type text/html; return 403 '<html>denied</html>'; }
location /broken/ { default_type text/html; return 500 '<html>broken</html>'; }
location /captive/ { default_type text/html; return 200 '<!DOCTYPE html><title>Log in</title>'; }
location /secret/ { alias WWW/; limit_rate 4m; if ($http_x_token != 'Zq7 kW2\"x\\\\') { return 403; } }
";

impl Nginx {
    pub(crate) fn start() -> Self {
        for _ in 0..5 {
            if let Some(nginx) = Self::try_start() {
                return nginx;
            }
        }
        panic!("nginx does not start: tests/run --prepare installs it");
    }

    /// None when another program took the port first.
    fn try_start() -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let port = free_port();
        std::fs::create_dir(dir.path().join("www")).unwrap();
        let at = |name: &str| dir.path().join(name).display().to_string();
        let places = PLACES.replace("WWW", &at("www")).replace("PORT", &port.to_string());
        let temps = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {};\n", at(kind)));
        let conf = format!(
            "pid {};\nerror_log {};\nevents {{ worker_connections 256; }}\nhttp {{\n{}\
             log_format short '$uri $status $body_bytes_sent';\naccess_log {} short;\n\
             server {{ listen 127.0.0.1:{port}; {places} }}\n}}\n",
            at("pid"),
            at("error.log"),
            temps.concat(),
            at("access.log"),
        );
        std::fs::write(dir.path().join("conf"), conf).unwrap();
        let mut child = program(&at("conf"), dir.path());
        let until = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if child.try_wait().unwrap().is_some() || Instant::now() > until {
                drop(child.kill());
                drop(child.wait());
                return None;
            }
            // It has no other sign that it listens.
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(Self { dir, port, child })
    }

    /// The file `name`, as the server gives it at `place`.
    pub(crate) fn url(&self, place: &str, name: &str) -> String {
        format!("http://127.0.0.1:{}/{place}/{name}", self.port)
    }

    pub(crate) fn put(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.file(name), bytes).unwrap();
    }

    pub(crate) fn file(&self, name: &str) -> std::path::PathBuf {
        self.dir.path().join("www").join(name)
    }

    /// The status and the bytes of each answer since the last call, at least `count` of them.
    pub(crate) fn answers(&self, count: usize) -> Vec<(u16, u64)> {
        let path = self.dir.path().join("access.log");
        let until = Instant::now() + Duration::from_secs(10);
        let read = || std::fs::read_to_string(&path).unwrap();
        // A line comes when the server sees the end of the connection, a moment after the client.
        while read().lines().count() < count && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(20));
        }
        // What comes before this one has been written.
        let mut last = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        last.write_all(b"GET /last HTTP/1.0\r\n\r\n").unwrap();
        while !read().contains("/last ") && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
        let text = read();
        std::fs::OpenOptions::new().write(true).truncate(true).open(&path).unwrap();
        let answer = |line: &str| {
            let mut words = line.rsplit(' ');
            let bytes = words.next()?.parse().ok()?;
            Some((words.next()?.parse().ok()?, bytes))
        };
        text.lines().filter(|line| !line.starts_with("/last ")).filter_map(answer).collect()
    }

    /// A proxy for one request: it cuts the connection after this many bytes of the answer.
    pub(crate) fn cut_after(&self, bytes: u64) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (here, there) = (listener.local_addr().unwrap().port(), self.port);
        std::thread::spawn(move || {
            // One connection: the thread ends with it.
            let Ok((mut client, _)) = listener.accept() else { return };
            let mut server = TcpStream::connect(("127.0.0.1", there)).unwrap();
            let mut request = [0; 4096];
            let read = client.read(&mut request).unwrap();
            server.write_all(&request[..read]).unwrap();
            let mut answer = (&server).take(bytes);
            drop(std::io::copy(&mut answer, &mut client));
            drop(client.shutdown(Shutdown::Both));
        });
        format!("http://127.0.0.1:{here}")
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[expect(clippy::disallowed_methods, reason = "a test starts the server itself")]
fn program(conf: &str, prefix: &Path) -> Child {
    // `tests/run` unpacks it there; an installed one serves, too.
    let unpacked = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tools/usr/sbin/nginx");
    let installed = Path::new("/usr/sbin/nginx").to_owned();
    let mut command = Command::new(if unpacked.exists() { unpacked } else { installed });
    // The log before the configuration is read is not ours either.
    command.arg("-p").arg(prefix).args(["-e", "stderr"]);
    command.args(["-c", conf, "-g", "daemon off; master_process off;"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("nginx starts: tests/run --prepare installs it")
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Bytes that look like nothing, the same for the same `seed`.
pub(crate) fn noise(seed: u64, count: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    std::iter::repeat_with(&mut next).flatten().take(count).collect()
}
