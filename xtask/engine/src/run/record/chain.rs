//! The chain through the lines of a journal: each carries a hash over itself and the one before.
//!
//! A line is `BODY,"chain":"HEX"}`. HEX is the SHA-256 over the HEX of the line before (nothing for
//! the first) and then the bytes of BODY, in hexadecimal.

use sha2::{Digest as _, Sha256};

const OPENING: &[u8] = b",\"chain\":\"";
const HEX: usize = 64;
const CLOSING: &[u8] = b"\"}";

/// The hash of the line with this body after the line with the hash `previous`.
pub(super) fn link(previous: &str, body: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(previous);
    hash.update(body);
    let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or_default();
    hash.finalize().iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Turns the JSON of an entry into a line, without the newline; gives its hash too.
pub(super) fn seal(previous: &str, mut json: Vec<u8>) -> (Vec<u8>, String) {
    json.pop();
    let hash = link(previous, &json);
    json.extend_from_slice(OPENING);
    json.extend_from_slice(hash.as_bytes());
    json.extend_from_slice(CLOSING);
    (json, hash)
}

/// Body and hash of a line; nothing when it has another form.
pub(super) fn split(line: &[u8]) -> Option<(&[u8], &str)> {
    let at = line.len().checked_sub(OPENING.len() + HEX + CLOSING.len())?;
    let (body, rest) = line.split_at(at);
    let hash = rest.strip_prefix(OPENING)?.strip_suffix(CLOSING)?;
    let plain = hash.iter().all(|byte| byte.is_ascii_hexdigit());
    plain.then_some(())?;
    Some((body, std::str::from_utf8(hash).ok()?))
}
