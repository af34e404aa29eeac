//! The proof of an edit: the document read again is the old one with exactly one change.

use super::change::Move;
use super::node::{Format, Node, Shape};
use super::value::Value;

/// Whether `new` is `old` after `step`, and the same in all else.
pub(super) fn holds(old: &Node, new: &Node, step: &Move, format: Format) -> bool {
    let address = step.address();
    let mut pair = (old, new);
    for &member in address {
        let kept = pair.0.anchor == pair.1.anchor && pair.0.tag == pair.1.tag;
        let below = match (&pair.0.shape, &pair.1.shape) {
            (Shape::List(layout, one), Shape::List(layout2, two)) => {
                let rest = layout == layout2 && one.len() == two.len();
                let same = |at: &usize| *at == member || one[*at].same(&two[*at]);
                (rest && (0..one.len()).all(|at| same(&at))).then(|| (&one[member], &two[member]))
            }
            (Shape::Map(layout, one), Shape::Map(layout2, two)) => {
                let rest = layout == layout2 && one.len() == two.len();
                let same = |at: &usize| {
                    let value = *at == member || one[*at].1.same(&two[*at].1);
                    one[*at].0.same(&two[*at].0) && value
                };
                (rest && (0..one.len()).all(|at| same(&at)))
                    .then(|| (&one[member].1, &two[member].1))
            }
            _ => None,
        };
        match below {
            Some(below) if kept => pair = below,
            _ => return false,
        }
    }
    pair.0.anchor == pair.1.anchor && at_place(pair.0, pair.1, step, format)
}

fn at_place(old: &Node, new: &Node, step: &Move, format: Format) -> bool {
    match (step, &old.shape, &new.shape) {
        (Move::Replace(_, value), ..) => new.is(value, format),
        (Move::Push(_, None, value), Shape::List(_, one), Shape::List(_, two)) => {
            let before =
                two.len() == one.len() + 1 && one.iter().zip(two).all(|(one, two)| one.same(two));
            before && two.last().is_some_and(|last| last.is(value, format))
        }
        (Move::Push(_, Some(key), value), Shape::Map(_, one), Shape::Map(_, two)) => {
            let before = two.len() == one.len() + 1 && one.iter().zip(two).all(same_pair);
            before
                && two.last().is_some_and(|(it, last)| {
                    it.is(&Value::from(key), format) && last.is(value, format)
                })
        }
        (Move::Delete(_, at), Shape::List(_, one), Shape::List(_, two)) => {
            let rest = one[..*at].iter().chain(&one[at + 1..]);
            one.len() == two.len() + 1 && rest.zip(two).all(|(one, two)| one.same(two))
        }
        (Move::Delete(_, at), Shape::Map(_, one), Shape::Map(_, two)) => {
            let rest = one[..*at].iter().chain(&one[at + 1..]);
            one.len() == two.len() + 1 && rest.zip(two).all(same_pair)
        }
        // The only key of a document: nothing is left of it.
        (Move::Delete(address, _), Shape::Map(_, one), _) => {
            address.is_empty() && one.len() == 1 && new.is_null()
        }
        (Move::Delete(address, _), Shape::List(_, one), _) => {
            address.is_empty() && one.len() == 1 && new.is_null()
        }
        _ => false,
    }
}

fn same_pair((one, two): (&(Node, Node), &(Node, Node))) -> bool {
    one.0.same(&two.0) && one.1.same(&two.1)
}
