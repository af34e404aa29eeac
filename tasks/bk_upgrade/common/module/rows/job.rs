//! The job platform, section 7.10, as `bkcli` knows it. Its step is `tasks/bk_upgrade/job.rs`.

use super::super::model::Module;

/// BK-52.
pub(crate) const JOB: Module = Module {
    serves: "the job platform",
    package: "job",
    verbs: &["upgrade"],
    has_check: true,
    ..Module::new("job", "job")
};
