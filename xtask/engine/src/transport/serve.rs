//! A small HTTP/1.1 server for one page that only shows something: a few people look, and nobody changes anything.
//!
//! The address has a token of 128 random bits: without it everything is "not found", after the same time. A page of
//! another site cannot ask in a browser's name, for `Host` must be an address or a name of this machine (DNS rebinding).
//! A connection has one request, a limit of time, and a place among few.

mod request;

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use self::request::{Request, Wrong};
use super::interrupt::Interrupt;
use crate::data::fault::Fault;

/// Connections at the same time. A browser opens six.
const MOST: usize = 64;
/// The longest head of a request.
const HEAD: usize = 8 << 10;
/// The time for a head.
const ASKING: Duration = Duration::from_secs(5);
/// The time for an answer, and for one write of it.
const ANSWERING: Duration = Duration::from_secs(60);
const WRITING: Duration = Duration::from_secs(10);
/// The time between two looks at the end.
const LOOK: Timespec = Timespec { tv_sec: 0, tv_nsec: 200_000_000 };
const MOMENT: Duration = Duration::from_millis(20);
/// The time for the last answers.
const LAST: Duration = Duration::from_secs(5);

/// An answer.
#[derive(Debug)]
pub struct Page {
    /// Its media type.
    pub kind: &'static str,
    /// Its bytes.
    pub body: Vec<u8>,
}

/// Gives the page for a path behind the token and a query; none for an unknown one. `("", "")` is the first.
pub type Pages = dyn Fn(&str, &str) -> Option<Page> + Send + Sync;

/// A server that has its address.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    token: String,
}

impl Server {
    /// Takes the address; port 0 is a free one.
    ///
    /// # Errors
    /// Exit 2 when it cannot be taken.
    pub fn bind(address: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind(address).map_err(|error| {
            Fault::usage(format!("cannot listen on {address}: {error}"))
                .hint("name a free one, port 0 for any:  --listen 127.0.0.1:0")
        })?;
        listener.set_nonblocking(true).context("preparing to listen")?;
        Ok(Self { listener, token: token()? })
    }

    /// The address of its page. Of a server for all addresses of the machine it has the machine's name.
    ///
    /// # Errors
    /// Those of the system.
    pub fn url(&self) -> Result<String> {
        let address = self.listener.local_addr().context("reading our own address")?;
        let host = match address.ip() {
            ip if ip.is_unspecified() => machine(),
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        Ok(format!("http://{host}:{}/{}/", address.port(), self.token))
    }

    /// Answers until `is_over`.
    ///
    /// # Errors
    /// When an end was asked for, or the system gives no thread.
    pub fn run(
        &self,
        interrupt: &Interrupt,
        pages: &Arc<Pages>,
        is_over: impl Fn() -> bool,
    ) -> Result<()> {
        let busy = Arc::new(AtomicUsize::new(0));
        while !is_over() {
            interrupt.check()?;
            let wake = interrupt.wake(false).map(|wake| PollFd::new(wake, PollFlags::IN));
            let mut fds = vec![PollFd::new(&self.listener, PollFlags::IN)];
            fds.extend(wake);
            // Interrupted, or nothing came: look again.
            let _ = poll(&mut fds, Some(&LOOK));
            let stream = match self.listener.accept() {
                Ok((stream, _)) => stream,
                Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
                // Perhaps too many files are open: a moment later there may be room.
                Err(_) => {
                    interrupt.rest(MOMENT, false)?;
                    continue;
                }
            };
            if busy.fetch_add(1, Ordering::SeqCst) >= MOST {
                busy.fetch_sub(1, Ordering::SeqCst);
                continue;
            }
            let (busy, pages, token) =
                (Place(Arc::clone(&busy)), Arc::clone(pages), self.token.clone());
            std::thread::Builder::new()
                .name("page".to_owned())
                .spawn(move || {
                    // One that went away needs no answer.
                    drop(serve(stream, &token, &*pages));
                    drop(busy);
                })
                .context("starting a thread for a connection")?;
        }
        let until = Instant::now() + LAST;
        while busy.load(Ordering::SeqCst) > 0 && Instant::now() < until {
            interrupt.rest(MOMENT, false)?;
        }
        Ok(())
    }
}

/// One of the places, free again when it is dropped.
struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// 128 random bits in hexadecimal.
fn token() -> Result<String> {
    let mut bytes = [0; 16];
    let mut source = std::fs::File::open("/dev/urandom").context("opening /dev/urandom")?;
    source.read_exact(&mut bytes).context("reading /dev/urandom")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The name of this machine.
fn machine() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

fn serve(mut stream: TcpStream, token: &str, pages: &Pages) -> std::io::Result<()> {
    stream.set_nonblocking(false)?;
    let head = head(&mut stream)?;
    let (status, page) = match Request::read(&head, token, &machine()) {
        Ok(Request { path, query }) => match pages(path, query) {
            Some(page) => ("200 OK", page),
            None => ("404 Not Found", plain("not found\n")),
        },
        Err(Wrong::Method) => ("405 Method Not Allowed\r\nAllow: GET", plain("only GET\n")),
        Err(Wrong::Form) => ("400 Bad Request", plain("bad request\n")),
        Err(Wrong::Place) => ("404 Not Found", plain("not found\n")),
    };
    let Page { kind, body } = page;
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\
         Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n\
         Cross-Origin-Resource-Policy: same-origin\r\nX-Frame-Options: DENY\r\n\r\n",
        body.len()
    );
    stream.set_write_timeout(Some(WRITING))?;
    let until = Instant::now() + ANSWERING;
    stream.write_all(head.as_bytes())?;
    for part in body.chunks(64 << 10) {
        if Instant::now() > until {
            return Err(ErrorKind::TimedOut.into());
        }
        stream.write_all(part)?;
    }
    stream.shutdown(Shutdown::Write)
}

fn plain(text: &str) -> Page {
    Page { kind: "text/plain; charset=utf-8", body: text.as_bytes().to_vec() }
}

/// The head of a request, with the empty line at its end.
fn head(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let until = Instant::now() + ASKING;
    let (mut head, mut part) = (Vec::new(), [0; 1024]);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() || head.len() > HEAD {
            return Err(ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(left))?;
        match stream.read(&mut part)? {
            0 => return Err(ErrorKind::UnexpectedEof.into()),
            read => head.extend_from_slice(&part[..read]),
        }
    }
    Ok(head)
}
