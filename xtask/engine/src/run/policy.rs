//! What a site demands before a run changes hosts: a ticket, a reason, a maintenance window.

use anyhow::Result;
use camino::Utf8Path;
use jiff::Zoned;
use jiff::tz::TimeZone;

use super::context::Context;
use super::options::{Options, Rule};
use super::record::entry::Entry;
use super::report::again::rerun_with;
use crate::data::fault::Fault;
use crate::data::inventory::policy::{Calendar, Policy};
use crate::data::window::Window;

/// The time zones of this machine, each a file; tzfile(5).
const ZONES: &str = "/usr/share/zoneinfo";
/// The time zone of this machine; localtime(5).
const LOCAL: &str = "/etc/localtime";

/// An override has a reason, in any kind of run.
pub(super) fn has_reason(options: &Options) -> Result<(), Fault> {
    if options.overrides.is_empty() || options.reason.is_some() {
        return Ok(());
    }
    Err(Fault::usage("--override needs a reason").hint("add --reason TEXT: it is recorded"))
}

/// Checks the demands; gives those that were overridden, for the record.
///
/// # Errors
/// Exit 6 with what is missing, or with the next window; exit 2 for a time zone that this machine does not know.
pub(super) fn check(policy: &Policy, options: &Options, now: &Zoned) -> Result<Vec<String>, Fault> {
    let mut overridden = Vec::new();
    let is_overridden = |rule| options.overrides.contains(&rule);
    if policy.require_ticket && options.ticket.is_none() {
        if !is_overridden(Rule::Ticket) {
            let (named, without) = (
                rerun_with(&["--ticket", "ID"]),
                rerun_with(&["--override", "ticket", "--reason", "TEXT"]),
            );
            return Err(Fault::refused("this site requires a ticket for every change")
                .hint(format!("name it:  {named}"))
                .hint(format!("or without one:  {without}")));
        }
        overridden.push("no ticket, which [policy] requires".to_owned());
    }
    if policy.require_reason && options.reason.is_none() {
        return Err(Fault::refused("this site requires a reason for every change")
            .hint(format!("say it:  {}", rerun_with(&["--reason", "TEXT"]))));
    }
    let zones: Vec<TimeZone> = policy.calendars.iter().map(zone).collect::<Result<_, _>>()?;
    if let Some(shut) = shut(policy, &zones, now) {
        if !is_overridden(Rule::Windows) {
            return Err(shut);
        }
        overridden.push(format!("outside of the maintenance windows, {}", windows(policy)));
    }
    Ok(overridden)
}

impl Context {
    /// Records the demands that were overridden.
    pub(super) fn overridden(&self, demands: Vec<String>) -> Result<()> {
        for what in demands {
            let reason = self.options.reason.as_ref().map(ToString::to_string).unwrap_or_default();
            let answer = self.mask().text(&format!("overridden: {reason}"));
            self.note(&format!("{what}: overridden"));
            self.journal(&Entry::Confirm { what, answer }, true)?;
        }
        Ok(())
    }
}

/// The error outside of the windows, each calendar in its zone; none inside.
fn shut(policy: &Policy, zones: &[TimeZone], now: &Zoned) -> Option<Fault> {
    let calendars = || policy.calendars.iter().zip(zones);
    let open = |at: &Zoned| {
        calendars().all(|(calendar, zone)| {
            let at = at.with_time_zone(zone.clone());
            calendar.windows.iter().any(|window| window.has(&at))
        })
    };
    if open(now) {
        return None;
    }
    // Every moment at which all are open begins with the start of a window.
    let mut starts: Vec<Zoned> = calendars()
        .flat_map(|(calendar, zone)| {
            let now = now.with_time_zone(zone.clone());
            let starts = |window: &Window| window.starts(&now).collect::<Vec<_>>();
            calendar.windows.iter().flat_map(starts).collect::<Vec<_>>()
        })
        .filter(|start| open(start))
        .collect();
    starts.sort();
    let shown = |at: &Zoned| at.strftime("%a %F %H:%M %Z").to_string();
    let here = zones.first().cloned().unwrap_or(TimeZone::UTC);
    let next = starts.first().map_or_else(|| "none in the next week".to_owned(), shown);
    let line = rerun_with(&["--override", "windows", "--reason", "TEXT"]);
    Some(
        Fault::refused("outside of the maintenance windows")
            .detail("now", shown(&now.with_time_zone(here)))
            .detail("windows", windows(policy))
            .detail("next", next)
            .hint("-n shows the plan at any time, and --save keeps it")
            .hint(format!("if it cannot wait:  {line}")),
    )
}

