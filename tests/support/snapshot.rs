//! Texts for people, compared with files below `tests/snapshots`; `UPDATE_EXPECT=1` writes them again.

use std::path::Path;

use super::root;

/// Compares `text` with the file, after removing the parts that differ from run to run.
pub(crate) fn same(name: &str, text: &str) {
    let name = format!("tests/snapshots/{name}");
    let path = root().join(&name);
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    // The library shows both texts whole, and a long one is cut where it is printed.
    let diff = engine::text::diff::unified(&name, Some(&known), Some(text));
    let asks = std::env::var_os("UPDATE_EXPECT").is_none();
    assert!(diff.is_empty() || !asks, "{diff}write it again: UPDATE_EXPECT=1");
    expect_test::expect_file![path].assert_eq(text);
}

/// Without times, run ids and the place of the state directory.
pub(crate) fn plain(text: &str, state: &Path) -> String {
    let text = text.replace(&state.display().to_string(), "STATE");
    text.lines().map(|line| format!("{}\n", seconds(&cells(&stamps(&names(line)))))).collect()
}

/// `20261121-023311` becomes `DATE-TIME`, and `-2` behind it goes.
fn stamps(line: &str) -> String {
    let Some(found) = ["/runs/", "xtask undo "]
        .into_iter()
        .find_map(|before| Some(line.find(before)? + before.len()))
    else {
        return line.to_owned();
    };
    let (head, id) = line.split_at(found);
    if !id.starts_with(|first: char| first.is_ascii_digit()) {
        return line.to_owned();
    }
    let (id, rest) = id.split_at(id.find(' ').unwrap_or(id.len()));
    let step = id.split('-').skip(2).filter(|word| word.parse::<u32>().is_err());
    let words: Vec<&str> = ["DATE-TIME"].into_iter().chain(step).collect();
    format!("{head}{}{rest}", words.join("-"))
}

/// `.keepalived.conf.xtask-IyFDKT`, a new file before it is in its place, gets a name that stays.
fn names(line: &str) -> String {
    let Some(at) = line.find(".xtask-") else { return line.to_owned() };
    let (head, tail) = line.split_at(at + ".xtask-".len());
    format!("{head}XXXXXX{}", tail.get(6..).unwrap_or_default())
}

/// `done        12.3 s` of a map becomes `done         0.0 s`: the width of the column stays.
fn cells(line: &str) -> String {
    let is_time = |text: &str| {
        let word = text.trim_start();
        let digits = |c: char| c.is_ascii_digit() || " .hms".contains(c);
        word.len() < text.len()
            && word.starts_with(|c: char| c.is_ascii_digit())
            && word.chars().all(digits)
    };
    // The sum may be of minutes.
    if let Some((sum, _)) = line.split_once("; the done ones took ") {
        return format!("{sum}; the done ones took 0.0 s");
    }
    let mut text = line.to_owned();
    for mark in ["done   ", "next   ", "to come", "skipped", "failed ", "at work"] {
        let places: Vec<usize> = line.match_indices(mark).map(|(at, _)| at + mark.len()).collect();
        for at in places {
            if text.get(at..at + 11).is_some_and(is_time) {
                text.replace_range(at..at + 11, &format!("{:>11}", "0.0 s"));
                // The time of day, or the day.
                let when = |text: &str| {
                    let (form, sign) =
                        (text.replace(|c: char| c.is_ascii_digit(), "0"), &text[3..4]);
                    form == format!(" 00{sign}00") && [":", "-"].contains(&sign)
                };
                if text.get(at + 11..at + 17).is_some_and(when) {
                    text.replace_range(at + 11..at + 17, " HH:MM");
                }
            }
        }
    }
    text
}

/// `0.4 s` becomes `0.0 s`, and so do `0.4-0.9 s` of several hosts and `1 m 04 s` of a last line.
fn seconds(line: &str) -> String {
    let digit = |c: char| c.is_ascii_digit();
    let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    let number = |word: &String| !word.is_empty() && word.chars().all(digit);
    let long = |words: &[String]| {
        let [within, minutes, m, seconds, s] = words else { return false };
        within == "in" && m == "m" && s == "s" && number(minutes) && number(seconds)
    };
    if let Some(at) = words.windows(5).position(long) {
        words.splice(at + 1..at + 4, ["0.0".to_owned()]);
    }
    for at in 1..words.len() {
        let is_unit = words[at].trim_end_matches(')') == "s";
        let is_time =
            |word: &str| word.split('.').count() == 2 && word.replace('.', "").chars().all(digit);
        if is_unit && words[at - 1].split('-').all(is_time) {
            words[at - 1] = "0.0".to_owned();
        }
    }
    words.join(" ")
}

#[test]
fn a_long_time_keeps_the_columns_of_a_map() {
    let short = "  deploy   done         0.4 s    done         1.2 s";
    let long = "  deploy   done        12.3 s    done      4 m 05 s";
    let state = Path::new("/state");
    assert_eq!(plain(long, state), plain(short, state));
    let today = "  deploy   ✓ done         0.4 s 02:33  ✗ failed    4 m 05 s 11-21";
    let then = "  deploy   ✓ done         0.0 s HH:MM  ✗ failed       0.0 s HH:MM\n";
    assert_eq!(plain(today, state), then);
    let sum = "sum: 2 of 2 stages done; the done ones took";
    assert_eq!(plain(&format!("{sum} 4 m 05 s"), state), format!("{sum} 0.0 s\n"));
    assert_eq!(
        plain("host: changed  it   12.3 s   (no undo)", state),
        "host: changed  it   0.0 s   (no undo)\n"
    );
    assert_eq!(plain("host: changed  it   0.6-12.3 s", state), "host: changed  it   0.0 s\n");
    assert_eq!(
        plain(
            "1 changed in 1 m 04 s · undo: cargo xtask undo 20261129-110103 (stops at a-b)",
            state
        ),
        "1 changed in 0.0 s · undo: cargo xtask undo DATE-TIME (stops at a-b)\n"
    );
}

/// `20261121-023311` in the name of a file becomes `DATE-TIME`, and so do `2026-11-21T02:33:11Z` and `202611210233`.
pub(crate) fn moments(line: &str) -> String {
    let forms =
        ["00000000-000000", "0000-00-00T00:00:00Z", "0000-00-00T00:00:00.000+0000", "000000000000"];
    let is_one = |text: &str| {
        let fits = |form: &&str| {
            let digit = |c: char| if c.is_ascii_digit() { '0' } else { c };
            text.get(..form.len()).is_some_and(|part| part.chars().map(digit).eq(form.chars()))
        };
        forms.into_iter().find(fits)
    };
    let (mut done, mut rest) = (String::new(), line);
    while let Some(first) = rest.chars().next() {
        if !first.is_ascii_digit() {
            let plain = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
            done.push_str(&rest[..plain]);
            rest = &rest[plain..];
            continue;
        }
        let length = is_one(rest).map(str::len);
        done.push_str(length.map_or(&rest[..first.len_utf8()], |_| "DATE-TIME"));
        rest = &rest[length.unwrap_or(first.len_utf8())..];
    }
    done
}

/// The room on a disk becomes `N MB free`, the size of a tree `N KiB`: directories have one on some disks only.
pub(crate) fn sizes(line: &str) -> String {
    let number = |end: &'static str| Some((line.strip_suffix(end)?.rsplit_once(' ')?.0, end));
    let tree = number(" KiB").filter(|(head, _)| head.ends_with(" files,"));
    match number(" MB free)").or(tree) {
        Some((head, end)) => format!("{head} N{end}\n"),
        None => format!("{line}\n"),
    }
}
