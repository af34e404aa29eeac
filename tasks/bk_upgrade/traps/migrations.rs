//! The traps of the migrations of section 7.

use crate::common::traps::Trap;

pub(super) const TRAPS: &[Trap] = &[];