/// `Sat 22:00-04:00, Sun 10:00-12:00 (Europe/Berlin)`.
fn windows(policy: &Policy) -> String {
    let calendar = |calendar: &Calendar| {
        let windows: Vec<String> = calendar.windows.iter().map(ToString::to_string).collect();
        let zone = calendar.timezone.as_ref().map(|zone| format!(" ({zone})")).unwrap_or_default();
        windows.join(", ") + &zone
    };
    let calendars: Vec<String> = policy.calendars.iter().map(calendar).collect();
    calendars.join(", and ")
}

/// The zone of this machine. The variable TZ is a matter of one shell: it moves no window.
fn here() -> TimeZone {
    let data = std::fs::read(LOCAL).ok();
    data.and_then(|data| TimeZone::tzif("localtime", &data).ok()).unwrap_or(TimeZone::UTC)
}

/// The zone of a calendar, from the data of this machine.
fn zone(calendar: &Calendar) -> Result<TimeZone, Fault> {
    let Some(name) = &calendar.timezone else { return Ok(here()) };
    let plain = |c: char| c.is_ascii_alphanumeric() || "/_+-".contains(c);
    let path = Utf8Path::new(ZONES).join(name);
    let data = Some(path).filter(|_| name.chars().all(plain) && !name.starts_with('/'));
    let data = data.and_then(|path| std::fs::read(path).ok());
    data.and_then(|data| TimeZone::tzif(name, &data).ok()).ok_or_else(|| {
        Fault::usage(format!("this machine does not know the time zone `{name}` of [policy]")).hint(
            format!("write a name as Europe/Berlin; the names are below {ZONES} (package tzdata)"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(windows: &[&str], timezone: Option<&str>) -> Calendar {
        let windows = windows.iter().map(|text| text.parse::<Window>().unwrap()).collect();
        Calendar { windows, timezone: timezone.map(str::to_owned) }
    }

    fn at(text: &str) -> Zoned {
        let time: jiff::civil::DateTime = text.parse().unwrap();
        time.to_zoned(TimeZone::UTC).unwrap()
    }

    /// 2026-11-30 is a Monday.
    #[test]
    fn all_files_must_have_an_open_window_each_in_its_own_zone() {
        let policy = Policy {
            calendars: vec![
                calendar(&["Sat,Sun 20:00-06:00", "Wed 20:00-22:00"], None),
                calendar(&["Sun 00:00-12:00"], Some("Europe/Berlin")),
            ],
            ..Policy::default()
        };
        let zones = [TimeZone::UTC, TimeZone::fixed(jiff::tz::offset(1))];
        let said = |time: &str| shut(&policy, &zones, &at(time)).map(|fault| format!("{fault:?}"));
        assert_eq!(said("2026-12-05T23:00"), None, "Sunday 00:00 there");
        for time in ["2026-12-05T22:59", "2026-12-02T21:00", "2026-12-06T07:00"] {
            let text = said(time).expect("it is shut");
            assert!(
                text.contains("Wed 20:00-22:00, and Sun 00:00-12:00 (Europe/Berlin)"),
                "{text}"
            );
        }
        let text = said("2026-11-30T12:00").expect("it is shut");
        assert!(text.contains("\"Sun 2026-12-06 00:00 +01\""), "{text}");
    }

    /// The first window of one file begins before that of the other, and the common one is a later of its starts.
    #[test]
    fn the_next_window_is_common_to_all_files() {
        let calendars =
            vec![calendar(&["02:00-03:00"], None), calendar(&["Thu 00:00-24:00"], None)];
        let policy = Policy { calendars, ..Policy::default() };
        let zones = [TimeZone::UTC, TimeZone::UTC];
        let text = format!("{:?}", shut(&policy, &zones, &at("2026-11-30T12:00")));
        assert!(text.contains("\"Thu 2026-12-03 02:00 UTC\""), "{text}");
    }

    #[test]
    fn a_time_zone_is_one_that_the_machine_knows() {
        let of = |name| zone(&calendar(&["02:00-03:00"], Some(name)));
        if Utf8Path::new(ZONES).join("Europe/Berlin").exists() {
            let noon = at("2026-12-01T12:00").with_time_zone(of("Europe/Berlin").unwrap());
            assert_eq!(noon.strftime("%H:%M %Z").to_string(), "13:00 CET");
        }
        for name in ["Mars/Base", "/etc/localtime", "../../../etc/localtime", "Europe"] {
            let wrong = of(name).unwrap_err();
            assert!(wrong.message.contains(&format!("`{name}`")), "{}", wrong.message);
        }
    }
}
