//! Document section 部署青云服务.
//!
//! - Hosts: firstbox; one node is read
//! - Changes: installs the packages of the zone on a node
//! - Proof: installed versions are those of the repository; every program runs
//! - Undo: no: install the earlier versions
//!
//! ```sh
//! # global zone
//! /pitrix/upgrade/update.sh webservice0/1 global-webservice,global-website
//! # sub zone
//! /pitrix/upgrade/update.sh webservice0/1 pitrix-ks-api,pitrix-ks-cli,zone-webservice
//! ```

use engine::prelude::*;

use super::check_services;
use super::common::args::Node;
use super::common::platform::ZoneKind;
use super::common::{node_address, temporary_address};
use crate::common::args::WaitTimeout;

const NAMES: Snippet = snippet!("webservice/deploy_names");
const PACKAGES: Snippet = snippet!("webservice/deploy_packages");
const UPDATE: Snippet = snippet!("webservice/deploy");

/// Runs update.sh with the packages of the global zone or of a sub zone (X0.9). Skips it if the node
/// has the versions of the repository. Then waits until every service runs. Changes only this node:
/// the package data holds temporary addresses, which other nodes must not get (X0.23).
///
/// Examples:
///   cargo xtask webservice deploy --node webservice0 --zone-kind global -n
///   cargo xtask webservice deploy --node webservice0 --zone-kind sub
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    node: Node,
    /// Kind of the zone [default: the variable `zone_kind` of the inventory]
    #[arg(long, value_enum)]
    zone_kind: Option<ZoneKind>,
    /// The packages [default: those of the zone]
    #[arg(long, value_name = "NAME,NAME", value_delimiter = ',')]
    packages: Vec<NodeName>,
    /// The directory of the update script on firstbox, with the package lists
    #[arg(long, value_name = "DIR", default_value = "/pitrix/upgrade")]
    upgrade_dir: AbsPath,
    #[command(flatten)]
    wait: WaitTimeout<3600>,
}

/// Runs the script on firstbox, checks on the node.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let (firstbox, node) = (cx.one_host("firstbox")?, node_address::node(cx, args.node.as_str())?);
    let kind = ZoneKind::of(&firstbox, args.zone_kind)?;
    let asked: Vec<String> = match (&args.packages[..], kind) {
        ([], ZoneKind::Global) => ["global-webservice", "global-website"].map(str::to_owned).into(),
        ([], ZoneKind::Sub) => {
            ["pitrix-ks-api", "pitrix-ks-cli", "zone-webservice"].map(str::to_owned).into()
        }
        (given, _) => given.iter().map(ToString::to_string).collect(),
    };
    let lists = format!("{}/packages", args.upgrade_dir);
    let names = firstbox.look("read the package lists", |reader| {
        let text =
            reader.ask(NAMES, [("NAMES", Value::list(asked.clone())), ("LISTS", lists.into())])?;
        Ok(text.lines().map(str::to_owned).collect::<Vec<_>>())
    })?;
    temporary_address::warn(cx, &firstbox)?;
    firstbox.ensure(&Deployed { args, node, asked: asked.join(","), names })?;
    node.ensure(&check_services::running(&[], args.wait.seconds().min(300))).map(drop)
}

/// The node has the packages in the versions of the repository.
struct Deployed<'a> {
    args: &'a Args,
    node: Host<'a>,
    asked: String,
    names: Vec<String>,
}

impl Op for Deployed<'_> {
    fn describe(&self) -> String {
        format!("install {} on {}", self.asked, self.node.name())
    }

    fn probe(&self, firstbox: &Reader<'_>) -> Result<State> {
        if let Some(pending) = firstbox.pending() {
            let because = "the packages of the node are not known yet (first";
            return Ok(State::Unknown(format!("{because}: {pending})")));
        }
        let names = [("NAMES", Value::list(self.names.clone()))];
        let (has, said) = self.node.look("look at the packages", |reader| {
            reader.answer(&Action::probe(PACKAGES, names))
        })?;
        Ok(if has { State::Kept } else { State::needed(said) })
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        let script = format!("{}/update.sh", self.args.upgrade_dir);
        let values = [
            ("SCRIPT", script.into()),
            ("NODE", self.node.name().into()),
            ("PACKAGES", self.asked.as_str().into()),
        ];
        Ok(vec![Action::change(UPDATE, values).within(self.args.wait.limit())])
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(None)
    }
}
