//! Steps proved on real hosts.

use std::process::ExitCode;

use lab::Lab;
use lab::suite::{self, Case, Obstacle};

struct Bench {
    #[expect(dead_code)]
    shared: lab::shared::Shared,
}

const CASES: &[Case<Bench>] = &[];

fn begin() -> Result<Bench, Obstacle> {
    if let Some(reason) = Lab::obstacle() {
        return Err(Obstacle::Cannot(reason));
    }
    let shared = Lab::shared(env!("CARGO_BIN_EXE_lab"), 9).map_err(Obstacle::Broken)?;
    Ok(Bench { shared })
}

fn main() -> ExitCode {
    ExitCode::from(u8::from(!suite::run(CASES, begin)))
}
