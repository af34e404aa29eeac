//! Files that are no inventory, groups that cannot be had, and what a run says of an import.

use expect_test::expect;

use super::import::load;
use super::members;
use crate::data::testing::shown;

const FILES: &[(&str, &str)] = &[
    ("list.py", "#!/usr/bin/python3\nimport json\n"),
    ("aws_ec2.yml", "# cloud\nplugin: amazon.aws.aws_ec2\nregions: [x]\n"),
    ("vault", "$ANSIBLE_VAULT;1.1;AES256\n6162\n"),
    ("broken", "{\"web\": {\"hosts\": [}}"),
    ("bare", "{\"web\": {\"hosts\": [\"w\"]}}"),
    (
        "cloud",
        "[_centos]\nw1 db_pw=x ansible_ssh_common_args='-o x' role=web\n[w2]\nw1\nw2\n[x/y]\nw1\n[web]\nw[1:2]\n",
    ),
    ("group_vars/all", "x: 1\n"),
    ("group_vars", ""),
];

#[test]
fn what_is_no_inventory_has_a_next_step() {
    let said = |line: &str| shown(&load(&[&format!("[import]\n{line}\n")], FILES).unwrap_err());
    let lines = [
        "ansible = \"list.py\"",
        "ansible = \"aws_ec2.yml\"",
        "ansible = \"vault\"",
        "ansible = \"gone\"",
        "dynamic = [\"broken\"]",
    ];
    expect![[r#"
        etc/hosts.toml:2: etc/list.py is a program
            2 | ansible = "list.py"
              |           ^^^^^^^^^
        hint: let it run: dynamic = ["./list.py", "--list"]

        etc/hosts.toml:2: etc/aws_ec2.yml is the configuration of an inventory plugin
            2 | ansible = "aws_ec2.yml"
              |           ^^^^^^^^^^^^^
        hint: let Ansible run it: dynamic = ["ansible-inventory", "-i", "aws_ec2.yml", "--list"]

        etc/hosts.toml:2: etc/vault is encrypted by ansible-vault
            2 | ansible = "vault"
              |           ^^^^^^^
        hint: let Ansible read it: dynamic = ["ansible-inventory", "-i", "vault", "--vault-password-file", "FILE", "--list"]

        etc/hosts.toml:2: cannot read etc/gone: entity not found
            2 | ansible = "gone"
              |           ^^^^^^
        hint: paths are taken from the directory of etc/hosts.toml

        output of broken:1: not JSON: Unexpected close brace, at byte 19
            2 | dynamic = ["broken"]
              |            ^^^^^^^^ the program (etc/hosts.toml)
    "#]].assert_eq(&lines.map(said).join("\n"));
}

#[test]
fn a_group_that_cannot_be_had_stops_nothing() {
    let text = "[import]\nansible = \"cloud\"\ndynamic = [\"bare\"]\n";
    let inventory = load(&[text], FILES).unwrap();
    assert_eq!(members(&inventory, "web"), "w1 w2 w");
    assert!(inventory.group("w2").is_none());
    let unused: Vec<String> = inventory.unused.iter().flat_map(|it| it.names.clone()).collect();
    assert_eq!(
        unused,
        ["ansible_ssh_common_args", "db_pw", "group _centos", "group x/y", "group w2"]
    );
    assert_eq!(
        inventory.notes,
        [
            "group_vars beside etc/cloud are not read; let Ansible do it: \
             dynamic = [\"ansible-inventory\", \"-i\", \"cloud\", \"--list\"]",
            "output of bare has no `_meta`: only groups give variables",
            "etc/cloud: left out: ansible_ssh_common_args, db_pw",
        ]
    );
    let own = format!("{text}[groups]\nw2 = \"w1\"\n");
    let said = shown(&load(&[&own], FILES).unwrap_err());
    assert!(
        said.contains("both a group and a host") && said.contains("rename the group"),
        "{said}"
    );
}
