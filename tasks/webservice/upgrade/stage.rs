//! The stages of the upgrade: their names, in the order of the runbook as it is corrected here.

use engine::prelude::*;

/// What the upgrade does: once for the platform, then from `release-vip` on for each node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Stage {
    /// Check what is needed, and every value that was given
    CheckPrereqs,
    /// Tell which node is first: the one without the floating IP
    PlanOrder,
    /// Back up the settings files
    BackupSettings,
    /// Back up logo, local_config.yaml and rc.local of both nodes
    BackupNodeFiles,
    /// Set the floating IP, when one is given
    SetFloatingIp,
    /// Take the access keys over
    SyncAccessKeys,
    /// Take the console keys over, in the global zone
    SyncConsoleKeys,
    /// Reserve temporary addresses
    PickTempIp,
    /// Give settings a MAC address, when they have none
    GenMac,
    /// Tell where each node goes
    PlanPlacement,
    /// Look for the bridges
    DetectBridge,
    /// Write the settings files
    GenSettings,
    /// Refresh the list of nodes
    GenNodeList,
    /// Build the packages
    BuildPkgs,
    /// Have the finished node take the floating IP
    ReleaseVip,
    /// Stop the old services
    StopServices,
    /// Shut the old VM down
    ShutdownVm,
    /// Move its image aside
    BackupVmImage,
    /// Launch the new VM
    RelaunchVm,
    /// Forget the old host keys, trust the new ones (X0.17)
    PurgeKnownHosts,
    /// Install the platform
    InstallNode,
    /// Install the services of the zone
    Deploy,
    /// Give logo and local_config.yaml back (X0.5)
    RestoreNodeFiles,
    /// nginx
    NginxConf,
    /// keepalived, and its block in rc.local
    KeepalivedVip,
    /// Gate: every program runs (WS-25)
    CheckServices,
    /// Gate: the console page, and a person (WS-26)
    CheckConsole,
    /// Give the original address back (X0.6)
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

    /// Whether `undo` does not go back past it.
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
