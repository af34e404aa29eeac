//! Quorum on real clusters: etcd, nginx and pacemaker on three hosts. The steps are those of `xtask/examples/away.rs`.

use std::fmt::Write as _;

use anyhow::{Result, ensure};
use lab::suite::Case;

use crate::support::{Bench, Outcome, Running, say};

pub(crate) const CASES: &[Case<Bench>] = cases![
    quorum:
    three_members_are_restarted_one_at_a_time,
    of_three_members_only_one_is_stopped_whatever_the_flags,
    of_two_runners_at_once_exactly_one_takes_a_member,
    with_one_member_down_two_runners_are_refused,
    a_member_is_removed_only_when_quorum_is_left,
    a_member_that_does_not_come_back_stops_the_others,
    the_last_server_of_an_upstream_is_not_taken_away,
];

const ETCD: [&str; 3] = ["paas1", "paas2", "paas3"];
const ALL: &str = "paas[1-3]";
/// Whatever a person may give in a hurry.
const FLAGS: [&str; 7] = ["--batch", "3", "--fanout", "3", "--max-fail", "100%", "--yes"];

/// The inventory of the lab with clusters.
fn inventory(bench: &Bench, clusters: &str) -> Result<String> {
    let path = bench.lab.dir.join("quorum.toml");
    let text = std::fs::read_to_string(bench.lab.dir.join("hosts.toml"))?;
    std::fs::write(&path, format!("{text}\n{clusters}"))?;
    Ok(path.display().to_string())
}

fn away(bench: &Bench, inventory: &str, words: &[&str]) -> Result<Running> {
    bench.spawn_example("away", &[&["-i", inventory], words].concat())
}

/// Runs a step on hosts to its end.
fn on(bench: &Bench, clusters: &str, hosts: &str, words: &[&str]) -> Result<Outcome> {
    let path = inventory(bench, clusters)?;
    away(bench, &path, &[&["-w", hosts], words].concat())?.finish()
}

const CLUSTER: &str = "[clusters.etcd]\nkind = \"etcd\"\nhosts = \"paas[1-3]\"\n\
                       good_readings = 2\ninterval = 1\nwithin = 8\n";

/// Three healthy members: those of the case before, or new ones.
fn etcd(bench: &Bench) -> Result<()> {
    let three = "etcdctl() { ETCDCTL_API=3 command etcdctl \"$@\" 2>/dev/null; }\n\
                 for i in 1 2 3 4 5; do etcdctl endpoint health && break; sleep 0.2; done\n\
                 [ \"$(etcdctl member list | grep -c started)\" = 3 ]";
    let well = || ETCD.iter().try_for_each(|name| bench.lab.exec(name, three).map(drop));
    if ETCD.iter().all(|name| bench.lab.exec(name, "grep -q , /etc/default/etcd").is_ok()) {
        for name in ETCD {
            bench
                .lab
                .exec(name, "systemctl enable --quiet etcd; systemctl start --no-block etcd")?;
        }
        if well().is_ok() {
            return Ok(());
        }
    }
    new_etcd(bench)?;
    well()
}

fn new_etcd(bench: &Bench) -> Result<()> {
    let mut peers = String::new();
    for host in bench.hosts(&ETCD)? {
        write!(peers, "{}=http://{}:2380,", host.name, host.address)?;
    }
    let peers = peers.trim_end_matches(',');
    // All at once: a new member that meets an old one does not start.
    for name in ETCD {
        bench.lab.exec(
            name,
            "systemctl stop etcd; rm -rf /var/lib/etcd/*; systemctl reset-failed etcd || :",
        )?;
    }
    for host in bench.hosts(&ETCD)? {
        let (name, at) = (&host.name, &host.address);
        let script = format!(
            "cat >/etc/default/etcd <<CONF\n\
             ETCD_NAME={name}\nETCD_LISTEN_PEER_URLS=http://{at}:2380\n\
             ETCD_LISTEN_CLIENT_URLS=http://{at}:2379,http://127.0.0.1:2379\n\
             ETCD_INITIAL_ADVERTISE_PEER_URLS=http://{at}:2380\n\
             ETCD_ADVERTISE_CLIENT_URLS=http://{at}:2379\nETCD_INITIAL_CLUSTER={peers}\nCONF\n\
             systemctl enable --quiet etcd; systemctl start --no-block etcd"
        );
        bench.lab.exec(name, &script)?;
    }
    Ok(())
}

/// A file that is newer than every etcd.
fn touch(bench: &Bench) -> Result<()> {
    // The program compares whole seconds, and takes one for none.
    std::thread::sleep(std::time::Duration::from_millis(2100));
    ETCD.iter().try_for_each(|name| bench.lab.exec(name, "touch /etc/again").map(drop))
}

/// The hosts whose etcd runs.
fn running(bench: &Bench) -> Result<Vec<&'static str>> {
    let mut running = Vec::new();
    for name in ETCD {
        if bench.lab.exec(name, "systemctl is-active etcd || :")?.trim() == "active" {
            running.push(name);
        }
    }
    Ok(running)
}

