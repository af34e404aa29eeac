//! Admission of a session: the host reports its identity, and the session takes the host's lock.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use sha2::{Digest as _, Sha256};

use crate::data::fault::Fault;
use crate::data::holder::Holder;
use crate::data::identity::{Identity, host_key};
use crate::text::quote;

const ADMIT: &str = include_str!("../../../../snippets/session/admit.sh");

/// The commands that release the lock.
pub(super) const UNLOCK: &str = "__unlock\ntrap - EXIT";

/// Base64 of host keys: written without padding, read with or without it.
const BASE64: GeneralPurpose = GeneralPurpose::new(&STANDARD, READS_BOTH);
const READS_BOTH: GeneralPurposeConfig =
    NO_PAD.with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// The longest answer that is kept: identity and holder have a few hundred bytes.
const LONGEST: usize = 64 * 1024;

/// One stream of an answer; what is too long is lost.
#[derive(Default)]
pub(super) struct Short(Vec<u8>);

impl Short {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0).into_owned()
    }
}

impl std::io::Write for Short {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let room = LONGEST - self.0.len();
        self.0.extend_from_slice(&bytes[..room.min(bytes.len())]);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The answer of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// Its identity.
    pub identity: Identity,
    /// Its lock; none when it was not asked for.
    pub lock: Option<Lock>,
    /// What continues there without a session.
    pub jobs: Vec<RunningJob>,
}

/// A job that runs on a host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunningJob {
    /// Its name.
    pub name: String,
    /// The person who started it.
    pub who: String,
    /// The run that started it.
    pub run: String,
}

/// The result of taking the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lock {
    /// It is ours until the session ends. This holder, now gone, left it behind.
    Taken(Option<Holder>),
    /// This holder has it.
    Held(Holder),
    /// The host has no `flock`.
    Without,
    /// The lock file cannot be made, for this reason.
    Broken(String),
}

/// The script for the session's shell. Without a holder it takes no lock.
pub(super) fn script(holder: Option<&Holder>) -> Result<String, Fault> {
    let holder = holder.map(ToString::to_string).unwrap_or_default();
    Ok(format!("__who={}\n{}", quote::quote(&holder)?, super::launch::bare(ADMIT)))
}

/// Reads the answer.
pub(super) fn read(out: &str, err: &str, asked: bool) -> Admission {
    let mut identity = Identity::default();
    let mut jobs = Vec::new();
    let mut lines = out.lines();
    for line in lines.by_ref() {
        match line.split_once(' ') {
            Some(("machine-id", id)) => identity.machine_id = machine_id(id),
            Some(("host-key", key)) => identity.host_key = fingerprint(key),
            Some(("job", words)) => {
                let mut words = words.split(' ').map(str::to_owned);
                let mut word = || words.next().unwrap_or_default();
                jobs.push(RunningJob { name: word(), who: word(), run: word() });
            }
            Some(("lock", word)) => {
                let holder = Holder::parse(&lines.collect::<Vec<_>>().join("\n"));
                return Admission { identity, lock: Some(lock(word, holder, err)), jobs };
            }
            _ => {}
        }
    }
    Admission { identity, lock: asked.then(|| Lock::Broken(err.trim().to_owned())), jobs }
}

fn lock(word: &str, holder: Holder, err: &str) -> Lock {
    match word {
        "taken" => Lock::Taken(Some(holder).filter(Holder::is_known)),
        "held" => Lock::Held(holder),
        "without" => Lock::Without,
        _ => Lock::Broken(err.trim().to_owned()),
    }
}

/// A machine that was never started has no id yet, or says `uninitialized`.
fn machine_id(text: &str) -> Option<String> {
    let good = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    good.then(|| text.to_ascii_lowercase())
}

/// `ssh-ed25519 AAAA…` as `ssh-ed25519 SHA256:…`.
fn fingerprint(key: &str) -> Option<String> {
    let (kind, blob) = host_key(key)?;
    let digest = Sha256::digest(BASE64.decode(blob).ok()?);
    Some(format!("{kind} SHA256:{}", BASE64.encode(digest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn an_answer_is_read_with_the_fingerprint_that_ssh_keygen_shows() {
        let key =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
        let out = format!(
            "machine-id {ID}\nhost-key {key}\njob j alice r\nlock held\nwho alice\nshell 7\n"
        );
        let admission = read(&out, "", true);
        let host_key = "ssh-ed25519 SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU";
        assert_eq!(admission.identity.machine_id.as_deref(), Some(ID));
        assert_eq!(admission.identity.host_key.as_deref(), Some(host_key));
        let job = RunningJob { name: "j".into(), who: "alice".into(), run: "r".into() };
        assert_eq!(admission.jobs, [job]);
        let Some(Lock::Held(holder)) = admission.lock else { panic!("{admission:?}") };
        assert_eq!((holder.who.as_str(), holder.shell.as_str()), ("alice", "7"));
    }

    /// Fault T3: what is written into the pins has a shape that was checked.
    #[test]
    fn what_is_no_key_and_no_machine_id_is_left_out() {
        let good = "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
        for kind in
            ["ssh\u{1b}[2J", "ssh-ed25519\u{7f}", "ssh-ed25519\u{200b}", "\"x", "of-tomorrow"]
        {
            let out = format!("machine-id {ID}\u{200b}\nhost-key {kind} {good}\nlock taken\n\n");
            assert_eq!(read(&out, "", true).identity, Identity::default(), "{kind:?}");
        }
        let said = read("host-key ssh-ed25519 AAA\u{202e}\nlock taken\n", "", true);
        assert_eq!(said.identity, Identity::default());
        let long = "x".repeat(100_000);
        let Some(Lock::Held(holder)) = read(&format!("lock held\nwho {long}\n"), "", true).lock
        else {
            panic!("the lock is held");
        };
        assert!(holder.who.len() < 1000, "{}", holder.who.len());
    }

    #[test]
    fn what_a_host_does_not_have_is_not_made_up() {
        let admission = read("machine-id uninitialized\nlock taken\n\n", "", true);
        let lock = Some(Lock::Taken(None));
        let taken = Admission { identity: Identity::default(), lock, jobs: Vec::new() };
        assert_eq!(admission, taken);
        assert_eq!(
            read("machine-id \n", "sh: no\n", true).lock,
            Some(Lock::Broken("sh: no".into()))
        );
        assert_eq!(read("machine-id \n", "", false).lock, None);
    }
}
