//! Steps for the tests of asking, scheduling and ending: files below DIR/HOST stand for services.
//!
//! `DIR/HOST/hang` holds how many seconds a service takes to start; with `DIR/HOST/fail` it does not start.
//!
//!     cargo run -p xtask --example drill -- -i hosts.toml --root /tmp/drill work

#[path = "../engine/examples/common/mod.rs"]
mod common;
#[path = "drill/snippets.rs"]
mod snippets;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use camino::Utf8PathBuf;
use clap::{Parser, Subcommand, ValueEnum};
use engine::data::range::fold;
use engine::ops::{
    Absent, Assert, Detached, Directory, FileContent, Interactive, Mode, Moved, Script, Shell,
    Wait, line,
};
use engine::run::record::Opening;
use engine::run::record::entry::Again;
use engine::run::record::store::Run;
use engine::run::{Context, Host, Hosts, Manual, Options, Stages};
use engine::text::edit::line::Place;
use engine::text::snippet::Value;

use snippets::{COUNT, HEALTHY, INSTALL, REPLACE, START, TEN, THERE, WHERE};

/// Steps for tests
#[derive(Parser)]
struct Args {
    #[command(flatten)]
    options: Options,
    /// The state of a host is below DIR/HOST
    #[arg(long, value_name = "DIR", global = true, default_value = "/tmp/drill")]
    root: Utf8PathBuf,
    /// Go on with the run that is recorded here
    #[arg(long, value_name = "DIR", global = true)]
    again: Option<Utf8PathBuf>,
    /// Only on its open hosts, when these alone are left
    #[arg(long, requires = "again", global = true)]
    retry: bool,
    #[command(subcommand)]
    step: Step,
}

#[derive(Subcommand)]
enum Step {
    /// Start two services on all hosts at once
    Work,
    /// The same on the first host, and nothing else
    Serial,
    /// Ten operations on all hosts at once
    Ten,
    /// Start two services on all hosts at once, after a question
    Asked,
    /// Start a service, then replace the data, which cannot be taken back; nobody was asked
    Forgetful,
    /// One host after the other, with a check between them
    Rolling {
        /// These at the end
        #[arg(long)]
        last: Vec<String>,
    },
    /// Start a service, have a person swap the cable, start another
    Manual {
        /// Ask for the cable's number
        #[arg(long)]
        evidence: bool,
        /// The host sees whether there is a cable: DIR/HOST/cable
        #[arg(long)]
        seen: bool,
    },
    /// Start a service, then wait for DIR/HOST/ready
    Wait,
    /// Start a service on the first host, another one where it is for a while, and tell where that was
    Moved {
        /// Its address for a while
        address: String,
    },
    /// Start two services and replace a file between them on all hosts, then start one on the first host
    Staged {
        #[command(flatten)]
        stages: Stages<Stage>,
    },
    /// Change files in every way that can be taken back, then start a service, which is undone last
    Files,
    /// Run the program DIR/HOST/install, which asks for a mode and for the secret `password`
    Interactive,
    /// Look at all hosts
    Look,
    /// Count on all hosts, as a job, until DIR/HOST/stop is there; its text is the exit code
    Job,
    /// Start services in several passes over the hosts; `/` begins a stage
    Passes {
        /// `each:NAME` on all at once, `one:NAME` one by one, `first:NAME` on the first host
        passes: Vec<String>,
    },
}

#[derive(Clone, Debug, ValueEnum)]
enum Stage {
    First,
    Replace,
    Second,
    Check,
}

struct Drill<'a> {
    cx: &'a Context,
    root: &'a Utf8PathBuf,
}

