//! The output of `systemctl show` (properties: org.freedesktop.systemd1(5)).

use crate::data::fault::Fault;

/// One unit of a host.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Unit {
    pub(super) name: String,
    load: String,
    active: String,
    enabled: String,
    fragment: String,
    /// The time it became active, in seconds since start-up.
    since: Option<i64>,
    /// The time of the last change of its state (also a reload), in seconds since start-up.
    changed: Option<i64>,
}

/// All of them, with the files that were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) units: Vec<Unit>,
    /// The time of the newest file, in seconds since start-up.
    pub(super) newest: Option<i64>,
    /// The existing ones of the paths that were asked for: `there PATH` or `link PATH TARGET`.
    pub(super) files: Vec<String>,
}

impl Unit {
    pub(super) fn is_unknown(&self) -> bool {
        self.load == "not-found"
    }

    /// A failed unit without a file stays listed until it is reset.
    pub(super) fn is_absent(&self) -> bool {
        self.is_unknown() && self.active != "failed"
    }

    pub(super) fn is_masked(&self) -> bool {
        self.load == "masked"
    }

    /// It has a process or will have one.
    pub(super) fn is_up(&self) -> bool {
        !matches!(self.active.as_str(), "inactive" | "failed" | "unknown" | "")
    }

    pub(super) fn is_active(&self) -> bool {
        self.active == "active"
    }

    /// Enabled explicitly.
    pub(super) fn is_enabled(&self) -> bool {
        self.enabled.starts_with("enabled")
    }

    /// Could be started at boot, but is not. (`static` and the like cannot be enabled.)
    pub(super) fn can_enable(&self) -> bool {
        matches!(self.enabled.as_str(), "disabled" | "enabled-runtime")
    }

    /// Started before that time. Both clocks count whole seconds, so one second is no difference.
    pub(super) fn is_older_than(&self, newest: Option<i64>) -> bool {
        matches!((self.since, newest), (Some(since), Some(newest)) if newest > since + 1)
    }

    /// Has neither started nor reloaded since that time.
    pub(super) fn has_not_read(&self, newest: Option<i64>) -> bool {
        let last = self.changed.max(self.since);
        matches!((last, newest), (Some(last), Some(newest)) if newest > last + 1)
    }

    /// `active, enabled`.
    pub(super) fn words(&self) -> String {
        match (self.load.as_str(), self.enabled.as_str()) {
            ("not-found", _) => format!("{}, not found", self.active),
            (load, "") => format!("{}, {load}", self.active),
            (_, enabled) => format!("{}, {enabled}", self.active),
        }
    }

    /// The unit file state of systemd; the load state when there is none.
    pub(super) fn enabled(&self) -> &str {
        if self.enabled.is_empty() { &self.load } else { &self.enabled }
    }

    /// The file it was loaded from; may be missing.
    pub(super) fn fragment(&self) -> &str {
        &self.fragment
    }
}

/// Several names as one word for a shell, `bk-paas-{esb,login}.service`: six full names are too long for a title.
pub(super) fn folded(names: &[String]) -> String {
    let common = |left: &str, right: &str| {
        left.bytes().zip(right.bytes()).take_while(|(left, right)| left == right).count()
    };
    let [first, rest @ ..] = names else { return String::new() };
    let shared = rest.iter().map(|name| common(first, name)).min().unwrap_or(0);
    // Whole words only, and the suffix of the type.
    let head = first.get(..shared).and_then(|text| text.rfind('-')).map_or(0, |at| at + 1);
    let tail = first.rfind('.').map_or("", |at| &first[at..]);
    let middle = |name: &String| Some(name.get(head..)?.strip_suffix(tail)?.to_owned());
    match names.iter().map(middle).collect::<Option<Vec<_>>>() {
        Some(words) if words.len() > 2 && head > 0 => {
            format!("{}{{{}}}{tail}", &first[..head], words.join(","))
        }
        _ => names.join(" "),
    }
}

/// Reads the output of `snippets/ops/units-state.sh`: a block per unit, in the order of `names`.
pub(super) fn parse(text: &str, names: &[String]) -> Result<Look, Fault> {
    let blocks = text.split("\n\n").filter(|block| !block.trim().is_empty());
    let mut look = Look { units: Vec::new(), newest: None, files: Vec::new() };
    for block in blocks {
        let mut unit = Unit::default();
        for (key, value) in block.lines().filter_map(|line| line.split_once('=')) {
            match key {
                "LoadState" => unit.load = value.to_owned(),
                "ActiveState" => unit.active = value.to_owned(),
                "UnitFileState" => unit.enabled = value.to_owned(),
                "FragmentPath" => unit.fragment = value.to_owned(),
                "ActiveEnterTimestampMonotonic" => unit.since = seconds(value),
                "StateChangeTimestampMonotonic" => unit.changed = seconds(value),
                "Newest" => look.newest = value.parse().ok(),
                "File" => look.files.push(value.to_owned()),
                _ => {}
            }
        }
        if !unit.load.is_empty() {
            unit.name = names.get(look.units.len()).cloned().unwrap_or_default();
            look.units.push(unit);
        }
    }
    if look.units.len() == names.len() {
        return Ok(look);
    }
    Err(Fault::failed(format!(
        "systemctl listed {} units, expected {}",
        look.units.len(),
        names.len()
    ))
    .detail("asked", names.join(" "))
    .detail("said", text))
}

/// From microseconds; zero is never.
fn seconds(text: &str) -> Option<i64> {
    text.parse().ok().filter(|time: &i64| *time > 0).map(|time| time / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_family_are_folded_into_what_a_shell_would_expand() {
        let names = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        for (given, want) in [
            (
                "bk-paas-esb.service bk-paas-a.service bk-paas-b.service",
                "bk-paas-{esb,a,b}.service",
            ),
            ("a-x.service a-x.timer a-y.service", "a-x.service a-x.timer a-y.service"),
            ("a-x.service a-y.service", "a-x.service a-y.service"),
            ("nginx.service", "nginx.service"),
            (
                "nginx.service named.service ntpd.service",
                "nginx.service named.service ntpd.service",
            ),
        ] {
            assert_eq!(folded(&names(given)), want);
        }
    }

    #[test]
    fn units_are_read_in_the_order_asked_whatever_the_order_of_their_properties() {
        let names = ["a.service", "b.timer"].map(str::to_owned);
        let text = "ActiveState=active\nLoadState=loaded\nUnitFileState=enabled\n\
                    ActiveEnterTimestampMonotonic=7500000\n\nId=b.timer\nLoadState=not-found\n\
                    ActiveState=inactive\nUnitFileState=\n\nNewest=9";
        let look = parse(text, &names).unwrap();
        assert_eq!(look.units[0].words(), "active, enabled");
        assert_eq!(look.units[1].words(), "inactive, not found");
        assert!(
            look.units[0].is_older_than(look.newest) && !look.units[1].is_older_than(look.newest)
        );
        assert!(look.units[1].is_absent() && !look.units[1].is_up());
        assert!(parse("LoadState=loaded", &names).is_err());
    }
}
