//! Hides secrets in output that is shown as it comes.

use crate::text::mask::Mask;

/// What may be the beginning of a secret waits for its rest. Without secrets nothing waits.
#[derive(Debug, Default)]
pub(super) struct Veil {
    held: Vec<u8>,
}

impl Veil {
    /// The bytes to show now.
    pub(super) fn pass(&mut self, bytes: &[u8], mask: &Mask) -> Vec<u8> {
        self.held.extend_from_slice(bytes);
        let (shown, done) = mask.part(&self.held, false);
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
    fn only_the_beginning_of_a_secret_waits() {
        let (mut veil, none, mask) = (Veil::default(), Mask::new(), Mask::new().value("hunter2!"));
        assert_eq!(veil.pass(b"half", &none), b"half");
        assert_eq!(veil.pass(b" hunt", &mask), b" ");
        assert_eq!(veil.pass(b"er2!\r50%", &mask), b"****\r");
        assert_eq!(veil.pass(b"\nhunter2", &mask), b"50%\n");
        assert_eq!(veil.pass(b"!", &mask), b"****");
        assert_eq!(veil.end(&mask), b"");
    }
}
