//! Hosts from other tools, from commands, and as other accounts, on real hosts.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use expect_test::expect;

use crate::support::{Outcome, Xtask, fleet, scratch, write};

fn call(dir: &Path, args: &[&str]) -> Outcome {
    Xtask::new(dir, args).dir(dir).run()
}

fn program(path: &Path, text: &str) {
    write(path, text);
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("a mode");
}

/// The hosts of the loopback sshd, named by Ansible and by ssh alone.
#[test]
fn hosts_of_ansible_and_of_ssh_are_reached() {
    let (dir, fleet) = (scratch(), fleet());
    let config = fleet.dir.join("ssh_config").display().to_string();
    let port = std::fs::read_to_string(fleet.dir.join("port")).expect("a port");
    let (port, account) = (port.trim(), "nobody");
    let inventory = format!(
        "[ssh]\nconfig = \"{config}\"\nidentity = false\n[import]\nansible = \"inventory\"\nssh_config = \"{config}\"\n"
    );
    write(&dir.path().join("hosts.toml"), &inventory);
    let ansible = format!(
        "[web]\nweb1 ansible_host=127.0.1.1 ansible_port={port}\n\
         db1 ansible_host=127.0.1.2 ansible_port={port} ansible_become=yes ansible_become_user={account}\n"
    );
    write(&dir.path().join("inventory"), &ansible);
    let line = "echo $(id -un) ${SSH_CONNECTION:+by ssh} ${SUDO_USER:+by sudo}";
    let ran = call(dir.path(), &["pcmd", "-w", "@web,h003", "--no-env", line]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, "3 hosts: 3 ok\n"));
    assert_eq!(ran.stdout, "web1: root by ssh\ndb1: nobody by sudo\nh003: root by ssh\n");
}

