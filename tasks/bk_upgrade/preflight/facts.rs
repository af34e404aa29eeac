//! What a host says of itself before the upgrade.

use std::time::{SystemTime, UNIX_EPOCH};

use engine::prelude::*;

const HOST: Snippet = snippet!("bk-upgrade/preflight_host");
/// The architectures that agent 2.0 has packages for.
pub(super) const ARCHITECTURES: [&str; 3] = ["x86_64", "aarch64", "i686"];

/// The facts of one host.
#[derive(Debug, Default)]
pub(super) struct Facts {
    arch: String,
    system: String,
    /// Seconds that its clock is away from this machine's; those of the way do not count.
    skew: u64,
    /// KiB that are free for backups.
    free: u64,
    /// KiB of the directories that backups hold.
    used: u64,
    /// The directories that are not there.
    pub(super) unknown: Vec<String>,
}

impl Facts {
    /// Asks a host; `dirs` are those that its backup will hold.
    ///
    /// # Errors
    /// Those of the read.
    pub(super) fn read(host: &Host<'_>, dirs: &[String]) -> Result<Self> {
        let values = [("DIRS", Value::list(dirs.iter().cloned()))];
        let before = now();
        let said = host.look("look at the host", |reader| reader.ask(HOST, values))?;
        Ok(Self::parse(&said, before, now()))
    }

    /// The lines of the snippet. The host answered between `before` and `after`, in seconds.
    fn parse(said: &str, before: u64, after: u64) -> Self {
        let mut facts = Self::default();
        for line in said.lines() {
            let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
            let number = || rest.split(' ').next_back().and_then(|text| text.parse::<u64>().ok());
            match name {
                "arch" => facts.arch = rest.to_owned(),
                "system" => facts.system = rest.to_owned(),
                "clock" => {
                    let clock = number().unwrap_or(0);
                    facts.skew = before.saturating_sub(clock).max(clock.saturating_sub(after));
                }
                "free" => facts.free = number().unwrap_or(0),
                "used" => facts.used += number().unwrap_or(0),
                "none" => facts.unknown.push(rest.to_owned()),
                _ => {}
            }
        }
        facts
    }

    /// What is wrong with the host.
    pub(super) fn faults(&self, host: &str, max_skew: u64) -> Vec<String> {
        let mut faults = Vec::new();
        if !ARCHITECTURES.contains(&self.arch.as_str()) {
            let (arch, system) = (&self.arch, &self.system);
            faults.push(format!("{host}: agent 2.0 has no package for {arch} ({system})"));
        }
        if self.skew > max_skew {
            faults.push(format!("{host}: its clock differs by {} s", self.skew));
        }
        faults
    }

    /// Whether `times` of what backups hold is free.
    pub(super) fn space(&self, host: &str, times: u64) -> Option<String> {
        let need = self.used * times;
        (need > self.free).then(|| {
            let gib = |kib: u64| kib.div_ceil(1024 * 1024);
            let (need, free) = (gib(need), gib(self.free));
            format!(
                "{host}: backups and new packages need {need} GiB in /data, {free} GiB are free"
            )
        })
    }
}

/// Seconds of this machine's clock.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str =
        "arch x86_64\nsystem CentOS Linux 7\nclock 1005\nfree 100\nused /a 30\nused /b 25\nnone /c";

    #[test]
    fn a_good_host_has_no_fault() {
        let facts = Facts::parse(SAID, 1000, 1010);
        assert_eq!(facts.faults("x", 0), [""; 0]);
        assert_eq!(
            (facts.used, facts.free, facts.unknown.as_slice()),
            (55, 100, &["/c".to_owned()][..])
        );
        assert_eq!(facts.space("x", 1), None);
    }

    #[test]
    fn architecture_clock_and_space_are_faults() {
        let facts = Facts::parse(&SAID.replace("x86_64", "sparc"), 1011, 1012);
        assert_eq!(
            facts.faults("x", 5),
            [
                "x: agent 2.0 has no package for sparc (CentOS Linux 7)",
                "x: its clock differs by 6 s"
            ]
        );
        assert_eq!(Facts::parse(SAID, 900, 990).faults("x", 14), ["x: its clock differs by 15 s"]);
        let lack = "x: backups and new packages need 1 GiB in /data, 1 GiB are free";
        assert_eq!(facts.space("x", 2).unwrap(), lack);
    }
}
