//! Document section 7.10.
//!
//! - Hosts: all hosts get yq; the control machine; those of the job platform, of which the first runs the upgrader
//! - Changes: installs yq, switches agent 2.0 off in the template, upgrades the platform between two runs of its upgrader
//! - Proof: checksum and `yq --version`, the value of the template, the words of the upgrader, version equal, `bkcli check`
//! - Undo: up to `disable-gse-v2`: restores yq and the template; from `before-upgrade` on no: restore dump and old package
//!
//! ```sh
//! pcmd -m all "rsync -a ${CTRL_DIR}/bin/yq /usr/local/bin/ && chmod +x /usr/local/bin/yq"
//! yq -i '.job.features.gseV2.enabled = false' /data/src/job/support-files/templates/#etc#job#job-common#application.yml
//! yq '.job.features.gseV2.enabled' /data/src/job/support-files/templates/#etc#job#job-common#application.yml
//! ./bkcli upgrade job
//! ./bkcli check job
//! from_version=$(cat /data/src.bak/job/VERSION)
//! to_version=$(cat /data/src/job/VERSION)
//! ssh $BK_JOB_IP
//! /usr/bin/java -Dfile.encoding=utf8 -Djob.log.dir=$INSTALL_PATH/logs/job -Dconfig.file=$INSTALL_PATH/etc/job/upgrader/upgrader.properties -jar $INSTALL_PATH/job/backend/upgrader-$to_version.jar $from_version $to_version BEFORE_UPDATE_JOB
//! /usr/bin/java -Dfile.encoding=utf8 -Djob.log.dir=$INSTALL_PATH/logs/job -Dconfig.file=$INSTALL_PATH/etc/job/upgrader/upgrader.properties -jar $INSTALL_PATH/job/backend/upgrader-$to_version.jar $from_version $to_version AFTER_UPDATE_JOB
//! ```

mod conditions;

use engine::data::key_path::KeyPath;
use engine::ops::{Download, Keys, key};
use engine::prelude::*;

use super::common::bkcli::{self, Bkcli};
use super::common::env_value::Later;
use super::common::upgrader::{self, Answer, Phase, Synced};
use super::common::{everywhere, module, versions};
use crate::common::args::WaitTimeout;

const YQ: Snippet = snippet!("bk-upgrade/job_yq");
const YQ_SUM: Snippet = snippet!("bk-upgrade/job_yq_sum");

/// The document runs the upgrader twice after the upgrade. Its vendor wants BEFORE_UPDATE_JOB before the
/// processes are updated (X4.52), so the order here is: install-yq, disable-gse-v2, before-upgrade,
/// upgrade, check, after-upgrade. Both versions come from the files VERSION (X4.53).
///
/// A question of the upgrader that is not in the list of `--answer` ends it, and the error shows it.
///
/// Examples:
///   cargo xtask bk-upgrade job -n
///   cargo xtask bk-upgrade job install-yq
///   cargo xtask bk-upgrade job before-upgrade --answer 'job-crontab server address:=10.0.0.13:10501'
///   cargo xtask bk-upgrade job --from upgrade --wait-timeout 600
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    stages: Stages<Stage>,
    /// yq of the deploy scripts, on every host [default: bin/yq of --install-dir]
    #[arg(long, value_name = "FILE")]
    yq: Option<AbsPath>,
    /// Its new place
    #[arg(long, value_name = "FILE", default_value = "/usr/local/bin/yq")]
    dest: AbsPath,
    /// The template with the switch, on the control machine
    #[arg(
        long,
        value_name = "FILE",
        default_value = "/data/src/job/support-files/templates/#etc#job#job-common#application.yml"
    )]
    file: AbsPath,
    /// The switch in it
    #[arg(long, value_name = "PATH", default_value = ".job.features.gseV2.enabled")]
    key: KeyPath,
    /// Version before the upgrade [default: that of --src-bak-dir]
    #[arg(long, value_name = "VERSION", value_parser = conditions::version)]
    from_version: Option<String>,
    /// Version after the upgrade [default: that of --src-dir]
    #[arg(long, value_name = "VERSION", value_parser = conditions::version)]
    to_version: Option<String>,
    /// Java on the host of the upgrader
    #[arg(long, value_name = "FILE", default_value = "/usr/bin/java")]
    java: AbsPath,
    /// An answer for the upgrader; QUESTION is the end of the line where it waits
    #[arg(long, value_name = "QUESTION=TEXT", value_parser = upgrader::answer)]
    answer: Vec<Answer>,
    /// The same with a secret of the inventory, by its name
    #[arg(long, value_name = "QUESTION=SECRET", value_parser = upgrader::answer)]
    answer_secret: Vec<Answer>,
    /// Time limit of each run of the upgrader, in seconds
    #[arg(long, value_name = "SECS", default_value_t = 7200)]
    upgrader_timeout: u64,
    /// Directory of the BlueKing installation
    #[arg(long, value_name = "DIR", default_value = "/data/bkce")]
    install_path: AbsPath,
    /// Directory of the deploy scripts on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/install")]
    install_dir: AbsPath,
    /// Directory of the new packages on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/src")]
    src_dir: AbsPath,
    /// Directory of the old packages on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/src.bak")]
    src_bak_dir: AbsPath,
    #[command(flatten)]
    wait: WaitTimeout<300>,
}

