//! The values of `--host` and `--since`.

use std::collections::BTreeSet;

use engine::data::fault::Fault;
use engine::data::range;

/// Names with ranges. A run of another inventory has other groups, so groups are not read.
pub(super) fn names(text: &str) -> Result<BTreeSet<String>, Fault> {
    if text.contains(['@', '!', '&']) {
        let fault =
            Fault::usage(format!("`{text}` is not a list of names: runs are of any inventory"));
        return Err(fault.hint("write names and ranges: paas[1-3],web1"));
    }
    // A comma inside of brackets belongs to the range.
    let mut depth = 0;
    let parts = text.split(|c| {
        depth += i32::from(c == '[') - i32::from(c == ']');
        c == ',' && depth == 0
    });
    let mut names = BTreeSet::new();
    for part in parts.map(str::trim) {
        names.extend(range::expand(part).map_err(|wrong| Fault::usage(wrong.message))?);
    }
    Ok(names)
}

/// A moment in the past: a number of weeks, days, hours or minutes ago, or the start of a day here.
pub(super) fn since(text: &str) -> Result<jiff::Timestamp, Fault> {
    let wrong =
        || Fault::usage(format!("`{text}` is no time such as 2w, 3d, 12h, 30m or 2026-11-29"));
    if let Ok(day) = text.parse::<jiff::civil::Date>() {
        let start = day.to_zoned(jiff::tz::TimeZone::system()).map_err(|_| wrong())?;
        return Ok(start.timestamp());
    }
    let unit = text.chars().last().ok_or_else(wrong)?;
    let number: i64 = text[..text.len() - unit.len_utf8()].parse().map_err(|_| wrong())?;
    let seconds = match unit {
        'w' => 7 * 86_400,
        'd' => 86_400,
        'h' => 3600,
        'm' => 60,
        _ => return Err(wrong()),
    };
    let ago = number.checked_mul(seconds).filter(|ago| *ago >= 0).ok_or_else(wrong)?;
    let now = jiff::Timestamp::now();
    now.checked_sub(jiff::SignedDuration::from_secs(ago)).map_err(|_| wrong())
}
