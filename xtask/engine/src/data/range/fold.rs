//! The inverse of a range: many names as one short text.

use super::super::natural;

/// A name cut at its last run of digits: `web07a` is `web`, `07`, `a`.
struct Cut<'a> {
    head: &'a str,
    digits: &'a str,
    tail: &'a str,
}

/// Names that differ in one number only, with the numbers seen so far.
struct Family<'a> {
    head: &'a str,
    tail: &'a str,
    /// Digits of every number when padded, 0 when not.
    width: usize,
    numbers: Vec<u64>,
}

/// Folds names into ranges joined by commas, in natural order, each name once:
/// `paas[1-3]`, `web[01-12,14],db`. The text is a host-set expression for the same names.
pub fn fold<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    let names: Vec<S> = names.into_iter().collect();
    let mut sorted: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    sorted.sort_by(|a, b| natural::compare(a, b));
    sorted.dedup();
    let cuts: Vec<Cut<'_>> = sorted.iter().map(|name| cut(name)).collect();

    let mut families: Vec<Family<'_>> = Vec::new();
    let mut index = std::collections::HashMap::new();
    let padding: std::collections::HashSet<_> = cuts
        .iter()
        .filter(|cut| super::padded(cut.digits))
        .map(|cut| (cut.head, cut.tail, cut.digits.len()))
        .collect();
    for Cut { head, digits, tail } in cuts {
        // `10` belongs to `01`, `02` only when one of them shows that two digits are the padding.
        let width = if padding.contains(&(head, tail, digits.len())) { digits.len() } else { 0 };
        let at = *index.entry((head, tail, width, digits.is_empty())).or_insert_with(|| {
            families.push(Family { head, tail, width, numbers: Vec::new() });
            families.len() - 1
        });
        families[at].numbers.extend(digits.parse::<u64>());
    }
    let folded: Vec<String> = families.iter().map(Family::text).collect();
    folded.join(",")
}

/// Cuts a name; a number too long for a range stays part of the name.
fn cut(name: &str) -> Cut<'_> {
    let end = name.rfind(|c: char| c.is_ascii_digit()).map_or(0, |last| last + 1);
    let start = name[..end].rfind(|c: char| !c.is_ascii_digit());
    // The character before the digits may be longer than a byte.
    let start = start.map_or(0, |i| i + name[i..].chars().next().map_or(0, char::len_utf8));
    if end - start > 9 {
        return Cut { head: name, digits: "", tail: "" };
    }
    Cut { head: &name[..start], digits: &name[start..end], tail: &name[end..] }
}

impl Family<'_> {
    fn text(&self) -> String {
        let Self { head, tail, width, numbers } = self;
        let mut runs: Vec<(u64, u64)> = Vec::new();
        for &n in numbers {
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == n => *last = n,
                _ => runs.push((n, n)),
            }
        }
        let inside: Vec<String> = runs.iter().map(|&run| run_text(run, *width)).collect();
        match (numbers.as_slice(), inside.join(",")) {
            ([], _) => format!("{head}{tail}"),
            ([_], one) => format!("{head}{one}{tail}"),
            (_, many) => format!("{head}[{many}]{tail}"),
        }
    }
}

fn run_text((first, last): (u64, u64), width: usize) -> String {
    if first == last {
        format!("{first:0width$}")
    } else {
        format!("{first:0width$}-{last:0width$}")
    }
}

#[cfg(test)]
mod tests {
    use super::super::expand;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_fold_by_family_number_and_padding() {
        for (names, want) in [
            ("", ""),
            ("db", "db"),
            ("paas3 paas1 paas2", "paas[1-3]"),
            ("paas1 paas3", "paas[1,3]"),
            ("web01 web02 web10 web14", "web[01-02,10,14]"),
            ("web1 web01 web10", "web1,web[01,10]"),
            ("n98 n99 n100", "n[98-100]"),
            ("n099 n100", "n[099-100]"),
            ("a1 b1 a2", "a[1-2],b1"),
            ("10.0.0.11 10.0.0.12 10.0.1.1", "10.0.0.[11-12],10.0.1.1"),
            ("rack1-web1 rack1-web2 rack2-web1", "rack1-web[1-2],rack2-web1"),
            ("x20240101000000 x20240101000001", "x20240101000000,x20240101000001"),
            ("vm1 vm1", "vm1"),
        ] {
            assert_eq!(fold(names.split_whitespace()), want, "{names}");
        }
    }

    /// The names of a folded text: cut at commas outside of brackets, then expanded.
    fn unfold(text: &str) -> Vec<String> {
        let mut depth = 0;
        text.split(|c| {
            depth += i32::from(c == '[') - i32::from(c == ']');
            c == ',' && depth == 0
        })
        .flat_map(|pattern| expand(pattern).unwrap())
        .collect()
    }

    proptest! {
        #[test]
        fn a_folded_set_expands_to_itself(
            names in proptest::collection::btree_set("[a-c]{0,2}[-.]?[0-9]{1,3}[xy]?[0-9]{0,2}", 1..40)
        ) {
            let mut want: Vec<String> = names.into_iter().collect();
            want.sort_by(|a, b| natural::compare(a, b));
            let mut have = unfold(&fold(&want));
            have.sort_by(|a, b| natural::compare(a, b));
            prop_assert_eq!(have, want);
        }

        #[test]
        fn a_range_folds_to_itself(low in 0_u32..500, more in 1_u32..300) {
            let text = format!("paas[{low}-{}]", low + more);
            prop_assert_eq!(fold(expand(&text).unwrap()), text);
        }
    }
}
