//! `hosts show`: each value of a host, and its origin.

use engine::data::inventory::{Host, Inventory, Origin};
use engine::text::visible::visible;
use serde_json::{Value, json};

use super::{raised, way};

/// A value without an origin is built in.
const BUILT_IN: &str = "built in";

/// The hosts for people. Values stand in one column, origins behind them.
pub(super) fn text(hosts: &[Host], inventory: &Inventory) -> String {
    let mut of_host = vec![Vec::new(); inventory.hosts.len()];
    for group in &inventory.groups {
        group.hosts.iter().for_each(|&host| of_host[host].push(group.name.as_str()));
    }
    let groups = |host: &Host| inventory.roster.named(&host.name).map(|at| of_host[at].join(", "));
    hosts.iter().map(|host| one(host, &groups(host).unwrap_or_default())).collect()
}

fn one(host: &Host, groups: &str) -> String {
    let mut rows: Vec<(String, String, Option<&Origin>)> = Vec::new();
    let of = |key: &str| host.origins.values.get(key);
    let mut add = |key: &str, value: String| rows.push((key.to_owned(), value, of(key)));
    let over_ssh = way(host).starts_with("ssh ");
    match &host.address {
        Some(address) => add("address", address.clone()),
        None if over_ssh => add("address", format!("{} (as ssh knows it)", host.name)),
        None => {}
    }
    if !over_ssh {
        add("session", way(host));
    }
    host.port.iter().for_each(|port| add("port", port.to_string()));
    host.user.iter().for_each(|user| add("user", user.clone()));
    if host.sudo || of("become").is_some() {
        add("become", if host.sudo { "sudo" } else { "none" }.to_owned());
    }
    host.become_user.iter().for_each(|user| add("become_user", user.clone()));
    if !host.identity || of("identity").is_some() {
        add("identity", host.identity.to_string());
    }
    host.on.iter().for_each(|on| add("on", on.clone()));
    let vars = host
        .vars
        .iter()
        .map(|(name, value)| (format!("var {name}"), value.clone(), host.origins.vars.get(name)));
    rows.extend(vars);
    let way = [way(host), raised(host)].join(" ");
    let mut text = format!("{}\n  way     {}\n", host.name, way.trim_end());
    if !groups.is_empty() {
        text.push_str(&format!("  groups  {groups}\n"));
    }
    let cell = |text: &str| visible(text).replace('\n', " ");
    let rows: Vec<(String, String, String)> = rows
        .into_iter()
        .map(|(key, value, origin)| {
            let origin = origin.map_or_else(|| BUILT_IN.to_owned(), ToString::to_string);
            (key, cell(&value), origin)
        })
        .collect();
    let width = |part: fn(&(String, String, String)) -> &str| {
        rows.iter().map(|row| part(row).chars().count()).max().unwrap_or(0)
    };
    let (keys, values) = (width(|row| &row.0), width(|row| &row.1).min(40));
    for (key, value, origin) in &rows {
        text.push_str(&format!("  {key:keys$}  {value:values$}  {origin}\n"));
    }
    text
}

/// The hosts for programs: each value by its key, and the origins.
pub(super) fn document(hosts: &[Host]) -> Value {
    let one = |host: &Host| {
        let mut value = json!(host);
        let text = |origin: &Origin| Value::from(origin.to_string());
        let values = host.origins.values.iter().map(|(key, it)| ((*key).to_owned(), text(it)));
        let vars = host.origins.vars.iter().map(|(key, it)| (format!("vars.{key}"), text(it)));
        let origins: serde_json::Map<String, Value> = values.chain(vars).collect();
        value["origins"] = Value::from(origins);
        value
    };
    hosts.iter().map(one).collect()
}
