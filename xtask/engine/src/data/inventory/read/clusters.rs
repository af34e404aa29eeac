//! `[clusters.NAME]`: members, the way to ask, and the number that must stay.

use std::collections::BTreeMap;

use toml::de::DeTable;

use super::declared::DeclaredHost;
use super::given::Text;
use super::groups::Resolved;
use super::hosts::check_name;
use super::reader::{Reader, Root};
use crate::data::inventory::cluster::{Cluster, Kind};
use crate::data::inventory::roster::Roster;
use crate::data::nearest::did_you_mean;
use crate::data::spanned_error::SpannedError;
use values::{members, name_of_upstream, needed, path, units, words};

mod values;

/// The keys of every kind.
pub(super) const KEYS: [&str; 9] = [
    "kind",
    "hosts",
    "members",
    "units",
    "margin",
    "at_once",
    "good_readings",
    "interval",
    "within",
];

/// Each kind with its own keys, and its units when the file names none.
pub(super) const KINDS: [(&str, &[&str], &[&str]); 4] = [
    ("etcd", &["endpoints", "cacert", "cert", "key"], &["etcd"]),
    ("pacemaker", &[], &["pacemaker", "corosync"]),
    ("upstream", &["balancers", "upstream", "check", "least"], &[]),
    ("module", &["least", "port", "url", "command"], &[]),
];

/// What the names of the file mean.
pub(super) struct Known<'k> {
    pub(super) roster: &'k Roster,
    pub(super) hosts: &'k [DeclaredHost],
    pub(super) groups: &'k [Resolved],
}

/// All clusters in the order of the files. A name in two files is a problem: the two cannot both hold.
pub(super) fn read(reader: &mut Reader<'_>, roots: &[Root<'_>], known: &Known<'_>) -> Vec<Cluster> {
    let (mut clusters, mut first) = (Vec::new(), BTreeMap::new());
    for root in roots {
        reader.enter(root.file);
        let Some(table) = reader.table(root.table.get_ref(), "clusters") else { continue };
        for (key, value) in reader.entries(table) {
            let Some(table) = reader.as_table(&key.text, value) else { continue };
            let place = reader.place(key.span.clone());
            if let Some(other) = first.insert(key.text.clone(), place) {
                let problem =
                    reader.problem_at(&key, format!("cluster {} is declared twice", key.text));
                reader.push(problem.other(other, "first declared here"));
            } else if check_name(reader, &key, "cluster") {
                clusters.extend(cluster(reader, &key, table, known));
            }
        }
    }
    clusters
}

fn cluster(
    reader: &mut Reader<'_>,
    key: &Text,
    table: &DeTable<'_>,
    known: &Known<'_>,
) -> Option<Cluster> {
    let place = format!("[clusters.{}]", key.text);
    let (kind, own, usual) = kind(reader, key, table)?;
    let keys: Vec<&str> = KEYS.iter().chain(own).copied().collect();
    reader.keys(table, &place, &keys);
    let hosts = needed(reader, key, table, "hosts", known)?;
    // A host of a module can also be asked in another way.
    let asked =
        kind == "module" && ["port", "url", "command"].iter().any(|it| table.contains_key(*it));
    let units = units(reader, key, table, (!asked).then_some(usual));
    let mut number = |name, bounds, usual| reader.number(table, name, bounds).unwrap_or(usual);
    let (margin, at_once) = (number("margin", 0..=1000, 0), number("at_once", 1..=1000, 1));
    let (good_readings, interval) =
        (number("good_readings", 1..=1000, 3), number("interval", 0..=3600, 2));
    let (within, least) = (number("within", 1..=36000, 120), number("least", 1..=1000, 1));
    let kind = match kind {
        "etcd" => etcd(reader, key, table, &hosts, known),
        "pacemaker" => Kind::Pacemaker,
        "upstream" => Kind::Upstream {
            balancers: needed(reader, key, table, "balancers", known)?,
            upstream: name_of_upstream(reader, key, table)?,
            check: path(reader, table, "check"),
            least,
        },
        _ => Kind::Module {
            least,
            port: reader.number(table, "port", 1..=65535),
            url: reader.text(table, "url").unwrap_or_default(),
            command: reader.text(table, "command").unwrap_or_default(),
        },
    };
    let members = members(reader, table, &hosts, known);
    let cluster = Cluster {
        name: key.text.clone(),
        kind,
        hosts,
        members,
        units,
        margin,
        at_once,
        good_readings,
        interval,
        within,
    };
    reachable(reader, key, &cluster);
    Some(cluster)
}