fn main() -> Result<ExitCode> {
    let Args { mut options, root, again, retry, step } = Args::parse();
    let opening = match again {
        Some(dir) => {
            let run = retry.then(|| Run::at(&dir).summary()).transpose()?;
            let only = run.filter(|run| run.narrow).map(|run| run.open);
            options.only = only.as_ref().map(fold).or(options.only);
            Opening::Again { dir, kind: if retry { Again::Retry } else { Again::Resume }, only }
        }
        None => Opening::New,
    };
    let cx = match common::begin(options, "drill", opening) {
        Ok(cx) => cx,
        Err(error) => {
            engine::run::report::failure::complain(&error, Default::default());
            return Ok(ExitCode::from(engine::data::fault::Fault::kind_of(&error).code()));
        }
    };
    let result = Drill { cx: &cx, root: &root }.run(&step);
    Ok(ExitCode::from(cx.finish(result)))
}

impl Drill<'_> {
    fn run(&self, step: &Step) -> Result<()> {
        let hosts = self.cx.hosts("@all")?;
        match step {
            Step::Work => hosts.ending().each(|host| self.work(host)),
            Step::Serial => self.work(&hosts.iter().next().expect("a host")),
            Step::Ten => hosts.ending().each(|host| {
                (0..10).try_for_each(|number| {
                    let values = [("DIR", self.dir(host)), ("NAME", format!("s{number}").into())];
                    host.ensure(&Shell::new(TEN, values)).map(drop)
                })
            }),
            Step::Asked => {
                hosts.confirm("starts two services")?;
                hosts.ending().each(|host| self.work(host))
            }
            Step::Forgetful => hosts.ending().each(|host| {
                self.start(host, "first")?;
                host.ensure(&Shell::new(REPLACE, [("DIR", self.dir(host))])).map(drop)
            }),
            Step::Rolling { last } => {
                let last: Vec<&str> = last.iter().map(String::as_str).collect();
                let hosts = hosts.last(&last).ending();
                hosts.one_by_one(|host| self.work(host), |host| self.healthy(host))
            }
            Step::Manual { evidence, seen } => hosts.ending().each(|host| {
                self.start(host, "first")?;
                host.manual(&self.cable(host, *evidence, *seen))?;
                self.start(host, "second")
            }),
            Step::Moved { address } => {
                let host = hosts.iter().next().expect("a host");
                self.start(&host, "first")?;
                self.locate(&host)?;
                self.cx.moved(host.name(), Some(address))?;
                self.locate(&host)?;
                self.start(&host, "second")?;
                self.cx.moved(host.name(), None)?;
                self.locate(&host)
            }
            Step::Staged { stages } => self.staged(&hosts, stages),
            Step::Interactive => {
                let password = self.cx.secret("password")?;
                hosts.ending().each(|host| {
                    let install = Shell::new(INSTALL, [("DIR", self.dir(host))]);
                    let install = Interactive::new(install).answer("Mode [1-5]:", "5");
                    host.ensure(&install.secret("New password:", &password)).map(drop)
                })
            }
            Step::Look => hosts.ending().look_each(|host| {
                let thing = [("THING", "/".into())];
                host.look("look around", |reader| reader.kept(THERE, thing)).map(drop)
            }),
            Step::Job => hosts.ending().each(|host| {
                let dir = self.root.join(host.name());
                let job = Detached::job("count").jobs_in(dir.join("jobs"));
                let count = Script::new("count", COUNT, [("DIR", self.dir(host))]);
                host.ensure(&count.markers_in(dir.join("markers")).detached(job)).map(drop)
            }),
            Step::Passes { passes } => self.passes(&hosts, passes),
            Step::Files => hosts.ending().each(|host| self.files(host)),
            Step::Wait => hosts.ending().each(|host| {
                self.start(host, "first")?;
                let wait = Wait::path(self.root.join(host.name()).join("ready"));
                host.ensure(&wait.at_most(Duration::from_secs(600))).map(drop)
            }),
        }
    }

    fn staged(&self, hosts: &Hosts<'_>, stages: &Stages<Stage>) -> Result<()> {
        let replace = |host: &Host<'_>| {
            let file = FileContent::new(self.root.join(host.name()).join("plain"), "replaced\n");
            host.ensure(&file).map(drop)
        };
        let first = hosts.iter().next().expect("a host");
        let cx = self.cx;
        cx.stage(stages, Stage::First, || hosts.each(|host| self.start(host, "first")))?;
        cx.stage(stages, Stage::Replace, || hosts.each(replace))?;
        cx.stage(stages, Stage::Second, || hosts.each(|host| self.start(host, "second")))?;
        cx.stage(stages, Stage::Check, || self.start(&first, "third"))
    }

    fn passes(&self, hosts: &Hosts<'_>, passes: &[String]) -> Result<()> {
        let stages: Vec<&[String]> = passes.split(|word| word == "/").collect();
        for (number, passes) in stages.iter().enumerate() {
            let work = || {
                let last = passes.len() - 1;
                let pass = |(at, word): (usize, &String)| self.pass(hosts, at == last, word);
                passes.iter().enumerate().try_for_each(pass)
            };
            if stages.len() > 1 {
                self.cx.part(&format!("s{number}"), stages.len(), work)?;
            } else {
                work()?;
            }
        }
        Ok(())
    }

    fn pass(&self, hosts: &Hosts<'_>, last: bool, word: &str) -> Result<()> {
        let (kind, name) = word.split_once(':').expect("KIND:NAME");
        let ending = hosts.ending();
        let hosts = if last { &ending } else { hosts };
        match kind {
            "each" => hosts.each(|host| self.start(host, name)),
            "one" => hosts.one_by_one(|host| self.start(host, name), |_| Ok(())),
            _ => self.start(&hosts.iter().next().expect("a host"), name),
        }
    }

    fn files(&self, host: &Host<'_>) -> Result<()> {
        let dir = self.root.join(host.name());
        let values = [("DIR", self.dir(host)), ("NAME", "first".into())];
        host.ensure(&Directory::present(dir.join("conf")))?;
        host.ensure(&FileContent::new(dir.join("conf/new"), "new\n"))?;
        host.ensure(&FileContent::new(dir.join("plain"), "replaced\n"))?;
        host.ensure(&line::present(dir.join("list"), "second", Place::End))?;
        host.ensure(&Mode::at_most(dir.join("list"), 0o600))?;
        host.ensure(&Moved::aside(dir.join("here"), dir.join("aside")))?;
        host.ensure(&Absent::new(dir.join("gone")))?;
        host.ensure(&Shell::new(START, values).undone_last()).map(drop)
    }

    fn dir(&self, host: &Host<'_>) -> Value {
        self.root.join(host.name()).as_str().into()
    }

    fn work(&self, host: &Host<'_>) -> Result<()> {
        self.start(host, "first")?;
        self.start(host, "second")
    }

    fn start(&self, host: &Host<'_>, name: &str) -> Result<()> {
        let values = [("DIR", self.dir(host)), ("NAME", name.into())];
        host.ensure(&Shell::new(START, values).called(format!("start {name}"))).map(drop)
    }

    fn locate(&self, host: &Host<'_>) -> Result<()> {
        let at = host.look("ask for the address", |reader| reader.ask(WHERE, []))?;
        self.cx.note(&format!("{} is {at}", host.name()));
        Ok(())
    }

    fn healthy(&self, host: &Host<'_>) -> Result<()> {
        let sick = format!("{} is not healthy", host.name());
        host.ensure(&Assert::new(HEALTHY, [("DIR", self.dir(host))], sick)).map(drop)
    }

    fn cable(&self, host: &Host<'_>, evidence: bool, seen: bool) -> Manual {
        let mut manual = Manual::new("cable", "Swap the cable.\nMind the colours.");
        if evidence {
            manual = manual.evidence("the cable's number");
        }
        if seen {
            let cable = self.root.join(host.name()).join("cable");
            manual = manual.seen_by(THERE, [("THING", cable.as_str().into())]);
        }
        manual
    }
}
