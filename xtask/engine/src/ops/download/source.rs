//! Where a download comes from, and what proves that it is the right file.

use std::fmt;

use crate::data::fault::Fault;
use crate::text::mask::Mask;

/// A URL, with the way to it.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) url: String,
    pub(super) proof: Proof,
    /// Empty: the settings of the host.
    pub(super) proxy: String,
    pub(super) headers: Headers,
}

/// What proves the file.
#[derive(Debug, Clone)]
pub(super) enum Proof {
    /// Nothing was said.
    None,
    /// A checksum, in lowercase hexadecimal digits.
    Sum(Kind, String),
    /// None exists, and why this is fine.
    Unverified(String),
}

/// The kind of a checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Sha256,
    Sha512,
    Md5,
}

/// Secret lines of a request.
#[derive(Clone, Default)]
pub(super) struct Headers(Vec<String>);

impl Source {
    pub(super) fn new(url: String) -> Self {
        Self { url, proof: Proof::None, proxy: String::new(), headers: Headers::default() }
    }

    /// The wanted checksum.
    pub(super) fn sum(&self) -> Option<&str> {
        match &self.proof {
            Proof::Sum(_, sum) => Some(sum),
            _ => None,
        }
    }

    /// The kind of checksum that the host computes.
    pub(super) fn kind(&self) -> &'static str {
        match &self.proof {
            Proof::Sum(kind, _) => kind.name(),
            _ => Kind::Sha256.name(),
        }
    }

    /// For the plan: everybody on the way can read the secret.
    pub(super) fn warning(&self) -> Option<&'static str> {
        let open = !self.headers.0.is_empty() && self.url.starts_with("http:");
        open.then_some("the secret header travels unencrypted")
    }

    /// Refuses what cannot be fetched as it stands.
    pub(super) fn check(&self, mask: &Mask) -> Result<(), Fault> {
        self.proof.check(&self.url)?;
        address(&self.url, mask)?;
        if !self.proxy.is_empty() {
            address(&self.proxy, mask)?;
        }
        let wrong = |header: &&String| header.contains(char::is_control) || !header.contains(':');
        if self.headers.0.iter().any(|header| wrong(&header)) {
            return Err(Fault::usage(format!("a header for {} is not one line", self.url))
                .hint("write it as `Name: value`"));
        }
        match self.url.strip_prefix("file://") {
            Some(path) if !path.starts_with('/') || path.contains(['%', '?', '#']) => {
                Err(Fault::usage(format!("{:?} names no local file", self.url))
                    .hint("write file:// and the absolute path, with its plain characters"))
            }
            _ => Ok(()),
        }
    }
}

impl Proof {
    fn check(&self, url: &str) -> Result<(), Fault> {
        match self {
            Self::Sum(kind, sum) => {
                let hex = sum.bytes().all(|byte| byte.is_ascii_hexdigit());
                if hex && sum.len() == kind.digits() {
                    return Ok(());
                }
                let (name, digits) = (kind.name(), kind.digits());
                Err(Fault::usage(format!("{sum:?} is no {name} checksum for {url}"))
                    .hint(format!("a {name} checksum has {digits} hexadecimal digits")))
            }
            Self::Unverified(why) if !why.trim().is_empty() => Ok(()),
            Self::Unverified(_) | Self::None => {
                Err(Fault::usage(format!("{url} has no checksum, and no reason for that"))
                    .hint("give the checksum that the vendor publishes"))
            }
        }
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("no checksum"),
            Self::Sum(kind, sum) => write!(f, "{} {sum}", kind.name()),
            Self::Unverified(why) => write!(f, "not verified: {why}"),
        }
    }
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
            Self::Md5 => "md5",
        }
    }

    const fn digits(self) -> usize {
        match self {
            Self::Sha256 => 64,
            Self::Sha512 => 128,
            Self::Md5 => 32,
        }
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} headers", self.0.len())
    }
}

impl Headers {
    pub(super) fn extend<H: Into<String>>(&mut self, headers: impl IntoIterator<Item = H>) {
        self.0.extend(headers.into_iter().map(Into::into));
    }

    /// The lines for curl's configuration; none without headers.
    pub(super) fn config(&self) -> Option<String> {
        let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
        let lines = self.0.iter().map(|header| format!("header = \"{}\"\n", quoted(header)));
        (!self.0.is_empty()).then(|| lines.collect())
    }
}

/// Refuses a URL that curl would read in another way, or that holds a secret: plan and record show it.
fn address(url: &str, mask: &Mask) -> Result<(), Fault> {
    let known = ["http://", "https://", "file://"].iter().find_map(|head| url.strip_prefix(head));
    let strange = |c: char| c.is_whitespace() || c.is_control() || "\"\\`<>^|".contains(c);
    let Some(rest) = known.filter(|rest| !rest.is_empty() && !url.contains(strange)) else {
        return Err(Fault::usage(format!("{url:?} is no URL that a host can fetch"))
            .hint("write it with http://, https:// or file://, and blanks as %20"));
    };
    let server = rest.split('/').next().unwrap_or_default();
    if server.contains('@') || mask.finds(url.as_bytes()) {
        let place = server.rsplit('@').next().unwrap_or_default();
        return Err(Fault::usage(format!("the URL at {place} holds a secret"))
            .hint("give the secret as a header: plan and record show a URL"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(url: &str, mask: &Mask) -> String {
        address(url, mask).unwrap_err().message
    }

    #[test]
    fn a_url_is_whole_plain_and_without_a_secret() {
        let mask = Mask::new().value("t0psecret");
        for url in ["http://m/a%20b?x=1&y=[2]", "https://m:8443/x", "file:///srv/a@b"] {
            address(url, &mask).unwrap();
        }
        for url in ["ftp://m/a", "m/a", "http://", "http://m/a b", "http://m/\"", "http://m/a\n"] {
            assert!(refused(url, &mask).contains("is no URL that a host can fetch"), "{url}");
        }
        for url in ["http://me:t0p@m/a", "http://m/a?token=t0psecret"] {
            assert_eq!(refused(url, &mask), "the URL at m holds a secret");
        }
    }

    #[test]
    fn a_header_is_quoted_for_curl() {
        let mut headers = Headers::default();
        assert_eq!(headers.config(), None);
        headers.extend(["X-A: a \"b\" \\c"]);
        assert_eq!(headers.config().unwrap(), "header = \"X-A: a \\\"b\\\" \\\\c\"\n");
        assert_eq!(format!("{headers:?}"), "1 headers");
    }
}