/// A row of [`KINDS`].
fn kind(
    reader: &mut Reader<'_>,
    key: &Text,
    table: &DeTable<'_>,
) -> Option<(&'static str, &'static [&'static str], &'static [&'static str])> {
    let names = || KINDS.iter().map(|(name, ..)| *name);
    let all = format!("give one of {}", names().collect::<Vec<_>>().join(", "));
    let Some(kind) = reader.spanned(table, "kind") else {
        if !table.contains_key("kind") {
            let message = format!("cluster {} has no `kind`", key.text);
            let problem = reader.source.problem(key.span.clone(), message);
            reader.push(problem.hint(Some(all)));
        }
        return None;
    };
    let found = KINDS.into_iter().find(|(name, ..)| *name == kind.text);
    if found.is_none() {
        let message = format!("`kind` cannot be `{}`", kind.text);
        let hint = did_you_mean(&kind.text, names()).unwrap_or(all);
        let problem = reader.source.problem(kind.span, message);
        reader.push(problem.hint(Some(hint)));
    }
    found
}

fn etcd(
    reader: &mut Reader<'_>,
    key: &Text,
    table: &DeTable<'_>,
    hosts: &[usize],
    known: &Known<'_>,
) -> Kind {
    let [cacert, cert, private] = ["cacert", "cert", "key"].map(|name| path(reader, table, name));
    if cert.is_empty() != private.is_empty() {
        let (has, misses) = if cert.is_empty() { ("key", "cert") } else { ("cert", "key") };
        let message = format!("cluster {} has `{has}` but no `{misses}`", key.text);
        reader.bad(key.span.clone(), message);
    }
    let scheme = if cacert.is_empty() { "http" } else { "https" };
    let usual = |host: &usize| {
        let at = known.hosts[*host].target();
        let at = if at.contains(':') { format!("[{at}]") } else { at.to_owned() };
        format!("{scheme}://{at}:2379")
    };
    let mut endpoints = Vec::new();
    for text in words(reader, table, "endpoints").unwrap_or_default() {
        if !text.text.starts_with("http://") && !text.text.starts_with("https://") {
            let wrong = SpannedError::new(0..text.text.len(), "an endpoint is a URL");
            reader.reject(&text, wrong.hint("write it as http://10.0.0.1:2379"));
        }
        endpoints.push(text.text);
    }
    if endpoints.is_empty() {
        endpoints = hosts.iter().map(usual).collect();
    }
    Kind::Etcd { endpoints, cacert, cert, key: private }
}

/// Reports a number of members that the cluster can never have.
fn reachable(reader: &mut Reader<'_>, key: &Text, cluster: &Cluster) {
    let (count, margin) = (cluster.hosts.len(), usize::from(cluster.margin));
    let most = match &cluster.kind {
        Kind::Module { least, .. } => usize::from(*least) + margin,
        Kind::Etcd { .. } | Kind::Pacemaker => count / 2 + 1 + margin,
        Kind::Upstream { .. } => return,
    };
    if most > count {
        let message = format!(
            "cluster {} needs {most} healthy members with its margin, and its hosts are {count}",
            key.text
        );
        reader.bad(key.span.clone(), message);
    }
}
