//! The content of an inventory.

use expect_test::expect;

use super::*;
use crate::data::testing::shown;

mod clusters;
mod discreet;
mod errors;
mod hints;
mod import;
mod order;
mod several;
mod ssh;
mod twice;

const INSTALL_CONFIG: &str = "\
# made by hand
10.0.0.11 paas,iam,monitorv3(monitor)
10.0.0.12 paas,monitorv3(influxdb-proxy)
10.0.0.13 paas
10.0.0.99 nginx
10.0.0.99 log(api)
";

fn parse(text: &str) -> Result<Inventory, Fault> {
    Inventory::parse("etc/hosts.toml".into(), text, &|path| match path.as_str() {
        "etc/install.config" => Ok(INSTALL_CONFIG.into()),
        _ => Err(std::io::ErrorKind::NotFound.into()),
    })
}

fn members(inventory: &Inventory, group: &str) -> String {
    let group = inventory.group(group).unwrap();
    inventory.members(group).map(|host| host.name.as_str()).collect::<Vec<_>>().join(" ")
}

const FULL: &str = r#"
[ssh]
user = "ops"
port = 2200
config = "ssh_config"
become = "sudo"
[vars]
installer_version = "4.10.0"
zone = "z0"
level = 1
[secrets]
vrrp_password = { env = "VRRP_PASSWORD" }
db = { file = "db.secret" }
token = { command = ["vault", "read"] }
[hosts.firstbox]
session = "local"
become = "none"
[hosts."paas[1-3]"]
address = "10.0.0.[11-13]"
vars = { zone = "z2" }
[hosts."c[1-2]"]
session = "exec"
exec = ["docker", "exec", "-i", "box[7-8]"]
[hosts.db]
port = 22
[groups]
paas = { vars = { zone = "z1", role = "paas" }, become = "none" }
some = ["paas[1-2]", "db"]
rest = "@all!@some&c[1-2]"
[import]
install_config = "install.config"
"#;

#[test]
fn host_comes_before_group_before_default() {
    let inventory = parse(FULL).unwrap();
    let paas = inventory.host("paas2").unwrap();
    assert_eq!(paas.target(), "10.0.0.12");
    assert_eq!((paas.user.as_deref(), paas.port, paas.sudo), (Some("ops"), Some(2200), false));
    assert_eq!(paas.var("zone"), Some("z2"));
    assert_eq!(paas.var("role"), Some("paas"));
    assert_eq!(paas.need::<u32>("level").unwrap(), 1);
    let firstbox = inventory.host("firstbox").unwrap();
    assert_eq!((firstbox.port, firstbox.sudo, &firstbox.session), (None, false, &Session::Local));
    let db = inventory.host("db").unwrap();
    assert_eq!((db.target(), db.port, db.sudo), ("db", Some(22), true));
    assert_eq!(db.var("zone"), Some("z0"));
    let words = ["docker", "exec", "-i", "box8"].map(String::from).to_vec();
    assert_eq!(inventory.host("c2").unwrap().session, Session::Exec(words));
    assert_eq!(inventory.ssh.config.as_deref(), Some("etc/ssh_config".into()));
    assert_eq!(inventory.secrets["db"], SecretSource::File("etc/db.secret".into()));
}

#[test]
fn groups_and_modules_are_resolved_in_the_order_of_the_file() {
    let inventory = parse(FULL).unwrap();
    let names: Vec<&str> = inventory.groups.iter().map(|group| group.name.as_str()).collect();
    expect![[r#"
        paas some rest iam monitorv3 monitorv3_monitor monitorv3_influxdb-proxy nginx log log_api"#]]
    .assert_eq(&names.join(" "));
    for (group, want) in [
        ("some", "paas1 paas2 db"),
        ("rest", "c1 c2"),
        ("paas", "paas1 paas2 paas3"),
        ("monitorv3", "paas1 paas2"),
        ("monitorv3_influxdb-proxy", "paas2"),
        ("log_api", "10.0.0.99"),
    ] {
        assert_eq!(members(&inventory, group), want, "{group}");
    }
    assert_eq!(inventory.hosts.len(), 8);
}

#[test]
fn an_inventory_serializes_for_scripts() {
    let inventory = parse(FULL).unwrap();
    let host = serde_json::to_string(inventory.host("c1").unwrap()).unwrap();
    expect![[r#"{"name":"c1","address":null,"port":null,"user":null,"session":{"exec":["docker","exec","-i","box7"]},"sudo":true,"identity":true,"vars":{"installer_version":"4.10.0","level":"1","zone":"z0"}}"#]].assert_eq(&host);
}

#[test]
fn a_variable_that_is_missing_says_where_to_put_it() {
    let inventory = parse("[hosts.x]\nvars = { n = \"many\" }\n").unwrap();
    let host = inventory.host("x").unwrap();
    expect![[r#"
        host x has no variable `m`
        hint: add to the inventory: [hosts.x] vars = { m = "…" }
    "#]]
    .assert_eq(&shown(&host.need::<u32>("m").unwrap_err()));
    expect![[r#"
        variable `n` of host x: invalid digit found in string
    "#]]
    .assert_eq(&shown(&host.need::<u32>("n").unwrap_err()));
    expect![[r#"
        no secret `vrrp_password` in [secrets] of etc/hosts.toml
        hint: add: vrrp_password = { env = "VRRP_PASSWORD" }
    "#]]
    .assert_eq(&shown(&inventory.secret("vrrp_password").unwrap_err()));
}

#[test]
fn the_sample_inventory_covers_the_runbooks() {
    let text = include_str!("../../../../../hosts.toml");
    let nothing = |_: &Utf8Path| Err(std::io::ErrorKind::NotFound.into());
    let inventory = Inventory::parse("hosts.toml".into(), text, &nothing).unwrap();
    for (group, want) in [
        ("webservice", "webservice0 webservice1"),
        ("paas", "paas1 paas2 paas3"),
        ("phy_servers", "phy1 phy2 phy3"),
        ("phy_agents", "phy4 phy5 phy6"),
        ("tecs_controllers", "tecs-a tecs-b"),
        ("monitorv3_monitor", "paas1"),
        ("proxies", "nginx1 nginx2"),
    ] {
        assert_eq!(members(&inventory, group), want, "{group}");
    }
    assert_eq!(inventory.host("phy6").unwrap().port, Some(2222));
    assert_eq!(inventory.host("webservice1").unwrap().var("physical_host"), Some("node2"));
    for name in ["firstbox", "bk-control"] {
        assert_eq!(inventory.host(name).unwrap().session, Session::Local);
    }
    assert!(matches!(inventory.secret("vrrp_password"), Ok(SecretSource::Env(_))));
}
