//! An inventory of several files.

use expect_test::expect;

use super::import::{lines, load};
use super::members;
use crate::data::testing::shown;

#[test]
fn further_files_are_read_and_may_only_have_hosts() {
    let text = "[hosts.a]\nport = 1\n[groups]\nall_a = \"a,b,c\"\nweb = \"a\"\n[import]\nfiles = [\"site/*.toml\", \"one.toml\"]\n";
    let files = &[
        (
            "site/b.toml",
            "[hosts.b]\nuser = \"x\"\n[hosts.a]\nport = 9\nuser = \"late\"\n[groups]\nweb = \"b\"\n[vars]\nv = 1\n",
        ),
        ("site/.hidden.toml", "wrong"),
        ("one.toml", "[hosts.c]\n[groups]\nweb = { hosts = \"c\", vars = { w = 2 } }\n"),
    ];
    let inventory = load(&[text], files).unwrap();
    assert_eq!(members(&inventory, "web"), "a b c");
    let a = inventory.host("a").unwrap();
    assert_eq!(
        (a.port, a.user.as_deref(), a.var("v"), a.var("w")),
        (Some(1), Some("late"), Some("1"), Some("2"))
    );
    let files = &[
        ("site/a.toml", "[ssh]\n[hosts.b]\nport = 1\n[groups]\nw = \"nobody\"\n"),
        (
            "site/b.toml",
            "[hosts.b]\nport = 2\n[clusters.x]\nkind = \"module\"\nhosts = \"b\"\nunits = \"u\"\n",
        ),
        ("one.toml", "[clusters.x]\nkind = \"module\"\nhosts = \"b\"\nunits = \"u\"\n"),
    ];
    expect![[r#"
        etc/hosts.toml:4: no host `c`
             4 | all_a = "a,b,c"
               |              ^
            also etc/one.toml:1: cluster x is declared twice
             1 | [clusters.x]
               |           ^
             3 | [clusters.x]
               |           ^ first declared here (etc/site/b.toml)
            also etc/site/a.toml:1: unknown key `ssh` in an imported file
             1 | [ssh]
               |  ^^^ keys of an imported file: vars, hosts, groups, clusters
            also etc/site/a.toml:5: no host `nobody`
             5 | w = "nobody"
               |      ^^^^^^
            also etc/site/b.toml:2: `port` of host b has another value in etc/site/a.toml:3
             2 | port = 2
               |        ^ leave one of the two out, or give both the same value
             3 | port = 1
               |        ^ the other value (etc/site/a.toml)
    "#]]
    .assert_eq(&shown(&load(&[text], files).unwrap_err()));
    let none = "[import]\nfiles = [\"*/x.toml\", \"no*.toml\", \"gone.toml\"]\n";
    expect![[r#"
        etc/hosts.toml:2: `*` and `?` can stand only behind the last `/`
             2 | files = ["*/x.toml", "no*.toml", "gone.toml"]
               |          ^^^^^^^^^^
            also etc/hosts.toml:2: no file matches etc/no*.toml
             2 | files = ["*/x.toml", "no*.toml", "gone.toml"]
               |                      ^^^^^^^^^^
            also etc/hosts.toml:2: cannot read etc/gone.toml: entity not found
             2 | files = ["*/x.toml", "no*.toml", "gone.toml"]
               |                                  ^^^^^^^^^^^
    "#]]
    .assert_eq(&shown(&load(&[none], &[]).unwrap_err()));
}

#[test]
fn two_inventories_are_put_together() {
    let one = "[ssh]\nuser = \"root\"\n[vars]\na = 1\n[secrets]\ns = { env = \"S\" }\n[hosts.a]\nport = 1\n[groups]\ng = \"a\"\n";
    let two = "[ssh]\nuser = \"root\"\n[vars]\nb = 2\n[hosts.a]\nport = 1\nuser = \"x\"\n[hosts.b]\n[groups]\ng = \"b\"\n";
    let inventory = load(&[one, two], &[]).unwrap();
    expect![[r#"
        a x@a:1 Ssh sudo=false {"a": "1", "b": "2"}
          port=etc/hosts.toml:8 user=etc/more.toml:7 a=etc/hosts.toml:4, [vars] b=etc/more.toml:4, [vars]
        b root@b:0 Ssh sudo=false {"a": "1", "b": "2"}
          user=etc/hosts.toml:2, [ssh] a=etc/hosts.toml:4, [vars] b=etc/more.toml:4, [vars]
    "#]].assert_eq(&lines(&inventory));
    assert_eq!(
        (members(&inventory, "g").as_str(), inventory.path.as_str()),
        ("a b", "etc/hosts.toml")
    );
    let other = "[ssh]\nuser = \"ops\"\n[vars]\na = 2\n[secrets]\ns = { file = \"hidden-word\" }\n[hosts.a]\nport = 2\n[groups]\ng = { hosts = \"x\" }\n";
    let said = shown(&load(&[one, other], &[]).unwrap_err());
    expect![[r#"
        etc/more.toml:2: `user` of [ssh] has another value in etc/hosts.toml:2
             2 | user = "ops"
               |        ^^^^^
             2 | user = "root"
               |        ^^^^^^ the other value (etc/hosts.toml)
            also etc/more.toml:4: variable `a` of every host has another value in etc/hosts.toml:4
             4 | a = 2
               |     ^ leave one of the two out, or give both the same value
             4 | a = 1
               |     ^ the other value (etc/hosts.toml)
            also etc/more.toml:6: secret `s` has another value in etc/hosts.toml:6
             6 | s
               | ^ leave one of the two out, or give both the same value
             6 | s
               | ^ the other value (etc/hosts.toml)
            also etc/more.toml:8: `port` of host a has another value in etc/hosts.toml:8
             8 | port = 2
               |        ^ leave one of the two out, or give both the same value
             8 | port = 1
               |        ^ the other value (etc/hosts.toml)
            also etc/more.toml:10: no host `x`
            10 | g = { hosts = "x" }
               |                ^
        hint: leave one of the two out, or give both the same value
    "#]]
    .assert_eq(&said);
    assert!(!said.contains("hidden-word"));
}

#[test]
fn an_account_for_sudo_comes_from_host_group_or_default() {
    let text = "[ssh]\nbecome = \"sudo\"\nbecome_user = \"app\"\n[hosts.a]\nbecome_user = \"postgres\"\n[hosts.b]\n[hosts.c]\n[hosts.d]\nbecome = \"none\"\n\
                [groups]\ng = { hosts = \"b\", become_user = \"www\" }\n";
    let inventory = load(&[text], &[]).unwrap();
    let accounts = inventory.hosts.iter().map(|host| host.raised().map(|sudo| sudo.user.unwrap()));
    let accounts: Vec<Option<String>> = accounts.collect();
    assert_eq!(
        accounts,
        ["postgres", "www", "app", ""].map(|it| (!it.is_empty()).then(|| it.to_owned()))
    );
    let wrong = "[hosts.a]\nbecome = \"none\"\nbecome_user = \"x\"\n[hosts.b]\nbecome_user = \"-u\"\n[hosts.c]\nbecome_user = \"a b\"\n";
    expect![[r#"
        etc/hosts.toml:3: `become_user` of host a has no use: its become is "none"
             3 | become_user = "x"
               |               ^^^
            also etc/hosts.toml:5: the name of an account cannot begin with `-`
             5 | become_user = "-u"
               |                ^
            also etc/hosts.toml:7: the name of an account cannot have the character ` `
             7 | become_user = "a b"
               |                 ^
        hint: write become = "sudo", or leave `become_user` out
    "#]]
    .assert_eq(&shown(&load(&[wrong], &[]).unwrap_err()));
}
