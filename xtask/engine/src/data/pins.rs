//! `hosts.lock`: the identity of each host at the first contact.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use camino::Utf8Path;
use serde::Deserialize;

use super::fault::Fault;
use super::identity::Identity;
use super::source::Source;
use super::unseen::is_unseen;

const WAY_OUT: &str = "restore the committed version of this file, or delete that host's lines: it is pinned again \
                       at its next contact";

/// The pins of an inventory, by host.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pins {
    #[serde(default)]
    hosts: BTreeMap<String, Identity>,
}

/// The verdict of the pins on an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// There was no pin: this is the first contact.
    New,
    /// It is the host that was pinned.
    Match,
    /// It is another one: `pinned` was expected, and `like` names the host whose pin this identity is.
    Changed {
        /// The pin.
        pinned: Identity,
        /// The host that this identity belongs to.
        like: Option<String>,
    },
    /// There was no pin, and the host of this name shows the same identity: a clone, or one machine
    /// with two names.
    Twin(String),
}

impl Pins {
    /// Reads the file; `path` is shown in errors.
    ///
    /// # Errors
    /// When it does not have the form of [`Pins::render`].
    pub fn parse(path: &Utf8Path, text: &str) -> Result<Self, Fault> {
        toml::from_str(text).map_err(|error| {
            let source = Source::new(path.as_str(), text);
            let message = format!("cannot read the pinned identity of a host: {}", error.message());
            let problem = source.problem(error.span().unwrap_or_default(), message);
            problem.hint(Some(WAY_OUT.to_owned())).into()
        })
    }

    /// The file's text: sorted, one table per host.
    pub fn render(&self, inventory: &str) -> String {
        let mut text = format!(
            "# Who the hosts of {inventory} are: written at the first contact, compared before every change.\n\
             # Commit it. A host that changed on purpose: cargo xtask hosts pin HOST\n"
        );
        for (host, identity) in &self.hosts {
            let _ = write!(text, "\n[hosts.{}]\n", quoted(host));
            let values = [("machine_id", &identity.machine_id), ("host_key", &identity.host_key)];
            for (key, value) in values {
                if let Some(value) = value {
                    let _ = writeln!(text, "{key} = {}", quoted(value));
                }
            }
        }
        text
    }

    /// The pin of a host.
    pub fn get(&self, host: &str) -> Option<&Identity> {
        self.hosts.get(host)
    }

    /// Pins a host.
    pub fn set(&mut self, host: &str, identity: Identity) {
        self.hosts.insert(host.to_owned(), identity);
    }

    /// Forgets a host; whether it had a pin.
    pub fn forget(&mut self, host: &str) -> bool {
        self.hosts.remove(host).is_some()
    }

    /// Judges the identity of `host`, which is not empty, with the [`Twins`] of these pins.
    pub fn judge(&self, host: &str, found: &Identity, twins: &Twins<'_>) -> Verdict {
        match self.get(host) {
            Some(pin) if found.agrees_with(pin) => Verdict::Match,
            Some(pin) => {
                let mut like = twins.of(host, found).filter(|name| self.get(name).is_some());
                Verdict::Changed { pinned: pin.clone(), like: like.next().map(str::to_owned) }
            }
            None => {
                let like = twins.of(host, found).next();
                like.map_or(Verdict::New, |name| Verdict::Twin(name.to_owned()))
            }
        }
    }
}

/// A basic string of TOML: what it may not hold, and what nobody could see, is escaped.
fn quoted(text: &str) -> String {
    let inside = text.chars().fold(String::new(), |inside, c| match c {
        '"' | '\\' => inside + &format!("\\{c}"),
        c if is_unseen(c) => inside + &format!("\\U{:08x}", c as u32),
        c => inside + c.encode_utf8(&mut [0; 4]),
    });
    format!("\"{inside}\"")
}

/// Hosts by what makes them twins, in order: each host is judged against all others.
#[derive(Debug, Default)]
pub struct Twins<'a>(HashMap<(bool, &'a str), Vec<&'a str>>);

impl<'a> Twins<'a> {
    /// The pinned hosts, then those of `others` without a pin.
    pub fn new(pins: &'a Pins, others: impl IntoIterator<Item = (&'a str, &'a Identity)>) -> Self {
        let pinned = pins.hosts.iter().map(|(name, identity)| (name.as_str(), identity));
        let unknown = others.into_iter().filter(|(name, _)| pins.get(name).is_none());
        let mut twins = Self::default();
        for (name, identity) in pinned.chain(unknown) {
            if let Some(mark) = identity.mark() {
                twins.0.entry(mark).or_default().push(name);
            }
        }
        twins
    }

