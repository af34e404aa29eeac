//! Which of several values of a host counts.

use expect_test::expect;

use super::import::{lines, load};
use crate::data::testing::shown;

#[test]
fn groups_of_the_inventory_win_over_groups_of_an_import() {
    let files = &[(
        "inv",
        "[web]\nw1 rack=r1\nw2\n[all:vars]\nregion=all\nrack=all\nlevel=all\nansible_become=true\n\
         ansible_become_user=fromall\n[web:vars]\nlevel=web\nonly=web\n",
    )];
    let text = "[vars]\nlevel = \"toml\"\nonly = \"toml\"\nregion = \"toml\"\n[import]\nansible = \"inv\"\n\
                [groups.web]\nbecome = \"sudo\"\nbecome_user = \"fromtoml\"\nvars = { region = \"group\", rack = \"group\" }\n\
                [hosts.w2]\nvars = { region = \"own\" }\n";
    expect![[r#"
        w2 -@w2:0 Ssh sudo=truefromtoml {"level": "web", "only": "web", "rack": "group", "region": "own"}
          become=etc/hosts.toml:8, group web become_user=etc/hosts.toml:9, group web level=etc/inv:11, group web only=etc/inv:12, group web rack=etc/hosts.toml:10, group web region=etc/hosts.toml:12
        w1 -@w1:0 Ssh sudo=truefromtoml {"level": "web", "only": "web", "rack": "r1", "region": "group"}
          become=etc/hosts.toml:8, group web become_user=etc/hosts.toml:9, group web level=etc/inv:11, group web only=etc/inv:12, group web rack=etc/inv:2 region=etc/hosts.toml:10, group web
    "#]].assert_eq(&lines(&load(&[text], files).unwrap()));
    let none = text.replace("\"sudo\"\nbecome_user = \"fromtoml\"", "\"none\"");
    let inventory = load(&[&none], files).unwrap();
    assert!(inventory.hosts.iter().all(|host| !host.sudo && host.become_user.is_none()));
}

#[test]
fn an_account_that_no_host_needs_is_a_mistake() {
    let text = "[hosts.a]\nbecome_user = \"x\"\n[hosts.b]\nbecome = \"none\"\nbecome_user = \"y\"\n[hosts.c]\n[hosts.d]\nbecome = \"sudo\"\n\
                [groups]\nsome = { hosts = \"a,c\", become_user = \"z\" }\nmore = { hosts = \"c,d\", become_user = \"z\" }\n";
    expect![[r#"
        etc/hosts.toml:2: `become_user` of host a has no use: it has no `become`
             2 | become_user = "x"
               |               ^^^
            also etc/hosts.toml:5: `become_user` of host b has no use: its become is "none"
             5 | become_user = "y"
               |               ^^^ write become = "sudo", or leave `become_user` out
            also etc/hosts.toml:10: `become_user` of host c has no use: it has no `become`
            10 | some = { hosts = "a,c", become_user = "z" }
               |                                       ^^^ write become = "sudo", or leave `become_user` out
        hint: write become = "sudo", or leave `become_user` out
    "#]].assert_eq(&shown(&load(&[text], &[]).unwrap_err()));
    // A default is for those that become; Ansible's plays add `become` to an account.
    let files = &[("inv", "w1 ansible_become_user=x\n[g]\nw2\n[g:vars]\nansible_become_user=y\n")];
    let text = "[ssh]\nbecome_user = \"z\"\n[hosts.a]\nbecome = \"sudo\"\n[hosts.b]\n[import]\nansible = \"inv\"\n";
    let inventory = load(&[text], files).unwrap();
    let raised: Vec<_> = inventory.hosts.iter().map(|host| host.become_user.as_deref()).collect();
    assert_eq!(raised, [Some("z"), None, None, None]);
}
