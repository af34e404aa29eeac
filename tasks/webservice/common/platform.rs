//! The decisions by the platform's version and zone, once for all steps (X0.18, X0.9).

use engine::data::version::InstallerVersion;
use engine::prelude::*;

/// From this version on the installer has Python scripts and one file of variables.
const NEW: InstallerVersion = InstallerVersion::new(4, 3, 0);

/// The platform as the inventory describes it.
pub(crate) struct Platform<'a> {
    pub(crate) version: InstallerVersion,
    zone: Option<&'a str>,
}

impl<'a> Platform<'a> {
    /// Reads the variables of firstbox; `4.10.0` is later than `4.3.0`.
    pub(crate) fn of(firstbox: &Host<'a>) -> Result<Self, Fault> {
        let entry = firstbox.entry();
        Ok(Self { version: entry.need("installer_version")?, zone: entry.var("zone_id") })
    }

    /// Whether the version is 4.3.0 or later.
    pub(crate) fn is_new(&self) -> bool {
        self.version >= NEW
    }

    /// A script that is `NAME.py` from 4.3.0 on and `NAME.sh` before.
    pub(crate) fn script(&self, name: &str) -> String {
        format!("{name}.{}", if self.is_new() { "py" } else { "sh" })
    }

    /// The zone; only older platforms have it in a file name.
    pub(crate) fn zone(&self) -> Result<&'a str, Fault> {
        self.zone.filter(|zone| !zone.is_empty()).ok_or_else(|| {
            let version = self.version;
            Fault::usage(format!(
                "installer_version {version} needs the zone for the floating IP, and [vars] has no zone_id"
            ))
            .hint("add to [vars]: zone_id = \"...\"")
        })
    }
}

/// The kind of the zone: packages and keys differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ZoneKind {
    /// The global zone
    Global,
    /// A sub zone
    Sub,
}

impl ZoneKind {
    /// The flag, else the variable `zone_kind`. Both must agree: all steps take the same branch.
    pub(crate) fn of(firstbox: &Host<'_>, flag: Option<Self>) -> Result<Self, Fault> {
        let told = match firstbox.entry().var("zone_kind") {
            None => None,
            Some("global") => Some(Self::Global),
            Some("sub") => Some(Self::Sub),
            Some(other) => {
                let what = format!("variable `zone_kind` is {other:?}, neither global nor sub");
                return Err(Fault::usage(what));
            }
        };
        match (flag, told) {
            (Some(flag), Some(told)) if flag != told => {
                Err(Fault::usage("--zone-kind contradicts the variable `zone_kind`")
                    .hint("leave the flag out, or correct hosts.toml"))
            }
            (Some(kind), _) | (None, Some(kind)) => Ok(kind),
            (None, None) => Err(Fault::usage("the kind of the zone is unknown")
                .hint("add to [vars]: zone_kind = \"global\", or \"sub\"; or give --zone-kind")),
        }
    }
}
