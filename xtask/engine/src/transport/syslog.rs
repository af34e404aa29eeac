//! The log of this machine: journald, or any other reader of `/dev/log`.

use std::os::unix::net::UnixDatagram;
use std::time::Duration;

/// Names another socket, as the log of a container does.
const VARIABLE: &str = "XTASK_SYSLOG";
/// The socket of syslog(3).
const SOCKET: &str = "/dev/log";
/// A log that does not read is not waited for.
const LIMIT: Duration = Duration::from_secs(1);

/// How urgent a line is. The facility is `user`; RFC 3164, section 4.1.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Something failed.
    Warning,
    /// As expected.
    Info,
}

/// Writes one line, as `logger -t xtask` would. A machine without a log has none of it.
pub fn send(level: Level, line: &str) {
    let number = match level {
        Level::Warning => 8 + 4,
        Level::Info => 8 + 6,
    };
    let path = std::env::var_os(VARIABLE).unwrap_or_else(|| SOCKET.into());
    let text = format!("<{number}>xtask[{}]: {line}", std::process::id());
    let Ok(socket) = UnixDatagram::unbound() else { return };
    let sent = socket
        .set_write_timeout(Some(LIMIT))
        .and_then(|()| socket.connect(path))
        .and_then(|()| socket.send(text.as_bytes()));
    drop(sent);
}
