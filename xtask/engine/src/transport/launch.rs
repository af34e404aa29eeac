//! The program that gives a shell: a transport knows only this.

use crate::data::fault::Fault;
use crate::data::inventory::Sudo;
use crate::text::quote;

/// The text that runs at the far end, without its comments: it travels with every new session.
const DRIVER: &str = include_str!("../../../../snippets/session/driver.sh");

/// Which shell serves a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shell {
    /// `sh`, for snippets: dash, bash and busybox ash all serve.
    Sh,
    /// `bash -l`, for `pcmd`: the functions of the start-up files are there.
    Login,
}

/// A program whose standard streams are those of a session's shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launch {
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// Starts in its own process group, so that Ctrl-C in the terminal does not end it before its
    /// commands. A local shell must not: it makes itself a session.
    pub own_group: bool,
    /// Variables of our environment that it does not get.
    pub without: Vec<String>,
}

impl Shell {
    /// The words that make the far end serve, for a program that takes an argument list.
    pub fn argv(self, token: &str, sudo: Option<&Sudo>) -> Vec<String> {
        let words = self.words();
        let mut argv: Vec<String> = Vec::new();
        if let Some(Sudo { user }) = sudo {
            argv.extend(["sudo", "-n"].map(str::to_owned));
            // `-H`: what a step keeps in the home directory belongs to that account.
            let account = |user: &String| ["-H".to_owned(), "-u".to_owned(), user.clone()];
            argv.extend(user.iter().flat_map(account));
            argv.push("--".to_owned());
        }
        argv.extend(words.split(' ').map(str::to_owned));
        argv.extend(["eval \"$1\"", "xtask"].map(str::to_owned));
        argv.extend([driver(), token.to_owned(), words.to_owned()]);
        argv
    }

    /// The same as one line for a login shell of any kind (sh, bash, zsh, fish).
    pub fn line(self, token: &str, sudo: Option<&Sudo>) -> Result<String, Fault> {
        Ok(format!("exec {}", quote::join(&self.argv(token, sudo))?))
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Sh => "sh -c",
            Self::Login => "bash -lc",
        }
    }
}

fn driver() -> String {
    bare(DRIVER)
}

/// 128 random bits: no output can hold a marker by chance, and nobody guesses them.
pub(crate) fn token() -> std::io::Result<String> {
    use std::io::Read as _;
    let mut bytes = [0; 16];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().fold(String::from("x"), |token, byte| token + &format!("{byte:02x}")))
}

/// A script without comments and indentation.
pub(crate) fn bare(script: &str) -> String {
    let lines = script.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_driver_can_stand_inside_single_quotes() {
        assert!(!driver().contains('\''), "any login shell must be able to pass it on");
        let line = |user: Option<&str>| {
            Shell::Sh.line("t", Some(&Sudo { user: user.map(str::to_owned) })).unwrap()
        };
        let root = "exec sudo -n -- sh -c 'eval \"$1\"' xtask '";
        assert!(line(None).starts_with(root));
        let other = "exec sudo -n -H -u postgres -- sh -c 'eval \"$1\"' xtask '";
        assert!(line(Some("postgres")).starts_with(other));
    }
}
