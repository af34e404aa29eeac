//! `hosts`, and what is wrong with an inventory.

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
    expect![[]].assert_eq(&run(INVENTORY, &["hosts", "list"]));
    expect![[]].assert_eq(&run(INVENTORY, &["hosts", "show", "-w", "paas1,firstbox"]));
    expect![[]].assert_eq(&run(INVENTORY, &["hosts", "groups"]));
}

#[test]
fn hosts_are_there_for_programs() {
    expect![[]].assert_eq(&run(INVENTORY, &["hosts", "list", "--output", "jsonl", "-x", "@paas"]));
    expect![[]].assert_eq(&run(INVENTORY, &["hosts", "show", "--json", "-w", "paas2"]));
    expect![[]].assert_eq(&run(INVENTORY, &["hosts", "groups", "--json"]));
}

#[test]
fn an_inventory_with_a_mistake_is_shown_with_its_line() {
    expect![[]].assert_eq(&run("[hosts.a]\nadress = \"127.0.9.1\"\n", &["hosts", "list"]));
    expect![[]].assert_eq(&run("[hosts.\"a[1-2]\"]\n[hosts.a2]\n", &["hosts", "list"]));
    expect![[]]
        .assert_eq(&run("[hosts.\"a[1-3]\"]\naddress = \"127.0.9.[1-2]\"\n", &["hosts", "list"]));
    expect![[]].assert_eq(&run("[hosts.web1]\n[groups]\nweb = \"wep1\"\n", &["hosts", "list"]));
    expect![[]].assert_eq(&run(
        "[hosts.a]\n[groups]\none = \"@two\"\ntwo = \"@one\"\n",
        &["hosts", "list"],
    ));
    expect![[]].assert_eq(&run("[hosts.a\n", &["pcmd", "-m", "all", "true"]));
}

#[test]
fn an_inventory_that_is_not_there_is_an_error_of_usage() {
    let dir = scratch();
    let hidden = [(dir.path(), "DIR")];
    expect![[]].assert_eq(&call(dir.path(), &["hosts", "list"]).shown(&hidden));
    expect![[]].assert_eq(&call(dir.path(), &["-i", "other.toml", "hosts", "list"]).shown(&hidden));
}

#[test]
fn the_untouched_sample_is_refused() {
    let sample =
        std::fs::read_to_string(crate::support::root().join("hosts.toml")).expect("a sample");
    for args in [
        ["pcmd", "-m", "all", "true"].as_slice(),
        &["hosts", "check"],
        &["bk-upgrade", "paas", "-n"],
    ] {
        assert_eq!(
            run(&sample, args),
            "exit 2\n-- stderr\nerror: DIR/hosts.toml is still the sample: its hosts are not yours\n\
             hint: copy it, put your hosts in, and name it: -i FILE; or add --rehearse\n"
        );
    }
}
