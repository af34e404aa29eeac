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

/// A flattened argument reads as its value.
macro_rules! reads_as {
    ($argument:ident, $field:ident, $value:ty) => {
        impl Deref for $argument {
            type Target = $value;

            fn deref(&self) -> &$value {
                &self.$field
            }
        }

        impl fmt::Display for $argument {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.$field.fmt(f)
            }
        }
    };
}

reads_as!(Node, node, NodeName);
reads_as!(SettingsDir, settings_dir, AbsPath);
reads_as!(VariablesDir, variables_dir, AbsPath);
