//! Times of a journal for a person.

/// A time of a journal in the local time zone: `2026-11-21 02:33:11`.
pub fn local(at: &str) -> String {
    let zone = jiff::tz::TimeZone::system();
    at.parse::<jiff::Timestamp>().map_or_else(
        |_| at.to_owned(),
        |at| at.to_zoned(zone).strftime("%Y-%m-%d %H:%M:%S").to_string(),
    )
}

/// The same in five columns: `02:33` when it was today, else `11-21`; for a journal that no clock has written nothing.
pub fn briefly(at: &str) -> String {
    let zone = jiff::tz::TimeZone::system();
    let Ok(at) = at.parse::<jiff::Timestamp>() else { return String::new() };
    let at = at.to_zoned(zone.clone());
    let is_today = at.date() == jiff::Timestamp::now().to_zoned(zone).date();
    at.strftime(if is_today { "%H:%M" } else { "%m-%d" }).to_string()
}
