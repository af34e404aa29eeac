//! The hosts of expressions, and the whole text of every error.

use expect_test::{Expect, expect};

use super::*;
use crate::data::testing::shown;

const HOSTS: &str = r#"
[hosts."web[1-3]"]
address = "10.0.0.[1-3]"
[hosts."db[1-2]"]
address = "10.0.1.1"
[hosts.alone]
[groups]
web = "web[1-3]"
db = "db[1-2]"
rack1 = "web1,db1"
"#;

fn inventory(text: &str) -> Inventory {
    // One address for two hosts is written per host: a range would have to run in step.
    let text = text.replace("[hosts.\"db[1-2]\"]\naddress = \"10.0.1.1\"", TWINS);
    let import = "10.0.0.1 web_mod,monitorv3(influxdb-proxy)\n10.0.0.2 web_mod\n";
    Inventory::parse("hosts.toml".into(), &text, &|_| Ok(import.into())).unwrap()
}

const TWINS: &str = "[hosts.db1]\naddress = \"10.0.1.1\"\n[hosts.db2]\naddress = \"10.0.1.1\"\n";

#[test]
fn expressions_give_hosts_in_the_order_of_the_inventory() {
    let inventory = inventory(HOSTS);
    for (text, want) in [
        ("web3,web1", "web[1,3]"),
        ("@db,@web", "db[1-2],web[1-3]"),
        ("@all!@web", "alone,db[1-2]"),
        ("!web[1-3]", "alone,db[1-2]"),
        ("@web & @rack1", "web1"),
        ("@web,@db!@rack1", "db2,web[2-3]"),
        ("10.0.0.[2-3]", "web[2-3]"),
        ("10.0.0.1,web1", "web1"),
    ] {
        assert_eq!(fold(resolve(&inventory, text).unwrap()), want, "{text}");
    }
    let names: Vec<&str> =
        resolve(&inventory, "@db,@web").unwrap().iter().map(|host| &*host.name).collect();
    assert_eq!(names, ["web1", "web2", "web3", "db1", "db2"]);
}

fn refused(text: &str, want: Expect) {
    want.assert_eq(&shown(&resolve(&inventory(HOSTS), text).unwrap_err()));
}

