//! Inventories that Ansible and ssh read, and what they say of them.

use std::collections::BTreeMap;
use std::path::Path;

use expect_test::expect;
use serde_json::{Map, Value};

use crate::support::{Outcome, Xtask, scratch, write};

fn call(dir: &Path, args: &[&str]) -> Outcome {
    Xtask::new(dir, args).dir(dir).run()
}

/// The output of a program, which has to succeed.
fn output(dir: &Path, words: &[&str]) -> String {
    let run = Xtask::program(words[0]).args(&words[1..]).current_dir(dir).output();
    let run = run.expect("started");
    assert!(run.status.success(), "{words:?}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).expect("UTF-8")
}

/// What a call with this inventory says of all hosts, without the places.
fn hosts(dir: &Path, inventory: &str) -> BTreeMap<String, Value> {
    let shown = call(dir, &["-i", inventory, "hosts", "show", "--json"]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    let mut document: Value = serde_json::from_str(&shown.stdout).expect("JSON");
    let hosts = document["hosts"].as_array_mut().expect("hosts").drain(..);
    let one = |mut host: Value| {
        let fields: &mut Map<String, Value> = host.as_object_mut().expect("an object");
        fields.remove("origins");
        (host["name"].as_str().expect("a name").to_owned(), host)
    };
    hosts.map(one).collect()
}

/// The groups, each with its hosts in the order of their names.
fn groups(dir: &Path, inventory: &str) -> BTreeMap<String, Vec<String>> {
    let shown = call(dir, &["-i", inventory, "hosts", "groups", "--json"]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    let document: Value = serde_json::from_str(&shown.stdout).expect("JSON");
    let mut groups: BTreeMap<String, Vec<String>> =
        serde_json::from_value(document["groups"].clone()).expect("groups");
    groups.values_mut().for_each(|hosts| hosts.sort());
    groups
}

/// Ansible's own program reads the same hosts from the same file.
#[test]
fn ansible_reads_the_same() {
    let dir = scratch();
    let ini = "lone\nh4:2200 ansible_port=2222\n[web]\nweb[01:12:5] ansible_host=10.0.0.1 x='a b' ansible_port=22\nh4:2200\n\
               [prod:children]\nweb\nlate\n[late]\nl[a:c].x:2200 y=\"q\" z=True v=4.10 w=\"'4.10'\" h=0x1f t=1,2 b=\"[z]\" n=None\n\
               [2001:db8::1]:2222 d=1_000 e=1e16 k=007 s=\"'a\\\\nb'\"\n[web:vars]\ny = w v\nn=1\nu = \"g\\\"h\" # c\nr = eu # x\n\
               [prod:vars]\ny=p\nonly=p\nn=2\nansible_port = 2022 # ssh\n[all:vars]\nn=0\n[ungrouped:vars]\nalone=1\n";
    let yaml = "all:\n  vars: { n: 0, up: yes, t: '4.10', f: 4.10, g: 1_000, h: 0x1f, o: 017, e: 1e5, x: 1.0e+16, v: 1.2.3, m: 007a, s: -4.50 }\n  children:\n    web: { hosts: w1, children: db, vars: { n: 1 } }\n    \
                db: { hosts: { \"d[1:3]:2200\": { n: null, s: \"a\\nb\" } } }\n";
    for (name, text) in [("inventory", ini), ("file.yml", yaml)] {
        write(&dir.path().join(name), text);
        write(&dir.path().join("file.toml"), &format!("[import]\nansible = \"{name}\"\n"));
        let asked = format!(
            "[import]\ndynamic = [\"ansible-inventory\", \"-i\", \"{name}\", \"--list\"]\n"
        );
        write(&dir.path().join("asked.toml"), &asked);
        assert_eq!(hosts(dir.path(), "file.toml"), hosts(dir.path(), "asked.toml"), "{name}");
        assert_eq!(groups(dir.path(), "file.toml"), groups(dir.path(), "asked.toml"), "{name}");
    }
}

const RICH: &str = r#"[ssh]
user = "ops"
[hosts."web[1-2]"]
address = "10.0.0.[1-2]"
port = 2222
become = "sudo"
become_user = "app"
[hosts."web[1-2]".vars]
note = "it's \"a\" b # c"
list = "[x]"
map = "{'a': 1}"
empty = ""
truth = "True"
none = "None"
version = "4.10"
under = "1_000"
hex = "0x1f"
pair = "1,2"
path = 'C:\new'
lines = "one\ntwo\tthree\r"
quotes = "'a' \"b\""
equals = "a=b"
unicode = "grüße"
"a b" = "odd name"
[hosts.me]
session = "local"
[hosts.box]
session = "exec"
exec = ["docker", "exec", "-i", "b7"]
[hosts.odd]
session = "exec"
exec = ["nsenter", "x"]
[hosts."db:1"]
[hosts."fe80::1"]
[groups]
web = "web[1-2]"
all_web = "@web,me,box,fe80::1"
"x:y" = "me"
"#;

/// What an export prints is what the import of it has, and what Ansible reads.
#[test]
fn an_export_is_read_back_as_it_was() {
    let dir = scratch();
    write(&dir.path().join("hosts.toml"), RICH);
    let (has, in_groups) = (hosts(dir.path(), "hosts.toml"), groups(dir.path(), "hosts.toml"));
    for (format, file, left) in [
        ("json", "out.json", &["odd"][..]),
        ("ansible", "out.ini", &["odd", "db:1", "@x:y", "var a b"]),
    ] {
        let export = call(dir.path(), &["hosts", "export", "--format", format]);
        assert_eq!(export.code, 0);
        let said = &export.stderr;
        assert!(left.iter().all(|name| said.contains(name)) && said.lines().count() == 1, "{said}");
        write(&dir.path().join(file), &export.stdout);
        let (mut has, mut in_groups) = (has.clone(), in_groups.clone());
        has.retain(|name, _| !left.contains(&name.as_str()));
        // Ansible wants the name of a container as an address.
        has.get_mut("box").expect("the container")["address"] = Value::from("b7");
        if format == "ansible" {
            in_groups.remove("x:y");
            for host in has.values_mut() {
                host["vars"].as_object_mut().expect("variables").remove("a b");
            }
        }
        write(&dir.path().join("back.toml"), &format!("[import]\nansible = \"{file}\"\n"));
        assert_eq!(hosts(dir.path(), "back.toml"), has, "{format}");
        assert_eq!(groups(dir.path(), "back.toml"), in_groups, "{format}");
        let asked = format!(
            "[import]\ndynamic = [\"ansible-inventory\", \"-i\", \"{file}\", \"--list\"]\n"
        );
        write(&dir.path().join("asked.toml"), &asked);
        if format == "ansible" {
            assert_eq!(hosts(dir.path(), "asked.toml"), has, "Ansible reads {file}");
            assert_eq!(groups(dir.path(), "asked.toml"), in_groups, "Ansible reads {file}");
            let listed = output(dir.path(), &["ansible-inventory", "-i", file, "--list"]);
            let listed: Value = serde_json::from_str(&listed).expect("JSON");
            let vars = &listed["_meta"]["hostvars"]["web1"];
            for (name, value) in has["web1"]["vars"].as_object().expect("variables") {
                // The type as well: `4.10` is a text.
                assert_eq!(&vars[name], value, "{name}");
            }
        }
    }
}

#[test]
fn an_export_for_ssh_is_read_back_as_it_was() {
    let dir = scratch();
    write(&dir.path().join("hosts.toml"), RICH);
    let ssh = call(dir.path(), &["hosts", "export", "@web,me", "--format", "ssh-config"]);
    expect![[r#"
        exit 0
        -- stdout
        Host web1
          HostName 10.0.0.1
          Port 2222
          User ops
        Host web2
          HostName 10.0.0.2
          Port 2222
          User ops
        -- stderr
        left out, the form has no way to them: me
    "#]]
    .assert_eq(&ssh.shown(&[]));
    write(&dir.path().join("config"), &ssh.stdout);
    write(&dir.path().join("back.toml"), "[import]\nssh_config = \"config\"\n");
    let back = call(dir.path(), &["-i", "back.toml", "hosts", "list"]);
    assert_eq!(back.stdout, "web1  ssh ops@10.0.0.1:2222\nweb2  ssh ops@10.0.0.2:2222\n");
}

/// Ssh itself says what its configuration means.
#[test]
fn an_ssh_config_is_read_as_ssh_does() {
    let dir = scratch();
    let config = "User alice\nHost * !web2\n  Port 2200\nHost web1\n  User bob\n  Port 22\n  HostName 10.0.0.1\nHost web2 web3\n  \
                  HostName=%h.internal\nHost ll\n  HostName fe80::1%%eth0\nHost ???4 web4\n  Port 4\nMatch all\n  User late\n";
    write(&dir.path().join("config"), config);
    write(&dir.path().join("hosts.toml"), "[import]\nssh_config = \"config\"\n");
    let hosts = hosts(dir.path(), "hosts.toml");
    assert_eq!(hosts.keys().collect::<Vec<_>>(), ["ll", "web1", "web2", "web3", "web4"]);
    for (name, host) in &hosts {
        let says = output(dir.path(), &["ssh", "-G", "-F", "config", name]);
        let of = |key: &str| {
            let line = says.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(' '));
            line.expect("a value").to_owned()
        };
        let text = |key: &str| host[key].as_str().unwrap_or(name).to_owned();
        let port = host["port"].as_u64().unwrap_or(22).to_string();
        assert_eq!(
            (text("address"), text("user"), port),
            (of("hostname"), of("user"), of("port")),
            "{name}"
        );
    }
}
