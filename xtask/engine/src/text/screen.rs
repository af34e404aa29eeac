//! The text that a person reads on a terminal: without the sequences that move, colour and erase.
//!
//! It is no emulator. A move of the cursor is a blank or a new line, so words at two places stay apart.

/// The visible text of `bytes`. Lines end with `\n`, and a carriage return begins one too.
pub fn screen(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut chars = text.chars().peekable();
    let mut out = String::with_capacity(text.len());
    while let Some(c) = chars.next() {
        match c {
            '\x1b' => out.extend(escape(&mut chars)),
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' | '\n' | '\x0b' | '\x0c' => out.push('\n'),
            '\t' => out.push(' '),
            '\x08' => {
                // The cursor goes back within its line.
                if !out.ends_with('\n') {
                    out.pop();
                }
            }
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// `text` with one blank for each run of white space, and none at its ends.
pub fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads the rest of an escape sequence; gives what stands for it in the text. ECMA-48.
fn escape(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<char> {
    match chars.next()? {
        '[' => {
            let last = chars.find(|c| ('@'..='~').contains(c))?;
            match last {
                'B' | 'E' | 'F' | 'H' | 'd' | 'f' => Some('\n'),
                'A' | 'C' | 'D' | 'G' | '`' => Some(' '),
                _ => None,
            }
        }
        // A text for the terminal itself: a title. It ends with BEL or ESC \.
        ']' | 'P' | 'X' | '^' | '_' => {
            while let Some(c) = chars.next() {
                if c == '\x07' || (c == '\x1b' && chars.next_if_eq(&'\\').is_some()) {
                    break;
                }
            }
            None
        }
        // The choice of a set of characters has one more.
        '(' | ')' | '*' | '+' | '#' | '%' | ' ' => {
            chars.next();
            None
        }
        'D' | 'E' | 'M' => Some('\n'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_reads_words_and_no_sequences() {
        let table: &[(&[u8], &str)] = &[
            (b"New password: ", "New password: "),
            (b"\x1b[1;31mSelect\x1b[0m [1-5]:\x07 ", "Select [1-5]: "),
            (b"\x1b]0;title\x07a\x1b]2;t\x1b\\b", "ab"),
            (b"10%\r50%\r\nnext", "10%\n50%\nnext"),
            (b"ab\x08c\x08\x08\x08\x08d\n\x08e", "d\ne"),
            (b"\x1b[3;4HMode\x1b[20C<Ok>\x1b(B\x0f\x1b[?25l\x1b=", "\nMode <Ok>"),
            (b"\x1b", ""),
            (b"\x1b[12", ""),
            ("请选择: \x1b[K".as_bytes(), "请选择: "),
        ];
        for (bytes, text) in table {
            assert_eq!(screen(bytes), *text);
        }
        assert_eq!(words("  a \n\n b\tc "), "a b c");
    }
}
