//! BK-73: refuses a custom topology, and exports the present one before anything is deleted (X4.61, X4.62).

use std::collections::{BTreeMap, BTreeSet};

use engine::prelude::*;

use super::export;
use super::placed;
use super::rebuild;
use super::work::Work;
use crate::bk_upgrade::common::topology::Topology;

const VERSIONS: Snippet = snippet!("bk-upgrade/topo_versions");
/// Tables of the deploy scripts, whose first column is a template's name.
const TABLES: [&str; 2] =
    ["bin/default/blueking_service_module.tpl", "bin/default/blueking_topo_module.tpl"];
/// Templates of 6.1 that 6.2 does not have any more.
const FORMER: [&str; 13] = [
    "gse_api",
    "gse_alarm",
    "gse_btsvr",
    "gse_dba",
    "gse_ops",
    "cmdb-auth",
    "cmdb-cloud",
    "cmdb-operation",
    "cmdb-synchronize",
    "fta",
    "user",
    "job",
    "bcs",
];

/// The export is written once. A second run compares it with the topology, and never replaces it: after a deletion the
/// present topology is not the one to keep.
pub(super) fn run(work: &Work<'_>) -> Result<()> {
    deployed(work)?;
    rebuild::can_patch(work)?;
    let (backup, dir, answers) = (work.backup(), &work.args.export, work.answers()?);
    let now = answers.topology()?;
    let there = work.control.look("look for the export", |reader| {
        if !matches!(reader.read(backup.manifest())?, Entry::File(_)) {
            return Ok(false);
        }
        backup.prove(reader, &Demand::default()).map(|_| true)
    })?;
    if there {
        export::is_of(&work.exported()?, &now, dir)?;
        return work.control.ensure(&backup.sealed()).map(drop);
    }
    if now.is_empty() {
        let what = format!("{} has no topology to export", work.business());
        return Err(Fault::refused(what)
            .hint("name the directory of an earlier export: --export DIR")
            .into());
    }
    only_known(work, &now)?;
    work.control.ensure(&export::Written::new(&answers, &now, dir))?;
    work.control.ensure(&backup.sealed()).map(drop)
}

/// Every package on a host has the version of the new one (004 L505).
fn deployed(work: &Work<'_>) -> Result<()> {
    let versions = |host: &Host<'_>, dir: &AbsPath| {
        let values = [("DIR", Value::from(dir.as_str()))];
        host.look("read the versions", |reader| reader.ask(VERSIONS, values.clone()))
    };
    let new = versions(&work.control, &work.args.src_dir)?;
    let new: BTreeMap<&str, &str> = new.lines().filter_map(|line| line.split_once(' ')).collect();
    let hosts = placed::read(work)?;
    let all = placed::each(work, &hosts, |host| versions(host, &work.args.install_path))?;
    let mut old = Vec::new();
    for (placed, said) in hosts.iter().zip(&all) {
        for (package, found) in said.lines().filter_map(|line| line.split_once(' ')) {
            if let Some(wanted) = new.get(package).filter(|wanted| **wanted != found) {
                old.push(format!("{}: {package} {found}, not {wanted}", placed.host.name()));
            }
        }
    }
    if old.is_empty() {
        return Ok(());
    }
    Err(Fault::refused("not all back-end services are deployed")
        .detail("found", old.join("\n"))
        .hint("deploy them first: sections 7.1 to 7.16 of the document")
        .into())
}

/// No level, template, set or module that the deploy scripts do not make (X4.61).
fn only_known(work: &Work<'_>, now: &Topology) -> Result<()> {
    let custom = foreign(work, now)?;
    if custom.is_empty() {
        return Ok(());
    }
    if let Some(reason) = &work.args.accept_custom {
        work.cx.note(&format!("custom, and to be deleted ({reason}): {}", custom.join(", ")));
        return Ok(());
    }
    Err(Fault::refused(format!("{} has a custom topology", work.business()))
        .detail("custom", custom.join("\n"))
        .hint("the document is for the topology of the deploy scripts only: move what is yours out of this business")
        .hint("to delete it, too: --accept-custom REASON")
        .into())
}

/// What is not in the tables of the deploy scripts, a line each.
///
/// # Errors
/// Refused when a table is missing.
pub(super) fn foreign(work: &Work<'_>, now: &Topology) -> Result<Vec<String>> {
    let mut known: BTreeSet<String> = FORMER.map(str::to_owned).into();
    for table in TABLES {
        let (_, text) = work.deploy_file(table)?;
        let rows = text.lines().filter(|line| !line.starts_with('#'));
        known.extend(rows.filter_map(|row| row.split_whitespace().next()).map(str::to_owned));
    }
    Ok(custom(now, &known))
}

/// What the deploy scripts have not made, a line each.
fn custom(now: &Topology, known: &BTreeSet<String>) -> Vec<String> {
    let mut found: Vec<String> =
        now.custom_levels.iter().map(|level| format!("level {level}")).collect();
    for (noun, templates) in
        [("service template", &now.service_templates), ("set template", &now.set_templates)]
    {
        let foreign = templates.values().filter(|name| !known.contains(*name));
        found.extend(foreign.map(|name| format!("{noun} {name}")));
    }
    for (noun, nodes) in [("set", &now.sets), ("module", &now.modules)] {
        let own = nodes.values().filter(|node| node.template == 0);
        found.extend(own.map(|node| format!("{noun} {} without a template", node.name)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bk_upgrade::common::topology::Node;

    /// X4.61.
    #[test]
    fn what_the_deploy_scripts_have_not_made_is_custom() {
        let node = |template| Node { name: "own".into(), template };
        let now = Topology {
            custom_levels: vec!["region".into()],
            sets: [(1, node(7)), (2, node(0))].into(),
            modules: [(3, node(0)), (4, node(8))].into(),
            service_templates: [(8, "own".into()), (9, "gse_task".into())].into(),
            set_templates: [(7, "mine".into())].into(),
            ..Topology::default()
        };
        let known = ["gse_task".to_owned(), "own".to_owned()].into();
        assert_eq!(
            custom(&now, &known),
            [
                "level region",
                "set template mine",
                "set own without a template",
                "module own without a template"
            ]
        );
        assert!(custom(&Topology::default(), &known).is_empty());
    }
}
