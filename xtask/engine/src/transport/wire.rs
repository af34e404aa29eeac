//! The framing: how a script is written to the far end, and how its output is separated from all
//! other output.

use std::fmt::Write as _;

use memchr::memmem;

/// Scripts longer than this travel as one block (`head -c` at the far end) instead of line by
/// line: the far shell reads lines a byte at a time, and a block costs it a process.
const BLOCK: usize = 4096;

/// The bytes that ask the far end to run `script`, fed with `data`.
pub(super) fn run_frame(id: u64, script: &str, data: Option<&[u8]>) -> Vec<u8> {
    let data = data.map(encode).unwrap_or_default();
    // Two blocks cannot follow each other: some `head` read ahead.
    let mut frame = if script.len() > BLOCK && data.is_empty() {
        // The last line is a comment, by which the far end sees that the block is whole.
        let script = format!("{script}\n#{id}.");
        format!("r {id} -{} 0\n{script}", script.len())
    } else {
        let lines = script.bytes().filter(|byte| *byte == b'\n').count() + 1;
        format!("r {id} {lines} {}\n{script}\n", data.len())
    };
    frame.push_str(&data);
    frame.into_bytes()
}

/// The bytes that ask the far end to run `script` in the shell that serves it.
pub(super) fn own_frame(id: u64, script: &str) -> Vec<u8> {
    format!("l {id} {} 0\n{script}\n", script.lines().count()).into_bytes()
}

/// The same while a command runs.
pub(super) fn aside_frame(id: u64, script: &str) -> Vec<u8> {
    format!("i {id} {} 0\n{script}\n", script.lines().count()).into_bytes()
}

/// The bytes that ask the far end whether the command of frame `id` is still there.
pub(super) fn ask_frame(id: u64) -> Vec<u8> {
    format!("a {id}\n").into_bytes()
}

/// The first line to the far end. The driver ignores it. Another shell in its place, one that a start-up file has
/// begun, runs it: it names itself and ends.
pub(super) const ANOTHER_SHELL: &[u8] =
    b"sh -c 'echo \"xtask: this is $(readlink /proc/$PPID/exe)\"'; exit 97\n";

/// The program that ran [`ANOTHER_SHELL`], in its output.
pub(super) fn another_shell(noise: &str) -> Option<&str> {
    noise.lines().find_map(|line| line.trim().strip_prefix("xtask: this is "))
}

/// The bytes that ask the far end to end its commands.
pub(super) fn kill_frame(id: u64) -> Vec<u8> {
    format!("k {id}\n").into_bytes()
}

/// The bytes that say good-bye.
pub(super) const QUIT: &[u8] = b"q\n";

/// The bytes that say good-bye and ask the far end to stay until the end of its input. Otherwise
/// that end means that we are gone, and it stops processes left running on purpose.
pub(super) const HOLD: &[u8] = b"h\n";

/// `data` for `printf %b`: plain ASCII unchanged, all other bytes in octal, so that the locale of
/// the shell does not matter.
pub fn encode(data: &[u8]) -> String {
    let mut text = String::with_capacity(data.len() + data.len() / 8);
    for byte in data {
        match byte {
            b'\n' => text.push_str("\\n"),
            b'\\' => text.push_str("\\\\"),
            b' '..=b'~' => text.push(char::from(*byte)),
            _ => write!(text, "\\0{byte:03o}").expect("writing to a string cannot fail"),
        }
    }
    text
}

/// The position of a stream relative to its frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Noise before the frame's own output.
    Before,
    /// The frame's output.
    Inside,
    /// The frame has ended with this exit code.
    Done(i32),
    /// The session has ended with this exit code, and everything in it.
    Over(i32),
}

/// Finds the markers of one frame in one stream.
#[derive(Debug)]
pub(super) struct Scanner {
    finder: memmem::Finder<'static>,
    token: Vec<u8>,
    pending: Vec<u8>,
    /// The last end of another frame, and its exit code: one that ran beside the command.
    pub(super) aside: Option<(u64, i32)>,
}

impl Scanner {
    pub(super) fn new(token: &str) -> Self {
        let token = token.as_bytes().to_vec();
        let finder = memmem::Finder::new(&token).into_owned();
        Self { finder, token, pending: Vec::new(), aside: None }
    }

