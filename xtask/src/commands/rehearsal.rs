//! `rehearsal`: the throw-away hosts of `--rehearse`.

use anyhow::Result;
use engine::carry::rehearsal::Rehearsal;
use engine::data::fault::Fault;
use engine::run::Options;
use engine::run::report::print;

use crate::setup::rehearse;

#[derive(clap::Subcommand, Debug)]
#[command(defer = true)]
pub(crate) enum Command {
    /// List the hosts and what was changed on them
    List,
    /// Forget a host, or all of them
    Reset {
        /// The host; all of them when left out
        host: Option<String>,
    },
    /// Open a shell on a host, or run a command there: `shell paas1 -- systemctl status bk-paas`
    Shell {
        /// The host
        host: String,
        /// The command; standard input is passed on
        #[arg(last = true, value_name = "COMMAND")]
        command: Vec<String>,
    },
}

pub(crate) fn run(options: &Options, command: Command) -> Result<u8> {
    let rehearsal = rehearse::rehearsal(options)?;
    match command {
        Command::List => list(&rehearsal)?,
        Command::Reset { host } => {
            let gone = rehearsal.reset(host.as_deref())?;
            print(&gone.iter().map(|host| format!("{host}: forgotten\n")).collect::<String>())?;
            if let (Some(host), true) = (host, gone.is_empty()) {
                return Err(Fault::usage(format!("there is no rehearsal host {host}"))
                    .hint("see: cargo xtask rehearsal list")
                    .into());
            }
        }
        Command::Shell { host, command } => return shell(&rehearsal, options, &host, &command),
    }
    Ok(0)
}

fn list(rehearsal: &Rehearsal) -> Result<()> {
    let hosts = rehearsal.list()?;
    if hosts.is_empty() {
        print("no rehearsal hosts yet; make some: cargo xtask --rehearse bk-upgrade paas\n")?;
    }
    for host in hosts {
        print(&format!("{}: {} changed paths\n", host.name, rehearsal.changed(&host.name)?.len()))?;
    }
    Ok(())
}

fn shell(rehearsal: &Rehearsal, options: &Options, host: &str, command: &[String]) -> Result<u8> {
    let inventory = crate::setup::inventory(&Options { rehearse: true, ..options.clone() })?;
    rehearse::prepare(
        rehearsal,
        &inventory,
        inventory.host(host).ok_or_else(|| {
            Fault::usage(format!("the inventory has no host {host}"))
                .hint("see: cargo xtask hosts list")
        })?,
    )?;
    rehearsal.interactive(host, command)
}