/// The stages, in the order of the vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stage {
    /// Install yq on all hosts
    InstallYq,
    /// Switch agent 2.0 off in the template
    #[value(name = "disable-gse-v2")]
    DisableGseV2,
    /// Run the upgrader for BEFORE_UPDATE_JOB
    BeforeUpgrade,
    /// Upgrade to the 6.2 package: `bkcli upgrade`
    Upgrade,
    /// Wait until the job platform is healthy
    Check,
    /// Run the upgrader for AFTER_UPDATE_JOB
    AfterUpgrade,
}

/// The selected stages.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    // The first stages work on other hosts, too: `--only` need not leave one of job then.
    let first = [Stage::InstallYq, Stage::DisableGseV2];
    let rest = Stage::value_variants().iter().filter(|stage| !first.contains(stage));
    let hosts = match rest.filter(|stage| args.stages.has(stage)).count() {
        0 => cx.all_hosts("@job")?,
        _ => cx.hosts("@job")?,
    };
    let at = At { cx, args, control: cx.one_host("control")?, hosts };
    at.confirm()?;
    cx.stage(&args.stages, Stage::InstallYq, || at.install_yq())?;
    cx.stage(&args.stages, Stage::DisableGseV2, || at.control.ensure(&at.switch()).map(drop))?;
    cx.stage(&args.stages, Stage::BeforeUpgrade, || at.before_upgrade())?;
    cx.stage(&args.stages, Stage::Upgrade, || at.upgrade())?;
    cx.stage(&args.stages, Stage::Check, || at.check())?;
    cx.stage(&args.stages, Stage::AfterUpgrade, || at.after_upgrade())
}

/// A run with its hosts.
struct At<'a> {
    cx: &'a Context,
    args: &'a Args,
    control: Host<'a>,
    hosts: Hosts<'a>,
}

impl<'a> At<'a> {
    fn confirm(&self) -> Result<()> {
        let last = [Stage::BeforeUpgrade, Stage::Upgrade, Stage::AfterUpgrade];
        let last = last.iter().filter(|stage| self.args.stages.has(stage));
        let last: Vec<String> = last.map(Stages::name).collect();
        if last.is_empty() {
            return Ok(());
        }
        let what = format!("interrupts the job platform; irreversible: {}", last.join(", "));
        self.hosts.confirm(&what)
    }

