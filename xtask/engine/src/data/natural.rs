//! Natural order of names: `web2` stands before `web10`.

use std::cmp::Ordering;

/// Compares two names with their runs of digits taken as numbers.
///
/// Equal numbers of different padding are ordered by length (`1` before `01`), so the order is
/// total and equal only for equal names.
pub fn compare(left: &str, right: &str) -> Ordering {
    let (mut a, mut b) = (left, right);
    while !a.is_empty() && !b.is_empty() {
        let (run_a, rest_a) = a.split_at(digits(a));
        let (run_b, rest_b) = b.split_at(digits(b));
        if run_a.is_empty() || run_b.is_empty() {
            let (x, y) = (a.chars().next(), b.chars().next());
            if x != y {
                return x.cmp(&y);
            }
            let step = x.map_or(0, char::len_utf8);
            (a, b) = (&a[step..], &b[step..]);
        } else {
            let (x, y) = (run_a.trim_start_matches('0'), run_b.trim_start_matches('0'));
            let number = x.len().cmp(&y.len()).then_with(|| x.cmp(y));
            let order = number.then_with(|| run_a.len().cmp(&run_b.len()));
            if order.is_ne() {
                return order;
            }
            (a, b) = (rest_a, rest_b);
        }
    }
    a.len().cmp(&b.len())
}

/// Length of the run of ASCII digits that `text` begins with.
fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_as_numbers() {
        let mut names = ["web10", "web2", "web02", "a", "10.0.0.11", "10.0.0.9", "web", "web2a"];
        names.sort_by(|a, b| compare(a, b));
        assert_eq!(names, ["10.0.0.9", "10.0.0.11", "a", "web", "web2", "web2a", "web02", "web10"]);
    }
}
