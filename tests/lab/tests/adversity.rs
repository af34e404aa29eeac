//! The webservice runbook while things go wrong: hosts that go off, a program that is killed.

use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, ensure};
use lab::Fault;
use lab::platform::{BRAND, FIRSTBOX, NODES, VIP};
use lab::poll::Poll;
use lab::processes;
use lab::suite::Case;

use crate::firstbox::Operator;
use crate::support::{self, Bench, Running, say};
use crate::upgrade::{is_upgraded, judge};

/// Each takes an upgrade of its own, so each is a lane.
pub(crate) const OFF_CASES: &[Case<Bench>] = cases![
    adversity:
    every_host_goes_off_once_and_the_upgrade_goes_on,
];
pub(crate) const KILL_CASES: &[Case<Bench>] = cases![
    adversity:
    an_upgrade_that_is_killed_again_and_again_is_finished,
];

/// Kills of the program, spread over one upgrade; XTASK_KILLS=30 goes over as many upgrades as it needs.
const KILLS: u32 = 8;
/// The exit code for a host that cannot be reached.
const UNREACHABLE: i32 = 4;
/// An upgrade reaches the point where something happens in this time.
const PATIENCE: Duration = Duration::from_secs(180);

/// The moment to pull the plug, as shell on a host, and the work of a person afterwards, on another.
struct Off {
    host: &'static str,
    when: (&'static str, &'static str),
    then: Option<(&'static str, &'static str)>,
}

/// In the order in which an upgrade comes by.
const OFF: [Off; 5] = [
    Off {
        host: FIRSTBOX,
        when: (FIRSTBOX, "grep os /pitrix/log/install_nodes/webservice1.log"),
        then: None,
    },
    Off { host: "node1", when: ("webservice1", "pgrep -x apt-get"), then: None },
    Off {
        host: "webservice1",
        when: (
            FIRSTBOX,
            "grep 10.99.0.6 /pitrix/conf/settings/webservice1 && test -e /var/lib/xtask/webservice/webservice1 && pgrep -f readdress",
        ),
        then: Some(("node1", "virsh start webservice1")),
    },
    Off { host: "node2", when: ("node2", "test -s /pitrix/kernels/webservice0.img"), then: None },
    Off {
        host: "webservice0",
        when: (FIRSTBOX, "grep disk /pitrix/log/install_nodes/webservice0.log"),
        then: Some(("node2", "virsh start webservice0")),
    },
];

/// Each physical host, each node and firstbox goes off once in the middle; the same command continues.
fn every_host_goes_off_once_and_the_upgrade_goes_on(bench: &Bench) -> Result<()> {
    let operator = Operator::new(bench)?;
    // install_nodes.sh of the time before has left its words.
    operator.lab().exec(FIRSTBOX, "rm -r /pitrix/log/install_nodes")?;
    for off in &OFF {
        pull(&operator, off).with_context(|| format!("{} off", off.host))?;
    }
    let last = operator.upgrade("")?.expect(0)?;
    say(&format!("the last run: {:.0} s", last.took.as_secs_f64()));
    is_upgraded(&operator)?;
    operator.platform.end()
}

fn pull(operator: &Operator, off: &Off) -> Result<()> {
    let (lab, (host, text)) = (operator.lab(), off.when);
    let running = operator.begin_upgrade("")?;
    let moment = processes::wait(text, PATIENCE, || lab.exec(host, text).is_ok());
    if let Err(error) = moment {
        let outcome = running.kill()?;
        return Err(error.context(format!("{}\n{}", outcome.stdout, outcome.stderr)));
    }
    lab.host(off.host)?.kill()?;
    let outcome = running.finish()?;
    let (last, took) = (outcome.stderr.lines().last().unwrap_or_default(), outcome.took.as_secs());
    say(&format!("{} off: exit {} after {took} s: {last}", off.host, outcome.code));
    ensure!(outcome.code != 0, "nobody noticed:\n{}", outcome.stderr);
    if let Some((host, text)) = off.then {
        // Its physical host knows that the VM is off; a person starts it.
        let known = format!("virsh domstate {} | grep -x 'shut off'", off.host);
        processes::wait(&known, PATIENCE, || lab.exec(host, &known).is_ok())?;
        lab.exec(host, text)?;
    } else {
        Fault::On.apply(lab, off.host, "")?;
    }
    // The operator starts the upgrade again when the hosts are back.
    let all_up = || NODES.iter().all(|node| lab.exec(node, "systemctl is-active ssh").is_ok());
    let _ = processes::wait("the nodes", Duration::from_secs(5), all_up);
    Ok(())
}