    fn bkcli(&self) -> Bkcli<'_> {
        Bkcli {
            cx: self.cx,
            module: &module::JOB,
            hosts: &self.hosts,
            layout: None,
            poll: self.args.wait.poll(),
            install_dir: &self.args.install_dir,
            src_dir: &self.args.src_dir,
            install_path: &self.args.install_path,
            container: "",
        }
    }

    /// Every host has its own copy of the deploy scripts. It must be the one of the control machine (X4.49). Another
    /// program of that name stays as `yq.xtask-bak`.
    fn install_yq(&self) -> Result<()> {
        let source = self.yq();
        self.control.ensure(&mikefarah(&source, "install the yq of the 6.2 package there"))?;
        let sum = self
            .control
            .look("read yq", |reader| reader.ask(YQ_SUM, [("YQ", Value::from(source.as_str()))]))?;
        // The name of the file is its last argument; a yq for another processor does not answer.
        let answers = "answers() { case $(\"$1\" --version 2>&1) in *mikefarah*) ;; *) return 1 ;; esac; }; answers";
        let copy = Download::new(format!("file://{source}"), self.args.dest.to_string())
            .sha256(sum)
            .mode("755")
            .checked_by([answers]);
        everywhere::hosts(self.cx, &self.control, &self.args.install_dir, "job")?
            .ending()
            .each(|host| host.ensure(&copy).map(drop))
    }

    fn yq(&self) -> String {
        let given = self.args.yq.as_ref().map(ToString::to_string);
        given.unwrap_or_else(|| format!("{}/bin/yq", self.args.install_dir))
    }

    /// The program's own edit: comments and placeholders of the template stay, and `#` in its name is a character
    /// like any other (X4.50).
    fn switch(&self) -> Keys {
        key::yaml(self.args.file.to_string()).update(self.args.key.clone(), false)
    }

    /// In a plan, work whose versions an earlier step brings.
    fn is_later(&self, what: &str) -> Result<bool> {
        let dir = format!("{}/job", self.args.src_bak_dir);
        if !self.cx.is_pending() || versions::of(&self.control, &dir)? != "absent" {
            return Ok(false);
        }
        let (what, because) = (what.to_owned(), bkcli::LATER.to_owned());
        self.first()?.ensure(&Later { what, because })?;
        Ok(true)
    }

    /// Before the update of the processes (X4.52).
    fn before_upgrade(&self) -> Result<()> {
        if self.is_later("run the upgrader for BEFORE_UPDATE_JOB")? {
            return Ok(());
        }
        let (upgrader, host) = (self.upgrader()?, self.first()?);
        if !upgrader.has_run(&host, Phase::Before)? {
            self.runs_old(&upgrader, &host)?;
            self.is_full()?;
            let bkcli = self.bkcli();
            self.control.ensure(&Synced { bkcli: &bkcli, host, upgrader: &upgrader })?;
        }
        host.ensure(&upgrader.ran(Phase::Before)).map(drop)
    }

    fn upgrade(&self) -> Result<()> {
        if self.is_later("upgrade job with bkcli")? {
            return Ok(());
        }
        let (upgrader, host) = (self.upgrader()?, self.first()?);
        if self.installed(&host)? != upgrader.to {
            self.is_full()?;
            self.is_switched_off()?;
            self.control.ensure(&mikefarah(
                self.args.dest.as_str(),
                "first: cargo xtask bk-upgrade job install-yq",
            ))?;
            if !self.cx.is_pending() && !upgrader.has_run(&host, Phase::Before)? {
                let what =
                    format!("the upgrader has not run for BEFORE_UPDATE_JOB on {}", host.name());
                return Err(Fault::refused(what)
                    .hint("first (X4.52): cargo xtask bk-upgrade job before-upgrade")
                    .into());
            }
        }
        self.control.ensure(&self.bkcli().updated()).map(drop)
    }

    /// The update brings the pages to the hosts of nginx, too, and `bkcli check` only looks whether there are any.
    fn check(&self) -> Result<()> {
        self.control.ensure(&self.bkcli().healthy())?;
        if self.cx.is_pending() || self.cx.options.emit.is_some() {
            return Ok(());
        }
        let pages = self.pages()?;
        let lines = pages.differences(&self.cx.all_hosts("@nginx")?)?;
        if lines.is_empty() {
            return Ok(());
        }
        Err(Fault::failed(format!("the pages are not those of job {}", pages.version))
            .detail("found", lines.join("\n"))
            .hint("install them: cargo xtask bk-upgrade nginx job-frontend")
            .into())
    }

    /// After the update of the processes.
    fn after_upgrade(&self) -> Result<()> {
        if self.is_later("run the upgrader for AFTER_UPDATE_JOB")? {
            return Ok(());
        }
        let (upgrader, host) = (self.upgrader()?, self.first()?);
        let installed = self.installed(&host)?;
        if !self.cx.is_pending() && installed != upgrader.to {
            let what = format!("job is {installed} on {}, not {}", host.name(), upgrader.to);
            return Err(Fault::refused(what)
                .hint("first (X4.52): cargo xtask bk-upgrade job upgrade")
                .into());
        }
        host.ensure(&upgrader.ran(Phase::After)).map(drop)
    }
}

/// Version 4 of the yq that the document means; the Python program of that name is another one.
pub(super) fn mikefarah(yq: &str, hint: &str) -> Assert {
    let message = format!("{yq} is not yq version 4 of mikefarah (X4.49)");
    Assert::new(YQ, [("YQ", yq.into())], message).hint(hint)
}
