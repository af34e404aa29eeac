//! The pages of the job platform, on the hosts of nginx.

use engine::prelude::*;

use super::pending;
use crate::bk_upgrade::common::env_value::Later;
use crate::bk_upgrade::common::job_pages::{Pages, Places, url};
use crate::bk_upgrade::common::site::Site;

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
    /// job-frontend: directory of the packages of 6.1
    #[arg(long, value_name = "DIR", default_value = "/data/src.bak")]
    src_bak_dir: AbsPath,
    /// job-frontend: address of the job API [default: BK_JOB_API_PUBLIC_URL of the site]
    #[arg(long, value_name = "URL", value_parser = url)]
    gateway_url: Option<String>,
}

/// The values, all of them known.
struct Known {
    script: String,
    backup: String,
    places: Places,
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
        let Known { script, backup, places } = self.known(cx, install_dir)?;
        let pages = Pages::read(cx, control, places)?;
        pages.sent(cx, control, hosts, install_dir)?;
        let released = pages.released(&script, &backup);
        hosts.ending().each(|host| host.ensure(&released).map(drop))
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
            script: format!("{}/bin/release_job_frontend.sh", path(&self.ctrl_dir, "CTRL_DIR")?),
            backup: match &self.backup {
                Some(backup) => backup.to_string(),
                None => format!("{packages}/backup"),
            },
            places: Places {
                prefix: path(&self.prefix, "INSTALL_PATH")?,
                packages: vec![packages, self.src_bak_dir.to_string()],
                url: gateway_url,
            },
        })
    }
}

fn wrong(name: &str, value: &str, why: &dyn std::fmt::Display) -> Fault {
    Fault::refused(format!("{name} is {value:?} on the control machine: {why}"))
        .hint("correct it in a file below bin/03-userdef, then: cargo xtask bk-upgrade sync-common")
}
