//! Finds a secret inside base64, at any alignment.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use memchr::{memchr, memchr2};

use super::SHORT;

/// The number of digits hidden on each side of a secret: the whole token, when it is short.
pub(super) const RUN: usize = 1024;

/// The base64 characters that `value` alone decides when `lead` bytes stand before it.
pub(super) fn core(value: &[u8], lead: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; lead];
    bytes.extend_from_slice(value);
    let (first, last) = ((lead * 8).div_ceil(6), bytes.len() * 8 / 6);
    let core = STANDARD_NO_PAD.encode(&bytes).as_bytes()[first..last].to_vec();
    (value.len() >= SHORT && core.len() >= SHORT).then_some(core)
}

/// Every run of base64 (either alphabet) that holds `core`: the characters around it depend on it
/// too.
pub(super) fn occurrences(bytes: &[u8], core: &[u8], found: &mut Vec<Range<usize>>) {
    let digit = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_=".contains(byte);
    let mut at = 0;
    while let Some(skipped) = first(&bytes[at..], core[0]) {
        at += skipped;
        let Some(end) = ends(bytes, at, core) else {
            at += 1;
            continue;
        };
        let before = bytes[..at].iter().rev().take(RUN).take_while(|byte| digit(byte)).count();
        let after = bytes[end..].iter().take(RUN).take_while(|byte| digit(byte)).count();
        found.push(at - before..end + after);
        at = end + after;
    }
}

/// The first place of a digit in either alphabet.
fn first(bytes: &[u8], digit: u8) -> Option<usize> {
    match digit {
        b'+' => memchr2(b'+', b'-', bytes),
        b'/' => memchr2(b'/', b'_', bytes),
        digit => memchr(digit, bytes),
    }
}

/// The end of `core` when it stands at `at`, on one line or, as `base64` writes it, on several.
fn ends(bytes: &[u8], at: usize, core: &[u8]) -> Option<usize> {
    let same =
        |byte: u8, digit: u8| byte == digit || matches!((byte, digit), (b'-', b'+') | (b'_', b'/'));
    let mut end = at;
    for (number, digit) in core.iter().enumerate() {
        if number > 0 {
            end += match bytes.get(end..)? {
                [b'\n', ..] => 1,
                [b'\r', b'\n', ..] => 2,
                _ => 0,
            };
        }
        if !same(*bytes.get(end)?, *digit) {
            return None;
        }
        end += 1;
    }
    Some(end)
}
