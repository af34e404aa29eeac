//! A request: what of it the server believes.

use std::net::IpAddr;

/// A request for a page of ours.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request<'a> {
    /// The path behind the token.
    pub(super) path: &'a str,
    /// What stands behind `?`.
    pub(super) query: &'a str,
}

/// Why there is no page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// It is no request of HTTP/1.
    Form,
    /// It wants to do more than read.
    Method,
    /// A wrong token, or a name that is not ours.
    Place,
}

impl<'a> Request<'a> {
    /// Reads a head. `machine` is a name that it may ask for.
    pub(super) fn read(head: &'a [u8], token: &str, machine: &str) -> Result<Self, Wrong> {
        let head = std::str::from_utf8(head).map_err(|_| Wrong::Form)?;
        let mut lines = head.split("\r\n");
        let mut first = lines.next().unwrap_or_default().split(' ');
        let (Some(method), Some(target), Some("HTTP/1.0" | "HTTP/1.1"), None) =
            (first.next(), first.next(), first.next(), first.next())
        else {
            return Err(Wrong::Form);
        };
        let mut hosts = lines.filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("host").then(|| value.trim())
        });
        let (Some(host), None) = (hosts.next(), hosts.next()) else { return Err(Wrong::Form) };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let own = path.strip_prefix('/').and_then(|rest| rest.split_once('/'));
        let (given, path) = own.ok_or(Wrong::Place)?;
        if !is_same(given, token) || !is_ours(host, machine) {
            return Err(Wrong::Place);
        }
        if method == "GET" { Ok(Self { path, query }) } else { Err(Wrong::Method) }
    }
}

/// Whether two texts are the same, in a time that their content does not change.
fn is_same(given: &str, token: &str) -> bool {
    let pairs = given.bytes().zip(token.bytes());
    given.len() == token.len() && pairs.fold(0, |all, (one, other)| all | (one ^ other)) == 0
}

/// Whether `Host` is an address, `localhost` or the machine: a name of a foreign site is none of these.
fn is_ours(host: &str, machine: &str) -> bool {
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.split_once(':').map_or(host, |(name, _)| name),
    };
    let is = |own: &str| name.eq_ignore_ascii_case(own);
    name.parse::<IpAddr>().is_ok() || is("localhost") || is(machine)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(head: &str) -> Result<Request<'_>, Wrong> {
        Request::read(head.as_bytes(), "abc123", "desk7.example")
    }

    #[test]
    fn only_a_get_with_the_token_and_a_name_of_ours_is_answered() {
        let good =
            |host: &str| format!("GET /abc123/state?since=7 HTTP/1.1\r\nHost: {host}\r\n\r\n");
        for host in
            ["127.0.0.1:80", "[::1]:8080", "[::1]", "localhost:1", "LOCALHOST", "desk7.example"]
        {
            let request = Request { path: "state", query: "since=7" };
            assert_eq!(read(&good(host)), Ok(request), "{host}");
        }
        for host in ["evil.example", "127.0.0.1.evil.example", "desk7", "", "localhost.evil"] {
            assert_eq!(read(&good(host)), Err(Wrong::Place), "{host}");
        }
        let line = |line: &str| format!("{line}\r\nhost:localhost\r\n\r\n");
        for path in ["/", "/abc123", "/abc124/", "/abc12/", "/abc1234/", "//abc123/", "abc123/"] {
            assert_eq!(read(&line(&format!("GET {path} HTTP/1.1"))), Err(Wrong::Place), "{path}");
        }
        assert_eq!(read(&line("POST /abc123/ HTTP/1.1")), Err(Wrong::Method));
        // Without the token the method is not even looked at.
        assert_eq!(read(&line("POST /abc124/ HTTP/1.1")), Err(Wrong::Place));
        for head in ["GET /abc123/", "GET  /abc123/ HTTP/1.1", "GET /abc123/ HTTP/2", "", "\u{fe}"]
        {
            assert_eq!(read(&line(head)), Err(Wrong::Form), "{head}");
        }
        let twice = "GET /abc123/ HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n";
        assert_eq!(read(twice), Err(Wrong::Form));
        assert_eq!(read("GET /abc123/ HTTP/1.1\r\n\r\n"), Err(Wrong::Form));
    }
}
