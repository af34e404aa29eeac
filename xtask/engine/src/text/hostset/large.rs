//! Inventories of many hosts. Each test takes about a second; work that grows with the square of the
//! hosts takes many minutes.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::*;

const HOSTS: usize = 50_000;
const LIMIT: Duration = Duration::from_secs(120);

fn parse(text: &str) -> Result<Inventory, Fault> {
    Inventory::parse("hosts.toml".into(), text, &|_| Ok(imported()))
}

/// A line for each host, in forty modules.
fn imported() -> String {
    (0..HOSTS).fold(String::new(), |mut text, host| {
        let _ = writeln!(text, "10.0.{}.{} m{}", host >> 8, host & 255, host % 40);
        text
    })
}

/// A table for each host, and forty groups that name them one by one.
fn tables(count: usize) -> String {
    let mut text = String::new();
    for host in 0..count {
        let _ = writeln!(text, "[hosts.h{host}]\naddress = \"10.0.{}.{}\"", host >> 8, host & 255);
    }
    text.push_str("[groups]\n");
    for group in 0..40 {
        let hosts = (group..count).step_by(40).map(|host| format!("\"h{host}\""));
        let _ = writeln!(text, "g{group} = [{}]", hosts.collect::<Vec<_>>().join(","));
    }
    text.push_str("[groups.some]\nhosts = \"@g[0-9]\"\nvars = { site = \"a\" }\n");
    text
}

/// Fault Z1: reading many hosts, groups and modules, and evaluating long expressions over them.
#[test]
fn many_hosts_are_read_and_selected() {
    let begun = Instant::now();
    let inventory =
        parse(&(tables(HOSTS) + "[import]\ninstall_config = \"install.config\"\n")).unwrap();
    assert_eq!((inventory.hosts.len(), inventory.groups.len()), (HOSTS, 81));
    let without: String = (0..HOSTS - 1).map(|host| format!("!h{host}")).collect();
    let found = resolve(&inventory, &format!("@all{without}")).unwrap();
    assert_eq!(fold(found), format!("h{}", HOSTS - 1));
    let within = "&h[0-9]".repeat(HOSTS / 10);
    assert_eq!(resolve(&inventory, &format!("@all{within}")).unwrap().len(), 10);
    let missing = resolve(&inventory, "h[00000-09999]").unwrap_err();
    assert!(missing.hints[0].starts_with("did you mean `h["), "{:?}", missing.hints);
    assert!(begun.elapsed() < LIMIT, "{:?}", begun.elapsed());
}

/// Fault Z1: a file that is wrong from end to end shows a hundred problems.
#[test]
fn of_many_mistakes_a_hundred_are_shown() {
    let begun = Instant::now();
    let table = tables(10_000);
    let twice =
        table.clone() + &table.replace("[groups]", "[more]").replace("[groups.some]", "[s]");
    let wrong = parse(&twice).unwrap_err();
    let last = ("also".to_owned(), "others: 100 are shown".to_owned());
    assert_eq!(wrong.details.last(), Some(&last));
    let unknown = table.replace("[hosts.h", "[hosts.x");
    let wrong = parse(&unknown).unwrap_err();
    assert_eq!(wrong.details.last(), Some(&last));
    assert!(begun.elapsed() < LIMIT, "{:?}", begun.elapsed());
}
