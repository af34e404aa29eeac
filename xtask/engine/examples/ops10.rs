//! Ten idempotent operations on each host, as `tests/bench/README.md` lists them.
//!
//!     cargo run -p engine --example ops10 -- -i hosts.toml -w @all -f 50 --root /tmp/ops10

mod common;

use std::process::ExitCode;

use anyhow::Result;
use camino::Utf8PathBuf;
use clap::Parser;
use engine::ops::{Absent, Assert, Directory, FileContent, Op, Shell, key, line};
use engine::run::record::Opening;
use engine::run::{Host, Options};
use engine::text::edit::line::Place;
use engine::text::snippet::Snippet;

const INIT: Snippet = Snippet::new(
    "init",
    "# Note the time, once\n# in: FILE\nprobe() { [ -e \"$FILE\" ]; }\nchange() { date >\"$FILE\"; }\n",
);
const SSHD: Snippet = Snippet::new(
    "sshd",
    "# A process sshd runs\nprobe() { pgrep -x sshd >/dev/null || return 1; }\n",
);

/// Ten idempotent operations on each host
#[derive(Parser)]
struct Args {
    #[command(flatten)]
    options: Options,
    /// The state of a host is below DIR/HOST
    #[arg(long, value_name = "DIR")]
    root: Utf8PathBuf,
}

fn main() -> Result<ExitCode> {
    let Args { options, root } = Args::parse();
    let cx = common::begin(options, "ops10", Opening::New)?;
    let hosts = cx.hosts("@all");
    let result = hosts.and_then(|hosts| {
        hosts.each(|host| operations(host, &root).iter().try_for_each(|op| ensure(host, &**op)))
    });
    Ok(ExitCode::from(cx.finish(result)))
}

fn ensure(host: &Host<'_>, op: &dyn Op) -> Result<()> {
    host.ensure(op).map(drop)
}

fn operations(host: &Host<'_>, root: &Utf8PathBuf) -> Vec<Box<dyn Op>> {
    let at = |name: &str| root.join(host.name()).join(name);
    let init = [("FILE", at(".init").as_str().into())];
    vec![
        Box::new(Directory::present(at("etc"))),
        Box::new(Directory::present(at("data")).mode("750")),
        Box::new(FileContent::new(at("etc/app.conf"), "port = 8080\nname = app\n")),
        Box::new(FileContent::new(at("etc/banner"), "maintained by the bench\n")),
        Box::new(line::present(at("etc/hosts"), "10.0.0.1 db", Place::End).or_create("644")),
        Box::new(
            line::present(at("etc/limits"), "* soft nofile 65536", Place::End).or_create("644"),
        ),
        Box::new(key::env(at("etc/env"), "MODE", "stable").or_create("644")),
        Box::new(Shell::new(INIT, init)),
        Box::new(Assert::new(SSHD, [], "no process sshd runs")),
        Box::new(Absent::new(at("old"))),
    ]
}
