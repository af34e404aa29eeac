//! The cost of each operation, kept and changed: prints the rows of the table in `tests/bench/README.md`.
//!
//!     cargo run -p engine --example costs -- --rounds 50 --ssh CONFIG HOST

#[path = "../tests/ops/vocabulary.rs"]
mod vocabulary;

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use engine::data::byte_size::ByteSize;
use engine::data::fault::Fault;
use engine::data::outcome::Outcome;
use engine::ops::ensure::{Event, ExecContext, Found, Intent, Mode, Observer, ensure};
use engine::ops::plan::Overlay;
use engine::ops::reader::Output;
use engine::ops::{Action, Op};
use engine::run::report::print;
use engine::text::mask::Mask;
use engine::text::quote;
use engine::transport::Transport;
use engine::transport::call::{Call, End, Pair, Traffic};
use engine::transport::channel::{Channel, Settings};
use engine::transport::interrupt::Interrupt;
use engine::transport::launch::{Launch, Shell};
use engine::transport::local::Exec;
use engine::transport::slots::Slots;
use engine::transport::spool::Spool;
use engine::transport::ssh::{Control, Target};

use vocabulary::{prepare, prepared, rows, variables};

/// The cost of each operation, kept and changed, over a local shell and over ssh
#[derive(Parser)]
struct Args {
    /// How often each operation runs
    #[arg(long, value_name = "N", default_value_t = 50)]
    rounds: u32,
    /// An ssh_config, and a host of it that is this machine
    #[arg(long, num_args = 2, value_names = ["CONFIG", "HOST"])]
    ssh: Vec<String>,
}