/// Killed at random moments, and gone on with by the same command or by `resume`, with a client that asks.
fn an_upgrade_that_is_killed_again_and_again_is_finished(bench: &Bench) -> Result<()> {
    let mut random = Random::new();
    say(&format!("seed {} (XTASK_SEED)", random.0));
    let (wanted, mut kills, mut upgrades) = (support::kills(KILLS)?, 0, 0);
    while kills < wanted {
        let operator = Operator::new(bench)?;
        let poll = Poll::start(&operator.lab().network, VIP, BRAND)?;
        while kills < wanted {
            // Every other time long enough for the slowest of the stages.
            let longest = if random.below(2) == 0 { 20_000 } else { 5_000 };
            let limit = Duration::from_millis(500 + random.below(longest));
            // Both ways to start again take turns.
            let more =
                if kills % 2 == 0 { begin(&operator)? } else { operator.begin_upgrade("")? };
            match kill_after(&operator, more, limit).with_context(|| format!("kill {kills}"))? {
                true => kills += 1,
                false => break,
            }
        }
        let mut last = operator.upgrade("")?;
        if last.code == UNREACHABLE {
            last = operator.upgrade("")?;
        }
        last.expect(0).with_context(|| format!("after {kills} kills"))?;
        let seen = poll.stop()?;
        judge(&seen)?;
        is_upgraded(&operator)?;
        operator.platform.end()?;
        upgrades += 1;
    }
    say(&format!("{kills} kills over {upgrades} upgrades"));
    Ok(())
}

/// `resume` continues the run that was killed; the first time there is none.
fn begin(operator: &Operator) -> Result<Running> {
    let [first, second] = lab::platform::TEMPORARY;
    operator.spawn(&format!(
        "export XTASK_ACK=console-{first}=seen,console-{second}=seen; code=0\n\
         cargo xtask resume || code=$?\n[ $code = 2 ] || exit $code\nexec cargo xtask webservice upgrade"
    ))
}

/// Whether the upgrade is not finished: the kill came in time, or a node was away. The program may have come to its
/// end before.
fn kill_after(operator: &Operator, running: Running, limit: Duration) -> Result<bool> {
    let lab = operator.lab();
    let programs = || -> Vec<i32> {
        let leader = lab.host(FIRSTBOX).ok().and_then(lab::Host::leader);
        let all = leader.map(processes::of_host).unwrap_or_default();
        all.into_iter().filter(|pid| processes::name(*pid) == "xtask").collect()
    };
    sleep(limit);
    let alive = programs();
    processes::signal(&alive, processes::Signal::KILL);
    let outcome = running.finish()?;
    // The kill before came while a node restarted, and it is not there yet: the operator tries again.
    let is_away = outcome.code == UNREACHABLE;
    if alive.is_empty() && !is_away {
        outcome.expect(0)?;
        return Ok(false);
    }
    Ok(true)
}

/// Numbers that are the same for the same seed (a linear congruential generator, Knuth's MMIX).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new() -> Self {
        let given = std::env::var("XTASK_SEED").ok().and_then(|text| text.parse().ok());
        let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |time| time.as_secs());
        Self(given.unwrap_or_else(now))
    }

    pub(crate) const fn seed(&self) -> u64 {
        self.0
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}
