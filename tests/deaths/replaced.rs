//! Another program in the place of the shell, and shells that only pass on to ours.

use std::io::Write as _;
use std::time::Duration;

use anyhow::Result;
use engine::data::fault::{Fault, Kind};
use engine::transport::Transport;
use engine::transport::call::End;
use engine::transport::channel::Channel;
use engine::transport::launch::{Launch, Shell};
use engine::transport::ssh::Control;

use super::call;
use crate::support::machines::settings;
use crate::support::{Fleet, Xtask, scratch, write};

/// Those of `names` that are here.
fn here(names: &[&'static str]) -> Vec<&'static str> {
    let there = |name: &&&str| {
        let found = ["/bin", "/usr/bin"].iter().any(|dir| {
            std::path::Path::new(dir).join(name.split(' ').next().expect("a word")).exists()
        });
        if !found {
            let note = format!("SKIPPED: no {name} here\n");
            std::io::stderr().write_all(note.as_bytes()).expect("standard error");
        }
        found
    };
    names.iter().filter(there).copied().collect()
}

/// Fault S3: nothing is sent before our shell has answered.
#[test]
fn a_start_up_file_that_begins_another_shell_gets_nothing_of_the_command() {
    for shell in here(&["zsh -l", "fish", "ksh", "tcsh", "dash", "busybox sh"]) {
        let home = scratch();
        write(&home.path().join(".bash_profile"), &format!("exec {shell}\n"));
        write(&home.path().join("hosts.toml"), "[hosts.me]\nsession = \"local\"\n");
        let outcome = Xtask::new(home.path(), &["pcmd", "-w", "me", "touch ran; exit 3"])
            .env("HOME", home.path())
            .dir(home.path())
            .env("XTASK_INVENTORY", home.path().join("hosts.toml"))
            .run();
        assert_eq!((outcome.code, outcome.stdout.as_str()), (4, ""), "{}", outcome.stderr);
        let reason = "me: unreachable: logged in, but /usr/bin/";
        assert!(outcome.stderr.starts_with(reason), "{shell}: {}", outcome.stderr);
        assert!(
            outcome.stderr.contains(" took the place of the shell\nhint: "),
            "{}",
            outcome.stderr
        );
        assert!(!home.path().join("ran").exists(), "{shell}");
    }
}

/// Fault S3: the same over ssh; and a login that ends without a shell.
#[test]
fn a_login_without_our_shell_says_why() {
    let (state, fleet) = (scratch(), Fleet::start());
    let profile = fleet.dir.join("home/.bash_profile");
    let ran = fleet.dir.join("ran");
    let command = format!("touch {}; exit 3", ran.display());
    for (text, reason) in [
        ("exec dash\n", "logged in, but /usr/bin/dash took the place of the shell"),
        (
            "echo This account is currently not available.\nexit 1\n",
            "logged in, no shell: the connection ended with exit 1\n    stderr  This account is currently not available.",
        ),
        ("exit 0\n", "logged in, no shell: the connection ended with exit 0"),
        ("kill -9 $$\n", "logged in, no shell: the connection ended with exit 255"),
        ("read -r answer; read -r answer; exit\n", "logged in, no shell after 3 s"),
    ] {
        write(&profile, text);
        // Only the last one takes all of its time.
        let limit = if text.contains("answer") { "3" } else { "60" };
        let args = ["pcmd", "-w", "h001", "--connect-timeout", limit, &command];
        let outcome = fleet.xtask(state.path(), &args).run();
        assert!(
            outcome.stderr.starts_with(&format!("h001: unreachable: {reason}\n")),
            "{text}{}",
            outcome.stderr
        );
        assert_eq!((outcome.code, ran.exists()), (4, false), "{text}");
    }
}

/// The login shell of an account: it gets one line.
#[derive(Debug)]
struct Login(&'static str);

impl Transport for Login {
    fn launch(
        &self,
        shell: Shell,
        token: &str,
        _: Duration,
        _: Option<&Control>,
    ) -> Result<Launch> {
        let words = self.0.split(' ').map(str::to_owned);
        let line = ["-c".to_owned(), shell.line(token, None)?];
        Ok(Launch { argv: words.chain(line).collect(), own_group: true, without: Vec::new() })
    }

    fn explain(&self, said: &str, fallback: &str) -> Fault {
        Fault::new(Kind::Unreachable, format!("{fallback}: {said}"))
    }
}

#[test]
fn every_login_shell_passes_on_to_ours() {
    for shell in here(&["dash", "bash", "busybox sh", "ksh", "mksh", "zsh", "fish"]) {
        let channel = Channel::new(Box::new(Login(shell)), Shell::Sh);
        let seven = (Ok(End::Exit(7)), "x\n".to_owned());
        assert_eq!(call(&channel, "echo x; exit 7"), seven, "{shell}");
        let killed = (Ok(End::Exit(143)), String::new());
        assert_eq!(call(&channel, "kill 0; echo no"), killed, "{shell}");
        channel.close(&settings());
    }
}
