//! Logins that are turned away by `MaxStartups` of a jump host, and are tried again.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use super::Site;
use crate::support::{Fleet, fleet};

/// Hosts `n01`… of the fleet behind a jump host of its own.
fn behind(gate: &Fleet, hosts: &str) -> Site {
    let at = |fleet: &Fleet, name: &str| {
        std::fs::read_to_string(fleet.dir.join(name)).expect("a file").trim().to_owned()
    };
    let dir = gate.dir.display();
    let jump = format!(
        "Host gate\n  HostName 127.0.1.1\n  Port {}\n  IdentityFile {dir}/client_key\n  \
         UserKnownHostsFile {dir}/known_hosts\nHost n*\n  HostName 127.0.1.1\n  ProxyJump gate\n",
        at(gate, "port")
    );
    let site = Site::new("gate n*", &jump, hosts);
    let config = std::fs::read_to_string(site.path("config")).expect("a file");
    // Each host has a name for itself; the key of the fleet is known by its address.
    site.put(
        "config",
        &config
            .replace("StrictHostKeyChecking yes", "StrictHostKeyChecking yes\n  UpdateHostKeys no"),
    );
    site
}

/// Fault S6: sshd turns away what comes beyond `MaxStartups`; the logins are tried again, fewer at once, and all come in.
#[test]
fn every_host_behind_a_bastion_that_turns_logins_away_is_reached() {
    let gate = Fleet::start_with(&[("SSHD_HOSTS", "1"), ("SSHD_STARTUPS", "2:60:5")]);
    let site = behind(&gate, "[hosts.\"n[01-24]\"]\n");
    let call = site.call(&["pcmd", "-m", "all", "-f", "24", "--connect-timeout", "120", "true"]);
    let outcome = call.run();
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, "24 hosts: 24 ok\n"));
    let log = std::fs::read_to_string(gate.dir.join("log")).expect("a log");
    let turned_away = log.lines().filter(|line| line.contains("MaxStartups")).count();
    assert!(turned_away > 0, "nobody was turned away: {log}");
}

/// Fault S6: a host that always hangs up fails within the connect time-out, and the reason says why.
#[test]
fn a_host_that_always_hangs_up_is_given_up_with_its_reason() {
    let rude = TcpListener::bind("127.0.1.7:0").expect("a free port");
    let port = rude.local_addr().expect("an address").port();
    std::thread::spawn(move || rude.incoming().for_each(drop));
    let site = Site::new("", "", &format!("[hosts.\"127.0.1.7\"]\nport = {port}\n"));
    let begun = Instant::now();
    let outcome = site.call(&["pcmd", "-m", "all", "--connect-timeout", "1", "true"]).run();
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert_eq!((outcome.code, outcome.stdout.as_str()), (4, ""));
    let reason = "127.0.1.7: unreachable: the connection was closed before the login, ";
    assert!(outcome.stderr.starts_with(reason), "{}", outcome.stderr);
    assert!(outcome.stderr.contains(" times\n"), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("hint: lower --fanout, or raise MaxStartups"),
        "{}",
        outcome.stderr
    );
}

/// Fault S6: where nobody listens, nothing is tried again.
#[test]
fn a_dead_host_is_not_tried_again() {
    let site = Site::new("", "", "[hosts.h001]\nport = 1\n");
    let path =
        site.ssh(&format!("echo \"$1\" >>{}\nexec SSH \"$@\"", site.path("calls").display()));
    let outcome = site.call(&["pcmd", "-m", "all", "true"]).env("PATH", path).run();
    assert!(
        outcome.stderr.starts_with("h001: unreachable: connection refused\n"),
        "{}",
        outcome.stderr
    );
    let calls = std::fs::read_to_string(site.path("calls")).expect("calls");
    assert_eq!(calls.lines().filter(|call| *call == "-T").count(), 1);
    assert!(fleet().dir.exists());
}
