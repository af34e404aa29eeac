//! Which of several values of a host counts.

use expect_test::expect;

use super::import::{lines, load};

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
