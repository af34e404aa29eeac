//! Finds a secret inside base64, at any alignment.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::forms::SHORT;
use super::hit::Hit;

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

/// Whether this byte is the base64 character `digit`, in either alphabet.
pub(super) fn same(byte: u8, digit: u8) -> bool {
    byte == digit || matches!((byte, digit), (b'-', b'+') | (b'_', b'/'))
}

fn is_digit(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/-_=".contains(byte)
}

/// The start of the run of base64 before `at`.
pub(super) fn run_before(text: &[u8], at: usize) -> usize {
    at - text[..at].iter().rev().take(RUN).take_while(|byte| is_digit(byte)).count()
}

/// The end of the run of base64 from `at` on.
pub(super) fn run_after(text: &[u8], at: usize) -> usize {
    at + text[at..].iter().take(RUN).take_while(|byte| is_digit(byte)).count()
}

/// `core` at the place `at`, on one line or, as `base64` writes it, on several.
pub(super) fn find(text: &[u8], at: usize, core: &[u8]) -> Hit {
    let mut end = at;
    for (number, digit) in core.iter().enumerate() {
        if number > 0 {
            end += match &text[end..] {
                [b'\n', ..] => 1,
                [b'\r', b'\n', ..] => 2,
                [b'\r'] => return Hit { end: None, open: true },
                _ => 0,
            };
        }
        match text.get(end) {
            Some(byte) if same(*byte, *digit) => end += 1,
            other => return Hit { end: None, open: other.is_none() },
        }
    }
    Hit { end: Some(end), open: false }
}
