//! The same inventory in the forms of Ansible, and an ssh_config.

use std::fmt::Write as _;

use expect_test::expect;

use super::found::{Found, Word};
use super::{ansible_ini, ansible_json, ansible_yaml};
use crate::data::source::{Problems, Source};
use crate::data::testing;

const INI: &str = r#"
lone ansible_host=10.1.1.1
[web]
web[01:02] ansible_port=22 ansible_user=ops
db1:2222 ansible_become=yes ansible_become_user=postgres note="a b # c" # comment
[web:vars]
site=b
role = web
[prod:children]
web
dbs  # both
[dbs]
db[a:b].example.com site='c d' ansible_password=x db_password=y
[all:vars]
num=1
site=a
up=True
list=[1,2]
"#;

const YAML: &str = r#"
all:
  hosts:
    lone: { ansible_host: 10.1.1.1 }
  vars: { num: 1, site: a, up: yes, list: [1, 2] }
  children:
    prod:
      children:
        web:
          hosts:
            web[01:02]: &port { ansible_port: 22, ansible_user: ops }
            db1: { ansible_port: 2222, ansible_become: yes, ansible_become_user: postgres, note: "a b # c" }
          vars: { site: b, role: web }
        dbs:
          hosts:
            db[a:b].example.com:
              site: c d
              ansible_password: !vault |
                $ANSIBLE_VAULT;1.1;AES256
              db_password: y
"#;

const JSON: &str = r#"{"_meta": {"hostvars": {
  "lone": {"ansible_host": "10.1.1.1"},
  "web01": {"ansible_port": 22, "ansible_user": "ops"}, "web02": {"ansible_port": 22, "ansible_user": "ops"},
  "db1": {"ansible_port": 2222, "ansible_become": "yes", "ansible_become_user": "postgres", "note": {"__ansible_unsafe": "a b # c"}},
  "dba.example.com": {"site": "c d", "ansible_password": {"__ansible_vault": "x"}, "db_password": "y"},
  "dbb.example.com": {"site": "c d"}}},
 "all": {"children": ["ungrouped", "prod"], "vars": {"num": 1, "site": "a", "up": true, "list": [1, 2]}},
 "ungrouped": {"hosts": ["lone"]},
 "prod": {"children": ["web", "dbs"]},
 "web": {"hosts": ["web01", "web02", "db1"], "vars": {"site": "b", "role": "web"}},
 "dbs": ["dba.example.com", "dbb.example.com"]}"#;

