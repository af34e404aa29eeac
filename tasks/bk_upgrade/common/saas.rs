//! SaaS applications: the newest package of the vendor is deployed on the PaaS.

use engine::prelude::*;

use super::bkcli::LATER;
use super::module::model::{Saas, Tool, Work};
use super::output;

const DEPLOY: Snippet = snippet!("bk-upgrade/saas_deploy");
const PACKAGES: Snippet = snippet!("bk-upgrade/saas_packages");
const VERSION: Snippet = snippet!("bk-upgrade/saas_version");

/// The newest package of an application is deployed.
struct Deployed<'a> {
    work: &'a Work<'a>,
    saas: Saas,
    job: Detached,
    /// The services of the module are stopped first: `bkcli stop MODULE`.
    stops: bool,
}

/// Deploys the application of the module.
///
/// # Errors
/// Refused when there is no package, or when the tool would take another one than the newest (X4.44).
pub(crate) fn deploy(work: &Work<'_>) -> Result<()> {
    work.control.ensure(&Deployed::of(work)).map(drop)
}

/// The same after the services of the module are stopped.
///
/// # Errors
/// Those of [`deploy`].
pub(crate) fn deploy_stopped(work: &Work<'_>) -> Result<()> {
    work.control.ensure(&Deployed { stops: true, ..Deployed::of(work) }).map(drop)
}

/// Refuses while another version of the application is deployed: its deployment changes the database first (X4.47).
///
/// # Errors
/// Refused, and those of [`deploy`].
pub(crate) fn demand(work: &Work<'_>) -> Result<()> {
    let deployed = Deployed::of(work);
    let state = work
        .control
        .look("read the version of the application", |reader| deployed.probe(reader))?;
    let State::Needed(need) = state else { return Ok(()) };
    let (app, module) = (deployed.saas.app, work.module.command);
    Err(Fault::refused(format!(
        "the SaaS application {app} is not deployed, which changes the database first"
    ))
    .detail("found", need.diff)
    .hint(format!("deploy it: cargo xtask bk-upgrade {module} saas"))
    .into())
}

/// A package: its version, and whether it is the newest file.
struct Package {
    name: String,
    version: String,
}

impl<'a> Deployed<'a> {
    fn of(work: &'a Work<'a>) -> Self {
        let saas = work.module.saas.expect("a module with the stage `saas` has an application");
        // What was cut short runs again: a deployment replaces the one before.
        let job = Detached::job(format!("saas-{}", saas.app)).rerun_when_cut();
        Self { work, saas, job, stops: false }
    }

    /// The newest package by its version. The tools take the newest file, which is another one after a copy (X4.44).
    fn newest(&self, control: &Reader<'_>) -> Result<Package> {
        let (app, src) = (self.saas.app, &self.work.args.src_dir);
        let dir = format!("{src}/official_saas");
        let text = control.ask(PACKAGES, [("DIR", dir.as_str().into()), ("APP", app.into())])?;
        // The newest file first.
        let files: Vec<Package> = text.lines().filter_map(|name| package(name, app)).collect();
        let Some(newest) = files.iter().max_by(|a, b| order(&a.version, &b.version)) else {
            let fault = Fault::refused(format!("no package of {app} in {dir}"));
            return Err(fault
                .hint("unpack the new packages first (section 6 of the document)")
                .into());
        };
        let taken = &files[0];
        if order(&taken.version, &newest.version).is_ne() {
            let fault = Fault::refused(format!(
                "the newest file of {app} is {}, but the newest version is {}: the wrong one would be deployed",
                taken.name, newest.name
            ));
            return Err(fault
                .hint(format!("make it the newest file: touch {dir}/{}", newest.name))
                .into());
        }
        Ok(Package { name: newest.name.clone(), version: newest.version.clone() })
    }

    fn values(&self) -> Vec<(&'static str, Value)> {
        let args = self.work.args;
        let tool = if self.saas.tool == Tool::Bkcli { "bkcli install" } else { "bk_install" };
        vec![
            ("INSTALL_DIR", args.install_dir.to_string().into()),
            ("TOOL", Value::list(tool.split(' '))),
            ("APP", self.saas.app.into()),
            ("STOPS", if self.stops { self.work.module.name } else { "" }.into()),
            ("RESET", if args.reset_steps { "yes" } else { "" }.into()),
            ("RETRIES", args.retries.to_string().into()),
            ("PAUSE", args.retry_wait.to_string().into()),
            ("ALLOW", output::allowed(self.work.module.allows)),
        ]
    }
}

impl Op for Deployed<'_> {
    fn describe(&self) -> String {
        format!("deploy {}", self.saas.app)
    }

    fn probe(&self, control: &Reader<'_>) -> Result<State> {
        if self.work.cx.is_pending() {
            return Ok(State::Unknown(LATER.to_owned()));
        }
        let newest = self.newest(control)?;
        let now = control.ask(VERSION, [("APP", self.saas.app.into())])?;
        if now == newest.version {
            return Ok(State::Kept);
        }
        if self.saas.tool == Tool::BkInstall && !control.is_verifying() {
            output::agreed(control, &self.work.args.install_dir)?;
        }
        let now = if now.is_empty() { "absent" } else { &now };
        Ok(State::needed(format!("{}: {now} -> {}", self.saas.app, newest.version)))
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        let limit = self.work.cx.options.limit();
        let action = Action::change(DEPLOY, self.values()).within(limit);
        Ok(vec![Action { detached: Some(self.job.clone()), ..action }])
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(None)
    }

    fn detached(&self) -> Option<&Detached> {
        Some(&self.job)
    }
}

/// `bk_iam_V1.12.3.tar.gz` of `bk_iam`.
fn package(name: &str, app: &str) -> Option<Package> {
    let rest = name.strip_prefix(app)?;
    let rest = rest.strip_prefix(['_', '-'])?;
    let version = rest.strip_suffix(".tar.gz").or_else(|| rest.strip_suffix(".tgz"))?;
    let version = version.strip_prefix(['V', 'v']).unwrap_or(version);
    let starts = version.starts_with(|c: char| c.is_ascii_digit());
    starts.then(|| Package { name: name.to_owned(), version: version.to_owned() })
}

/// Compares versions number by number: 1.12 is later than 1.9, and `-rc1` is earlier than the version itself.
fn order(left: &str, right: &str) -> std::cmp::Ordering {
    key(left).cmp(&key(right))
}

/// The parts of a version: numbers by value, words before the end and the end before numbers.
fn key(version: &str) -> Vec<(u8, u64, &str)> {
    let parts = version.split(['.', '-', '_', '+']).map(|part| match part.parse() {
        Ok(number) => (2, number, ""),
        Err(_) => (0, 0, part),
    });
    parts.chain([(1, 0, "")]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        let rows = ["1.9.0", "1.12.0-rc1", "1.12.0", "1.12.0.1", "1.12.3", "2.0"];
        for pair in rows.windows(2) {
            assert!(order(pair[0], pair[1]).is_lt(), "{pair:?}");
        }
    }

    #[test]
    fn a_package_has_the_code_and_a_version() {
        let version = |name| package(name, "bk_iam").map(|package| package.version);
        assert_eq!(version("bk_iam_V1.12.3.tar.gz").as_deref(), Some("1.12.3"));
        assert_eq!(version("bk_iam-1.12.3-rc1.tgz").as_deref(), Some("1.12.3-rc1"));
        for other in ["bk_iam_app_V1.0.0.tar.gz", "bk_iam.tar.gz", "bk_iam_V1.0.0.zip"] {
            assert_eq!(version(other), None, "{other}");
        }
    }
}
