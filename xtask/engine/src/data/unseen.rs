//! Characters that a terminal obeys or hides. In the text of a host they can forge what a person reads.

/// Whether a terminal obeys `c`, or shows nothing for it: controls of ASCII and C1 (tab and newline too), marks that
/// turn the direction of text, characters without width, and the noncharacters that this program keeps for itself.
pub const fn is_unseen(c: char) -> bool {
    matches!(c as u32,
        0x00..=0x1F | 0x7F..=0x9F
        | 0xAD | 0x34F | 0x61C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F
        | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164
        | 0xFDD0..=0xFDEF | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB
        | 0xE_0000..=0xE_0FFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_any_script_are_seen_and_nothing_else_is_hidden() {
        assert!("aZ ~é配ابд⚠️😀e\u{301}".chars().all(|c| !is_unseen(c)));
        assert!("\x1b\x07\r\x08\x7f\u{9b}\u{200b}\u{202e}\u{2066}\u{feff}".chars().all(is_unseen));
    }
}