type Reader = fn(&Source<'_>, &mut Problems) -> Found;

/// Hosts and groups as lines.
fn shown(text: &str, read: Reader) -> String {
    let (source, mut problems) = (Source::discreet("f", text), Problems::default());
    let found = read(&source, &mut problems);
    if let Err(fault) = problems.into_result() {
        return testing::shown(&fault);
    }
    let mut lines = String::new();
    let mut hosts: Vec<_> = found.hosts.iter().collect();
    hosts.sort_by_key(|host| &host.name.text);
    for host in hosts {
        let text =
            |word: &Option<Word>| word.as_ref().map_or("-", |it| it.text.as_str()).to_owned();
        let words = [&host.address, &host.port, &host.user, &host.raised, &host.account].map(text);
        write!(lines, "{} {}", host.name.text, words.join(" ")).unwrap();
        for (name, value) in &host.vars {
            write!(lines, " {name}={}", value.text).unwrap();
        }
        lines.push('\n');
    }
    let mut groups: Vec<_> = found.groups.iter().collect();
    groups.sort_by_key(|group| &group.name.text);
    for group in groups {
        let hosts = group.hosts.iter().map(|host| found.hosts[*host].name.text.as_str());
        writeln!(lines, "@{}: {}", group.name.text, hosts.collect::<Vec<_>>().join(" ")).unwrap();
    }
    writeln!(lines, "unused: {}", found.unused.iter().cloned().collect::<Vec<_>>().join(" "))
        .unwrap();
    lines
}

#[test]
fn an_inventory_of_ansible_is_the_same_in_each_form() {
    let ini = shown(INI, ansible_ini::read);
    expect![[r#"
        db1 - 2222 - yes postgres note=a b # c num=1 role=web site=b up=true
        dba.example.com - - - - - num=1 site=c d up=true
        dbb.example.com - - - - - num=1 site=c d up=true
        lone 10.1.1.1 - - - - num=1 site=a up=true
        web01 - 22 ops - - num=1 role=web site=b up=true
        web02 - 22 ops - - num=1 role=web site=b up=true
        @dbs: dba.example.com dbb.example.com
        @prod: web01 web02 db1 dba.example.com dbb.example.com
        @web: web01 web02 db1
        unused: ansible_password db_password list
    "#]]
    .assert_eq(&ini);
    // A plain `yes` is a truth value in YAML.
    assert_eq!(shown(YAML, ansible_yaml::read).replace("2222 - true", "2222 - yes"), ini);
    assert_eq!(shown(JSON, ansible_json::read), ini);
}

#[test]
fn mistakes_have_their_places() {
    let ini = "[web\n[web:host]\n[a:children]\nb\n[b:children]\na\n[c]\nh[3:1]\nh x\nh 'y=1\n";
    expect![[r#"
        f:1: `[` is never closed
             1 | [web
               | ^^^^
            also f:2: `host` is no kind of section
             2 | host
               | ^^^^ a section is [GROUP], [GROUP:children] or [GROUP:vars]
            also f:3: groups are children of each other in a circle: a -> b -> a
             3 | a
               | ^
            also f:8: this is no range of hosts
             8 | [3:1]
               | ^^^^^ write it as [01:10], [1:9:2] or [a:f]
            also f:9: word 2 is no variable
             9 | h
               | ^ write NAME=VALUE without blanks around `=`, one host a line
            also f:10: a quote is never closed
            10 | h
               | ^ close it, or write a backslash before it
    "#]]
    .assert_eq(&shown(ini, ansible_ini::read));
    expect![[r#"
        f:2: unknown key `host` in group `web`
             2 | host
               | ^^^^
            also f:3: group `db` needs a map
             3 | db
               | ^^ a group is NAME: { hosts: {…}, children: {…}, vars: {…} }
        hint: did you mean `hosts`?
    "#]]
    .assert_eq(&shown("web:\n  host: { a: }\ndb: [a]\n", ansible_yaml::read));
    for (text, read, want) in [
        ("a: [\n", ansible_yaml::read as Reader, "not YAML: "),
        ("{\"a\": [1,}", ansible_json::read, "f:1: not JSON: "),
        ("", ansible_ini::read, "f:1: no host is in it"),
        ("{\"a\": 3}", ansible_json::read, "group `a` needs an object"),
        ("[]", ansible_json::read, "the document needs groups"),
        ("[[a]]: 1", ansible_yaml::read, "a key that is no text"),
    ] {
        let said = shown(text, read);
        assert!(said.contains(want), "{text}\n{said}");
    }
    for deep in ["[".repeat(100_000), "- ".repeat(10_000), "{\"a\":".repeat(10_000)] {
        shown(&deep, ansible_yaml::read);
        shown(&deep, ansible_json::read);
    }
}

#[test]
fn a_text_that_doubles_itself_ends() {
    let mut text = String::from("a0: &a0 { hosts: { h: } }\n");
    for n in 1..40 {
        let last = n - 1;
        text += &format!("a{n}: &a{n} {{ children: {{ x: *a{last}, y: *a{last} }} }}\n");
    }
    let said = shown(&text, ansible_yaml::read);
    assert!(said.contains("more than"), "{said}");
}

/// What `ansible-inventory` says of the same lines.
#[test]
fn strange_lines_are_read_as_ansible_does() {
    let ini = "lone\nh4:2200 ansible_port=2222\n[web]\nh4:2200\n[2001:db8::1]:2222\nw1 x=\"[z]\" y=\"'4.10'\" z=4.10 n=None ansible_host= m=5 \n\
               [web:vars]\nansible_port = 2222 # ssh\nregion = eu # x\nq = \"g\\\"h\"\nn=1\nm=None\n[ungrouped:vars]\nu=1\n";
    expect![[r#"
        2001:db8::1 - 2222 - - - n=1 q=g"h region=eu # x
        h4 - 2222 - - - n=1 q=g"h region=eu # x
        lone - - - - - u=1
        w1 - 2222 - - - m=5 q=g"h region=eu # x x=[z] y=4.10 z=4.1
        @web: h4 2001:db8::1 w1
        unused: 
    "#]]
    .assert_eq(&shown(ini, ansible_ini::read));
    let yaml = "web:\n  hosts: w1\n  children: db\n  vars: { n: null }\n  plugin_x: 1\ndb: { hosts: { d1: { m: null } }, vars: { m: 1 } }\n";
    expect![[r#"
        d1 - - - - -
        w1 - - - - -
        @db: d1
        @web: w1 d1
        unused: web.plugin_x
    "#]]
    .assert_eq(&shown(yaml, ansible_yaml::read));
}

#[test]
fn what_looks_like_a_secret_is_left_out() {
    let is = super::ansible::is_like_secret;
    for name in [
        "db_pw",
        "mysql_root_pw",
        "api_auth",
        "private",
        "ssh_private",
        "x_creds",
        "password",
        "rootPassword",
        "apikey",
        "api-key",
        "access.token",
        "db_pass",
        "PGPASSWORD",
    ] {
        assert!(is(name), "{name}");
    }
    for name in ["bypass", "sshkey_dir", "auth_url", "private_ip", "keyboard", "compass", "pwned"] {
        assert!(!is(name), "{name}");
    }
}
