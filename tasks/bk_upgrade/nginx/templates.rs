//! The templates from which consul-template makes the configuration of nginx.

use std::collections::BTreeMap;

use engine::prelude::*;

use super::pending;
use crate::bk_upgrade::common::env_value::Later;

const COMPARE: Snippet = snippet!("bk-upgrade/nginx_templates");
const ACCEPTS: Snippet = snippet!("bk-upgrade/nginx_accepts");
const UNIT: &str = "consul-template";

/// Where they are.
#[derive(clap::Args, Debug)]
#[group(skip)]
pub(super) struct Args {
    /// templates: those of the package [default: support-files/templates/nginx in the deploy scripts]
    #[arg(long, value_name = "DIR")]
    src: Option<AbsPath>,
    /// templates: those of consul-template
    #[arg(long, value_name = "DIR", default_value = "/etc/consul-template/templates")]
    dest: AbsPath,
    /// templates: also remove *.conf files that the package does not have
    #[arg(long)]
    prune: bool,
    /// templates: seconds for consul-template to write the configuration, before and while nginx tests it
    #[arg(long, value_name = "SECS", default_value_t = 5)]
    settle: u64,
}

/// The names of the templates of one host that differ.
#[derive(Debug, Default)]
struct Differences {
    copy: Vec<String>,
    /// Those that only the host has.
    extra: Vec<String>,
}

impl Args {
    pub(super) fn run(
        &self,
        cx: &Context,
        control: &Host<'_>,
        hosts: &Hosts<'_>,
        install_dir: &AbsPath,
    ) -> Result<()> {
        let src = match &self.src {
            Some(src) => src.to_string(),
            None => format!("{install_dir}/support-files/templates/nginx"),
        };
        if let Some(because) = pending(control)? {
            let what = format!("copy the templates of {src}");
            let later = Later { what, because };
            return hosts.ending().each(|host| host.ensure(&later).map(drop));
        }
        // One look at all hosts: what is extra is shown, and asked about, before the first change.
        let found = hosts.gather(|host| self.compare(host, &src))?;
        let found: BTreeMap<&str, Differences> = found.into_iter().collect();
        self.settle_extra(cx, hosts, &found)?;
        hosts.ending().each(|host| match found.get(host.name()) {
            Some(differences) => self.replace(host, &src, differences),
            None => Ok(()),
        })
    }

    fn compare(&self, host: &Host<'_>, src: &str) -> Result<Differences> {
        let values = [("SRC", Value::from(src)), ("DEST", self.dest.to_string().into())];
        let said = host.look("compare the templates", |reader| reader.ask(COMPARE, values))?;
        let mut differences = Differences::default();
        for line in said.lines() {
            match line.split_once(' ') {
                Some(("extra", name)) => differences.extra.push(name.to_owned()),
                Some((_, name)) => differences.copy.push(name.to_owned()),
                None => {}
            }
        }
        Ok(differences)
    }

    /// The `--delete` of the document deletes nothing, because it has a list of files (X4.38).
    fn settle_extra(
        &self,
        cx: &Context,
        hosts: &Hosts<'_>,
        found: &BTreeMap<&str, Differences>,
    ) -> Result<()> {
        let extra: Vec<String> = found
            .iter()
            .filter(|(_, differences)| !differences.extra.is_empty())
            .map(|(host, differences)| format!("{host}: {}", differences.extra.join(", ")))
            .collect();
        if extra.is_empty() {
            return Ok(());
        }
        let (dest, extra) = (&self.dest, extra.join("; "));
        if self.prune {
            hosts.confirm(&format!("removes templates from {dest}: {extra}"))
        } else {
            cx.note(&format!("not in the package, stays in {dest}: {extra}; --prune removes it"));
            Ok(())
        }
    }

    fn replace(&self, host: &Host<'_>, src: &str, differences: &Differences) -> Result<()> {
        let mut changed = false;
        for name in &differences.copy {
            let from = format!("{src}/{name}");
            let bytes = host.look("read a template", |reader| {
                match reader.read(from.as_str().into())? {
                    Entry::File(file) => Ok(file.bytes),
                    _ => Err(Fault::failed(format!("no {from}")).into()),
                }
            })?;
            let file = FileContent::new(format!("{}/{name}", self.dest), bytes);
            changed |= host.ensure(&file)? == Outcome::Changed;
        }
        for name in differences.extra.iter().filter(|_| self.prune) {
            let gone = Absent::new(format!("{}/{name}", self.dest));
            changed |= host.ensure(&gone)? == Outcome::Changed;
        }
        // systemd knows whether consul-template has read the directory since its last change: a run that was
        // killed before the reload is finished by the next one (X4.39).
        let reloaded = Units::active([UNIT]).newer_than([self.dest.to_string()]).reloading();
        let reloaded = reloaded.written(changed);
        changed |= host.ensure(&reloaded)? == Outcome::Changed;
        let settle = if changed { self.settle } else { 0 };
        let values = [("SETTLE", Value::from(settle.to_string())), ("UNIT", UNIT.into())];
        let accepts = Wait::until("nginx accepts its configuration", ACCEPTS, values);
        host.ensure(&accepts.at_most(Duration::from_secs(settle + 30))).map(drop)
    }
}
