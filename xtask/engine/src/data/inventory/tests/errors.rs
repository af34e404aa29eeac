//! Wrong inventories, each with the whole text of its error.

use expect_test::{Expect, expect};

use super::parse;
use crate::data::testing::shown;

pub(super) fn refused(text: &str, want: Expect) {
    want.assert_eq(&shown(&parse(text).unwrap_err()));
}

#[test]
fn unknown_keys_are_errors_at_every_level() {
    refused(
        "host = 1\n[ssh]\nusr = \"x\"\n[hosts.web1]\nadress = \"10.0.0.1\"\n[groups]\n\
         g = { hosts = \"web1\", becom = \"sudo\" }\n[secrets]\ns = { evn = \"A\" }\n[import]\nx = 1\n",
        expect![[r#"
            etc/hosts.toml:1: unknown key `host` in the inventory
                 1 | host = 1
                   | ^^^^
                also etc/hosts.toml:3: unknown key `usr` in [ssh]
                 3 | usr = "x"
                   | ^^^ did you mean `user`?
                also etc/hosts.toml:5: unknown key `adress` in [hosts.web1]
                 5 | adress = "10.0.0.1"
                   | ^^^^^^ did you mean `address`?
                also etc/hosts.toml:7: unknown key `becom` in group `g`
                 7 | g = { hosts = "web1", becom = "sudo" }
                   |                       ^^^^^ did you mean `become`?
                also etc/hosts.toml:9: unknown key `evn` in secret `s`
                 9 | evn
                   | ^^^ did you mean `env`?
                also etc/hosts.toml:9: secret `s` has no source
                 9 | s
                   | ^ give one of env, file, command
                also etc/hosts.toml:11: unknown key `x` in [import]
                11 | x = 1
                   | ^ keys of [import]: install_config, ansible, ssh_config, dynamic, files
            hint: did you mean `hosts`?
        "#]],
    );
}

#[test]
fn wrong_values_are_shown() {
    refused(
        "[ssh]\nport = 70000\nbecome = \"su\"\n[hosts.a]\nport = 0\nsession = \"shh\"\naddress = 7\n\
         [hosts.b]\nsession = \"local\"\nport = 22\n[hosts.c]\nsession = \"exec\"\n[hosts.d]\n\
         exec = [\"docker\"]\naddress = \"root@d\"\n[hosts.e]\naddress = \"10.0.0.1，2\"\n\
         [hosts.\"a b\"]\n[hosts.all]\n[groups]\nx = 7\ny = []\nz = {}\n[vars]\nv = [1]\n",
        expect![[r#"
            etc/hosts.toml:2: `port` is 70000, outside of 1 to 65535
                 2 | port = 70000
                   |        ^^^^^
                also etc/hosts.toml:3: `become` cannot be `su`
                 3 | become = "su"
                   |          ^^^^ write "sudo" or "none"
                also etc/hosts.toml:5: `port` is 0, outside of 1 to 65535
                 5 | port = 0
                   |        ^
                also etc/hosts.toml:6: `session` cannot be `shh`
                 6 | session = "shh"
                   |           ^^^^^ did you mean `ssh`?
                also etc/hosts.toml:7: `address` needs a text in quotes, not an integer
                 7 | address = 7
                   |           ^
                also etc/hosts.toml:8: `port` of host b has no use: its session is "local"
                 8 | [hosts.b]
                   |        ^
                also etc/hosts.toml:11: host c has session "exec" but no `exec`
                11 | [hosts.c]
                   |        ^ add the command that opens it: exec = ["docker", "exec", "-i", "web1"]
                also etc/hosts.toml:13: `exec` of host d has no use: its session is "ssh"
                13 | [hosts.d]
                   |        ^ add session = "exec"
                also etc/hosts.toml:15: an address cannot have the character `@`
                15 | address = "root@d"
                   |                ^ the login name goes into `user`, the port into `port`
                also etc/hosts.toml:17: character 9 is `，` (U+FF0C)
                17 | address = "10.0.0.1，2"
                   |                    ^^ write `,` there
                also etc/hosts.toml:18: a host name cannot have the character ` `
                18 | [hosts."a b"]
                   |          ^ letters, digits and . _ - : make a name
                also etc/hosts.toml:19: the name `all` is taken: it means every host
                19 | [hosts.all]
                   |        ^^^
                also etc/hosts.toml:21: `x` needs a text in quotes, not an integer
                21 | x = 7
                   |     ^
                also etc/hosts.toml:22: `y` is an empty list
                22 | y = []
                   |     ^^
                also etc/hosts.toml:23: group `z` has no `hosts`
                23 | z = {}
                   | ^
                also etc/hosts.toml:25: `v` needs one value (text, number, true, false), not an array
                25 | v = [1]
                   |     ^^^
        "#]],
    );
}

#[test]
fn two_ranges_that_overlap_are_shown_with_both_places() {
    refused(
        "[hosts.\"web[1-3]\"]\n\n[hosts.\"web[2-4]\"]\n[hosts.web1]\n",
        expect![[r#"
        etc/hosts.toml:3: hosts `web[2-3]` are declared twice
             3 | [hosts."web[2-4]"]
               |        ^^^^^^^^^^
             1 | [hosts."web[1-3]"]
               |        ^^^^^^^^^^ first declared here
            also etc/hosts.toml:4: host `web1` is declared twice
             4 | [hosts.web1]
               |        ^^^^
             1 | [hosts."web[1-3]"]
               |        ^^^^^^^^^^ first declared here
    "#]],
    );
}

#[test]
fn ranges_have_to_fit() {
    refused(
        "[hosts.\"web[1-3]\"]\naddress = \"10.0.0.[11-12]\"\n[hosts.\"b[3-1]\"]\n\
         [hosts.\"c[1-2]\"]\naddress = \"10.0.0.1\"\n",
        expect![[r#"
            etc/hosts.toml:2: the name stands for 3 hosts, `10.0.0.[11-12]` for 2
                 2 | address = "10.0.0.[11-12]"
                   |            ^^^^^^^^^^^^^^
                also etc/hosts.toml:3: the range `3-1` runs backwards
                 3 | [hosts."b[3-1]"]
                   |           ^^^ write `1-3`
                also etc/hosts.toml:5: the name stands for 2 hosts, `10.0.0.1` for 1
                 5 | address = "10.0.0.1"
                   |            ^^^^^^^^ give one value for each name
            hint: give one value for each name
        "#]],
    );
}

#[test]
fn groups_name_hosts_and_groups_that_exist() {
    refused(
        "[hosts.\"paas[1-3]\"]\n[groups]\npaas = \"paas[1-3]\"\na = \"@pass\"\nb = \"paas[1-5]\"\n\
         c = \"paas\"\nd = [\"paas1\", \"@paas1\"]\ne = \"paas1!paas1\"\nf = \"@a\"\n",
        expect![[r#"
            etc/hosts.toml:4: no group `pass`
                 4 | a = "@pass"
                   |      ^^^^^
                also etc/hosts.toml:5: no hosts `paas[4-5]`
                 5 | b = "paas[1-5]"
                   |      ^^^^^^^^^
                also etc/hosts.toml:6: no host `paas`
                 6 | c = "paas"
                   |      ^^^^ `paas` is a group: write `@paas`
                also etc/hosts.toml:7: no group `paas1`
                 7 | d = ["paas1", "@paas1"]
                   |                ^^^^^^ `paas1` is a host: write it without `@`
                also etc/hosts.toml:8: no host matches: `paas1` removes all remaining hosts
                 8 | e = "paas1!paas1"
                   |            ^^^^^
            hint: did you mean `@paas`?
        "#]],
    );
}

#[test]
fn a_circle_of_groups_is_shown() {
    refused(
        "[hosts.x]\n[groups]\na = \"x,@b\"\nb = \"@c\"\nc = \"@a\"\nd = \"@a\"\n",
        expect![[r#"
            etc/hosts.toml:5: groups refer to each other in a circle: @a -> @b -> @c -> @a
                5 | c = "@a"
                  |      ^^
        "#]],
    );
}

#[test]
fn a_name_is_a_host_or_a_group() {
    refused(
        "[hosts.x]\n[groups]\nx = \"x\"\n",
        expect![[r#"
        etc/hosts.toml:3: `x` is both a group and a host
            3 | x = "x"
              | ^
            1 | [hosts.x]
              |        ^ the host
        hint: rename the group
    "#]],
    );
}

#[test]
fn syntax_errors_of_toml_are_shown_with_their_line() {
    refused(
        "[hosts.x]\nport 22\n[hosts.y\n",
        expect![[r#"
        etc/hosts.toml:2: not TOML: key with no value, expected `=`
             2 | port 22
               |      ^
            also etc/hosts.toml:3: not TOML: unclosed table, expected `]`
             3 | [hosts.y
               |         ^
    "#]],
    );
}

#[test]
fn a_secret_has_one_source() {
    refused(
        "[secrets]\na = {}\nb = { env = \"A\", file = \"B\" }\nc = \"hunter2\"\nd = { command = [] }\n\
         e = { value = \"hunter2\", env = \"hunter 2\" }\n",
        expect![[r#"
            etc/hosts.toml:2: secret `a` has no source
                 2 | a
                   | ^
                also etc/hosts.toml:3: secret `b` has 2 sources: env, file
                 3 | b
                   | ^ leave exactly one of them
                also etc/hosts.toml:4: secret `c` needs a source, not a value
                 4 | c
                   | ^ write { env = "NAME" }, { file = "PATH" } or { command = ["PROGRAM", "ARGUMENT"] }
                also etc/hosts.toml:5: `command` is an empty list
                 5 | []
                   | ^^
                also etc/hosts.toml:6: unknown key `value` in secret `e`
                 6 | value
                   | ^^^^^ keys of secret `e`: env, file, command
                also etc/hosts.toml:6: `env` of secret `e` is not the name of a variable
                 6 | e
                   | ^
            hint: give one of env, file, command
        "#]],
    );
}

#[test]
fn a_secret_written_into_the_inventory_is_not_shown() {
    for text in [
        "[secrets]\na = \"hunter2\"\nb = { value = \"hunter2\", evn = \"hunter2\" }\n",
        "[secrets]\na = \"hunter2\"\na = \"hunter2\"\n",
        "[secrets]\na = \"hunter2\n",
        "[secrets]\na = hunter2\n",
    ] {
        let said = shown(&parse(text).unwrap_err());
        assert!(!said.contains("hunter2"), "{said}");
    }
}

#[test]
fn groups_may_not_disagree_about_a_host() {
    refused(
        "[hosts.x]\n[groups]\na = { hosts = \"x\", vars = { v = 1 } }\nb = { hosts = \"x\", vars = { v = 2 } }\n",
        expect![[r#"
            etc/hosts.toml:4: groups `a` and `b` give host x different values of `v`
                4 | b = { hosts = "x", vars = { v = 2 } }
                  | ^
                3 | a = { hosts = "x", vars = { v = 1 } }
                  | ^ the other group
            hint: set `v` on the host, or in one of the groups only
        "#]],
    );
}

#[test]
fn an_import_has_to_agree() {
    refused(
        "[hosts.nginx]\n[hosts.\"a[1-2]\"]\naddress = \"10.0.0.[11,11]\"\n[groups]\npaas = \"a1\"\n\
         [import]\ninstall_config = \"install.config\"\n",
        expect![[r#"
            etc/hosts.toml:5: group `paas` is a1 here but 10.0.0.[12-13] in etc/install.config
                 5 | paas = "a1"
                   | ^^^^
                 3 | 10.0.0.12 paas,monitorv3(influxdb-proxy)
                   | ^^^^^^^^^ first line of the module (etc/install.config)
                also etc/install.config:2: 10.0.0.11 is the address of several hosts: a[1-2]
                 2 | 10.0.0.11 paas,iam,monitorv3(monitor)
                   | ^^^^^^^^^ give this address to one host only: the modules belong to that host
                 2 | [hosts."a[1-2]"]
                   |        ^^^^^^^^ one of them (etc/hosts.toml)
                also etc/install.config:5: `nginx` is both a module and a host
                 5 | 10.0.0.99 nginx
                   | ^^^^^^^^^ rename the host
                 1 | [hosts.nginx]
                   |        ^^^^^ the host (etc/hosts.toml)
            hint: leave the group out: the module is a group already
        "#]],
    );
}
