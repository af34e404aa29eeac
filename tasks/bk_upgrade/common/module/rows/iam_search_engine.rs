//! The search engine of the permission center: a module that is new in 6.2, for which the document has no step.

use super::super::model::{Module, Stage};
use super::super::stages::{BK_INSTALL, CHECK};

/// BK-81. The document adds the module to install.config, and nothing installs it (X4.20).
///
/// - Changes: `bk_install` installs the module; it also appends a secret to a file below `bin/03-userdef` at every run
/// - Proof: version equal on every host, `bkcli status` reports no fault
/// - Undo: no: stop the services of the module, which is new in 6.2
pub(crate) const IAM_SEARCH_ENGINE: Module = Module {
    serves: "the search of the permission center",
    about: "Installs the search engine of the permission center with `bk_install`. The module is new in 6.2.\n\
            The document places it on a host, and has no step that installs it.",
    package: "bkiam_search_engine",
    steps: &["iam_search_engine"],
    stages: &[
        Stage { asks: "installs a module that the document only places", ..BK_INSTALL },
        CHECK,
    ],
    ..Module::new("iam-search-engine", "iam_search_engine")
};
