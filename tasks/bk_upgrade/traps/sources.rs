//! The traps of the packages of sections 1 to 4.

use crate::common::traps::Trap;

pub(super) const TRAPS: &[Trap] = &[];
