//! Document sections 适用范围 and 说明.
//!
//! - Hosts: the control machine, all hosts of the installation
//! - Changes: nothing
//! - Proof: control machine, version, paths, hosts, systems of the agents, clocks, space, time window, what later steps need
//! - Undo: nothing to undo
//!
//! ```text
//! 6.1 升级至 6.2.0
//! - 文中所述的目录路径均以默认为主，如与实际有出入，请以升级实际路径为主。
//! - 如无特殊说明，所述操作均在中控机执行。
//! - 本次升级会停止部分服务，请避开业务高峰期进行升级，以免影响业务正常运行。
//! - Agent 1.0 - Agent 2.0 升级涉及机型适配变更
//! - 本次升级预计所需时间：90分钟
//! ```

mod ahead;
mod facts;
mod window;

use std::collections::BTreeMap;

use engine::prelude::*;

use self::facts::Facts;
use self::window::Window;
use super::common::everywhere::everywhere;
use super::common::layout::Placement;
use super::common::site::Site;

const CONTROL: Snippet = snippet!("bk-upgrade/preflight_control");

/// Reads only. Reports all faults at once, and ends with 6 when there is one. The upgrade is for 6.1:
/// another version is refused. Space is needed for a copy of the deploy scripts, for the new packages
/// and for the dumps. The backups of the document do not save all data: a note names the rest (X4.70).
///
/// It also looks for what would stop a later step: variables without a value, modules without a host,
/// new modules without a place, an old src.bak, a missing agreement, a custom topology.
///
/// Examples:
///   cargo xtask bk-upgrade preflight
///   cargo xtask bk-upgrade preflight --window 22:00-01:00
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The version of the installation begins with this
    #[arg(long, value_name = "PREFIX", default_value = "6.1", value_parser = from)]
    from: String,
    /// The version of the new packages begins with this
    #[arg(long, value_name = "PREFIX", default_value = "6.2", value_parser = to)]
    to: String,
    /// Directory of the deploy scripts on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/install")]
    install_dir: AbsPath,
    /// Directory of the packages on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/src")]
    src_dir: AbsPath,
    /// Directory of the BlueKing installation
    #[arg(long, value_name = "DIR", default_value = "/data/bkce")]
    install_path: AbsPath,
    /// When few users work, in the local time of this machine
    #[arg(long, value_name = "HH:MM-HH:MM")]
    window: Option<Window>,
    /// Minutes that the upgrade needs, without the dumps of large databases
    #[arg(long, value_name = "N", default_value_t = 90)]
    minutes: u32,
    /// Seconds that a clock may differ from that of this machine
    #[arg(long, value_name = "SECS", default_value_t = 5)]
    max_skew: u64,
    /// Hosts of a new module, as for `install-config` (repeatable) [default: its variable in `[vars]`]
    #[arg(long, value_name = "MODULE=IP,IP", value_delimiter = ';')]
    place: Vec<Placement>,
    /// The topology may be a custom one: `topo` deletes it, too
    #[arg(long, value_name = "REASON")]
    accept_custom: Option<String>,
    /// The hosts, a host set [default: all hosts with a module]
    #[arg(long, value_name = "HOSTSET")]
    hosts: Option<String>,
}

/// Looks at everything, then reports.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let control = cx.one_host("control")?;
    let mut faults = args.control(&control)?;
    if faults.is_empty() {
        let site = Site::read(cx, &args.install_dir)?;
        faults.extend(args.paths(&site));
        faults.extend(ahead::faults(cx, args, &control, &site)?);
    }
    let hosts = everywhere(cx, args.hosts.as_deref())?;
    let found = hosts.gather(|host| Facts::read(host, &args.dumped(cx, host.name())))?;
    let own = [args.install_dir.to_string(), args.src_dir.to_string()];
    let own = (control.name(), Facts::read(&control, &own)?);
    let named = |(name, facts): (&str, Facts)| (name.to_owned(), facts);
    let found: BTreeMap<String, Facts> = found.into_iter().chain([own]).map(named).collect();
    for (host, facts) in &found {
        faults.extend(facts.faults(host, args.max_skew));
        // On the control machine the deploy scripts are copied, and the packages come twice: packed and unpacked.
        let times = if host == control.name() { 2 } else { 1 };
        faults.extend(facts.space(host, times));
    }
    if let Some(window) = &args.window {
        match window.judge(&cx.stamp(), args.minutes) {
            Ok(note) => cx.note(&note),
            Err(fault) => faults.push(fault),
        }
    }
    args.notes(cx, &found);
    if faults.is_empty() {
        let hosts: Vec<&String> = found.keys().collect();
        let text = format!("ready for {}: {} hosts were looked at", args.to, hosts.len());
        let value = json!({ "version": args.to, "hosts": hosts });
        return cx.found(Finding::new("ready", value, text).about(control.name()));
    }
    let fault = Fault::refused("the site is not ready for the upgrade");
    let fault = faults.iter().fold(fault, |fault, line| fault.detail("check", line));
    Err(fault.hint("correct this, then run preflight again; it changes nothing").into())
}

