//! The words of a command line.

/// Puts further words before the first `--`: behind it all words are values. Without one they come last.
pub fn insert(words: &mut Vec<String>, further: impl IntoIterator<Item = String>) {
    let at = words.iter().position(|word| word == "--").unwrap_or(words.len());
    words.splice(at..at, further);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_stays_a_flag() {
        for (line, want) in [("s x", "s x -n -v"), ("s -- x -- y", "s -n -v -- x -- y")] {
            let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            insert(&mut words, ["-n", "-v"].map(str::to_owned));
            assert_eq!(words.join(" "), want);
        }
    }
}
