//! A maintenance window: `Sat 22:00-04:00`, `Mon-Fri 01:00-05:00`.

use std::fmt;
use std::str::FromStr;

use jiff::Zoned;
use jiff::civil::Weekday;

use super::nearest::did_you_mean;
use super::spanned_error::SpannedError;

const DAYS: [(&str, Weekday); 7] = [
    ("Mon", Weekday::Monday),
    ("Tue", Weekday::Tuesday),
    ("Wed", Weekday::Wednesday),
    ("Thu", Weekday::Thursday),
    ("Fri", Weekday::Friday),
    ("Sat", Weekday::Saturday),
    ("Sun", Weekday::Sunday),
];

/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// Days of the week, and the time on them. An end before the start is on the next day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    text: String,
    /// By the number of the day, Monday first.
    days: [bool; 7],
    /// Minutes of the day.
    from: u16,
    /// Minutes from the start of the first day; more than a day when it ends on the next one.
    to: u16,
}

impl Window {
    /// Whether the window is open at this time of its own zone.
    pub fn has(&self, now: &Zoned) -> bool {
        let minute =
            u16::from(now.hour().unsigned_abs()) * 60 + u16::from(now.minute().unsigned_abs());
        let today = usize::from(now.weekday().to_monday_zero_offset().unsigned_abs());
        let yesterday = (today + 6) % 7;
        let within = |minute: u16| (self.from..self.to).contains(&minute);
        (self.days[today] && within(minute)) || (self.days[yesterday] && within(minute + DAY))
    }

    /// The starts of the next 7 days after this time, the first one first; none only at the end of the calendar.
    pub fn starts(&self, now: &Zoned) -> impl Iterator<Item = Zoned> {
        (0..=7).filter_map(|ahead| {
            let (hour, minute) =
                (i8::try_from(self.from / 60).ok()?, i8::try_from(self.from % 60).ok()?);
            let date = now.date().checked_add(jiff::Span::new().days(ahead)).ok()?;
            let day = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
            let start = date.at(hour, minute, 0, 0).to_zoned(now.time_zone().clone()).ok()?;
            (self.days[day] && start > *now).then_some(start)
        })
    }
}

impl FromStr for Window {
    type Err = SpannedError;

    fn from_str(text: &str) -> Result<Self, SpannedError> {
        let form = || {
            SpannedError::new(0..text.len(), format!("`{text}` is not a maintenance window"))
                .hint("write days and times: Sat 22:00-04:00, Mon-Fri 01:00-05:00, 02:00-03:00")
        };
        let (names, times) = text.rsplit_once(' ').map_or(("Mon-Sun", text), |parts| parts);
        let (from, to) = times.split_once('-').ok_or_else(form)?;
        let (from, to) = (time(from).ok_or_else(form)?, time(to).ok_or_else(form)?);
        if from == DAY || from == to {
            return Err(form());
        }
        let mut days = [false; 7];
        for part in names.split(',').map(str::trim) {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let number = |name: &str| {
                let found = DAYS.iter().position(|(known, _)| known.eq_ignore_ascii_case(name));
                found.ok_or_else(|| {
                    let message = format!("`{name}` is not a day of the week");
                    let hint = did_you_mean(name, DAYS.iter().map(|(known, _)| *known));
                    SpannedError::new(0..text.len(), message).hint(
                        hint.unwrap_or_else(|| "days: Mon, Tue, Wed, Thu, Fri, Sat, Sun".into()),
                    )
                })
            };
            let (mut day, last) = (number(first.trim())?, number(last.trim())?);
            days[day] = true;
            while day != last {
                day = (day + 1) % 7;
                days[day] = true;
            }
        }
        let to = if to > from { to } else { to + DAY };
        Ok(Self { text: text.to_owned(), days, from, to })
    }
}

/// Minutes of `22:00`; `24:00` is the end of a day.
fn time(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let two = |part: &str| {
        let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<u16>().ok()).flatten()
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    let sum = hours * 60 + minutes;
    (minutes < 60 && sum <= DAY).then_some(sum)
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-30 is a Monday.
    fn at(text: &str) -> Zoned {
        let time: jiff::civil::DateTime = text.parse().unwrap();
        time.to_zoned(jiff::tz::TimeZone::UTC).unwrap()
    }

    #[test]
    fn a_window_is_open_on_its_days_and_behind_midnight() {
        for (window, time, open, next) in [
            ("Sat 22:00-04:00", "2026-12-05T22:00", true, "2026-12-12T22:00"),
            ("Sat 22:00-04:00", "2026-12-06T03:59", true, "2026-12-12T22:00"),
            ("Sat 22:00-04:00", "2026-12-06T04:00", false, "2026-12-12T22:00"),
            ("Sat 22:00-04:00", "2026-12-04T23:00", false, "2026-12-05T22:00"),
            ("Mon-Fri 01:00-05:00", "2026-11-30T04:59", true, "2026-12-01T01:00"),
            ("Mon-Fri 01:00-05:00", "2026-12-04T05:00", false, "2026-12-07T01:00"),
            ("Fri-Mon,Wed 00:00-24:00", "2026-11-30T12:00", true, "2026-12-02T00:00"),
            ("fri-mon,wed 00:00-24:00", "2026-12-01T12:00", false, "2026-12-02T00:00"),
            ("02:00-03:00", "2026-12-01T02:30", true, "2026-12-02T02:00"),
            ("02:00-03:00", "2026-12-01T01:30", false, "2026-12-01T02:00"),
        ] {
            let window: Window = window.parse().unwrap();
            assert_eq!(window.has(&at(time)), open, "{window} at {time}");
            assert_eq!(window.starts(&at(time)).next(), Some(at(next)), "{window} after {time}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        for (text, said) in [
            ("", "not a maintenance window"),
            ("Sat", "not a maintenance window"),
            ("Sat 22-04", "not a maintenance window"),
            ("Sat 22:00-24:01", "not a maintenance window"),
            ("Sat 22:00-22:00", "not a maintenance window"),
            ("Sat 24:00-02:00", "not a maintenance window"),
            ("Sa 22:00-04:00", "`Sa` is not a day of the week"),
            ("Sat,,Sun 22:00-04:00", "`` is not a day of the week"),
        ] {
            let wrong = text.parse::<Window>().unwrap_err();
            assert!(wrong.message.contains(said), "{text}: {}", wrong.message);
        }
    }
}