/// When each etcd was started, in microseconds since the machine was.
fn starts(bench: &Bench) -> Result<Vec<u64>> {
    let ask = "systemctl show -p ActiveEnterTimestampMonotonic --value etcd";
    ETCD.iter().map(|name| Ok(bench.lab.exec(name, ask)?.trim().parse()?)).collect()
}

fn three_members_are_restarted_one_at_a_time(bench: &Bench) -> Result<()> {
    etcd(bench)?;
    touch(bench)?;
    let before = starts(bench)?;
    let restart = [&["restart", "/etc/again", "etcd"], &FLAGS[..]].concat();
    on(bench, CLUSTER, ALL, &[&restart[..], &["-n"]].concat())?
        .expect(0)?
        .says("etcd: 3 of 3 healthy, quorum 2, leader")?
        .says("one at a time")?;
    ensure!(before == starts(bench)?, "a dry run restarted etcd");
    let run = on(bench, CLUSTER, ALL, &restart)?.expect(0)?;
    ensure!(run.stdout.matches(": changed").count() == 3, "{}", run.stdout);
    ensure!(run.stderr.matches("-> 3 of 3 healthy").count() == 3, "{}", run.stderr);
    let mut after = starts(bench)?;
    ensure!(
        after.iter().zip(&before).all(|(after, before)| after > before),
        "{before:?} {after:?}"
    );
    after.sort_unstable();
    // Two good readings with a second between them.
    let apart = after.windows(2).all(|pair| pair[1] - pair[0] > 1_000_000);
    ensure!(apart, "two at once: {after:?}");
    say(&format!("three members restarted in {:.1} s", run.took.as_secs_f64()));
    on(bench, CLUSTER, ALL, &restart)?
        .expect(0)?
        .prints("paas1: kept\npaas2: kept\npaas3: kept\n")
        .map(drop)
}

fn of_three_members_only_one_is_stopped_whatever_the_flags(bench: &Bench) -> Result<()> {
    etcd(bench)?;
    let stop = [&["stop", "etcd"], &FLAGS[..]].concat();
    let run = on(bench, CLUSTER, ALL, &stop)?.expect(6)?;
    ensure!(running(bench)?.len() == 2, "{:?} {}", running(bench)?, run.stderr);
    ensure!(run.stdout.matches(": changed").count() == 1, "{}", run.stdout);
    let run = run.says("may not stop: etcd would have 1 of 2 members that it needs")?;
    say(&format!("one of three stopped, two refused in {:.1} s", run.took.as_secs_f64()));
    // The one that is down may be stopped again, and started; a unit that is no member is nobody's business.
    on(bench, CLUSTER, ALL, &["start", "nginx"])?.expect(0)?;
    on(bench, CLUSTER, ALL, &["stop", "nginx"])?.expect(0)?;
    on(bench, CLUSTER, ALL, &["start", "etcd"])?.expect(0)?;
    ensure!(running(bench)?.len() == 3, "{:?}", running(bench)?);
    Ok(())
}

fn with_one_member_down_two_runners_are_refused(bench: &Bench) -> Result<()> {
    etcd(bench)?;
    bench.lab.exec("paas1", "systemctl stop etcd")?;
    let path = inventory(bench, CLUSTER)?;
    let runs = race(bench, &path, "paas2", "paas3")?;
    for run in runs {
        run.expect(6)?.says("etcd would have 1 of 2 members")?;
    }
    ensure!(running(bench)? == ["paas2", "paas3"], "{:?}", running(bench)?);
    on(bench, CLUSTER, "paas2", &["stop", "etcd", "-n"])?.expect(6)?;
    // A person can take it on himself, and the record says so.
    let run = on(bench, CLUSTER, "paas2", &["stop", "etcd", "--yes", "--accept-loss", "etcd"])?;
    run.expect(0)?.says("--accept-loss etcd: paas2 may not stop")?;
    // Without quorum, a member that is down can still be worked on, and started; a healthy one may not go.
    on(bench, CLUSTER, "paas3", &["stop", "etcd"])?.expect(6)?;
    on(bench, CLUSTER, "paas[1-2]", &["start", "etcd"])?.expect(0)?;
    ensure!(running(bench)?.len() == 3, "{:?}", running(bench)?);
    Ok(())
}

/// Two runners, each for one host, as from two control machines.
fn race(bench: &Bench, path: &str, one: &str, other: &str) -> Result<[Outcome; 2]> {
    let start = |host: &str| away(bench, path, &["-w", host, "stop", "etcd", "--yes"]);
    let (first, second) = (start(one)?, start(other)?);
    Ok([first.finish()?, second.finish()?])
}

