//! The list of job modules in the tool that registers hosts (X4.67).

use std::ops::Range;

use engine::prelude::*;

/// The modules of the whole job platform: that of the users from 6.1 (004 L531).
pub(super) const FULL: [&str; 8] = [
    "job-config",
    "job-crontab",
    "job-execute",
    "job-gateway",
    "job-logsvr",
    "job-manage",
    "job-backup",
    "job-analysis",
];

/// The text with these modules in its one entry `"job": [ … ]`, on one line or several. An entry that has them
/// already, in any order, stays.
///
/// # Errors
/// No such entry, more than one, or one that is no list of texts.
pub(super) fn patched(text: &str, modules: &[String]) -> Result<String, Fault> {
    let found: Vec<Range<usize>> = lists(text);
    let [list] = found.as_slice() else {
        let lines = found.iter().map(|list| line(text, list.start).to_string());
        let lines = lines.collect::<Vec<_>>().join(", ");
        let what = format!("{} entries `\"job\": [ … ]`, and exactly one is needed", found.len());
        return Err(Fault::refused(what)
            .detail("in lines", lines)
            .hint("set the modules of the job platform by hand; the step then leaves them"));
    };
    let odd = || {
        Fault::refused(format!(
            "line {}: the entry `\"job\"` is no list of texts",
            line(text, list.start)
        ))
    };
    let mut old = words(&text[list.clone()]).ok_or_else(odd)?;
    let mut new = modules.to_vec();
    old.sort();
    new.sort();
    if old == new {
        return Ok(text.to_owned());
    }
    let wanted: Vec<String> = modules.iter().map(|module| format!("\"{module}\"")).collect();
    Ok([&text[..list.start], &wanted.join(", "), &text[list.end..]].concat())
}

/// The insides of the brackets behind each key `"job":`; commented-out lines do not count.
fn lists(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for key in ["\"job\"", "'job'"] {
        for (at, _) in text.match_indices(key) {
            let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
            if text[start..at].trim_start().starts_with('#') {
                continue;
            }
            let rest = &text[at + key.len()..];
            let value = rest.trim_start().strip_prefix(':').map(str::trim_start);
            let Some(inside) = value.and_then(|value| value.strip_prefix('[')) else { continue };
            let begin = text.len() - inside.len();
            found.extend(inside.find(']').map(|end| begin..begin + end));
        }
    }
    found
}

/// The texts of a list; `None` if it holds anything else.
fn words(inside: &str) -> Option<Vec<String>> {
    let items = inside.split(',').map(str::trim).collect::<Vec<_>>();
    let items = items.strip_suffix(&[""]).unwrap_or(&items);
    items
        .iter()
        .map(|item| {
            let quoted = |sign: char| item.strip_prefix(sign)?.strip_suffix(sign);
            let word = quoted('"').or_else(|| quoted('\''))?;
            name(word).ok()
        })
        .collect()
}

fn line(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// The name of a module.
pub(super) fn name(text: &str) -> Result<String, String> {
    let good = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    if text.is_empty() || text.starts_with('-') || !text.chars().all(good) {
        return Err("a module's name has letters, digits, - and _ only".into());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Vec<String> {
        FULL.map(str::to_owned).to_vec()
    }

    #[test]
    fn the_one_list_is_replaced_and_all_else_stays() {
        let text = "a = {\n  \"jobs\": [1],\n  \"job\": [\"job-gateway\", \"job-assemble\"], \"x\": [2],\n}\n";
        let new = patched(text, &full()).unwrap();
        assert!(new.contains("\"job\": [\"job-config\", \"job-crontab\","), "{new}");
        assert!(new.contains("\"job-analysis\"], \"x\": [2],\n}\n"), "{new}");
        assert_eq!(patched(&new, &full()).unwrap(), new);
    }

    /// The `sed` of the document changes nothing in a list over several lines, and reports no error.
    #[test]
    fn a_list_over_several_lines_is_the_same_list() {
        let text = "{'job' : [\n    'job-gateway',\n    'job-assemble',\n  ],\n}";
        let new = patched(text, &full()).unwrap();
        assert!(new.starts_with("{'job' : [\"job-config\", ") && new.ends_with("\"],\n}"), "{new}");
    }

    #[test]
    fn a_list_that_is_there_stays_in_its_order() {
        let mut other = full();
        other.reverse();
        let text = format!("\"job\": [\n  \"{}\",\n]", other.join("\",\n  \""));
        assert_eq!(patched(&text, &full()).unwrap(), text);
    }

    #[test]
    fn no_list_two_lists_and_a_list_of_anything_else_are_refused() {
        let refused = |text: &str| patched(text, &full()).unwrap_err().to_string();
        assert!(refused("\"job\": jobs,\n\"jobs\": []").starts_with("0 entries"));
        assert!(refused("# \"job\": [\"a\"]\n").starts_with("0 entries"));
        let two = patched("\"job\": [\"a\"]\n\n\"job\": [\"b\"]\n", &full()).unwrap_err();
        assert!(format!("{two:?}").contains("1, 3"), "{two:?}");
        assert!(refused("\"job\": [\"a\", b]").contains("no list of texts"));
        assert!(refused("\"job\": [\"a\" # ]\n").contains("no list of texts"));
    }
}
