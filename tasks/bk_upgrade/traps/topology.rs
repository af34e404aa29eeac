//! The traps of the topology of section 7.17.

use crate::common::traps::Trap;

pub(super) const TRAPS: &[Trap] = &[];
