//! Two hundred endings at random: no result is good that is not so. The truth is in files that the commands write.

use std::path::Path;

use crate::support::drill::Drill;
use crate::support::{Fleet, Outcome, scratch, write};

/// Numbers that depend on the seed alone (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((x ^ (x >> 31)) % limit as u64).expect("a small number")
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

/// The seed of this run: `XTASK_TEST_SEED`, or the time.
fn seed() -> u64 {
    let given = std::env::var("XTASK_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let now = std::time::UNIX_EPOCH.elapsed().map_or(0, |time| time.subsec_nanos().into());
    given.unwrap_or(now)
}

/// `$c` is the shell of the command, `$r` reads frames, `$$` started that one, `$PPID` is the sshd.
const WHO: &str = "up() { read -r s </proc/$1/stat; set -- ${s##*) }; up=$2; }\n\
                   read -r s </proc/self/stat; c=${s%% *}; up $c; r=$up\n";
/// The same from the shell that a command of `pcmd` has below that one.
const BELOW: &str = "c=$up; up $c; r=$up\n";

/// Which host it is; start-up files must leave the arguments of the shell alone.
const HOST: &str = "h=${SSH_CONNECTION#* * }; h=${h% *}";

/// An end in the middle of a command: shell that may or may not come to its end.
fn end(dice: &mut Dice) -> String {
    let signal = dice.of(&["HUP", "INT", "QUIT", "TERM", "USR1", "ALRM", "KILL", "KILL"]);
    let who = dice.of(&["$$", "$r", "$c", "0", "-$$"]);
    let wait = dice.of(&["sleep 0.2", "sleep 0.5", ":"]);
    match dice.below(12) {
        0..5 => format!("kill -{signal} {who}; {wait}"),
        5 => format!("kill -KILL $PPID; {wait}"),
        // Somebody lets it go on later, so that nothing is left of it.
        6 => {
            let who = dice.of(&["$$", "$r", "$c"]);
            format!(
                "(setsid sh -c \"sleep 4; kill -CONT {who}\" &) >/dev/null 2>&1; kill -STOP {who}"
            )
        }
        7 => "echo x >/dev/full || exit 1".to_owned(),
        8 => "sleep 1.5".to_owned(),
        9 => "trap - EXIT; exit 5".to_owned(),
        10 => "exec >&- 2>&-".to_owned(),
        _ => dice
            .of(&["exec false", "exit 3", "ulimit -n 3; : </dev/null || exit 1", ":"])
            .to_owned(),
    }
}

fn hosts() -> impl Iterator<Item = String> {
    (1..=16).map(|number| format!("h{number:03}"))
}

/// Faults S1, S2, S3, T5: over `pcmd`, in login shells with a time limit; some are replaced.
#[test]
fn no_command_is_ok_that_did_not_end_so() {
    let (seed, fleet) = (seed(), Fleet::start());
    let truth = fleet.dir.join("truth");
    std::fs::create_dir(&truth).expect("a directory");
    let profile = format!(
        "TMOUT=1; readonly TMOUT; export TMOUT\n{HOST}\n[ ! -e {}/$h.replace ] || exec dash\n",
        truth.display()
    );
    write(&fleet.dir.join("home/.bash_profile"), &profile);
    // A replaced shell is one for all rounds.
    let replaced = Dice(seed).below(16);
    write(&truth.join(format!("127.0.1.{}.replace", replaced + 1)), "");
    let round = |number: u64| {
        let (mut dice, state) = (Dice(seed.wrapping_add(number)), scratch());
        let dir = truth.join(number.to_string());
        std::fs::create_dir(&dir).expect("a directory");
        let ends: Vec<String> = (0..16).map(|_| end(&mut dice)).collect();
        for (number, end) in ends.iter().enumerate() {
            let script = format!("{WHO}{BELOW}{end}\n");
            write(&dir.join(format!("127.0.1.{}.sh", number + 1)), &script);
        }
        let dir = dir.display();
        let command = format!("{HOST}; . {dir}/$h.sh; echo done >{dir}/$h.done");
        let args = ["pcmd", "-w", "@all", "-f", "16", "--timeout", "3", "--json", &command];
        let args = [&args[..], &["--connect-timeout", "60"]].concat();
        let outcome = fleet.xtask(state.path(), &args).run();
        let json: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("JSON");
        let mut good = 0;
        for (number, end) in ends.iter().enumerate() {
            let done = Path::new(&format!("{dir}/127.0.1.{}.done", number + 1)).exists();
            let answer = &json["hosts"][number];
            let words = format!("seed {seed}: {end}\n{answer}");
            assert!(!done || number != replaced, "nothing was to be run: {words}");
            assert!(done || answer["exit"] != 0, "it is not ok: {words}");
            good += usize::from(answer["exit"] == 0);
        }
        good
    };
    assert!(in_parallel(4, &round) > 0, "seed {seed}: none of 64 came to its end");
}

/// Runs rounds side by side, and adds up what they give.
fn in_parallel(rounds: u64, round: &(dyn Fn(u64) -> usize + Sync)) -> usize {
    std::thread::scope(|scope| {
        let rounds: Vec<_> = (0..rounds).map(|number| scope.spawn(move || round(number))).collect();
        rounds.into_iter().map(|round| round.join().expect("no false result")).sum()
    })
}

/// Fault T5: over a step of ten operations, which ends in one of them, in its probe or its change.
#[test]
fn no_step_is_done_that_did_not_end_so() {
    let seed = seed();
    let round = |number: u64| {
        let (mut dice, drill) = (Dice(seed.wrapping_add(number)), Drill::on("@all"));
        let end = |host: String| {
            let end = end(&mut dice);
            let place = format!("{}.s{}", dice.of(&["probe", "change"]), dice.below(10));
            drill.put(&host, &place, &format!("{WHO}{end}\n"));
            format!("{place}: {end}")
        };
        let ends: Vec<String> = hosts().map(end).collect();
        let mut good = 0;
        // The second call meets no such end.
        for timeout in [3, 180] {
            let waits = "--connect-timeout 60 --wait 60";
            let line = format!("--yes -f 16 --timeout {timeout} {waits} --max-fail 16 ten");
            let outcome = drill.run(&line);
            for (host, end) in hosts().zip(&ends) {
                let said = said(&outcome, &host);
                let all = (0..10).all(|number| drill.has(&host, &format!("s{number}")));
                let words = format!("seed {seed}, {host}, {end}: {said}\n{}", outcome.stderr);
                let done = ["changed", "kept", "ok"].contains(&said.as_str());
                assert!(all || !done, "it is not done: {words}");
                assert!(done || timeout == 3, "it was not completed: {words}");
                good += usize::from(done && timeout == 3);
            }
            hosts().for_each(|host| clear(&drill.path(&host, "")));
        }
        good
    };
    assert!(in_parallel(3, &round) > 0, "seed {seed}: none of 48 came to its end");
}

/// The word of the report for a host.
fn said(outcome: &Outcome, host: &str) -> String {
    let line = outcome.stdout.lines().find_map(|line| line.strip_prefix(&format!("{host}: ")));
    line.unwrap_or_default().to_owned()
}

/// Takes the ends away.
fn clear(dir: &Path) {
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("probe.") || name.starts_with("change.") {
            std::fs::remove_file(entry.path()).expect("it was there");
        }
    }
}