fn of_two_runners_at_once_exactly_one_takes_a_member(bench: &Bench) -> Result<()> {
    etcd(bench)?;
    let path = inventory(bench, &CLUSTER.replace("within = 8", "within = 30"))?;
    let runs = race(bench, &path, "paas2", "paas3")?;
    let mut codes: Vec<i32> = runs.iter().map(|run| run.code).collect();
    codes.sort_unstable();
    ensure!(codes == [0, 6], "{runs:?}");
    ensure!(running(bench)?.len() == 2, "{:?}", running(bench)?);
    Ok(())
}

fn a_member_that_does_not_come_back_stops_the_others(bench: &Bench) -> Result<()> {
    etcd(bench)?;
    touch(bench)?;
    // Its unit will run, but nobody reaches it at its address.
    let break_it =
        "sed -i '/^ETCD_LISTEN_CLIENT_URLS/s/=.*/=http:\\/\\/127.0.0.1:2379/' /etc/default/etcd";
    for name in ETCD {
        bench.lab.exec(name, break_it)?;
    }
    let before = starts(bench)?;
    let run = on(bench, CLUSTER, ALL, &[&["restart", "/etc/again", "etcd"], &FLAGS[..]].concat())?;
    let run = run.expect(1)?.says("etcd is not well 8 s after")?.says("has not come back")?;
    let run = run.says("etcd would have 1 of 2 members that it needs")?;
    let after = starts(bench)?;
    let restarted = after.iter().zip(&before).filter(|(after, before)| after > before).count();
    ensure!(restarted == 1, "{restarted} were restarted:\n{}", run.stderr);
    Ok(())
}

fn a_member_is_removed_only_when_quorum_is_left(bench: &Bench) -> Result<()> {
    etcd(bench)?;
    bench.lab.exec("paas1", "systemctl stop etcd")?;
    on(bench, CLUSTER, "paas2", &["remove", "etcd", "paas3", "--yes"])?
        .expect(6)?
        .says("paas3 may not leave: etcd would have 1 of 2")?;
    // The dead one may go; then both others are needed.
    on(bench, CLUSTER, "paas2", &["remove", "etcd", "paas1", "--yes"])?.expect(0)?;
    on(bench, CLUSTER, "paas2", &["remove", "etcd", "paas1", "--yes"])?
        .expect(0)?
        .prints("paas2: kept\n")?;
    on(bench, CLUSTER, "paas3", &["stop", "etcd", "--yes"])?.expect(6).map(drop)
}

const UPSTREAM: &str = "[clusters.web]\nkind = \"upstream\"\nhosts = \"paas[2-3]\"\nbalancers = \"paas1\"\n\
                        upstream = \"web\"\nunits = \"nginx\"\ncheck = \"/\"\ngood_readings = 2\ninterval = 0\nwithin = 5\n";
const SITE: &str = "/etc/nginx/conf.d/web.conf";

fn the_last_server_of_an_upstream_is_not_taken_away(bench: &Bench) -> Result<()> {
    let [_, two, three] = bench.hosts(&ETCD)?[..] else { unreachable!("three hosts") };
    let (two, three) = (&two.address, &three.address);
    let site = format!(
        "upstream web {{\n  server {two}:80;  # the first\n  server {three}:80;\n}}\n\
         server {{ listen 8080; location / {{ proxy_pass http://web; }} }}\n"
    );
    bench.lab.exec("paas1", &format!("printf '{site}' >{SITE}; systemctl restart nginx"))?;
    for name in ["paas2", "paas3"] {
        bench.lab.exec(name, "systemctl start nginx")?;
    }
    // Both would go at once.
    let stop = [&["stop", "nginx"], &FLAGS[..]].concat();
    let run = on(bench, UPSTREAM, "paas[2-3]", &stop)?.expect(6)?;
    ensure!(run.stdout.matches(": changed").count() == 1, "{}", run.stdout);
    run.says("may not stop: web on paas1 would have 0 of 1 member that it needs")?;
    let asks = "curl -fsS -o /dev/null http://127.0.0.1:8080/ && echo served";
    ensure!(bench.lab.exec("paas1", asks)? == "served\n", "no server is left");
    on(bench, UPSTREAM, "paas[2-3]", &["start", "nginx"])?.expect(0)?;
    // To mark a server as down is to take it away.
    let drain = |server: &str| {
        let words = ["drain", "web", server, SITE, "--yes"];
        let text = UPSTREAM.replace("upstream = ", "members = { paas2 = \"X\" }\nupstream = ");
        let text = text.replace('X', &format!("{two}:80"));
        on(bench, &text, "paas1", &words)
    };
    drain("paas2")?
        .expect(0)?
        .says("web: on paas1 2 of 2 healthy, at least 1 -> on paas1 1 of 2")?;
    drain("paas3")?.expect(6)?.says("paas3 may not stop: web on paas1")?;
    on(bench, UPSTREAM, "paas3", &stop)?.expect(6)?;
    // The one that is down may be stopped.
    on(bench, UPSTREAM, "paas2", &stop)?.expect(0).map(drop)
}
