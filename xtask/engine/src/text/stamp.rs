//! Dates as they stand in names: run ids, backup names.

use jiff::Zoned;

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
}