#[test]
fn a_program_of_the_inventory_prints_hosts() {
    let dir = scratch();
    write(
        &dir.path().join("hosts.toml"),
        "[import]\ndynamic = [\"./cloud.sh\", \"$HOME; x\", \"b c\"]\n",
    );
    let script = dir.path().join("cloud.sh");
    program(
        &script,
        "#!/bin/sh\n[ \"$#$1$2\" = '2$HOME; xb c' ] && [ -f hosts.toml ] || exit 9\n\
         echo '{\"web\": {\"hosts\": [\"w1\", \"w2\"]}, \"_meta\": {\"hostvars\": {\"w1\": {\"ansible_host\": \"10.0.0.1\", \"ansible_password\": \"x\"}}}}'\n",
    );
    let below = dir.path().join("below");
    std::fs::create_dir(&below).expect("a directory");
    let hidden = [(dir.path(), "DIR")];
    expect![[r#"
        exit 0
        -- stdout
        w1  ssh 10.0.0.1
        w2  ssh w2
        -- stderr
        output of ./cloud.sh $HOME; x b c: left out: ansible_password
        inventory: DIR/hosts.toml
        output of ./cloud.sh $HOME; x b c: without a use here: ansible_password
    "#]]
    .assert_eq(&call(&below, &["hosts", "list", "-v"]).shown(&hidden));
    program(&script, "#!/bin/sh\necho half; echo 'no token: log in first' >&2; exit 3\n");
    expect![[r#"
        exit 2
        -- stderr
        error: DIR/hosts.toml:2: `dynamic`: DIR/cloud.sh ended with exit 3
          2 |  dynamic = ["./cloud.sh", "$HOME; x", "b c"]
            |             ^^^^^^^^^^^^
        hint: stderr: no token: log in first
    "#]]
    .assert_eq(&call(dir.path(), &["hosts", "list"]).shown(&hidden));
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o777)).expect("a mode");
    expect![[r#"
        exit 2
        -- stderr
        error: DIR/hosts.toml:2: DIR/cloud.sh can be written by everybody (mode 777)
          2 |  dynamic = ["./cloud.sh", "$HOME; x", "b c"]
            |             ^^^^^^^^^^^^
        hint: look into it, then: chmod go-w DIR/cloud.sh
    "#]]
    .assert_eq(&call(dir.path(), &["hosts", "list"]).shown(&hidden));
    std::fs::remove_file(&script).expect("removed");
    let gone = call(dir.path(), &["hosts", "list"]);
    assert_eq!(gone.code, 2);
    assert!(gone.stderr.contains("cloud.sh: No such file"), "{}", gone.stderr);
}

const ONE: &str = "[hosts.a]\naddress = \"10.0.0.1\"\n[groups]\nweb = \"a\"\n";

#[test]
fn an_inventory_comes_from_standard_input() {
    let dir = scratch();
    let fed = |text: &str, args: &[&str]| Xtask::new(dir.path(), args).dir(dir.path()).fed(text);
    let list = ["-i", "-", "hosts", "list"];
    expect![[r#"
        exit 0
        -- stdout
        a  ssh 10.0.0.1
    "#]]
    .assert_eq(&fed(ONE, &list).shown(&[]));
    expect![[r#"
        exit 2
        -- stderr
        error: -:2: unknown key `prot` in [hosts.a]
          2 |  prot = 1
            |  ^^^^
        hint: did you mean `port`?
    "#]]
    .assert_eq(&fed("[hosts.a]\nprot = 1\n", &list).shown(&[]));
    expect![[r#"
        exit 2
        -- stderr
        error: the inventory from standard input is empty
        hint: look at the program that prints it
    "#]]
    .assert_eq(&fed("", &list).shown(&[]));
    let local = "[hosts.me]\nsession = \"local\"\nidentity = false\n";
    let ran = fed(local, &["-i", "-", "pcmd", "-w", "me", "--no-env", "echo good"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "good\n"), "{}", ran.stderr);
}

#[test]
fn several_inventories_are_one() {
    let dir = scratch();
    let file = |name: &str, text: &str| write(&dir.path().join(name), text);
    file("a.toml", ONE);
    file("b.toml", "[hosts.a]\nuser = \"ops\"\n[hosts.b]\n[groups]\nweb = \"b\"\n");
    file("c.toml", "[hosts.a]\naddress = \"10.0.0.2\"\n");
    let both = ["-i", "a.toml", "-i", "b.toml", "hosts"];
    expect![[r#"
        exit 0
        -- stdout
        a  ssh ops@10.0.0.1
        b  ssh b
    "#]]
    .assert_eq(&call(dir.path(), &[&both[..], &["list"]].concat()).shown(&[]));
    expect![[r#"
        exit 0
        -- stdout
        web  a,b
    "#]]
    .assert_eq(&call(dir.path(), &[&both[..], &["groups"]].concat()).shown(&[]));
    let differ = ["-i", "a.toml", "-i", "c.toml", "hosts", "list"];
    expect![[r#"
        exit 2
        -- stderr
        error: c.toml:2: `address` of host a has another value in a.toml:2
          2 |  address = "10.0.0.2"
            |            ^^^^^^^^^^
          2 |  address = "10.0.0.1"
            |            ^^^^^^^^^^ the other value (a.toml)
        hint: leave one of the two out, or give both the same value
    "#]]
    .assert_eq(&call(dir.path(), &differ).shown(&[]));
}

const RICH: &str = "[ssh]\nuser = \"ops\"\n[hosts.\"web[1-2]\"]\naddress = \"10.0.0.[1-2]\"\nport = 2222\nbecome = \"sudo\"\n\
    become_user = \"app\"\nvars = { note = \"it's \\\"a\\\" b # c\", list = \"[x]\", empty = \"\", t = \"True\" }\n\
    [hosts.me]\nsession = \"local\"\n[hosts.box]\nsession = \"exec\"\nexec = [\"docker\", \"exec\", \"-i\", \"b7\"]\n\
    [hosts.odd]\nsession = \"exec\"\nexec = [\"nsenter\", \"x\"]\n[groups]\nweb = \"web[1-2]\"\nall_web = \"@web,me,box\"\n";

#[test]
fn each_value_of_a_host_has_its_origin() {
    let dir = scratch();
    write(&dir.path().join("hosts.toml"), RICH);
    expect![[r#"
        exit 0
        -- stdout
        web1
          way     ssh ops@10.0.0.1:2222 sudo -u app
          groups  web, all_web
          address      10.0.0.1        DIR/hosts.toml:4
          port         2222            DIR/hosts.toml:5
          user         ops             DIR/hosts.toml:2, [ssh]
          become       sudo            DIR/hosts.toml:6
          become_user  app             DIR/hosts.toml:7
          var empty                    DIR/hosts.toml:8
          var list     [x]             DIR/hosts.toml:8
          var note     it's "a" b # c  DIR/hosts.toml:8
          var t        True            DIR/hosts.toml:8
        me
          way     local
          groups  all_web
          session  local  DIR/hosts.toml:10
        box
          way     docker exec -i b7
          groups  all_web
          session  docker exec -i b7  DIR/hosts.toml:12
    "#]]
    .assert_eq(&call(dir.path(), &["hosts", "show", "web1,me,box"]).shown(&[(dir.path(), "DIR")]));
}
