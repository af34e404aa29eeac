//! The whole bk-upgrade runbook while things go wrong: in each section of the document the program is killed, a host goes
//! off, a host is cut off and a disk is full, each once. The same command goes on each time.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use lab::blueking::{CONTROL, DOCUMENT};
use lab::suite::Case;
use lab::{Fault, processes};

use crate::adversity::Random;
use crate::bk_operator::Operator;
use crate::support::{Bench, Outcome, say};

pub(crate) const CASES: &[Case<Bench>] = cases![
    bk_adversity:
    every_section_is_interrupted_in_every_way_and_the_same_command_finishes_it,
];

/// What happens when a step begins.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Blow {
    /// The program is killed, a random moment later.
    Kill,
    /// A host goes off.
    Off(&'static str),
    /// The program hangs while a host is cut off.
    Cut(&'static str),
    /// The program hangs while a directory of a host fills up.
    Full(&'static str, &'static str),
    /// A deployment of this application times out, and the document has no second try.
    Slow(&'static str),
}

/// One interruption, and what the program has to say about it.
pub(crate) struct Interruption {
    section: &'static str,
    step: &'static str,
    blow: Blow,
    says: &'static [&'static str],
}

/// In the order in which an upgrade comes by. The machine that section 4 works on has no need of its network there: the
/// run stops at the first step that has.
#[rustfmt::skip]
const INTERRUPTIONS: &[Interruption] = &[
    at("3", "fetch-package", Blow::Full(CONTROL, "/data"), &["\n  bk-control: ", "KiB"]),
    at("3", "fetch-package", Blow::Cut("paas2"), &["\n  bk-control: ", "the transfer ended early"]),
    at("3", "fetch-package", Blow::Kill, &[]),
    at("3", "fetch-package", Blow::Off(CONTROL), &[]),
    at("4", "unpack-package", Blow::Full(CONTROL, "/data"), &["\n  bk-control: ", "KiB"]),
    at("4", "unpack-package", Blow::Kill, &[]),
    at("4", "unpack-package", Blow::Off(CONTROL), &[]),
    at("4", "unpack-package", Blow::Cut(CONTROL), &["\n  paas3: "]),
    at("5", "mysql-backup", Blow::Full("paas3", "/data/dbbak"), &["\n  paas3: refused: there is no room for a dump"]),
    at("5", "mysql-backup", Blow::Off("paas3"), &["\n  paas3: "]),
    at("5", "mongodb-backup", Blow::Cut("paas2"), &["\n  paas2: "]),
    at("5", "backup-src-dir", Blow::Kill, &[]),
    at("6", "replace-install", Blow::Kill, &[]),
    at("6", "env-gse", Blow::Full(CONTROL, "/data/install"), &["\n  bk-control: ", "No space left"]),
    at("6", "sync-common", Blow::Off("paas1"), &["\n  paas1: "]),
    at("6", "sync-common", Blow::Cut("paas2"), &["\n  paas2: "]),
    at("7.2", "nginx-templates", Blow::Full("paas2", "/etc/consul-template/templates"), &["\n  paas2: "]),
    at("7.7", "usermgr", Blow::Off("paas1"), &["\n  paas1: "]),
    at("7.8", "gse-update", Blow::Kill, &[]),
    at("7.11", "nodeman", Blow::Cut("paas3"), &["\n  paas3: "]),
    at("7.16", "log", Blow::Slow("bk_log_search"), &["\n  bk-control: ", "timed out"]),
];

/// An interruption when a step begins.
pub(crate) const fn at(
    section: &'static str,
    step: &'static str,
    blow: Blow,
    says: &'static [&'static str],
) -> Interruption {
    Interruption { section, step, blow, says }
}

