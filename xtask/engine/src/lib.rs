//! What every step is made of. Floors, lowest first: a file imports only from floors below its own.
//!
//! | floor | module | what |
//! |---|---|---|
//! | 0 | [`data`] | inventory, outcome, fault: no I/O |
//! | 1 | [`text`] | host sets, quoting, snippets, templates, editors, diff |
//! | 2 | [`transport`] | sessions: a framed shell on a host, and every process the program starts |
//! | 3 | [`ops`] | `ensure` and the vocabulary of operations |
//! | 4 | [`run`] | context, fan-out, record, report |
//! | 4 | [`prelude`] | what a step is written with |

pub mod data;
pub mod ops;
pub mod prelude;
pub mod run;
pub mod text;
pub mod transport;
