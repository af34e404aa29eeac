//! Errors in the files of other tools do not show passwords.

use super::import::load;
use crate::data::testing::shown;

const SECRET: &str = "hunter2";

#[test]
fn errors_in_imports_show_no_password() {
    const INI: &[(&str, &str)] = &[
        ("port", "w1 ansible_password=hunter2 ansible_port=99999\n"),
        ("blanks", "w1 ansible_password = hunter2\n"),
        ("quote", "w1 ansible_password='hunter2\n"),
        ("vars", "w1\n[all:vars]\nansible_password hunter2\n"),
        ("vars_quote", "w1\n[all:vars]\nansible_password: hunter2\n"),
        ("section", "w1\n[all:var]\npassword=hunter2\n"),
        ("name", "w1/hunter ansible_password=hunter2\n"),
        ("map.yml", "password: hunter2\n"),
        ("deep.yml", "all: { hosts: { w1: hunter2 } }\n"),
        ("vars.yml", "all: { vars: hunter2 }\n"),
        ("broken.yml", "all: { vars: { password: hunter2, ] }\n"),
        ("key.yml", "all: { vars: { [hunter2]: x } }\n"),
        ("text.yml", "hunter2\n"),
        ("group.json", "{\"password\": \"hunter2\"}"),
        ("name.json", "{\"web\": {\"hosts\": [{\"password\": \"hunter2\"}]}}"),
        ("broken.json", "{\"password\": \"hunter2\" ]}"),
        (
            "port.json",
            "{\"_meta\": {\"hostvars\": {\"w1\": {\"ansible_password\": \"hunter2\", \"ansible_port\": \"x\"}}}}",
        ),
    ];
    for (name, _) in INI {
        let text = format!("[import]\nansible = \"{name}\"\n");
        let said = shown(&load(&[&text], INI).unwrap_err());
        assert!(said.contains(&format!("etc/{name}:")) && !said.contains(SECRET), "{said}");
    }
    let files = &[
        ("one", "w1 ansible_user=a ansible_become_pass=hunter2\n"),
        ("two", "w1 ansible_user=b ansible_become_pass=hunter2\n"),
    ];
    let said = shown(&load(&["[import]\nansible = [\"one\", \"two\"]\n"], files).unwrap_err());
    assert!(said.contains("ansible_user=b") && !said.contains(SECRET), "{said}");
}

/// `-i inventory.ini` is a habit.
#[test]
fn a_named_file_of_ansible_is_not_shown() {
    for text in [
        "w1 ansible_password=hunter2\n",
        "[web]\nw1 password=hunter2\n",
        "[hosts]\nw1 ansible_password=hunter2\n",
        "all:\n  vars: { password: hunter2 }\n",
        "{\"password\": \"hunter2\"}\n",
    ] {
        let said = shown(&load(&[text], &[]).unwrap_err());
        assert!(!said.contains(SECRET) && said.contains("[import] ansible = "), "{said}");
    }
    let own = shown(&load(&["[hosts.a]\nport = 1 2\n"], &[]).unwrap_err());
    assert!(own.contains("port = 1 2") && !own.contains("ansible"), "{own}");
}
