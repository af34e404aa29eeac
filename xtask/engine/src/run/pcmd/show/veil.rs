//! Hides secrets in output that is shown as it comes.

use crate::text::mask::Mask;

/// A longer line without an end is shown in parts.
const LONGEST: usize = 64 * 1024;

/// Holds half a line back: a secret may end in its rest. Without secrets nothing waits.
#[derive(Debug, Default)]
pub(super) struct Veil {
    held: Vec<u8>,
}

impl Veil {
    /// The bytes to show now.
    pub(super) fn pass(&mut self, bytes: &[u8], mask: &Mask) -> Vec<u8> {
        if mask.is_empty() && self.held.is_empty() {
            return bytes.to_vec();
        }
        self.held.extend_from_slice(bytes);
        // A progress bar ends its lines with a carriage return.
        let end = self.held.iter().rposition(|byte| matches!(byte, b'\n' | b'\r'));
        let (shown, done) = match end {
            Some(end) => (mask.bytes(&self.held[..=end]), end + 1),
            None if self.held.len() > LONGEST => mask.part(&self.held, false),
            None => return Vec::new(),
        };
        self.held.drain(..done);
        shown
    }

    /// The rest.
    pub(super) fn end(&mut self, mask: &Mask) -> Vec<u8> {
        mask.bytes(&std::mem::take(&mut self.held))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_line_waits_only_when_there_is_something_to_hide() {
        let (mut veil, none, mask) = (Veil::default(), Mask::new(), Mask::new().value("hunter2!"));
        assert_eq!(veil.pass(b"half", &none), b"half");
        assert_eq!(veil.pass(b" hunt", &mask), b"");
        assert_eq!(veil.pass(b"er2!\r50%", &mask), b" ****\r");
        assert_eq!(veil.pass(b"\nhunter2", &mask), b"50%\n");
        assert_eq!(veil.pass(b"!", &mask), b"");
        assert_eq!(veil.end(&mask), b"****");
        let long = [b"x".repeat(LONGEST), b"hunter2!".to_vec()].concat();
        let shown = [veil.pass(&long, &mask), veil.end(&mask)].concat();
        assert_eq!(shown, [b"x".repeat(LONGEST), b"****".to_vec()].concat());
    }
}
