//! The notice of a terminal at the end of a long run: the person may look at another window.

use std::time::Duration;

use crate::data::span::shown;

/// A shorter run has kept its person at the terminal.
const LONG: Duration = Duration::from_secs(30);

/// OSC 9 (iTerm2, ConEmu, kitty, WezTerm) and OSC 777 (urxvt, foot, Ghostty), each ended by BEL, then the bell. A terminal
/// ignores a sequence that it does not know. None for a short run.
pub(super) fn sequence(step: &str, code: u8, took: Duration) -> Option<String> {
    if took < LONG || step.is_empty() {
        return None;
    }
    let end = if code == 0 { "done".to_owned() } else { format!("exit {code}") };
    // Letters and blanks only: no part of it ends a sequence, or begins another field.
    let step: String =
        step.chars().filter(|c| c.is_ascii_alphanumeric() || " -_".contains(*c)).collect();
    let text = format!("{step}: {end} after {}", shown(took.as_secs_f64()));
    Some(format!("\x1b]9;{text}\x07\x1b]777;notify;xtask;{text}\x07\x07"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_gives_notice_and_a_short_one_none() {
        let run = |code, seconds| sequence("bk-upgrade paas", code, Duration::from_secs(seconds));
        assert_eq!(run(0, 29), None);
        let text = "bk-upgrade paas: done after 1 m 30 s";
        let all = format!("\x1b]9;{text}\x07\x1b]777;notify;xtask;{text}\x07\x07");
        assert_eq!(run(0, 90), Some(all));
        assert!(run(4, 30).is_some_and(|text| text.contains("exit 4 after 30.0 s")));
        assert_eq!(sequence("", 0, LONG), None);
        let odd = sequence("a\x07;\x1b]b", 0, LONG).expect("a long one");
        assert!(odd.starts_with("\x1b]9;ab: done"), "{odd:?}");
    }
}
