//! Steps for the tests of quorum. They take members of clusters away, in the ways that operations have for it.
//!
//!     cargo run -p xtask --example away -- -i hosts.toml -w 'vm[1-3]' stop etcd

#[path = "../engine/examples/common/mod.rs"]
mod common;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use engine::data::fault::Fault;
use engine::data::inventory::Host;
use engine::data::loss::Loss;
use engine::ops::{Shell, TakesAway as _, Units};
use engine::run::record::Opening;
use engine::run::{Context, Options};
use engine::text::snippet::Snippet;

/// Steps for tests
#[derive(Parser)]
struct Args {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    step: Step,
}

#[derive(Subcommand)]
enum Step {
    /// Stop units on all hosts at once
    Stop { units: Vec<String> },
    /// Start them again
    Start { units: Vec<String> },
    /// Restart units that are older than FILE, on all hosts at once
    Restart { file: String, units: Vec<String> },
    /// Stop FILE, which stands for a service, together with its host
    Off { file: String },
    /// Mark a server of nginx as `down` on all hosts, which are the balancers
    Drain { cluster: String, server: String, file: String },
    /// Remove the member of a host from etcd; the hosts are those that do it
    Remove { cluster: String, member: String },
}

const OFF: Snippet = Snippet::new(
    "off",
    r#"# Take the host out of service
# in: FILE
probe() { [ ! -e "$FILE" ]; }
change() { rm "$FILE"; }
undo() { : >"$FILE"; }
"#,
);
const DRAIN: Snippet = Snippet::new(
    "drain",
    r#"# Mark a server as down
# in: SERVER FILE
probe() { ! grep -q "server $SERVER;" "$FILE"; }
change() {
  sed -i "s/server $SERVER;/server $SERVER down;/" "$FILE"
  nginx -t && systemctl reload nginx
}
undo() {
  sed -i "s/server $SERVER down;/server $SERVER;/" "$FILE"
  nginx -t && systemctl reload nginx
}
"#,
);
const REMOVE: Snippet = Snippet::new(
    "remove",
    r#"# Remove a member of etcd
# in: MEMBER
list() { ETCDCTL_API=3 etcdctl member list; }
probe() {
  all=$(list) || return 20
  ! printf '%s\n' "$all" | grep -q ", $MEMBER, "
}
change() {
  id=$(list | grep ", $MEMBER, " | cut -d, -f1)
  ETCDCTL_API=3 etcdctl member remove "$id"
}
"#,
);

fn main() -> ExitCode {
    let Args { options, step } = Args::parse();
    match common::begin(options, "away", Opening::New) {
        Ok(cx) => {
            let result = run(&cx, &step);
            ExitCode::from(cx.finish(result))
        }
        Err(error) => {
            engine::run::report::failure::complain(&error, Default::default());
            ExitCode::from(Fault::kind_of(&error).code())
        }
    }
}

fn run(cx: &Context, step: &Step) -> Result<()> {
    let hosts = cx.hosts("@all")?.ending();
    match step {
        Step::Stop { units } => hosts.each(|host| host.ensure(&Units::disabled(units)).map(drop)),
        Step::Start { units } => hosts.each(|host| host.ensure(&Units::active(units)).map(drop)),
        Step::Restart { file, units } => hosts
            .each(|host| host.ensure(&Units::active(units).newer_than([file.as_str()])).map(drop)),
        Step::Off { file } => hosts.each(|host| {
            let off = Shell::new(OFF, [("FILE", file.as_str().into())]);
            host.ensure(&off.takes_away(Loss::stop())).map(drop)
        }),
        Step::Drain { cluster, server, file } => {
            let address = cx.inventory.host(server).map_or(server.as_str(), Host::target);
            let address = format!("{address}:80");
            let values = [("SERVER", address.as_str().into()), ("FILE", file.as_str().into())];
            let loss = Loss::member(cluster, server);
            let drain = Shell::new(DRAIN, values).takes_away(loss);
            hosts.each(|host| host.ensure(&drain).map(drop))
        }
        Step::Remove { cluster, member } => {
            let remove = Shell::new(REMOVE, [("MEMBER", member.as_str().into())]);
            let remove = remove.takes_away(Loss::removal(cluster, member));
            hosts.each(|host| host.ensure(&remove).map(drop))
        }
    }
}
