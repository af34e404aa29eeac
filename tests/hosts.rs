//! `hosts`, and the faults of an inventory.

use std::path::Path;

use expect_test::expect;

use crate::support::{Outcome, Xtask, scratch, write};

const INVENTORY: &str = r#"[ssh]
user = "ops"
port = 2222
become = "sudo"
[vars]
installer_version = "4.10.0"
[hosts.firstbox]
session = "local"
become = "none"
[hosts."paas[1-2]"]
address = "127.0.9.[11-12]"
vars = { physical_host = "node1" }
[hosts.box]
session = "exec"
exec = ["docker", "exec", "-i", "box"]
[groups]
paas = "paas[1-2]"
everything = "@paas,firstbox,box"
"#;

fn run(inventory: &str, args: &[&str]) -> String {
    let dir = scratch();
    write(&dir.path().join("hosts.toml"), inventory);
    call(dir.path(), args).shown(&[(dir.path(), "DIR")])
}

fn call(dir: &Path, args: &[&str]) -> Outcome {
    Xtask::new(dir, args).dir(dir).run()
}

#[test]
fn hosts_are_listed_shown_and_grouped() {
    expect![[r#"
        exit 0
        -- stdout
        firstbox  local
        paas1     ssh ops@127.0.9.11:2222  sudo
        paas2     ssh ops@127.0.9.12:2222  sudo
        box       docker exec -i box       sudo
    "#]]
    .assert_eq(&run(INVENTORY, &["hosts", "list"]));
    expect![[r#"
        exit 0
        -- stdout
        firstbox
          way     local
          groups  everything
          session                local   DIR/hosts.toml:8
          become                 none    DIR/hosts.toml:9
          var installer_version  4.10.0  DIR/hosts.toml:6, [vars]
        paas1
          way     ssh ops@127.0.9.11:2222 sudo
          groups  paas, everything
          address                127.0.9.11  DIR/hosts.toml:11
          port                   2222        DIR/hosts.toml:3, [ssh]
          user                   ops         DIR/hosts.toml:2, [ssh]
          become                 sudo        DIR/hosts.toml:4, [ssh]
          var installer_version  4.10.0      DIR/hosts.toml:6, [vars]
          var physical_host      node1       DIR/hosts.toml:12
    "#]]
    .assert_eq(&run(INVENTORY, &["hosts", "show", "-w", "paas1,firstbox"]));
    expect![[r#"
        exit 0
        -- stdout
        paas        paas[1-2]
        everything  box,firstbox,paas[1-2]
    "#]]
    .assert_eq(&run(INVENTORY, &["hosts", "groups"]));
}

#[test]
fn hosts_are_there_for_programs() {
    expect![[r#"
        exit 0
        -- stdout
        {"hosts":["firstbox","box"],"schema":1}
    "#]]
    .assert_eq(&run(INVENTORY, &["hosts", "list", "--output", "jsonl", "-x", "@paas"]));
    expect![[r#"
        exit 0
        -- stdout
        {
          "hosts": [
            {
              "address": "127.0.9.12",
              "identity": true,
              "name": "paas2",
              "origins": {
                "address": "DIR/hosts.toml:11",
                "become": "DIR/hosts.toml:4, [ssh]",
                "port": "DIR/hosts.toml:3, [ssh]",
                "user": "DIR/hosts.toml:2, [ssh]",
                "vars.installer_version": "DIR/hosts.toml:6, [vars]",
                "vars.physical_host": "DIR/hosts.toml:12"
              },
              "port": 2222,
              "session": "ssh",
              "sudo": true,
              "user": "ops",
              "vars": {
                "installer_version": "4.10.0",
                "physical_host": "node1"
              }
            }
          ],
          "schema": 1
        }
    "#]]
    .assert_eq(&run(INVENTORY, &["hosts", "show", "--json", "-w", "paas2"]));
    expect![[r#"
        exit 0
        -- stdout
        {
          "groups": {
            "everything": [
              "firstbox",
              "paas1",
              "paas2",
              "box"
            ],
            "paas": [
              "paas1",
              "paas2"
            ]
          },
          "schema": 1
        }
    "#]]
    .assert_eq(&run(INVENTORY, &["hosts", "groups", "--json"]));
}

#[test]
fn an_inventory_with_a_mistake_is_shown_with_its_line() {
    expect![[r#"
        exit 2
        -- stderr
        error: DIR/hosts.toml:2: unknown key `adress` in [hosts.a]
          2 |  adress = "127.0.9.1"
            |  ^^^^^^
        hint: did you mean `address`?
    "#]]
    .assert_eq(&run("[hosts.a]\nadress = \"127.0.9.1\"\n", &["hosts", "list"]));
    expect![[r#"
        exit 2
        -- stderr
        error: DIR/hosts.toml:2: host `a2` is declared twice
          2 |  [hosts.a2]
            |         ^^
          1 |  [hosts."a[1-2]"]
            |         ^^^^^^^^ first declared here
    "#]]
    .assert_eq(&run("[hosts.\"a[1-2]\"]\n[hosts.a2]\n", &["hosts", "list"]));
    expect![[r#"
        exit 2
        -- stderr
        error: DIR/hosts.toml:2: the name stands for 3 hosts, `127.0.9.[1-2]` for 2
          2 |  address = "127.0.9.[1-2]"
            |             ^^^^^^^^^^^^^
        hint: give one value for each name
    "#]]
    .assert_eq(&run("[hosts.\"a[1-3]\"]\naddress = \"127.0.9.[1-2]\"\n", &["hosts", "list"]));
    expect![[r#"
        exit 2
        -- stderr
        error: DIR/hosts.toml:3: no host `wep1`
          3 |  web = "wep1"
            |         ^^^^
        hint: did you mean `web1`?
    "#]]
    .assert_eq(&run("[hosts.web1]\n[groups]\nweb = \"wep1\"\n", &["hosts", "list"]));
    expect![[r#"
        exit 2
        -- stderr
        error: DIR/hosts.toml:4: groups refer to each other in a circle: @one -> @two -> @one
          4 |  two = "@one"
            |         ^^^^
    "#]]
    .assert_eq(&run("[hosts.a]\n[groups]\none = \"@two\"\ntwo = \"@one\"\n", &["hosts", "list"]));
    expect![[r#"
        exit 2
        -- stderr
        error: DIR/hosts.toml:1: not TOML: unclosed table, expected `]`
          1 |  [hosts.a
            |          ^
    "#]]
    .assert_eq(&run("[hosts.a\n", &["pcmd", "-m", "all", "true"]));
}

#[test]
fn an_inventory_that_is_not_there_is_an_error_of_usage() {
    let dir = scratch();
    let hidden = [(dir.path(), "DIR")];
    expect![[r#"
        exit 2
        -- stderr
        error: no hosts.toml in DIR or above
        hint: name one: -i FILE, or try without any: --rehearse
    "#]]
    .assert_eq(&call(dir.path(), &["hosts", "list"]).shown(&hidden));
    expect![[r#"
        exit 2
        -- stderr
        error: cannot read the inventory other.toml: No such file or directory (os error 2)
        hint: name another: -i FILE
    "#]]
    .assert_eq(&call(dir.path(), &["-i", "other.toml", "hosts", "list"]).shown(&hidden));
}

/// A copy that was edited is the sample too, as long as it says so. The address here is of loopback: a guard
/// that fails must not make a test knock at somebody's door.
#[test]
fn the_sample_is_refused_while_it_says_that_it_is_one() {
    let mark = include_str!("../hosts.toml").lines().next().expect("a first line");
    let hosts = "[hosts.paas1]\naddress = \"127.0.0.9\"\nport = 9\n[groups]\npaas = \"paas1\"\n";
    for args in [
        ["pcmd", "-m", "all", "true"].as_slice(),
        &["hosts", "check"],
        &["bk-upgrade", "paas", "-n"],
    ] {
        assert_eq!(
            run(&format!("{mark}\n{hosts}"), args),
            format!(
                "exit 2\n-- stderr\nerror: DIR/hosts.toml is still the sample: its hosts are not yours\n  \
                 it says  {mark}\nhint: copy it, put your hosts in, delete that line, and name it: -i FILE; \
                 or add --rehearse\n"
            )
        );
    }
    assert!(run(hosts, &["hosts", "check"]).contains("connection refused"));
}

#[test]
fn what_is_missing_here_is_told_before_any_host_is_tried() {
    let dir = scratch();
    write(&dir.path().join("hosts.toml"), "[ssh]\nconfig = \"typo\"\n[hosts.\"a[1-2]\"]\n");
    for args in [&["hosts", "check"][..], &["pcmd", "-m", "all", "true"]] {
        expect![[r#"
            exit 2
            -- stderr
            error: cannot read the ssh configuration DIR/typo: No such file or directory (os error 2)
              named by  `config` of [ssh] in DIR/hosts.toml
        "#]]
        .assert_eq(&call(dir.path(), args).shown(&[(dir.path(), "DIR")]));
        let without = Xtask::new(dir.path(), args).dir(dir.path()).env("PATH", dir.path()).run();
        expect![[r#"
            exit 2
            -- stderr
            error: cannot reach hosts: `ssh` is not installed on this machine
            hint: install the OpenSSH client: apt install openssh-client
        "#]]
        .assert_eq(&without.shown(&[]));
    }
    assert!(!dir.path().join("xtask").exists(), "nothing is recorded");
}

/// Fault Z1: each command reads and prints 50,000 hosts in about two seconds. With work that grows with
/// the square of the hosts, `show` alone takes several minutes.
#[test]
fn many_hosts_are_listed_and_shown() {
    let dir = scratch();
    let host = |number: usize| format!("[hosts.h{number}]\nvars = {{ n = {number} }}\n");
    let hosts: String = (0..50_000).map(host).collect();
    let ranges = ["0-9999", "10000-19999", "20000-29999", "30000-39999", "40000-49999"];
    let all = ranges.map(|range| format!("h[{range}]")).join(",");
    let groups: String = (0..40).map(|group| format!("g{group} = \"{all}\"\n")).collect();
    write(&dir.path().join("hosts.toml"), &format!("{hosts}[groups]\n{groups}"));
    for args in [&["hosts", "show"][..], &["hosts", "list", "-x", "@g1!h7"], &["hosts", "groups"]] {
        let begun = std::time::Instant::now();
        let shown = call(dir.path(), args);
        assert_eq!((shown.code, shown.stderr.as_str()), (0, ""));
        assert!(shown.stdout.contains(if args.len() > 2 { "h7 " } else { "g39" }));
        assert!(begun.elapsed().as_secs() < 120, "{args:?} took {:?}", begun.elapsed());
    }
}
