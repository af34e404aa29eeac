//! The traps of backups of section 5.

use crate::common::traps::Trap;

pub(super) const TRAPS: &[Trap] = &[];
