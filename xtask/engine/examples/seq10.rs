//! Ten commands in sequence on each host, over sessions that are open: prints `warm SECONDS`.
//!
//!     cargo run -p engine --example seq10 -- -i hosts.toml -w @all -f 32

mod common;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use clap::Parser;
use engine::run::record::Opening;
use engine::run::report::print;
use engine::run::{Host, Options};
use engine::text::snippet::Snippet;

const TRUE: Snippet = Snippet::new("true", "# Succeed\nprobe() { true; }\n");

/// Ten commands in sequence on each host, over open sessions
#[derive(Parser)]
struct Args {
    #[command(flatten)]
    options: Options,
}

fn main() -> Result<ExitCode> {
    let cx = common::begin(Args::parse().options, "seq10", Opening::New)?;
    let hosts = cx.hosts("@all");
    let result = hosts.and_then(|hosts| {
        hosts.each(command)?;
        let open = Instant::now();
        hosts.each(|host| (0..10).try_for_each(|_| command(host)))?;
        print(&format!("warm {:.4}\n", open.elapsed().as_secs_f64()))
    });
    Ok(ExitCode::from(cx.finish(result)))
}

fn command(host: &Host<'_>) -> Result<()> {
    host.look("run a command", |reader| reader.kept(TRUE, [])).map(drop)
}
