//! Values as words of a POSIX shell: bare when no character has a meaning, else in single quotes.

use crate::data::fault::Fault;

/// Characters that no POSIX shell gives a meaning to, anywhere in an argument.
const BARE: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:,@%+=";

/// `value` as one argument of a shell command.
///
/// The answer is meant for argument position: a bare `if` or `a=b` is data there, but not as the
/// first word of a command.
///
/// # Errors
/// A value with a NUL byte is refused: no argument of a process can hold one.
pub fn quote(value: &str) -> Result<String, Fault> {
    refuse_nul(value.as_bytes())?;
    if is_bare(value.as_bytes()) {
        return Ok(value.to_owned());
    }
    Ok(format!("'{}'", value.replace('\'', r"'\''")))
}

/// As [`quote`], for bytes that need not be UTF-8.
///
/// # Errors
/// A value with a NUL byte is refused.
pub fn quote_bytes(value: &[u8]) -> Result<Vec<u8>, Fault> {
    refuse_nul(value)?;
    if is_bare(value) {
        return Ok(value.to_vec());
    }
    let mut word = Vec::with_capacity(value.len() + 2);
    word.push(b'\'');
    for &byte in value {
        match byte {
            b'\'' => word.extend_from_slice(br"'\''"),
            other => word.push(other),
        }
    }
    word.push(b'\'');
    Ok(word)
}

/// `words` as one command line: each quoted, one space between.
///
/// # Errors
/// A word with a NUL byte is refused.
pub fn join<S: AsRef<str>>(words: &[S]) -> Result<String, Fault> {
    let quoted: Result<Vec<_>, _> = words.iter().map(|word| quote(word.as_ref())).collect();
    Ok(quoted?.join(" "))
}

/// `NAME=value` with the value quoted, without a final newline.
///
/// # Errors
/// A name that is no shell name (letters, digits, `_`, no digit first) or a value with a NUL byte.
pub fn assign(name: &str, value: &str) -> Result<String, Fault> {
    if !is_name(name) {
        return Err(Fault::usage(format!("{name:?} is not the name of a shell variable"))
            .hint("use letters, digits and _, not starting with a digit"));
    }
    let word = quote(value).map_err(|fault| fault.detail("variable", name))?;
    Ok(format!("{name}={word}"))
}

/// Whether `name` can name a shell variable or function.
pub fn is_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    name.bytes().all(plain) && name.bytes().next().is_some_and(|b| !b.is_ascii_digit())
}

fn is_bare(value: &[u8]) -> bool {
    !value.is_empty() && value.iter().all(|byte| BARE.contains(byte))
}

fn refuse_nul(value: &[u8]) -> Result<(), Fault> {
    let Some(at) = value.iter().position(|&byte| byte == 0) else { return Ok(()) };
    Err(Fault::usage(format!("a value holds a NUL byte (byte {at}), which no shell can carry"))
        .hint("send binary data over standard input, not as a value"))
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::Stdio;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn safe_words_stay_bare_and_all_else_is_quoted() {
        for (value, want) in [
            ("bk-paas.service", "bk-paas.service"),
            ("--set=a:b,c@d%e+f", "--set=a:b,c@d%e+f"),
            ("", "''"),
            ("a b", "'a b'"),
            ("it's", r"'it'\''s'"),
            ("~root", "'~root'"),
            ("$HOME", "'$HOME'"),
            ("a\nb", "'a\nb'"),
            ("物理机", "'物理机'"),
        ] {
            assert_eq!(quote(value).unwrap(), want);
            assert_eq!(quote_bytes(value.as_bytes()).unwrap(), want.as_bytes());
        }
        assert_eq!(join(&["echo", "a b", "c"]).unwrap(), "echo 'a b' c");
    }

    #[test]
    fn assignments_check_their_name() {
        assert_eq!(assign("NAMES", "a b").unwrap(), "NAMES='a b'");
        for name in ["", "1A", "A B", "A=1", "é"] {
            assert!(assign(name, "x").is_err(), "{name:?} was taken");
        }
    }

    #[test]
    fn a_nul_byte_is_refused_with_its_place() {
        let fault = quote("ab\0c").unwrap_err();
        assert_eq!(fault.message, "a value holds a NUL byte (byte 2), which no shell can carry");
        assert!(quote_bytes(b"\0").is_err());
        assert!(join(&["a", "\0"]).is_err());
    }

    /// The shells found on this machine, as command lines.
    fn shells() -> Vec<Vec<&'static str>> {
        [vec!["dash"], vec!["bash"], vec!["bash", "--posix"], vec!["busybox", "ash"], vec!["sh"]]
            .into_iter()
            .filter(|shell| which::which(shell[0]).is_ok())
            .collect()
    }

    /// The `values` as `shell` reads them: as arguments, and as assigned variables.
    #[expect(clippy::disallowed_methods, reason = "the test asks the real shells")]
    fn through(shell: &[&str], values: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let mut script = b"LC_ALL=C; export LC_ALL\n".to_vec();
        for value in values {
            let word = quote_bytes(value).unwrap();
            script.extend([b"V=", &word[..], b"\nprintf '%s\\0' ", &word, b" \"$V\"\n"].concat());
        }
        let mut child = std::process::Command::new(shell[0])
            .args(&shell[1..])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let writer = std::thread::spawn(move || stdin.write_all(&script));
        let out = child.wait_with_output().unwrap();
        writer.join().unwrap().unwrap();
        out.stdout.split(|&byte| byte == 0).map(<[u8]>::to_vec).collect()
    }

    /// Each value comes back twice, then the empty rest after the last NUL.
    fn check(values: &[Vec<u8>]) {
        let mut want: Vec<_> = values.iter().flat_map(|v| [v.clone(), v.clone()]).collect();
        want.push(Vec::new());
        for shell in shells() {
            assert_eq!(through(&shell, values), want, "{shell:?}");
        }
    }

    #[test]
    fn every_byte_but_nul_round_trips_through_the_real_shells() {
        assert!(!shells().is_empty());
        let mut values: Vec<Vec<u8>> = Vec::new();
        for byte in 1..=255_u8 {
            values.push(vec![byte]);
            values.push(vec![byte, b'\'', byte, b'a', byte]);
            values.push(vec![b'\\', byte, b'\n', byte]);
        }
        values.push((1..=255).collect());
        check(&values);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]
        #[test]
        fn any_values_round_trip_through_the_real_shells(
            values in prop::collection::vec(prop::collection::vec(1..=255_u8, 0..60), 40)
        ) {
            check(&values);
        }
    }
}
