//! The same work on many hosts at once, in bounded parallel.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Calls `work` for each item on at most `width` threads and gives the results to `done` in the order of the
/// items. A result waits only for those before it. `go_on` is called before each item; items that were not
/// started give `None`.
pub fn each<T: Sync, R: Send>(
    items: &[T],
    width: usize,
    go_on: impl Fn() -> bool + Sync,
    work: impl Fn(&T) -> R + Sync,
    done: impl FnMut(&T, Option<R>) + Send,
) {
    let waiting = Some(items.iter().map(|_| None).collect());
    spread(width, go_on, work, Desk { items, waiting, given: 0, done });
}

/// The same, but each result is given at once.
pub fn each_at_once<T: Sync, R: Send>(
    items: &[T],
    width: usize,
    go_on: impl Fn() -> bool + Sync,
    work: impl Fn(&T) -> R + Sync,
    done: impl FnMut(&T, Option<R>) + Send,
) {
    spread(width, go_on, work, Desk { items, waiting: None, given: 0, done });
}

fn spread<T: Sync, R: Send, F: FnMut(&T, Option<R>) + Send>(
    width: usize,
    go_on: impl Fn() -> bool + Sync,
    work: impl Fn(&T) -> R + Sync,
    desk: Desk<'_, T, R, F>,
) {
    let items = desk.items;
    let next = AtomicUsize::new(0);
    let desk = Mutex::new(desk);
    let worker = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { return };
            let result = go_on().then(|| work(item));
            desk.lock().unwrap_or_else(PoisonError::into_inner).put(index, result);
        }
    };
    let threads = width.clamp(1, items.len().max(1));
    if threads == 1 {
        return worker();
    }
    // The number of threads that may work, known once all are started.
    let allowed = Mutex::new(threads);
    let numbered = &|number: usize| {
        let allowed = *allowed.lock().unwrap_or_else(PoisonError::into_inner);
        if number < allowed {
            worker();
        }
    };
    std::thread::scope(|scope| {
        let mut open = allowed.lock().unwrap_or_else(PoisonError::into_inner);
        for number in 1..threads {
            let start = move || numbered(number);
            if std::thread::Builder::new().spawn_scoped(scope, start).is_err() {
                // The machine gives no more processes. An item may need two beside its thread.
                *open = (number / 3).max(1);
                break;
            }
        }
        drop(open);
        worker();
    });
}

/// Results that wait for those before them.
struct Desk<'a, T, R, F> {
    items: &'a [T],
    /// None: none waits.
    waiting: Option<Vec<Option<Option<R>>>>,
    given: usize,
    done: F,
}

impl<T, R, F: FnMut(&T, Option<R>)> Desk<'_, T, R, F> {
    fn put(&mut self, index: usize, result: Option<R>) {
        let Some(waiting) = &mut self.waiting else {
            return (self.done)(&self.items[index], result);
        };
        waiting[index] = Some(result);
        while let Some(result) = waiting.get_mut(self.given).and_then(Option::take) {
            (self.done)(&self.items[self.given], result);
            self.given += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn results_come_at_once() {
        let (gate, opened) = (std::sync::Barrier::new(2), std::sync::Barrier::new(2));
        let mut seen = Vec::new();
        let work = |item: &u64| {
            if *item == 0 {
                // The first ends when the second has been given.
                gate.wait();
                opened.wait();
            }
        };
        each_at_once(
            &[0, 1],
            2,
            || true,
            work,
            |item, _| {
                seen.push(*item);
                if *item == 1 {
                    gate.wait();
                    opened.wait();
                }
            },
        );
        assert_eq!(seen, [1, 0]);
    }

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..20).collect();
        let mut seen = Vec::new();
        let work = |item: &u64| {
            std::thread::sleep(Duration::from_millis((20 - item) % 5));
            item * 2
        };
        each(&items, 8, || true, work, |item, result| seen.push((*item, result)));
        assert_eq!(seen, items.iter().map(|item| (*item, Some(item * 2))).collect::<Vec<_>>());
    }

    #[test]
    fn nothing_starts_after_the_end_was_asked_for() {
        let started = AtomicUsize::new(0);
        let go_on = || started.load(Ordering::SeqCst) < 3;
        let mut seen = Vec::new();
        each(
            &[(); 10],
            1,
            go_on,
            |()| started.fetch_add(1, Ordering::SeqCst),
            |(), result| seen.push(result.is_some()),
        );
        assert_eq!(seen.iter().filter(|started| **started).count(), 3);
        assert_eq!(seen.len(), 10);
    }
}
