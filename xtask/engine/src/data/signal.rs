//! Exit codes that tell of a signal.

/// Signals that end a process by default, with their numbers on Linux.
const SIGNALS: [(i32, &str); 15] = [
    (1, "SIGHUP"),
    (2, "SIGINT"),
    (3, "SIGQUIT"),
    (4, "SIGILL"),
    (6, "SIGABRT"),
    (7, "SIGBUS"),
    (8, "SIGFPE"),
    (9, "SIGKILL"),
    (10, "SIGUSR1"),
    (11, "SIGSEGV"),
    (12, "SIGUSR2"),
    (13, "SIGPIPE"),
    (14, "SIGALRM"),
    (15, "SIGTERM"),
    (25, "SIGXFSZ"),
];

/// `exit 3`, `exit 143 (SIGTERM)`. A shell reports a signal as 128 and its number; a program may use such a code, too.
pub fn exit(code: i32) -> String {
    let name = SIGNALS.iter().find(|(number, _)| number + 128 == code).map(|(_, name)| name);
    name.map_or_else(|| format!("exit {code}"), |name| format!("exit {code} ({name})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_above_128_names_its_signal() {
        let codes = [0, 3, 128, 137, 143, 255].map(exit);
        assert_eq!(
            codes.join(", "),
            "exit 0, exit 3, exit 128, exit 137 (SIGKILL), exit 143 (SIGTERM), exit 255"
        );
    }
}
