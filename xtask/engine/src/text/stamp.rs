//! Dates as they stand in names: run ids, backup names.

use jiff::Zoned;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// `20261121`.
pub fn date8(now: &Zoned) -> String {
    now.strftime("%Y%m%d").to_string()
}

/// `20261121-023311`.
pub fn stamp(now: &Zoned) -> String {
    now.strftime("%Y%m%d-%H%M%S").to_string()
}

/// The id of a run of `step`: `20261121-023311-bk-upgrade-paas`. Safe as a file name; sorts by time.
pub fn run_id(now: &Zoned, step: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' };
    let text: String = step.chars().map(plain).collect();
    let words = std::iter::once(stamp(now)).chain(text.split_whitespace().map(str::to_owned));
    words.collect::<Vec<_>>().join("-")
}

/// The local start time of the run with this id, to the second.
pub fn begun(id: &str) -> Option<Zoned> {
    let time = DateTime::strptime("%Y%m%d-%H%M%S", id.get(..15)?).ok()?;
    time.to_zoned(TimeZone::system()).ok()
}

/// The local time `seconds` ago: `02:13`; with the day when that was another one.
pub fn ago(seconds: u64) -> String {
    let now = Zoned::now();
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    let then = now.saturating_sub(jiff::SignedDuration::from_secs(seconds));
    let form = if then.date() == now.date() { "%H:%M" } else { "%F %H:%M" };
    then.strftime(form).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_the_time() {
        let now =
            jiff::civil::date(2026, 11, 21).at(2, 33, 11, 0).to_zoned(jiff::tz::TimeZone::UTC);
        let now = now.unwrap();
        assert_eq!(date8(&now), "20261121");
        assert_eq!(stamp(&now), "20261121-023311");
        for step in ["bk-upgrade paas", "Bk-Upgrade  paas", "bk-upgrade/paas/"] {
            assert_eq!(run_id(&now, step), "20261121-023311-bk-upgrade-paas");
        }
        assert_eq!(run_id(&now, ""), "20261121-023311");
    }

    #[test]
    fn the_id_of_a_run_tells_when_it_began() {
        for id in ["20261121-023311-bk-upgrade-paas", "20261121-023311-bk-upgrade-paas-2"] {
            assert_eq!(stamp(&begun(id).unwrap()), "20261121-023311");
        }
        for id in ["", "20261121", "20261321-023311-x", "２0261121-023311-x"] {
            assert_eq!(begun(id), None, "{id}");
        }
    }
}
