//! `resume` and `retry`: goes on with a run that has not come to its end.

mod changed;
mod killed;
mod retry;
