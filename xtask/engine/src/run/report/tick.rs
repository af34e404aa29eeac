//! What happens without an event: the passing time at the bottom of a terminal, and lines that were held long enough.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::State;

/// A run that is over before this needs no forecast.
const A_WHILE: Duration = Duration::from_secs(3);
/// A line of an operation waits so long for the same of further hosts: hosts of one kind are seldom further apart. What is
/// not written is lost with a killed process.
const HELD: Duration = Duration::from_secs(5);
/// The time between two looks.
const LOOK: Duration = Duration::from_secs(1);

/// While the report lives: draws the status again each second, and shows lines that were held long enough.
pub(super) fn tick(state: &Arc<Mutex<State>>) {
    let has_status = state.lock().unwrap_or_else(PoisonError::into_inner).live.is_on();
    let state = Arc::downgrade(state);
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(LOOK);
            let Some(state) = state.upgrade() else { return };
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            let lines = state.stage.aged(HELD);
            state.lines(lines);
            if has_status {
                state.live.again();
            }
        }
    });
}

/// Asks for the time of an earlier run, once the run has taken a while.
pub(super) fn expect(
    state: &Arc<Mutex<State>>,
    seconds: impl FnOnce() -> Option<f64> + Send + 'static,
) {
    let state = Arc::downgrade(state);
    std::thread::spawn(move || {
        std::thread::sleep(A_WHILE);
        if state.strong_count() == 0 {
            return;
        }
        if let (Some(seconds), Some(state)) = (seconds(), state.upgrade()) {
            state.lock().unwrap_or_else(PoisonError::into_inner).live.expect(seconds);
        }
    });
}