#[test]
fn a_wrong_target_is_shown_with_the_place() {
    refused(
        "web1,wbe2",
        expect![[r#"
        no host `wbe2`
            target web1,wbe2
                        ^^^^
                in hosts.toml
        hint: did you mean `web2`?
    "#]],
    );
    refused(
        "web[2-5]",
        expect![[r#"
        no hosts `web[4-5]`
            target web[2-5]
                   ^^^^^^^^
                in hosts.toml
    "#]],
    );
    refused(
        "web",
        expect![[r#"
        no host `web`
            target web
                   ^^^
                in hosts.toml
        hint: `web` is a group: write `@web`
    "#]],
    );
    refused(
        "@wbe",
        expect![[r#"
        no group `wbe`
            target @wbe
                   ^^^^
                in hosts.toml
        hint: did you mean `@web`?
    "#]],
    );
    refused(
        "@alone",
        expect![[r#"
        no group `alone`
            target @alone
                   ^^^^^^
                in hosts.toml
        hint: `alone` is a host: write it without `@`
    "#]],
    );
    refused(
        "@web!web[1-3]",
        expect![[r#"
            no host matches: `web[1-3]` removes all remaining hosts
                target @web!web[1-3]
                            ^^^^^^^^
                    in hosts.toml
        "#]],
    );
    refused(
        "@web&@db",
        expect![[r#"
            no host matches: `@db` matches none of the hosts before it
                target @web&@db
                            ^^^
                    in hosts.toml
        "#]],
    );
    refused(
        "10.0.1.1",
        expect![[r#"
        10.0.1.1 is the address of several hosts: db[1-2]
            target 10.0.1.1
                   ^^^^^^^^
                in hosts.toml
        hint: name the host instead
    "#]],
    );
    refused(
        "web1，web2",
        expect![[r#"
        character 5 is `，` (U+FF0C)
            target web1，web2
                       ^^
                in hosts.toml
        hint: write `,` there
    "#]],
    );
    refused(
        "",
        expect![[r#"
            the host set is empty
                in hosts.toml
            hint: name hosts or groups, as in `web[1-3],@paas`; `@all` is every host
        "#]],
    );
}

#[test]
fn what_people_write_elsewhere_is_answered() {
    let inventory = inventory("[hosts.\"n[01-12]\"]\n");
    for (text, hint) in [
        ("all", "every host is `@all`"),
        ("n1", "did you mean `n01`? zeros before a number belong to the name"),
        ("n[1-3,12]", "did you mean `n[01-03]`? zeros before a number belong to the name"),
        ("n*", "patterns are not supported: write a range, as in `web[1-3]`, or `@all`"),
        ("n{01,02}", "a range has brackets, as in `web[1-3]`"),
    ] {
        assert_eq!(resolve(&inventory, text).unwrap_err().hints, [hint], "{text}");
    }
    assert_eq!(resolve(&inventory, "n[01-99]").unwrap_err().hints, [""; 0]);
    let large = resolve(&inventory, "n[1-9999999999]").unwrap_err();
    assert_eq!(large.message, "`9999999999` is too large: nine digits at most");
}

#[test]
fn addresses_are_a_plain_list() {
    let inventory = inventory(HOSTS);
    let hosts = resolve_address(&inventory, "10.0.0.3, web1").unwrap();
    assert_eq!(fold(hosts), "web[1,3]");
    let fault = resolve_address(&inventory, "10.0.0.1,@web").unwrap_err();
    expect![[r#"
        `-H` takes addresses and names only
            target 10.0.0.1,@web
                            ^
        hint: use `-w` for host sets, `-m` for modules
    "#]]
    .assert_eq(&shown(&fault));
}

/// Fault B3: a list as scripts build it.
#[test]
fn a_list_of_addresses_may_have_blanks_and_commas_at_its_end() {
    let inventory = inventory(HOSTS);
    let want = fold(resolve_address(&inventory, "db1,web2").unwrap());
    for list in
        ["web2,db1,", "web2, db1, ", " web2 db1", "web2,,db1", "web2,\n\tdb1\n", "web2,db1,web2,"]
    {
        assert_eq!(fold(resolve_address(&inventory, list).unwrap()), want, "{list:?}");
    }
    expect![[r#"
        no host `10.9.9.9:22`
            target 10.9.9.9:22
                   ^^^^^^^^^^^
                in hosts.toml
        hint: a host, its user and its port are declared in hosts.toml
    "#]]
    .assert_eq(&shown(&resolve_address(&inventory, "10.9.9.9:22,").unwrap_err()));
    expect![[r#"
        `-H` takes no login name
            target root@10.0.0.1
                       ^
        hint: the user of a host is declared in hosts.toml: user = "NAME"
    "#]]
    .assert_eq(&shown(&resolve_address(&inventory, "root@10.0.0.1").unwrap_err()));
    expect![[r#"
        the host set is empty
            in hosts.toml
        hint: name hosts or groups, as in `web[1-3],@paas`; `@all` is every host
    "#]]
    .assert_eq(&shown(&resolve_address(&inventory, " , ").unwrap_err()));
}

/// Fault B3: `-m ALL`, and a module in capitals.
#[test]
fn modules_are_named_as_blueking_does() {
    let plain = inventory(HOSTS);
    let imported = format!("{HOSTS}[import]\ninstall_config = \"install.config\"\n");
    let imported = inventory(&imported);
    for (inventory, name, want) in [
        (&plain, "all", "alone,db[1-2],web[1-3]"),
        (&plain, "ALL", "alone,db[1-2],web[1-3]"),
        (&plain, "db", "db[1-2]"),
        (&plain, "DB", "db[1-2]"),
        (&imported, "all", "web[1-2]"),
        (&imported, "ALL", "web[1-2]"),
        (&imported, "monitorv3_influxdb_proxy", "web1"),
        (&imported, "MONITORV3_INFLUXDB_PROXY", "web1"),
        (&imported, "monitorv3(influxdb-proxy)", "web1"),
        (&imported, "web_mod", "web[1-2]"),
    ] {
        assert_eq!(fold(module(inventory, name).unwrap()), want, "{name}");
    }
    expect![[r#"
        no module `web-mdo`
            in hosts.toml
        hint: did you mean `web_mod`?
    "#]]
    .assert_eq(&shown(&module(&imported, "web-mdo").unwrap_err()));
    expect![[r#"
        no module `db1`
            in hosts.toml
        hint: `db1` is a host: name it with `-w db1`
    "#]]
    .assert_eq(&shown(&module(&imported, "db1").unwrap_err()));
    expect![[r#"
        no module `zookeeper`
            in hosts.toml
        hint: list the modules: cargo xtask hosts groups
    "#]]
    .assert_eq(&shown(&module(&imported, "zookeeper").unwrap_err()));
}