/// The processor time so far that the shell of a session, its ended commands and its sshd have had, in ticks.
const SPENT: &str = "read -r line </proc/self/stat; set -- ${line##*) }; p=$2 sum=0 first=yes
while [ \"$p\" -gt 1 ]; do
  read -r line <\"/proc/$p/stat\"
  name=${line#*(} name=${name%%)*}
  case $name in costs) break ;; esac
  set -- ${line##*) }
  sum=$((sum + ${12} + ${13}))
  [ $first = no ] || sum=$((sum + ${14} + ${15}))
  first=no p=$2
done
echo $sum";
/// The unit of the kernel's counts of processor time.
const TICK: f64 = 0.01;

/// A way to a host whose shell has these variables.
#[derive(Debug)]
struct Over {
    target: Target,
    variables: Vec<String>,
}

impl Transport for Over {
    fn launch(
        &self,
        shell: Shell,
        token: &str,
        connect: Duration,
        control: Option<&Control>,
    ) -> Result<Launch> {
        let mut launch = self.target.launch(shell, token, connect, control)?;
        let words = quote::join(&self.variables)?;
        if let Some(line) = launch.argv.last_mut() {
            *line = line.replacen("exec ", &format!("exec env {words} "), 1);
        }
        Ok(launch)
    }

    fn explain(&self, said: &str, fallback: &str) -> Fault {
        Transport::explain(&self.target, said, fallback)
    }
}

/// Keeps nothing: the cost is that of the operation alone.
struct Nobody;

impl engine::ops::quorum::Quorum for Nobody {}

impl Observer for Nobody {
    fn begin(&self) -> u64 {
        1
    }

    fn found(&self, _: &Found<'_>) -> Result<()> {
        Ok(())
    }

    fn intent(&self, _: &Intent<'_>) -> Result<()> {
        Ok(())
    }

    fn output(&self, _: &str, _: &Action, _: &mut Output) -> Result<Option<String>> {
        Ok(None)
    }

    fn done(&self, _: &Event<'_>) -> Result<()> {
        Ok(())
    }

    fn emit(&self, _: &str, _: &[Action]) -> Result<()> {
        Ok(())
    }
}

/// One host, with everything that an operation needs.
struct Host {
    channel: Channel,
    settings: Settings,
    mask: Mask,
    overlay: Mutex<Overlay>,
    salts: String,
}

/// The cost of some runs of one operation.
#[derive(Default, Clone, Copy)]
struct Cost {
    traffic: Traffic,
    /// Seconds of processor time of this machine's side.
    here: f64,
    /// Those of the host.
    there: f64,
}

impl Host {
    fn new(transport: Box<dyn Transport>, salts: &Path) -> Result<Self> {
        Ok(Self {
            channel: Channel::new(transport, Shell::Sh),
            settings: Settings {
                connect: Duration::from_secs(10),
                control: Some(Control::open(false)?),
                interrupt: Interrupt::never(),
                private: Vec::new(),
                max_output: ByteSize::OUTPUT,
                slots: Slots::default(),
            },
            mask: Mask::new(),
            overlay: Mutex::default(),
            salts: salts.display().to_string(),
        })
    }

    fn ensure(&self, op: &dyn Op) -> Result<Outcome> {
        let exec = ExecContext {
            name: "host",
            channel: &self.channel,
            settings: &self.settings,
            timeout: Some(Duration::from_secs(60)),
            mask: &self.mask,
            overlay: &self.overlay,
            mode: Mode::Run,
            salts: &self.salts,
            holder: None,
        };
        ensure(&exec, op, &Nobody)
    }

    /// The output of a script.
    fn run(&self, script: &str) -> Result<String> {
        let timeout = Some(Duration::from_secs(60));
        let call = Call { script, data: None, timeout, terminal: None, prompt: false };
        let mut sink = Pair(Spool::default(), Spool::default());
        let end = self.channel.call(&call, &mut sink, &self.settings)?;
        ensure!(end == End::Exit(0), "{script}: {end:?}");
        Ok(String::from_utf8_lossy(&sink.0.bytes()?).trim().to_owned())
    }

    /// Runs `op` so often, each time after `setup`, and adds up what the runs of it cost.
    fn measure(&self, rounds: u32, op: &dyn Op, setup: Option<&str>, end: Outcome) -> Result<Cost> {
        let mut cost = Cost::default();
        let ticks = || -> Result<f64> { Ok(self.run(SPENT)?.parse::<f64>()? * TICK) };
        // Ticks are long: the preparations are measured alone, and taken away.
        let begin = ticks()?;
        for _ in 0..rounds {
            setup.map_or(Ok(String::new()), |setup| self.run(setup))?;
        }
        let prepared = ticks()?;
        for _ in 0..rounds {
            setup.map_or(Ok(String::new()), |setup| self.run(setup))?;
            let (traffic, here) = (self.channel.traffic(), here()?);
            let outcome = self.ensure(op)?;
            ensure!(outcome == end, "{}: {outcome:?}", op.describe());
            let now = self.channel.traffic();
            cost.traffic.frames += now.frames - traffic.frames;
            cost.traffic.sent += now.sent - traffic.sent;
            cost.traffic.received += now.received - traffic.received;
            cost.here += self::here()? - here;
        }
        cost.there = (ticks()? - prepared - (prepared - begin)).max(0.0);
        Ok(cost)
    }
}

/// The processor time so far of this process and of its ssh clients, in seconds.
fn here() -> Result<f64> {
    let time = |of: &str| -> Result<u64> {
        let text = std::fs::read_to_string(format!("/proc/{of}/schedstat"))?;
        Ok(text.split(' ').next().unwrap_or_default().parse()?)
    };
    let mut sum = time("self")?;
    for child in std::fs::read_to_string("/proc/thread-self/children")?.split_whitespace() {
        let name = std::fs::read_to_string(format!("/proc/{child}/comm"))?;
        if name.trim() == "ssh" {
            sum += time(child)?;
        }
    }
    Ok(Duration::from_nanos(sum).as_secs_f64())
}

/// The columns of one cost: round trips, bytes to the host and from it, and for each way the milliseconds here and there.
fn columns(costs: &[Cost], rounds: u32, ways: usize) -> String {
    let Some(first) = costs.first() else {
        return vec![" –"; 2 + ways].join(" |");
    };
    let Traffic { frames, sent, received } = first.traffic;
    let each = u64::from(rounds);
    let milliseconds = |cost: &Cost| {
        let each = |seconds: f64| seconds * 1000.0 / f64::from(rounds);
        format!(" {:.2} + {:.1}", each(cost.here), each(cost.there))
    };
    let times: Vec<String> = costs.iter().map(milliseconds).collect();
    format!(" {} | {}, {} |{}", frames / each, sent / each, received / each, times.join(" |"))
}

fn main() -> Result<()> {
    let Args { rounds, ssh } = Args::parse();
    let dir = tempfile::tempdir()?;
    let salts = tempfile::tempdir()?;
    prepare(dir.path())?;
    let path = dir.path().to_str().context("a plain path")?;
    let variables = variables(dir.path());
    let prefix = ["env".to_owned()].into_iter().chain(variables.clone()).collect();
    let local: Box<dyn Transport> = Box::new(Exec { prefix, sudo: None });
    let mut hosts = vec![Host::new(local, salts.path())?];
    if let [config, host] = &ssh[..] {
        let target = Target {
            destination: host.clone(),
            port: None,
            user: None,
            config: Some(config.into()),
            sudo: None,
            moved: None,
        };
        hosts.push(Host::new(Box::new(Over { target, variables }), salts.path())?);
    }
    for row in rows() {
        let (mut kept, mut changed) = (Vec::new(), Vec::new());
        let setup = prepared(path, row.setup);
        let op = (row.op)(path);
        for host in &hosts {
            host.run(&setup)?;
            // Assertions and waits never change anything.
            if host.ensure(&*op)? == Outcome::Changed {
                changed.push(host.measure(rounds, &*op, Some(&setup), Outcome::Changed)?);
            }
            kept.push(host.measure(rounds, &*op, None, Outcome::Kept)?);
        }
        let ways = hosts.len();
        let (kept, changed) = (columns(&kept, rounds, ways), columns(&changed, rounds, ways));
        print(&format!("| {} |{kept} |{changed} |\n", row.name))?;
    }
    Ok(())
}
