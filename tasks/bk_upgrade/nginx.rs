//! Document section 7.2: templates of nginx, pages of the job platform.
//!
//! - Hosts: the hosts of nginx; the control machine and the first host of job are read
//! - Changes: templates of consul-template that differ, which it then reads again; the pages of the job platform
//! - Proof: templates equal to the deploy scripts, consul-template runs, `nginx -t` passes; every file of the pages is that of the package
//! - Undo: `templates`: restores the files, consul-template reads them; `job-frontend` no: the old pages are below `--backup`
//!
//! ```sh
//! pcmd -m nginx "rsync -av --delete /data/install/support-files/templates/nginx/*.conf /etc/consul-template/templates"
//! pcmd -m nginx "systemctl reload consul-template.service"
//!
//! source /data/install/utils.fc
//! pcmd -m nginx "${CTRL_DIR}/bin/release_job_frontend.sh -p ${INSTALL_PATH} -B ${BK_PKG_SRC_PATH}/backup -s ${BK_PKG_SRC_PATH}/ -i $BK_JOB_API_PUBLIC_URL"
//! ```

mod frontend;
mod templates;

use engine::prelude::*;

/// `templates` copies the templates that differ, and lets consul-template read them. A template that only
/// a host has stays, and is named; `--prune` removes it.
///
/// `job-frontend` runs the vendor's script with five values, each from a flag or from the variables of the
/// site. An empty one stops the step (X4.40). The pages stay those of the version that the job platform
/// runs, now with the address of its API: `bk-upgrade job` brings the new ones. A host of nginx without the
/// package of that version gets it from the control machine.
///
/// Examples:
///   cargo xtask bk-upgrade nginx -n
///   cargo xtask bk-upgrade nginx templates
///   cargo xtask bk-upgrade nginx templates --prune
///   cargo xtask bk-upgrade nginx job-frontend
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    stages: Stages<Stage>,
    /// Directory of the deploy scripts
    #[arg(long, value_name = "DIR", default_value = "/data/install")]
    install_dir: AbsPath,
    #[command(flatten)]
    templates: templates::Args,
    #[command(flatten)]
    frontend: frontend::Args,
}

/// The stages, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
enum Stage {
    /// Copy the templates that differ, and let consul-template read them
    Templates,
    /// Install the pages of the job platform
    JobFrontend,
}

/// Runs the selected stages on all hosts of nginx.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let hosts = cx.hosts("@nginx")?;
    let control = cx.one_host("control")?;
    let (stages, dir) = (&args.stages, &args.install_dir);
    if stages.has(&Stage::JobFrontend) {
        hosts.confirm("irreversible: job-frontend replaces the pages of the job platform")?;
    }
    cx.stage(stages, Stage::Templates, || args.templates.run(cx, &control, &hosts, dir))?;
    cx.stage(stages, Stage::JobFrontend, || args.frontend.run(cx, &control, &hosts, dir))
}

/// Why a dry run cannot know anything of the hosts: an earlier step would change what they get from the control machine.
fn pending(control: &Host<'_>) -> Result<Option<String>> {
    let pending = control.look("read the plan", |reader| Ok(reader.pending()))?;
    Ok(pending.map(|pending| format!("known only after: {pending}")))
}
