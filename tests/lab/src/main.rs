//! `cargo run -p lab -- up --hosts 9`: real hosts on this machine, in a network of their own.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use clap::{Parser, Subcommand};
use lab::{Fault, Lab, image, processes, say, shared, shell};

/// Real Debian hosts with systemd and sshd on this machine, and faults on demand
///
/// Examples:
///   cargo run -p lab -- up --hosts 9
///   cargo run -p lab -- run -- target/debug/xtask -i target/lab/hosts.toml hosts check
///   cargo run -p lab -- fault paas1 cut
///   cargo run -p lab -- down
#[derive(Parser, Debug)]
#[command(name = "lab", bin_name = "cargo run -p lab --", verbatim_doc_comment)]
struct Cli {
    /// Where the lab is [default: lab in cargo's target directory]
    #[arg(long, global = true, env = "XTASK_LAB", value_name = "DIR", hide_env = true)]
    dir: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Make the image, once
    Image,
    /// Bring the hosts up; write hosts.toml and ssh_config
    Up {
        /// How many
        #[arg(long, default_value_t = 9)]
        hosts: usize,
        /// Other roles for a host: spare1=etcd,nginx
        #[arg(long = "roles", value_name = "HOST=ROLE,ROLE")]
        roles: Vec<String>,
    },
    /// List the hosts
    Ls,
    /// Log in over ssh, or run a command so
    Ssh {
        /// The host
        host: String,
        /// The command
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<String>,
    },
    /// Run shell text on a host past its network and sshd
    Exec {
        /// The host
        host: String,
        /// The text
        text: String,
    },
    /// Run a command of this machine inside the lab's network
    Run {
        /// The command
        #[arg(last = true, required = true)]
        command: Vec<String>,
    },
    /// Break a host, or mend it
    Fault {
        /// The host
        host: String,
        /// The fault
        fault: Fault,
        /// The directory of full-disk
        #[arg(default_value = "/etc/keepalived")]
        place: String,
    },
    /// Throw away the changes of hosts since their first start
    Reset {
        /// The hosts
        #[arg(required = true)]
        hosts: Vec<String>,
    },
    /// As `reset`, with a new host key
    Relaunch {
        /// The host
        host: String,
    },
    /// End everything and remove it
    Down,
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::from(1)
        }
    }
}

fn run(cli: Cli) -> Result<u8> {
    let mut lab = Lab::open(&cli.dir.unwrap_or_else(shared::directory))?;
    let names = |hosts: &[String]| hosts.iter().map(String::clone).collect::<Vec<_>>();
    match cli.command {
        Command::Image => print(&format!("{}\n", image::ensure()?.display())),
        Command::Up { hosts, roles } => {
            let start = Instant::now();
            lab.up(hosts, &roles)?;
            say(&format!("{hosts} hosts are up after {:.1} s", start.elapsed().as_secs_f64()));
            print(&format!("{}\n", lab.dir.join("hosts.toml").display()));
        }
        Command::Ls => print(&list(&lab)),
        Command::Ssh { host, command } => {
            let config = lab.dir.join("ssh_config").display().to_string();
            let words = ["ssh", "-F", &config, &lab.host(&host)?.name];
            return inside(
                &lab,
                &[&words[..], &command.iter().map(String::as_str).collect::<Vec<_>>()].concat(),
            );
        }
        Command::Exec { host, text } => print(&lab.exec(&host, &text)?),
        Command::Run { command } => {
            return inside(&lab, &command.iter().map(String::as_str).collect::<Vec<_>>());
        }
        Command::Fault { host, fault, place } => fault.apply(&lab, &host, &place)?,
        Command::Reset { hosts } => {
            lab.reset(&names(&hosts).iter().map(String::as_str).collect::<Vec<_>>())?;
        }
        Command::Relaunch { host } => lab.relaunch(&host)?,
        Command::Down => lab.down()?,
    }
    Ok(0)
}

/// A command inside the lab's network, in the directory we are in; passes its exit code on.
fn inside(lab: &Lab, words: &[&str]) -> Result<u8> {
    if !lab.network.exists() {
        bail!("no lab is up in {}: cargo run -p lab -- up", lab.dir.display());
    }
    let sh = shell()?;
    sh.change_dir(std::env::current_dir()?);
    let mut command = std::process::Command::from(lab.network.enter(&sh, words));
    let status =
        command.stdin(std::process::Stdio::inherit()).status().context("starting the command")?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(255))
}

fn list(lab: &Lab) -> String {
    let row = |host: &lab::Host| {
        let state = match host.leader() {
            Some(leader) => format!("up    {:4} MB", memory(&processes::of_host(leader))),
            None => "off          ".to_owned(),
        };
        format!("{:12} {:12} {state}  {}\n", host.name, host.address, host.roles.join(","))
    };
    lab.hosts.iter().map(row).collect()
}

/// Memory of processes in MB, shared pages counted by share.
fn memory(pids: &[i32]) -> u64 {
    let pss = |pid: &i32| {
        let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        let line =
            text.lines().find(|line| line.starts_with("Pss:")).unwrap_or_default().to_owned();
        line.split_whitespace().nth(1).and_then(|word| word.parse::<u64>().ok()).unwrap_or(0)
    };
    pids.iter().map(pss).sum::<u64>() / 1024
}

fn print(text: &str) {
    // A closed pipe behind us is no failure.
    drop(std::io::stdout().lock().write_all(text.as_bytes()));
}
