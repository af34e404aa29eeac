//! One secret in one family of forms: how it is found at a place of a text.

use super::base64::{self, same};
use super::forms::{SHORT, is_cut, steps};
use super::hit::Hit;

/// A secret to look for.
#[derive(Clone)]
pub(super) enum Needle {
    /// Each character as itself, or escaped.
    Spelled(Vec<u8>),
    /// Two hexadecimal digits for each byte, with or without something between.
    Hex(Vec<u8>),
    /// The base64 characters that the secret alone decides.
    Base64(Vec<u8>),
}

impl Needle {
    /// All needles of a value.
    pub(super) fn of(value: &[u8]) -> Vec<Self> {
        let mut needles = vec![Self::Spelled(value.to_vec())];
        if value.len() >= SHORT {
            needles.push(Self::Hex(value.to_vec()));
            needles.extend((0..3).filter_map(|lead| base64::core(value, lead)).map(Self::Base64));
        }
        needles
    }

    /// The bytes with which it may begin.
    pub(super) fn starts(&self) -> Vec<u8> {
        let mut starts = match self {
            Self::Spelled(value) => {
                let blank = (value[0] == b' ').then_some(b'+');
                b"%\\&'\"".iter().copied().chain([value[0]]).chain(blank).collect()
            }
            Self::Hex(value) => {
                let digit = char::from_digit(u32::from(value[0] >> 4), 16).unwrap_or_default();
                vec![digit as u8, digit.to_ascii_uppercase() as u8]
            }
            Self::Base64(core) => (0..=u8::MAX).filter(|byte| same(*byte, core[0])).collect(),
        };
        starts.sort_unstable();
        starts.dedup();
        starts
    }

    /// Looks at the place `at` of `text`.
    pub(super) fn find(&self, text: &[u8], at: usize) -> Hit {
        match self {
            Self::Spelled(value) if lives(&text[at..], value) => spelled(text, at, value),
            Self::Spelled(_) => Hit::default(),
            Self::Hex(value) => hex(text, at, value),
            Self::Base64(core) => base64::find(text, at, core),
        }
    }
}

/// Whether the first two characters fit: most places end here, and cost no memory.
fn lives(text: &[u8], value: &[u8]) -> bool {
    let mut lives = is_cut(text);
    steps(text, value, |taken, length| {
        let (text, value) = (&text[length..], &value[taken..]);
        lives |= value.is_empty() || is_cut(text);
        steps(text, value, |_, _| lives = true);
    });
    lives
}

/// The longest way to read `value` from `at` on. A `%` may be itself or begin an escape: all readings are followed side
/// by side.
fn spelled(text: &[u8], at: usize, value: &[u8]) -> Hit {
    let mut hit = Hit::default();
    // The ends of the readings that have come so far in the value. A step takes at most four bytes of it.
    let mut ends: [Vec<usize>; 5] = [vec![at], vec![], vec![], vec![], vec![]];
    for done in 0..value.len() {
        for end in std::mem::take(&mut ends[done % 5]) {
            hit.open |= is_cut(&text[end..]);
            steps(&text[end..], &value[done..], |taken, length| {
                let next = &mut ends[(done + taken) % 5];
                if !next.contains(&(end + length)) {
                    next.push(end + length);
                }
            });
        }
        if ends.iter().all(Vec::is_empty) {
            return hit;
        }
    }
    hit.end = ends[value.len() % 5].iter().copied().max();
    // The next byte decides whether a short value is a whole word.
    hit.open |= value.len() < SHORT && hit.end == Some(text.len());
    hit
}

fn hex(text: &[u8], at: usize, value: &[u8]) -> Hit {
    let mut end = at;
    let digit = |at: usize| text.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    for (number, byte) in value.iter().enumerate() {
        if number > 0 && text.get(end).is_some_and(|byte| b" :-\n".contains(byte)) {
            end += 1;
        }
        for half in [byte >> 4, byte & 15] {
            match digit(end) {
                Some(found) if found == u32::from(half) => end += 1,
                _ => return Hit { end: None, open: end >= text.len() },
            }
        }
    }
    Hit { end: Some(end), open: false }
}
