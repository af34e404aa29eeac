//! The command line: parse, build the context, run, exit code.

mod cli;
mod commands;
mod help;
mod setup;

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(cli::main())
}
