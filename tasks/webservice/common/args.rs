//! Arguments that many steps of this runbook have.

use std::fmt;
use std::ops::Deref;

use engine::prelude::*;

/// `--node`.
#[derive(clap::Args, Debug, Clone)]
pub(crate) struct Node {
    /// The node
    #[arg(long, value_name = "NODE")]
    node: NodeName,
}

/// `--settings-dir`.
#[derive(clap::Args, Debug, Clone)]
pub(crate) struct SettingsDir {
    /// Directory of the settings files
    #[arg(long, value_name = "DIR", default_value = "/pitrix/conf/settings")]
    settings_dir: AbsPath,
}

/// `--variables-dir`.
#[derive(clap::Args, Debug, Clone)]
pub(crate) struct VariablesDir {
    /// Directory of the variables and keys on firstbox
    #[arg(long, value_name = "DIR", default_value = "/pitrix/conf/variables")]
    variables_dir: AbsPath,
}

impl Deref for Node {
    type Target = NodeName;

    fn deref(&self) -> &NodeName {
        &self.node
    }
}

impl Deref for SettingsDir {
    type Target = AbsPath;

    fn deref(&self) -> &AbsPath {
        &self.settings_dir
    }
}

impl Deref for VariablesDir {
    type Target = AbsPath;

    fn deref(&self) -> &AbsPath {
        &self.variables_dir
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.fmt(f)
    }
}

impl fmt::Display for SettingsDir {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.settings_dir.fmt(f)
    }
}

impl fmt::Display for VariablesDir {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.variables_dir.fmt(f)
    }
}