    /// Takes `bytes` in; hands output of frame `id` to `inside`, everything else to `noise`.
    pub(super) fn push<E>(
        &mut self,
        bytes: &[u8],
        id: u64,
        stage: &mut Stage,
        mut inside: impl FnMut(&[u8]) -> Result<(), E>,
        mut noise: impl FnMut(&[u8]),
    ) -> Result<(), E> {
        self.pending.extend_from_slice(bytes);
        let mut start = 0;
        loop {
            let rest = &self.pending[start..];
            let found = self.finder.find(rest);
            let plain = found.unwrap_or_else(|| rest.len() - self.partial(rest));
            if plain > 0 {
                if *stage == Stage::Inside {
                    inside(&rest[..plain])?
                } else {
                    noise(&rest[..plain])
                }
            }
            start += plain;
            let Some(at) = found else { break };
            let Some((marker, length)) = parse(&rest[at + self.token.len()..]) else { break };
            start += self.token.len() + length;
            match marker {
                // A list of processes shows the token, too.
                None if *stage == Stage::Inside => inside(&rest[at..at + self.token.len()])?,
                Some(Marker::Over(code)) => *stage = Stage::Over(code),
                // The commands of a session that is over end by its hand.
                _ if matches!(stage, Stage::Over(_)) => {}
                Some(Marker::Begin(this)) if this == id => *stage = Stage::Inside,
                Some(Marker::End(this, code)) if this == id => *stage = Stage::Done(code),
                Some(Marker::End(other, code)) => self.aside = Some((other, code)),
                _ => {}
            }
        }
        self.pending.drain(..start);
        Ok(())
    }

    /// The bytes held back as a possible marker; nothing more comes.
    pub(super) fn rest(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.pending)
    }

    /// How many of the last bytes could be the beginning of the token.
    fn partial(&self, bytes: &[u8]) -> usize {
        let longest = bytes.len().min(self.token.len() - 1);
        (1..=longest).rev().find(|n| self.token.starts_with(&bytes[bytes.len() - n..])).unwrap_or(0)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Marker {
    Begin(u64),
    End(u64, i32),
    Over(i32),
}

/// Reads `<ID;`, `>ID CODE;` or `>! CODE;`. `None`: not all there yet. Anything else is no marker.
fn parse(bytes: &[u8]) -> Option<(Option<Marker>, usize)> {
    let end = bytes.iter().take(48).position(|byte| *byte == b';');
    let Some(end) = end else { return (bytes.len() >= 48).then_some((None, 0)) };
    let text = std::str::from_utf8(&bytes[..end]).unwrap_or_default();
    let marker = if let Some(id) = text.strip_prefix('<') {
        id.parse().ok().map(Marker::Begin)
    } else {
        let words = text.strip_prefix('>').and_then(|text| text.split_once(' '));
        words.and_then(|(id, code)| match (id, code.parse().ok()?) {
            ("!", code) => Some(Marker::Over(code)),
            (id, code) => Some(Marker::End(id.parse().ok()?, code)),
        })
    };
    Some((marker, if marker.is_some() { end + 1 } else { 0 }))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::*;

    fn scan(chunks: &[&[u8]], id: u64) -> (Vec<u8>, Vec<u8>, Stage) {
        let (mut out, mut noise, mut stage) = (Vec::new(), Vec::new(), Stage::Before);
        let mut scanner = Scanner::new("TOKEN");
        for chunk in chunks {
            let inside = |bytes: &[u8]| {
                out.extend_from_slice(bytes);
                Ok::<_, Infallible>(())
            };
            scanner
                .push(chunk, id, &mut stage, inside, |bytes| noise.extend_from_slice(bytes))
                .unwrap();
        }
        (out, noise, stage)
    }

    #[test]
    fn output_is_told_from_noise_and_from_other_frames() {
        let stream = b"motd\nTOKEN<1;oldTOKEN>1 0;lateTOKEN<2;new\nTOKTOKEN>2 7;";
        let (out, noise, stage) = scan(&[stream], 2);
        assert_eq!(out, b"new\nTOK");
        assert_eq!(noise, b"motd\noldlate");
        assert_eq!(stage, Stage::Done(7));
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_chunks_come_back(
            data in proptest::collection::vec(prop_oneof![Just(b'T'), Just(b'O'), any::<u8>()], 0..300),
            cuts in proptest::collection::vec(0usize..400, 0..6),
        ) {
            let mut stream = b"noise TOTOKEN<9;".to_vec();
            stream.extend_from_slice(&data);
            stream.extend_from_slice(b"TOKEN>9 255;");
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(stream.len())).collect();
            cuts.extend([0, stream.len()]);
            cuts.sort_unstable();
            let chunks: Vec<&[u8]> = cuts.windows(2).map(|pair| &stream[pair[0]..pair[1]]).collect();
            let (out, _, stage) = scan(&chunks, 9);
            prop_assert_eq!(out, data);
            prop_assert_eq!(stage, Stage::Done(255));
        }
    }
}
