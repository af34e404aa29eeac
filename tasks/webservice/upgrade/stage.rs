//! The stages of the upgrade: their names, in the corrected order of the runbook.

use engine::prelude::*;

/// A stage of the upgrade: once for the platform, from `release-vip` on for each node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Stage {
    /// Check the prerequisites and all values
    CheckPrereqs,
    /// Show which node is first: the one without the floating IP
    PlanOrder,
    /// Back up the settings files
    BackupSettings,
    /// Back up logo, local_config.yaml and rc.local of both nodes
    BackupNodeFiles,
    /// Set the floating IP, if one is given
    SetFloatingIp,
    /// Copy the access keys
    SyncAccessKeys,
    /// Copy the console keys, in the global zone
    SyncConsoleKeys,
    /// Reserve temporary addresses
    PickTempIp,
    /// Generate a MAC address for settings without one
    GenMac,
    /// Show the new physical host of each node
    PlanPlacement,
    /// Find the bridges
    DetectBridge,
    /// Write the settings files
    GenSettings,
    /// Refresh the list of nodes
    GenNodeList,
    /// Build the packages
    BuildPkgs,
    /// Move the floating IP to the finished node
    ReleaseVip,
    /// Stop the old services
    StopServices,
    /// Shut down the old VM
    ShutdownVm,
    /// Move its image aside
    BackupVmImage,
    /// Launch the new VM
    RelaunchVm,
    /// Remove the old host keys, trust the new ones (X0.17)
    PurgeKnownHosts,
    /// Install the platform
    InstallNode,
    /// Install the services of the zone
    Deploy,
    /// Restore logo and local_config.yaml (X0.5)
    RestoreNodeFiles,
    /// Install the nginx configuration
    NginxConf,
    /// Install keepalived, and its block in rc.local
    KeepalivedVip,
    /// Gate: every program runs (WS-25)
    CheckServices,
    /// Gate: the console page answers, a person agrees (WS-26)
    CheckConsole,
    /// Restore the original address (X0.6)
    RestoreMgmtIp,
    /// Gate: the node is finished
    CheckNode,
}

impl Stage {
    /// All of them, in order.
    pub(super) fn all() -> &'static [Self] {
        Self::value_variants()
    }

    /// Its name on the command line.
    pub(super) fn name(self) -> String {
        Stages::name(&self)
    }

    /// Whether it is done for each node.
    pub(super) fn of_node(self) -> bool {
        self >= Self::ReleaseVip
    }

    /// Whether `undo` stops at it.
    pub(super) fn no_return(self) -> bool {
        matches!(
            self,
            Self::GenNodeList
                | Self::BuildPkgs
                | Self::RelaunchVm
                | Self::InstallNode
                | Self::Deploy
        )
    }
}
