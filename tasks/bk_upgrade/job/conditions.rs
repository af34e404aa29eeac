//! What the upgrade of the job platform needs: versions, the mode, the switch.

use engine::prelude::*;

use super::At;
use crate::bk_upgrade::common::job_pages::{Pages, Places, url};
use crate::bk_upgrade::common::site::Site;
use crate::bk_upgrade::common::upgrader::Upgrader;
use crate::bk_upgrade::common::versions;

impl<'a> At<'a> {
    /// The host of the upgrader, one for both runs: the first of the module, as BK_JOB_IP0.
    pub(super) fn first(&self) -> Result<Host<'a>> {
        let first = self.cx.all_hosts("@job")?.iter().next();
        first.ok_or_else(|| Fault::usage("no host of job in the inventory").into())
    }

    /// Both versions are read, not pasted (X4.53).
    pub(super) fn upgrader(&self) -> Result<Upgrader<'a>> {
        let args = self.args;
        let version = |given: &Option<String>, dir: &AbsPath, flag: &str| -> Result<String> {
            let dir = format!("{dir}/job");
            let found = match given {
                Some(given) => given.clone(),
                None => versions::of(&self.control, &dir)?,
            };
            version(&found).map_err(|_| {
                let fault = Fault::refused(format!("{dir}/VERSION holds no version: {found:?}"));
                fault.hint(format!("give it: {flag} VERSION")).into()
            })
        };
        let from = version(&args.from_version, &args.src_bak_dir, "--from-version")?;
        let to = version(&args.to_version, &args.src_dir, "--to-version")?;
        if from == to {
            let what = format!("the old and the new version of job are both {to}");
            return Err(Fault::refused(what)
                .detail("old", format!("{}/job/VERSION", args.src_bak_dir))
                .detail("new", format!("{}/job/VERSION", args.src_dir))
                .into());
        }
        let site = Site::read(self.cx, &args.install_dir)?;
        let secrets = args.answer_secret.iter();
        let secrets = secrets.map(|one| Ok((one.question.clone(), self.cx.secret(&one.text)?)));
        Ok(Upgrader {
            java: &args.java,
            install_path: &args.install_path,
            src_dir: &args.src_dir,
            from,
            to,
            server: format!("{}:10505", site.get("BK_JOB_IP0")?),
            answers: &args.answer,
            secrets: secrets.collect::<Result<_>>()?,
            limit: Duration::from_secs(args.upgrader_timeout),
        })
    }

    /// The pages that the hosts of nginx should have.
    pub(super) fn pages(&self) -> Result<Pages> {
        let (args, name) = (self.args, "BK_JOB_API_PUBLIC_URL");
        let site = Site::read(self.cx, &args.install_dir)?;
        let url = url(site.get(name)?)
            .map_err(|why| Fault::refused(format!("{name} on the control machine: {why}")))?;
        let prefix = args.install_path.to_string();
        let packages = [&args.src_dir, &args.src_bak_dir].map(ToString::to_string).into();
        Pages::read(self.cx, &self.control, Places { prefix, packages, url })
    }

    pub(super) fn installed(&self, host: &Host<'_>) -> Result<String> {
        versions::of(host, &format!("{}/job", self.args.install_path))
    }

    /// The processes are still those of the old version.
    pub(super) fn runs_old(&self, upgrader: &Upgrader<'_>, host: &Host<'_>) -> Result<()> {
        let installed = self.installed(host)?;
        if installed == upgrader.from {
            return Ok(());
        }
        let what = format!("job is {installed} on {}, not {}", host.name(), upgrader.from);
        let fault = Fault::refused(what);
        Err(if installed == upgrader.to {
            fault.hint("BEFORE_UPDATE_JOB has to run before the upgrade (X4.52): ask the vendor how to catch up")
        } else {
            fault.hint("is it the version before the upgrade? give it: --from-version VERSION")
        }
        .into())
    }

    /// Without it, `bkcli upgrade job` installs the light form over the full one (X4.25).
    pub(super) fn is_full(&self) -> Result<()> {
        let site = Site::read(self.cx, &self.args.install_dir)?;
        match site.known("BK_JOB_RUN_MODE") {
            Some("stable") => Ok(()),
            other => {
                let found = other.unwrap_or("not set");
                Err(Fault::refused("BK_JOB_RUN_MODE must be `stable`")
                    .detail("found", found)
                    .hint("first: cargo xtask bk-upgrade env-job")
                    .into())
            }
        }
    }

    /// Unpacking the packages again switches it on (X4.51).
    pub(super) fn is_switched_off(&self) -> Result<()> {
        let switch = self.switch();
        let state = self.control.look("read the template", |reader| switch.probe(reader))?;
        if !matches!(state, State::Needed(_)) {
            return Ok(());
        }
        Err(Fault::refused(format!("{} is not false in {}", self.args.key, self.args.file))
            .hint("first: cargo xtask bk-upgrade job disable-gse-v2")
            .into())
    }
}

/// A version for the command line of the upgrader.
pub(super) fn version(text: &str) -> Result<String, Fault> {
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    if text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(plain) {
        return Ok(text.to_owned());
    }
    Err(Fault::usage(format!("`{text}` is not a version such as 3.7.2")))
}
