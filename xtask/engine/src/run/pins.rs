//! The file with the pins, beside the inventory: `hosts.toml` has `hosts.lock`.

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};

use super::dir_lock;
use crate::data::fault::Fault;
use crate::data::pins::Pins;
use crate::transport::replace::replace_synced;
use crate::transport::trust::{self, Consent};

/// The place of the pins of an inventory.
#[derive(Debug)]
pub(super) struct PinFile {
    path: Utf8PathBuf,
    inventory: String,
    consent: Consent,
}

impl PinFile {
    /// Beside an inventory, which the person may have named.
    pub(super) fn beside(inventory: &Utf8Path, named: &[Utf8PathBuf]) -> Self {
        let consent = Consent::of(named);
        let name = inventory.file_name().unwrap_or_default().to_owned();
        // That of standard input is in the directory of the call.
        let stdin = inventory == trust::STDIN;
        let path = if stdin { "hosts.lock".into() } else { inventory.with_extension("lock") };
        Self { path, inventory: name, consent }
    }

    /// The name for people.
    pub(super) fn name(&self) -> &str {
        self.path.file_name().unwrap_or_default()
    }

    /// Its content; empty when the file does not exist yet.
    pub(super) fn read(&self) -> Result<Pins> {
        match self.consent.read(&self.path) {
            Ok(text) => Ok(Pins::parse(&self.path, &text)?),
            Err(error) if trust::is_missing(&error) => Ok(Pins::default()),
            Err(error) => Err(error.context(format!("reading {}", self.path))),
        }
    }

    /// Changes it: `edit` sees the pins that other runs have written meanwhile, and keeps them.
    ///
    /// # Errors
    /// Those of `edit`; exit 6 when the file cannot be written: a host without a pin is not changed.
    pub(super) fn edit(&self, edit: impl FnOnce(&mut Pins) -> Result<()>) -> Result<()> {
        let _alone = dir_lock::beside(&self.path)?;
        let before = self.read()?;
        let mut pins = before.clone();
        edit(&mut pins)?;
        if pins == before {
            return Ok(());
        }
        let text = pins.render(&self.inventory);
        // Others may read it, and nobody else may write it, whatever the umask.
        replace_synced(&self.path, text.as_bytes(), 0o644).map_err(|error| {
            Fault::refused(format!("cannot write {}: {error}", self.path))
                .hint("make it writable, or set `identity = false` for hosts without an identity")
                .into()
        })
    }
}
