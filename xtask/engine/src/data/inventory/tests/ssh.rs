//! Hosts of an ssh_config: what `ssh -G` says of them.

use expect_test::expect;

use super::import::{lines, load};
use crate::data::testing::shown;

const FILES: &[(&str, &str)] = &[
    (
        "config",
        "User alice\nInclude conf.d/*.conf none\nHost * !web2\n  Port 2200\nHost web1 web1.example.com w1\n  User bob\n  Port 22\n\
         HostName=10.0.0.1\n  ProxyJump jump\nHOST web2 web3\n  hostname %h.internal\nHost ll\n  HostName fe80::1%%eth0\n\
         Host a b\n  IdentityFile x\nHost a\n Port 9\nMatch all\n  User late\n  Compression yes\n",
    ),
    ("~/.ssh/conf.d/2.conf", "Host far\n  HostName 10.9.0.2\n  User \"o ps\"\n"),
    ("~/.ssh/conf.d/1.conf", "Host far\n  HostName 10.9.0.1\nInclude ~/deep\n"),
    ("~/deep", "Host deep\n Port 1\nHost far\n Port 7\n"),
    (
        "own_config",
        "Include conf.d/*.conf\nHost a b\n  Port 1\n  User x\nHost c d\n  HostName 10.0.0.1\n",
    ),
    ("match", "Host a\nMatch host a\n  User x\n  Compression yes\n"),
    ("sign", "Host a\n  HostName %n.x\n"),
    ("round", "Host a\nInclude ~/round\n"),
    ("~/round", "Include ~/round\n"),
    ("open", "Host a\nInclude ${HOME}/x\n"),
];

#[test]
fn a_file_that_ssh_does_not_read_holds_as_ssh_would_use_it() {
    let inventory = load(&["[import]\nssh_config = \"config\"\n"], FILES).unwrap();
    expect![[r#"
        far alice@10.9.0.1:7 Ssh sudo=false {}
          address=~/.ssh/conf.d/1.conf:2 port=~/deep:4 user=etc/config:1
        deep alice@deep:2200 Ssh sudo=false {}
          port=etc/config:4 user=etc/config:1
        web1 alice@10.0.0.1:2200 Ssh sudo=false {}
          address=etc/config:8 port=etc/config:4 user=etc/config:1
        web2 alice@web2.internal:0 Ssh sudo=false {}
          address=etc/config:11 user=etc/config:1
        web3 alice@web3.internal:2200 Ssh sudo=false {}
          address=etc/config:11 port=etc/config:4 user=etc/config:1
        ll alice@fe80::1%eth0:2200 Ssh sudo=false {}
          address=etc/config:13 port=etc/config:4 user=etc/config:1
        a alice@a:2200 Ssh sudo=false {}
          port=etc/config:4 user=etc/config:1
        b alice@b:2200 Ssh sudo=false {}
          port=etc/config:4 user=etc/config:1
    "#]]
    .assert_eq(&lines(&inventory));
    let unused: Vec<String> =
        inventory.unused.iter().map(|it| format!("{} {:?}", it.path, it.names)).collect();
    assert_eq!(unused, ["etc/config {\"Compression\", \"IdentityFile\", \"ProxyJump\"}"]);
}

#[test]
fn of_the_file_that_ssh_reads_only_names_are_taken() {
    let inventory = load(&["[import]\nssh_config = \"own_config\"\n"], FILES).unwrap();
    let names: Vec<&str> = inventory.hosts.iter().map(|host| host.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c", "far", "deep"]);
    for host in &inventory.hosts {
        assert_eq!((host.port, &host.user, &host.address), (None, &None, &None), "{}", host.name);
    }
    assert!(inventory.unused.is_empty());
}

#[test]
fn what_only_ssh_can_tell_is_an_error() {
    let said = |name: &str| {
        shown(&load(&[&format!("[import]\nssh_config = \"{name}\"\n")], FILES).unwrap_err())
    };
    expect![[r#"
        etc/match:3: `User` below `Match`: only ssh can tell for whom
            3 | User
              | ^^^^
        hint: let ssh read the file itself: [ssh] config = "etc/match"

        etc/sign:2: `%n` has no meaning in `HostName`
            2 | %n.x
              | ^^^^
        hint: %h is the name of the host, %% a percent sign

        ~/round:1: more than 16 files include each other
            1 | ~/round
              | ^^^^^^^

        etc/open:2: only ssh can tell which files `${HOME}/x` names
            2 | ${HOME}/x
              | ^^^^^^^^^
    "#]]
    .assert_eq(&["match", "sign", "round", "open"].map(said).join("\n"));
}
