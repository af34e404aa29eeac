//! Hosts from several files, and from the files of other tools.

use std::fmt::Write as _;
use std::io;

use expect_test::expect;

use super::members;
use crate::data::fault::Fault;
use crate::data::inventory::{File, Importer, Inventory};
use crate::data::testing::shown;
use camino::Utf8Path;

/// Files below `etc`, by name, and below `~`; a command prints the file of its name.
struct Files(&'static [(&'static str, &'static str)]);

impl Importer for Files {
    fn read(&self, path: &Utf8Path) -> io::Result<String> {
        let is = |name: &str| path == Utf8Path::new("etc").join(name) || path == name;
        let found = self.0.iter().find(|(name, _)| is(name));
        found.map(|(_, text)| (*text).to_owned()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn list(&self, dir: &Utf8Path) -> io::Result<Vec<String>> {
        let inside = |(name, _): &(&str, &str)| {
            let path = Utf8Path::new(if name.starts_with('~') { "" } else { "etc" }).join(name);
            (path.parent() == Some(dir)).then(|| path.file_name().unwrap_or_default().to_owned())
        };
        Ok(self.0.iter().filter_map(inside).collect())
    }

    fn run(&self, words: &[String], dir: &Utf8Path) -> Result<String, Fault> {
        assert_eq!(dir, "etc");
        let failed = || Fault::usage("it ended with exit 3").detail("stderr", "no token");
        self.read(&dir.join(&words[0])).map_err(|_| failed())
    }

    fn is_own_ssh_config(&self, path: &Utf8Path) -> bool {
        path == "etc/own_config"
    }
}

pub(super) fn load(
    texts: &[&str],
    files: &'static [(&'static str, &'static str)],
) -> Result<Inventory, Fault> {
    let named = |(number, text): (usize, &&str)| File {
        path: format!("etc/{}.toml", ["hosts", "more"][number]).into(),
        text: (*text).to_owned(),
    };
    let named: Vec<File> = texts.iter().enumerate().map(named).collect();
    Inventory::load(&named, &Files(files))
}

/// Each host with the origins of its values.
pub(super) fn lines(inventory: &Inventory) -> String {
    let mut lines = String::new();
    for host in &inventory.hosts {
        let (user, port) = (host.user.as_deref().unwrap_or("-"), host.port.unwrap_or(0));
        write!(lines, "{} {user}@{}:{port}", host.name, host.target()).unwrap();
        let account = host.become_user.as_deref().unwrap_or_default();
        write!(lines, " {:?} sudo={}{account} {:?}\n ", host.session, host.sudo, host.vars)
            .unwrap();
        for (key, origin) in &host.origins.values {
            write!(lines, " {key}={origin}").unwrap();
        }
        for (key, origin) in &host.origins.vars {
            write!(lines, " {key}={origin}").unwrap();
        }
        lines.push('\n');
    }
    lines
}

const ANSIBLE: &str = "[web]\nweb[1:2] ansible_host=10.0.0.1 ansible_user=ops ansible_port=22\n[web:vars]\nsite=b\n\
                       [db]\ndb1 ansible_become=true ansible_become_user=postgres ansible_connection=local\n\
                       c1 ansible_connection=community.docker.docker\n[all:vars]\nansible_python_interpreter=/usr/bin/python3\n";

#[test]
fn an_import_fills_in_what_the_inventory_does_not_say() {
    let text = "[ssh]\nuser = \"root\"\n[vars]\nlevel = 1\n[hosts.web1]\naddress = \"10.0.0.9\"\nport = 2222\n\
                [hosts.own]\n[import]\nansible = \"inventory\"\nssh_config = [\"own_config\", \"other_config\"]\n\
                install_config = \"install.config\"\n[groups]\nsome = \"@web!web2,own\"\nweb = { become = \"sudo\" }\n";
    let files = &[
        ("inventory", ANSIBLE),
        ("own_config", "Host jump1 jump2\n  HostName 10.1.0.1\n  User me\n"),
        ("other_config", "Host far\n  HostName 10.2.0.1\n  Port 29\n"),
        ("install.config", "10.0.0.9 paas\n10.2.0.1 iam\n"),
    ];
    let inventory = load(&[text], files).unwrap();
    expect![[r#"
        web1 ops@10.0.0.9:2222 Ssh sudo=true {"level": "1", "site": "b"}
          address=etc/hosts.toml:6 become=etc/hosts.toml:15, group web port=etc/hosts.toml:7 user=etc/inventory:2 level=etc/hosts.toml:4, [vars] site=etc/inventory:4, group web
        own root@own:0 Ssh sudo=false {"level": "1"}
          user=etc/hosts.toml:2, [ssh] level=etc/hosts.toml:4, [vars]
        web2 ops@10.0.0.1:22 Ssh sudo=true {"level": "1", "site": "b"}
          address=etc/inventory:2 become=etc/hosts.toml:15, group web port=etc/inventory:2 user=etc/inventory:2 level=etc/hosts.toml:4, [vars] site=etc/inventory:4, group web
        db1 -@db1:0 Local sudo=truepostgres {"level": "1"}
          become=etc/inventory:6 become_user=etc/inventory:6 session=etc/inventory:6 level=etc/hosts.toml:4, [vars]
        c1 -@c1:0 Exec(["docker", "exec", "-i", "c1"]) sudo=false {"level": "1"}
          session=etc/inventory:7 level=etc/hosts.toml:4, [vars]
        jump1 root@jump1:0 Ssh sudo=false {"level": "1"}
          user=etc/hosts.toml:2, [ssh] level=etc/hosts.toml:4, [vars]
        far root@10.2.0.1:29 Ssh sudo=false {"level": "1"}
          address=etc/other_config:2 port=etc/other_config:3 user=etc/hosts.toml:2, [ssh] level=etc/hosts.toml:4, [vars]
    "#]].assert_eq(&lines(&inventory));
    for (group, want) in [
        ("web", "web1 web2"),
        ("some", "web1 own"),
        ("paas", "web1"),
        ("iam", "far"),
        ("db", "db1 c1"),
    ] {
        assert_eq!(members(&inventory, group), want, "{group}");
    }
    assert!(inventory.group("paas").unwrap().module && !inventory.group("web").unwrap().module);
    let unused = &inventory.unused[0];
    assert_eq!((unused.path.as_str(), unused.names.len()), ("etc/inventory", 1));
}

#[test]
fn two_imports_that_differ_are_shown_with_both_places() {
    let text =
        "[hosts.web2]\nuser = \"root\"\n[import]\nansible = [\"inventory\", \"other.yml\"]\n";
    let files = &[
        ("inventory", ANSIBLE),
        (
            "other.yml",
            "web:\n  hosts:\n    web1: { ansible_user: root, ansible_port: 22, site: c }\n    web2: { ansible_user: other }\n",
        ),
    ];
    expect![[r#"
        etc/other.yml:3: `user` of host web1 has another value in etc/inventory:2
             3 | root
               | ^^^^
             2 | ansible_user=ops
               | ^^^^^^^^^^^^^^^^ the other value (etc/inventory)
            also etc/other.yml:3: variable `site` of host web1 has another value in etc/inventory:4
             3 | c
               | ^ leave one of the two out, or give both the same value
             4 | b
               | ^ the other value (etc/inventory)
        hint: leave one of the two out, or give both the same value
    "#]]
    .assert_eq(&shown(&load(&[text], files).unwrap_err()));
}

#[test]
fn a_wrong_value_of_an_import_is_shown_unless_the_inventory_has_it() {
    let files = &[(
        "inventory",
        "[web]\na ansible_host={{x}} ansible_port=x\nb ansible_connection=winrm\nc ansible_become=yes ansible_become_method=su\n\
         d ansible_become=maybe\ne ansible_become=yes ansible_become_user=-x\n[x/y]\na\n",
    )];
    let import = "[import]\nansible = \"inventory\"\n";
    expect![[r#"
        etc/inventory:2: host a: the address is a template, which only Ansible can fill in
             2 | ansible_host={{x}}
               | ^^^^^^^^^^^^^^^^^^
            also etc/inventory:2: host a: the port is `x`
             2 | ansible_port=x
               | ^^^^^^^^^^^^^^ write 1 to 65535
            also etc/inventory:3: host b: no way to a host by the connection `winrm`
             3 | ansible_connection=winrm
               | ^^^^^^^^^^^^^^^^^^^^^^^^ ssh, local, docker and podman are known; for others give the host session = "exec" and `exec` in [hosts]
            also etc/inventory:4: host c: another account only by sudo, not by `su`
             4 | ansible_become_method=su
               | ^^^^^^^^^^^^^^^^^^^^^^^^ give the host `become` in [hosts]: "sudo" or "none"
            also etc/inventory:5: host d: `maybe` is neither true nor false
             5 | ansible_become=maybe
               | ^^^^^^^^^^^^^^^^^^^^ write true or false
            also etc/inventory:6: host e: the name of an account cannot begin with `-`
             6 | ansible_become_user=-x
               | ^^^^^^^^^^^^^^^^^^^^^^ write its name
        hint: give the host an address of its own: [hosts.a] address = "…"
    "#]].assert_eq(&shown(&load(&[import], files).unwrap_err()));
    let own = "[hosts.a]\naddress = \"10.0.0.1\"\nport = 22\n[hosts.b]\nsession = \"ssh\"\n[hosts.c]\nbecome = \"none\"\n\
               [hosts.d]\nbecome = \"none\"\n[hosts.e]\nbecome_user = \"x\"\n";
    let inventory = load(&[&format!("{own}{import}")], files).unwrap();
    assert_eq!(inventory.unused[0].names.first().map(String::as_str), Some("group x/y"));
}

/// A line for each value would be some ten gigabytes here.
#[test]
fn many_hosts_on_one_line_are_read() {
    let name = |n: usize| format!("web{n}");
    let vars = |n: usize| {
        let address = format!("10.0.{}.{}", n / 256, n % 256);
        format!(
            "\"{}\": {{\"ansible_host\": \"{address}\", \"ansible_port\": 22, \"rack\": \"r{n}\"}}",
            name(n)
        )
    };
    let list =
        |each: &dyn Fn(usize) -> String| (0..10_000).map(each).collect::<Vec<_>>().join(", ");
    let names = list(&|n| format!("\"{}\"", name(n)));
    let vars = list(&vars);
    let text =
        format!("{{\"_meta\": {{\"hostvars\": {{{vars}}}}}, \"web\": {{\"hosts\": [{names}]}}}}");
    let read = |_: &Utf8Path| Ok(text.clone());
    let inventory =
        Inventory::parse("etc/hosts.toml".into(), "[import]\nansible = \"h.json\"\n", &read)
            .unwrap();
    let last = inventory.host("web9999").unwrap();
    assert_eq!(
        (last.target(), last.port, last.var("rack")),
        ("10.0.39.15", Some(22), Some("r9999"))
    );
}

#[test]
fn a_command_prints_an_inventory() {
    let text = "[import]\ndynamic = [\"./list\", \"--all\"]\n";
    const GOOD: &[(&str, &str)] = &[(
        "./list",
        "{\"web\": {\"hosts\": [\"w\"], \"vars\": {\"ansible_host\": \"10.0.0.1\"}}}",
    )];
    let inventory = load(&[text], GOOD).unwrap();
    assert_eq!(inventory.host("w").unwrap().target(), "10.0.0.1");
    expect![[r#"
        etc/hosts.toml:2: it ended with exit 3
            2 | dynamic = ["./list", "--all"]
              |            ^^^^^^^^
        hint: stderr: no token
    "#]]
    .assert_eq(&shown(&load(&[text], &[]).unwrap_err()));
    expect![[r#"
        output of ./list --all:2: not JSON: Unterminated array, at byte 10
            2 | dynamic = ["./list", "--all"]
              |            ^^^^^^^^ the program (etc/hosts.toml)
    "#]]
    .assert_eq(&shown(&load(&[text], &[("./list", "{\n \"web\": [\n")]).unwrap_err()));
}