fn every_section_is_interrupted_in_every_way_and_the_same_command_finishes_it(
    bench: &Bench,
) -> Result<()> {
    let operator = Operator::new(bench, &DOCUMENT)?;
    let (mut random, data) = (Random::new(), operator.data()?);
    say(&format!("seed {} (XTASK_SEED)", random.seed()));
    let (mut secrets, mut said) = (operator.secrets()?, String::new());
    for row in INTERRUPTIONS {
        let (section, step, blow) = (row.section, row.step, row.blow);
        let outcome = interrupt(&operator, row, &mut random)
            .with_context(|| format!("section {section}, {step}, {blow:?}"))?;
        said += &(outcome.stdout + &outcome.stderr);
    }
    let last = operator.run()?.expect(0)?;
    say(&format!("{} interruptions, then {:.0} s", INTERRUPTIONS.len(), last.took.as_secs_f64()));
    operator.is_upgraded()?;
    ensure!(operator.data()? == data, "the databases differ");
    secrets.extend(operator.secrets()?);
    secrets.sort();
    secrets.dedup();
    operator.hidden(&secrets, &(said + &last.stdout + &last.stderr))
}

/// Runs the whole until a step begins, strikes, looks at how the run ends, and repairs what is broken.
pub(crate) fn interrupt(
    operator: &Operator,
    row: &Interruption,
    random: &mut Random,
) -> Result<Outcome> {
    let lab = operator.lab();
    if let Blow::Slow(app) = row.blow {
        lab.exec(
            CONTROL,
            &format!("cd /var/lib/standins/shared; mkdir -p saas; echo 1 >saas/{app}.slow"),
        )?;
    }
    let begun = operator.begin()?.reaches(row.step)?;
    match row.blow {
        Blow::Kill => {
            sleep(Duration::from_millis(random.below(200)));
            processes::signal(&operator.programs()?, processes::Signal::KILL);
        }
        // Where the program itself is, it has a moment for its work.
        Blow::Off(CONTROL) => {
            sleep(Duration::from_millis(random.below(200)));
            Fault::Off.apply(lab, CONTROL, "")?;
        }
        Blow::Off(host) => begun.hangs(|| Fault::Off.apply(lab, host, ""))?,
        Blow::Cut(host) => begun.hangs(|| {
            Fault::Cut.apply(lab, host, "")?;
            // A host that is known to be there is given half a minute to answer.
            lab.exec(CONTROL, "/usr/sbin/ip neigh flush all").map(drop)
        })?,
        Blow::Full(host, dir) => begun.hangs(|| Fault::FullDisk.apply(lab, host, dir))?,
        Blow::Slow(_) => {}
    }
    let (outcome, steps) = begun.finish()?;
    let error = |line: &&str| line.starts_with("error: ");
    let end = outcome.stderr.lines().rfind(error).unwrap_or_default();
    let last = steps.last().map_or("", String::as_str);
    say(&format!(
        "section {}, {}, {:?}: exit {} at {last} after {:.1} s: {end}",
        row.section,
        row.step,
        row.blow,
        outcome.code,
        outcome.took.as_secs_f64()
    ));
    ensure!(outcome.code != 0, "nobody noticed:\n{}", outcome.stderr);
    for text in row.says {
        ensure!(outcome.stderr.contains(text), "{text:?} is not said:\n{}", outcome.stderr);
    }
    // One host of a module is down: the module stops, and nothing after it begins. Where the program itself ends, or
    // needs no other host, it can come further.
    let goes_on = matches!(row.blow, Blow::Kill | Blow::Off(CONTROL) | Blow::Cut(CONTROL));
    let inside = last.split('/').next() == Some(row.step);
    ensure!(goes_on || inside, "{last} has begun after {}:\n{}", row.step, outcome.stderr);
    match row.blow {
        Blow::Off(host) => Fault::On.apply(lab, host, "")?,
        Blow::Cut(host) => {
            Fault::Heal.apply(lab, host, "")?;
            // The control machine believes for some seconds that there is nobody.
            let port = format!("bash -c '</dev/tcp/{}/22'", lab.host(host)?.address);
            let answers = || lab.exec(CONTROL, &port).is_ok();
            processes::wait(&format!("{host} to answer again"), Duration::from_secs(30), answers)?;
        }
        Blow::Full(host, _) => Fault::Heal.apply(lab, host, "")?,
        Blow::Kill | Blow::Slow(_) => {}
    }
    Ok(outcome)
}