    /// The other hosts that are one machine with `host`, or its copy.
    fn of<'t>(&'t self, host: &'t str, found: &'t Identity) -> impl Iterator<Item = &'t str> {
        let same = found.mark().and_then(|mark| self.0.get(&mark)).into_iter().flatten();
        same.copied().filter(move |name| *name != host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(machine_id: &str) -> Identity {
        let host_key = Some("ssh-ed25519 SHA256:k".to_owned());
        Identity { machine_id: Some(machine_id.to_owned()), host_key }
    }

    fn pins() -> Pins {
        let mut pins = Pins::default();
        pins.set("web2", identity("b"));
        pins.set("db.example", identity("a"));
        pins
    }

    #[test]
    fn the_file_is_sorted_and_read_back() {
        let text = pins().render("hosts.toml");
        let tables: Vec<&str> = text.lines().filter(|line| line.starts_with('[')).collect();
        assert_eq!(tables, ["[hosts.\"db.example\"]", "[hosts.\"web2\"]"]);
        assert!(text.starts_with("# Who the hosts of hosts.toml are"));
        assert_eq!(Pins::parse(Utf8Path::new("hosts.lock"), &text).unwrap(), pins());
        assert_eq!(Pins::parse(Utf8Path::new("hosts.lock"), "").unwrap(), Pins::default());
    }

    #[test]
    fn a_file_with_a_mistake_is_an_error_with_its_line() {
        let text = "# pins\n\n[hosts.a]\nmachine = \"x\"\n";
        let fault = Pins::parse(Utf8Path::new("hosts.lock"), text).unwrap_err();
        assert!(fault.message.starts_with("hosts.lock:4: cannot read the pinned"), "{fault}");
        assert_eq!(fault.details[0], ("4 |".to_owned(), "machine = \"x\"".to_owned()));
        assert_eq!(fault.hints, [WAY_OUT]);
    }

    proptest::proptest! {
        /// Fault T3: whatever is pinned is read again.
        #[test]
        fn any_text_comes_back(host in ".+", value in "(?s).*") {
            let mut pins = Pins::default();
            let host_key = Some(value.clone());
            pins.set(&host, Identity { machine_id: Some(value), host_key });
            let text = pins.render("hosts.toml");
            proptest::prop_assert_eq!(Pins::parse(Utf8Path::new("hosts.lock"), &text).unwrap(), pins);
        }
    }

    #[test]
    fn every_character_that_is_not_seen_comes_back() {
        let unseen = (0..=0x10_FFFF).filter_map(char::from_u32).filter(|c| is_unseen(*c));
        let text: String = unseen.chain(['"', '\\', '\'', '#']).collect();
        let mut pins = Pins::default();
        pins.set(&text, Identity { machine_id: Some(text.clone()), host_key: None });
        let written = pins.render("hosts.toml");
        assert!(written.chars().all(|c| c == '\n' || !is_unseen(c)));
        assert_eq!(Pins::parse(Utf8Path::new("hosts.lock"), &written).unwrap(), pins);
    }

    #[test]
    fn a_swap_and_a_clone_are_told_by_name() {
        let pins = pins();
        let others = [("web3", identity("d")), ("web4", identity("d")), ("web2", identity("e"))];
        let others = others.iter().map(|(name, identity)| (*name, identity));
        let twins = Twins::new(&pins, others);
        let judge = |host: &str, found: &str| pins.judge(host, &identity(found), &twins);
        assert_eq!(judge("web2", "b"), Verdict::Match);
        assert_eq!(judge("web3", "c"), Verdict::New);
        let changed = |like: Option<&str>| Verdict::Changed {
            pinned: identity("b"),
            like: like.map(str::to_owned),
        };
        assert_eq!(judge("web2", "a"), changed(Some("db.example")));
        assert_eq!(judge("web2", "c"), changed(None));
        assert_eq!(judge("web2", "d"), changed(None));
        assert_eq!(judge("web3", "b"), Verdict::Twin("web2".into()));
        assert_eq!(judge("web3", "d"), Verdict::Twin("web4".into()));
    }
}
