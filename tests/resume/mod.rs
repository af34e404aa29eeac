//! `resume` and `retry` continue a run that has not finished.

mod changed;
mod given;
mod killed;
mod open;
mod retry;
mod whose;
