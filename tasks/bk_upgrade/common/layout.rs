//! The new modules in the site's own install.config.

use std::collections::BTreeSet;
use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use engine::data::install_config::InstallConfig;
use engine::prelude::*;

/// The modules that 6.2 adds.
pub(crate) const NEW_MODULES: [&str; 5] =
    ["redis_cluster", "auth", "etcd", "apigw", "iam_search_engine"];

/// The document's layout: of three hosts of somebody else (X4.19).
pub(crate) const EXAMPLE: &str = "\
10.0.0.1 iam,ssm,usermgr,gse,license,redis,consul,es7,monitorv3(influxdb-proxy),monitorv3(monitor),monitorv3(grafana),monitorv3(ingester),apigw
10.0.0.2 nginx,consul,mongodb,rabbitmq,appo,influxdb(bkmonitorv3),monitorv3(transfer),beanstalk,monitorv3(unify-query),paas,iam_search_engine
10.0.0.3 cmdb,job,mysql,zk(config),kafka(config),appt,consul,log(api),nodeman(nodeman),log(grafana),auth,redis_cluster,etcd
";

/// A module and its hosts: `etcd=10.0.0.1,10.0.0.2,10.0.0.3`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placement {
    /// One of [`NEW_MODULES`].
    pub(crate) module: &'static str,
    /// Its hosts, in order.
    pub(crate) hosts: Vec<Ipv4Addr>,
}

impl FromStr for Placement {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let example = "write MODULE=IP,IP as in etcd=10.0.0.1";
        let (name, hosts) = text.split_once('=').ok_or(example)?;
        let module = NEW_MODULES.into_iter().find(|module| *module == name.trim());
        let module = module.ok_or_else(|| {
            format!("{name:?} is not a new module of 6.2; they are {}", NEW_MODULES.join(", "))
        })?;
        let mut found = Vec::new();
        for word in hosts.split(',').map(str::trim) {
            let host: Ipv4Addr =
                word.parse().map_err(|_| format!("{word:?} is not an IPv4 address; {example}"))?;
            if found.contains(&host) {
                return Err(format!("{host} is there twice"));
            }
            found.push(host);
        }
        Ok(Self { module, hosts: found })
    }
}

impl fmt::Display for Placement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hosts: Vec<String> = self.hosts.iter().map(ToString::to_string).collect();
        write!(f, "{}={}", self.module, hosts.join(","))
    }
}

impl Placement {
    /// Refuses a number of hosts that the module cannot have.
    pub(crate) fn check(&self, single: bool) -> Result<(), Fault> {
        let count = self.hosts.len();
        let wrong = |what: &str| {
            Fault::usage(format!("{} cannot have {count} hosts: {what}", self.module))
                .hint("choose hosts with enough free memory")
        };
        match self.module {
            "etcd" if ![1, 3, 5].contains(&count) => Err(wrong("it needs 1, 3 or 5")),
            "redis_cluster" if single && count != 1 => Err(wrong("--single means one host")),
            "redis_cluster" if !single && count < 3 => {
                Err(wrong("it needs 3 or more").hint("one host without fail-over: --single"))
            }
            _ => Ok(()),
        }
    }
}

/// The placements together: each module once, and each of `etcd` and `redis_cluster` with a good number of hosts.
pub(crate) fn check(placements: &[Placement], single: bool) -> Result<(), Fault> {
    let mut seen = BTreeSet::new();
    for placement in placements {
        placement.check(single)?;
        if !seen.insert(placement.module) {
            return Err(Fault::usage(format!("{} is placed twice", placement.module))
                .hint("give all of its hosts at once: MODULE=IP,IP"));
        }
    }
    Ok(())
}

/// The hosts of a module in the file.
fn hosts_of(config: &InstallConfig, module: &str) -> Vec<Ipv4Addr> {
    let mut hosts = Vec::new();
    for line in &config.lines {
        let has = line.modules.iter().any(|own| own.name == module);
        if has && !hosts.contains(&line.address) {
            hosts.push(line.address);
        }
    }
    hosts
}

/// All addresses of the file.
pub(crate) fn addresses(config: &InstallConfig) -> BTreeSet<Ipv4Addr> {
    config.lines.iter().map(|line| line.address).collect()
}

/// The text with each new module on its hosts. Every other byte stays: order, comments, headings, labels, line ends.
/// The result is read again and must have exactly these modules more.
///
/// # Errors
/// A line that the vendor's parser would leave out; a module that is on other hosts already; one that is nowhere.
pub(crate) fn place(path: &str, text: &str, placements: &[Placement]) -> Result<String, Fault> {
    let before = InstallConfig::parse(path, text)?;
    let mut new = text.to_owned();
    for placement in placements {
        let module = placement.module;
        let present = hosts_of(&before, module);
        let strange: Vec<String> = present
            .iter()
            .filter(|host| !placement.hosts.contains(host))
            .map(ToString::to_string)
            .collect();
        if !strange.is_empty() {
            return Err(Fault::refused(format!("{module} is on {} already", strange.join(", ")))
                .detail("in", path)
                .hint("leave it there: name these hosts too, or leave out --place for it")
                .hint("a module moves with the vendor's own procedure, not with this edit"));
        }
        for host in placement.hosts.iter().filter(|host| !present.contains(host)) {
            new = add(&new, *host, module);
        }
    }
    let after = InstallConfig::parse(path, &new)?;
    let missing: Vec<&str> =
        NEW_MODULES.into_iter().filter(|module| hosts_of(&after, module).is_empty()).collect();
    if !missing.is_empty() {
        let flags: Vec<String> =
            missing.iter().map(|module| format!("--place {module}=IP")).collect();
        return Err(Fault::refused(format!("no host has {}", missing.join(", ")))
            .detail("in", path)
            .hint(format!("decide where they run, by free memory: {}", flags.join(" "))));
    }
    Ok(new)
}

/// The text with `module` behind the last one of the first line of `host`; without such a line, in a new one.
fn add(text: &str, host: Ipv4Addr, module: &str) -> String {
    let mut new = String::with_capacity(text.len() + module.len() + 20);
    let mut added = false;
    for raw in text.split_inclusive('\n') {
        match end(raw, host).filter(|_| !added) {
            None => new.push_str(raw),
            Some((end, mark)) => {
                added = true;
                new = new + &raw[..end] + mark + module + &raw[end..];
            }
        }
    }
    if !added {
        let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        if !new.is_empty() && !new.ends_with('\n') {
            new.push_str(line_end);
        }
        new += &format!("{host} {module}{line_end}");
    }
    new
}

/// Where the modules of a line of `host` end, and the sign that stands between them and a further one.
fn end(raw: &str, host: Ipv4Addr) -> Option<(usize, &'static str)> {
    let separates = |c: char| c == ',' || c.is_whitespace() || c == '\u{feff}';
    let line = raw.split('#').next().unwrap_or_default().trim_end_matches(separates);
    let own = line.trim_start_matches(|c: char| c != ',' && separates(c));
    let word = own.split(separates).next().unwrap_or_default();
    let mark = if word.len() == own.len() { " " } else { "," };
    (word.parse() == Ok(host)).then_some((line.len(), mark))
}

#[cfg(test)]
mod tests;
