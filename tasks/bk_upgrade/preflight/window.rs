//! A time of the day when few users work.

use std::str::FromStr;

/// From one minute of the day to another; the end can be on the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    start: u32,
    end: u32,
}

const DAY: u32 = 24 * 60;

impl FromStr for Window {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is not a time of the day: 22:00-01:00");
        let minute = |text: &str| {
            let (hours, minutes) = text.split_once(':')?;
            let two = |text: &str| (text.len() == 2).then(|| text.parse::<u32>().ok()).flatten();
            let (hours, minutes) = (two(hours)?, two(minutes)?);
            (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
        };
        let (start, end) = text.split_once('-').ok_or_else(wrong)?;
        let (start, end) = (minute(start).ok_or_else(wrong)?, minute(end).ok_or_else(wrong)?);
        if start == end { Err(wrong()) } else { Ok(Self { start, end }) }
    }
}

impl Window {
    /// Whether `need` minutes fit; `stamp` is the local time, `YYYYMMDD-HHMMSS`. A note where they do.
    pub(super) fn judge(self, stamp: &str, need: u32) -> Result<String, String> {
        let digits = |range| stamp.get(range).and_then(|text: &str| text.parse::<u32>().ok());
        let now = digits(9..11).unwrap_or(0) * 60 + digits(11..13).unwrap_or(0);
        let long = self.until(self.start);
        if long < need {
            return Err(format!("the window has {long} minutes, and the upgrade needs {need}"));
        }
        // Minutes since it opened: a window that is over opens again tomorrow.
        let since = (now + DAY - self.start) % DAY;
        if since >= long {
            let wait = DAY - since;
            return Ok(format!("the window opens in {} h {} min", wait / 60, wait % 60));
        }
        let left = long - since;
        if left < need {
            return Err(format!(
                "the window has {left} minutes left, and the upgrade needs {need}"
            ));
        }
        Ok(format!("the window is open for {left} minutes"))
    }

    /// Minutes from `minute` to its end.
    const fn until(self, minute: u32) -> u32 {
        (self.end + DAY - minute) % DAY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_the_day_are_read() {
        assert_eq!("22:00-01:30".parse::<Window>().unwrap(), Window { start: 1320, end: 90 });
        for bad in ["22-1", "24:00-01:00", "1:00-2:00", "22:00", "22:00-22:00", "22:60-23:00"] {
            assert!(bad.parse::<Window>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_upgrade_fits_or_not() {
        let window: Window = "22:00-01:00".parse().unwrap();
        for (time, said) in [
            ("21:00", Ok("the window opens in 1 h 0 min")),
            ("22:00", Ok("the window is open for 180 minutes")),
            ("23:30", Ok("the window is open for 90 minutes")),
            ("00:15", Err("the window has 45 minutes left, and the upgrade needs 90")),
            ("01:00", Ok("the window opens in 21 h 0 min")),
        ] {
            let stamp = format!("20261121-{}00", time.replace(':', ""));
            let judged = window.judge(&stamp, 90);
            assert_eq!(judged.as_deref().map_err(String::as_str), said, "{time}");
        }
        let short: Window = "22:00-23:00".parse().unwrap();
        assert_eq!(
            short.judge("20261121-120000", 90).unwrap_err(),
            "the window has 60 minutes, and the upgrade needs 90"
        );
    }
}
