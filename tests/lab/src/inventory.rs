//! The files of the runner: `hosts.toml`, `ssh_config`, a key and `known_hosts`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;
use xshell::Shell;

use crate::host::Host;
use crate::roles;

const HEAD: &str = r#"# Written by `lab up`.

[ssh]
user = "root"
config = "ssh_config"

[vars]
installer_version = "4.10.0"

[secrets]
vrrp_password = { env = "VRRP_PASSWORD" }
"#;

/// `hosts.toml`: the hosts, and a group for each role.
pub fn hosts_toml(hosts: &[Host]) -> Result<String> {
    let mut text = HEAD.to_owned();
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for host in hosts {
        write!(text, "\n[hosts.{}]\naddress = \"{}\"\n", host.name, host.address)?;
        for group in roles::of(host)?.iter().flat_map(|role| role.groups) {
            groups.entry(group).or_default().push(&host.name);
        }
    }
    text.push_str("\n[groups]\n");
    for (group, names) in groups {
        writeln!(text, "{group} = {names:?}")?;
    }
    Ok(text)
}

/// `ssh_config`: the key of the lab and its known hosts, nothing of the user's.
pub fn ssh_config(dir: &Path, hosts: &[Host]) -> Result<String> {
    let mut text = String::new();
    for host in hosts {
        write!(text, "Host {}\n  HostName {}\n", host.name, host.address)?;
    }
    write!(
        text,
        "Host *\n  User root\n  IdentityFile {dir}/key\n  IdentitiesOnly yes\n  IdentityAgent none\n  \
         UserKnownHostsFile {dir}/known_hosts\n  GlobalKnownHostsFile /dev/null\n  \
         StrictHostKeyChecking yes\n  BatchMode yes\n  LogLevel ERROR\n",
        dir = dir.display()
    )?;
    Ok(text)
}

/// Addresses and names, for /etc/hosts.
pub fn names(hosts: &[Host]) -> String {
    hosts.iter().map(|host| format!("{} {}\n", host.address, host.name)).collect()
}

/// Writes all of it into the lab's directory. The key is made once.
pub fn write(sh: &Shell, dir: &Path, hosts: &[Host]) -> Result<()> {
    let key = dir.join("key");
    if !key.exists() {
        xshell::cmd!(sh, "ssh-keygen -q -t ed25519 -N '' -C lab -f {key}").quiet().run()?;
    }
    sh.write_file(dir.join("hosts.toml"), hosts_toml(hosts)?)?;
    sh.write_file(dir.join("ssh_config"), ssh_config(dir, hosts)?)?;
    sh.write_file(dir.join("hosts.txt"), names(hosts))?;
    Ok(())
}

/// `known_hosts` with the keys that the hosts have now. The program's pins are removed: hosts may be new.
pub fn write_known(sh: &Shell, dir: &Path, hosts: &[Host]) -> Result<()> {
    sh.remove_path(dir.join("hosts.lock"))?;
    let lines: Vec<String> = hosts.iter().map(|host| host.known(sh)).collect::<Result<_>>()?;
    Ok(sh.write_file(dir.join("known_hosts"), lines.concat())?)
}