impl Args {
    /// Whether this is the control machine, with the version that the document is for.
    fn control(&self, control: &Host<'_>) -> Result<Vec<String>> {
        let paths = [&self.install_dir, &self.src_dir, &self.install_path];
        let values = [
            ("INSTALL_DIR", self.install_dir.to_string().into()),
            ("SRC_DIR", self.src_dir.to_string().into()),
            ("PATHS", Value::list(paths.iter().map(ToString::to_string))),
            ("FROM", self.from.as_str().into()),
        ];
        let said =
            control.look("look at the control machine", |reader| reader.ask(CONTROL, values))?;
        Ok(said.lines().map(|line| format!("{}: {line}", control.name())).collect())
    }

    /// The paths that the site uses itself.
    fn paths(&self, site: &Site<'_>) -> Vec<String> {
        let flags = [
            ("CTRL_DIR", "install-dir", &self.install_dir),
            ("BK_PKG_SRC_PATH", "src-dir", &self.src_dir),
            ("INSTALL_PATH", "install-path", &self.install_path),
        ];
        let faults = flags.iter().filter_map(|(name, flag, path)| match site.known(name) {
            None => Some(format!("{name} is not set: does load_env.sh work?")),
            Some(value) if value.trim_end_matches('/') == path.as_str().trim_end_matches('/') => {
                None
            }
            Some(value) => Some(format!("{name} is {value}, not {path}: use --{flag} {value}")),
        });
        faults.collect()
    }

    /// The directories of a host whose content a dump holds.
    fn dumped(&self, cx: &Context, host: &str) -> Vec<String> {
        ["mysql", "mongodb"]
            .iter()
            .filter(|module| members(cx, module).iter().any(|name| name == host))
            .map(|module| format!("{}/public/{module}", self.install_path))
            .collect()
    }

    /// What a person has to know, and no check can say.
    fn notes(&self, cx: &Context, found: &BTreeMap<String, Facts>) {
        let stores = [
            "redis",
            "redis_cluster",
            "es7",
            "influxdb",
            "zk",
            "consul",
            "kafka",
            "rabbitmq",
            "etcd",
        ];
        let lost: Vec<String> = stores
            .iter()
            .map(|store| (store, members(cx, store)))
            .filter(|(_, hosts)| !hosts.is_empty())
            .map(|(store, hosts)| format!("{store} ({})", fold(&hosts)))
            .collect();
        cx.note(&format!(
            "not saved by the backups of this runbook: {}{} of every host",
            lost.iter().map(|store| format!("{store}, ")).collect::<String>(),
            self.install_path
        ));
        for (host, facts) in found {
            for dir in &facts.unknown {
                cx.note(&format!("{host}: no {dir}: the size of its dump is not known"));
            }
        }
        // The document has a link only (X4.2 and its line on agents).
        cx.note(&format!(
            "agents: gse 2.0 has packages for {}; look in nodeman for hosts with another system",
            facts::ARCHITECTURES.join(", ")
        ));
        cx.note(&format!(
            "the document expects {} minutes; dumps of large databases and `job upgrade` take longer",
            self.minutes
        ));
    }
}

fn members(cx: &Context, group: &str) -> Vec<String> {
    let hosts = cx.inventory.group(group).map(|group| cx.inventory.members(group));
    hosts.into_iter().flatten().map(|host| host.name.clone()).collect()
}

fn from(text: &str) -> Result<String, String> {
    series(text, "6.1", "the document begins with 6.1")
}

fn to(text: &str) -> Result<String, String> {
    series(text, "6.2", "the document ends with 6.2")
}

/// A version, or its beginning, in this series.
fn series(text: &str, series: &str, why: &str) -> Result<String, String> {
    if text == series || text.strip_prefix(series).is_some_and(|rest| rest.starts_with('.')) {
        return Ok(text.to_owned());
    }
    Err(format!("{why}: another upgrade has another document"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_versions_of_the_document_are_taken() {
        for good in ["6.1", "6.1.2"] {
            assert_eq!(from(good).unwrap(), good);
        }
        for bad in ["6.0.5", "6.2", "6.10", "6", ""] {
            assert!(from(bad).is_err(), "{bad}");
        }
        assert!(to("6.2.2").is_ok() && to("6.1").is_err() && to("7.0").is_err());
    }
}
