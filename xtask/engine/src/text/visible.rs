//! Text of a host as a person may see it: what a terminal would obey or hide is written out.
//!
//! A control of ASCII is `^[` (caret notation, ESC), any other such character `<U+202E>`, a byte that is no UTF-8
//! `<9B>`. Tab and newline stay, and the carriage return of a CR LF line end is left out.

use std::fmt::Write as _;

use crate::data::unseen::is_unseen;

/// `text` with everything that a terminal obeys or hides written out.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push(&mut out, text);
    out
}

/// The same for bytes.
pub fn visible_bytes(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        push(&mut out, chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(out, "<{byte:02X}>");
        }
    }
    out
}

fn push(out: &mut String, text: &str) {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\t' | '\n' => out.push(c),
            '\r' if chars.peek() == Some(&'\n') => {}
            '\0'..='\x1f' | '\x7f' => out.extend(['^', char::from(c as u8 ^ 0x40)]),
            c if is_unseen(c) => {
                let _ = write!(out, "<U+{:04X}>", c as u32);
            }
            c => out.push(c),
        }
    }
}

/// Bytes that come in pieces. A character or a CR LF that a piece cuts in two waits for its rest.
#[derive(Debug, Default)]
pub struct Pieces(Vec<u8>);

impl Pieces {
    /// The next bytes, written out.
    pub fn next(&mut self, bytes: &[u8]) -> String {
        self.0.extend_from_slice(bytes);
        let rest = self.0.split_off(self.0.len() - open(&self.0));
        visible_bytes(&std::mem::replace(&mut self.0, rest))
    }

    /// The bytes that have waited in vain.
    pub fn end(&mut self) -> String {
        visible_bytes(&std::mem::take(&mut self.0))
    }
}

/// How many bytes at the end may be the beginning of something.
fn open(bytes: &[u8]) -> usize {
    if bytes.last() == Some(&b'\r') {
        return 1;
    }
    let begins = |tail: &&[u8]| {
        str::from_utf8(tail).is_err_and(|e| e.valid_up_to() == 0 && e.error_len().is_none())
    };
    let tails = (1..=3.min(bytes.len())).rev().map(|len| &bytes[bytes.len() - len..]);
    tails.into_iter().find(begins).map_or(0, <[u8]>::len)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fault T2: a terminal obeys nothing of what a host says, in text and in bytes.
    #[test]
    fn what_a_terminal_obeys_is_written_out() {
        let table: &[(&[u8], &str)] = &[
            (b"plain \xe9\x85\x8d\tx\n", "plain 配\tx\n"),
            (b"\x1b]0;title\x07", "^[]0;title^G"),
            (b"\x1b]52;c;ZXZpbA==\x1b\\", "^[]52;c;ZXZpbA==^[\\"),
            (b"\x1b[2J\x1b[H\x1b[8m", "^[[2J^[[H^[[8m"),
            (b"\x1bc\x0e\x0f\x0b\x0c", "^[c^N^O^K^L"),
            ("\u{9b}2J\u{9d}0;t\u{9c}".as_bytes(), "<U+009B>2J<U+009D>0;t<U+009C>"),
            (b"\x9b2J\x84", "<9B>2J<84>"),
            (b"safe\rok  ", "safe^Mok  "),
            (b"dos\r\nend\r", "dos\nend^M"),
            (b"a\x08\x08b\x7f\0", "a^H^Hb^?^@"),
            (
                "\u{202e}txt\u{2066}\u{2069}\u{61c}".as_bytes(),
                "<U+202E>txt<U+2066><U+2069><U+061C>",
            ),
            ("a\u{200b}b\u{feff}\u{ad}\u{2028}".as_bytes(), "a<U+200B>b<U+FEFF><U+00AD><U+2028>"),
            ("\u{fdd0}\u{e0041}".as_bytes(), "<U+FDD0><U+E0041>"),
        ];
        for (bytes, shown) in table {
            assert_eq!(visible_bytes(bytes), *shown);
            if let Ok(text) = str::from_utf8(bytes) {
                assert_eq!(visible(text), *shown);
                assert_eq!(visible(shown), *shown, "twice is once");
            }
            for cut in 0..=bytes.len() {
                let mut pieces = Pieces::default();
                let text = pieces.next(&bytes[..cut]) + &pieces.next(&bytes[cut..]);
                assert_eq!(text + &pieces.end(), *shown, "cut at {cut}");
            }
        }
        assert_eq!(Pieces::default().next(b"50%"), "50%", "half a line does not wait");
    }
}
