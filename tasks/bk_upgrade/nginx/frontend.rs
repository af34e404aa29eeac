//! The pages of the job platform, on the hosts of nginx.

use engine::prelude::*;

use super::pending;
use crate::bk_upgrade::common::env_value::Later;
use crate::bk_upgrade::common::site::Site;

const RELEASE: Snippet = snippet!("bk-upgrade/nginx_job_frontend");
const VERSION: Snippet = snippet!("bk-upgrade/bkcli_version");

/// The values of the script. Each is needed, and none may be empty (X4.40).
#[derive(clap::Args, Debug)]
#[group(skip)]
pub(super) struct Args {
    /// job-frontend: directory of the script [default: CTRL_DIR of the site]
    #[arg(long, value_name = "DIR")]
    ctrl_dir: Option<AbsPath>,
    /// job-frontend: directory of the installation [default: INSTALL_PATH of the site]
    #[arg(long, value_name = "DIR")]
    prefix: Option<AbsPath>,
    /// job-frontend: place for the old pages [default: backup in the directory of the packages]
    #[arg(long, value_name = "DIR")]
    backup: Option<AbsPath>,
    /// job-frontend: directory of the packages [default: BK_PKG_SRC_PATH of the site]
    #[arg(long, value_name = "DIR")]
    packages: Option<AbsPath>,
    /// job-frontend: address of the job API [default: BK_JOB_API_PUBLIC_URL of the site]
    #[arg(long, value_name = "URL", value_parser = url)]
    gateway_url: Option<String>,
}

/// The values, all of them known.
struct Known {
    ctrl_dir: String,
    prefix: String,
    backup: String,
    packages: String,
    gateway_url: String,
}

impl Args {
    pub(super) fn run(
        &self,
        cx: &Context,
        control: &Host<'_>,
        hosts: &Hosts<'_>,
        install_dir: &AbsPath,
    ) -> Result<()> {
        if let Some(because) = pending(control)? {
            let later = Later { what: "install the pages of the job platform".into(), because };
            return hosts.ending().each(|host| host.ensure(&later).map(drop));
        }
        let known = self.known(cx, install_dir)?;
        let file = format!("{}/job/VERSION", known.packages);
        let version =
            |reader: &Reader<'_>| reader.ask(VERSION, [("FILE", Value::from(file.as_str()))]);
        let new = control.look("read VERSION", version)?;
        if new == "absent" {
            return Err(Fault::refused(format!("no {file} on the control machine"))
                .hint("unpack the new packages first (section 6 of the document)")
                .into());
        }
        hosts.ending().each(|host| {
            let here = host.look("read VERSION", version)?;
            if here != new {
                let what = format!("the package of job on {} is {here}, not {new}", host.name());
                let fault = Fault::refused(what).detail("in", &*file);
                return Err(fault.hint("send it there first: ./bkcli sync job").into());
            }
            host.ensure(&known.released(&new)).map(drop)
        })
    }

    fn known(&self, cx: &Context, install_dir: &AbsPath) -> Result<Known> {
        let site = Site::read(cx, install_dir)?;
        let path = |flag: &Option<AbsPath>, name: &str| -> Result<String> {
            match flag {
                Some(path) => Ok(path.to_string()),
                None => {
                    let value = site.get(name)?;
                    let path =
                        value.parse::<AbsPath>().map_err(|fault| wrong(name, value, &fault))?;
                    Ok(path.to_string())
                }
            }
        };
        let packages = path(&self.packages, "BK_PKG_SRC_PATH")?;
        let gateway_url = match &self.gateway_url {
            Some(url) => url.clone(),
            None => {
                let value = site.get("BK_JOB_API_PUBLIC_URL")?;
                url(value).map_err(|text| wrong("BK_JOB_API_PUBLIC_URL", value, &text))?
            }
        };
        Ok(Known {
            ctrl_dir: path(&self.ctrl_dir, "CTRL_DIR")?,
            prefix: path(&self.prefix, "INSTALL_PATH")?,
            backup: match &self.backup {
                Some(backup) => backup.to_string(),
                None => format!("{packages}/backup"),
            },
            packages,
            gateway_url,
        })
    }
}

impl Known {
    fn released(&self, version: &str) -> Script {
        let values = [
            ("SCRIPT", format!("{}/bin/release_job_frontend.sh", self.ctrl_dir).into()),
            ("PREFIX", self.prefix.as_str().into()),
            ("BACKUP", self.backup.as_str().into()),
            ("PACKAGES", self.packages.as_str().into()),
            ("URL", self.gateway_url.as_str().into()),
            ("WANTED", version.into()),
        ];
        Script::new("job-frontend", RELEASE, values)
            .called(format!("install the pages of job {version} for {}", self.gateway_url))
            .outdated("not installed from this package for this address")
    }
}

fn wrong(name: &str, value: &str, why: &dyn std::fmt::Display) -> Fault {
    Fault::refused(format!("{name} is {value:?} on the control machine: {why}"))
        .hint("correct it in a file below bin/03-userdef, then: cargo xtask bk-upgrade sync-common")
}

/// The address of a page.
fn url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    match rest {
        Some(rest) if !rest.is_empty() && !text.contains(char::is_whitespace) => {
            Ok(text.to_owned())
        }
        _ => Err("it is not the address of a page: http://job.example:80".into()),
    }
}
