//! The traps of the environment files of section 6.

use crate::common::traps::Trap;

pub(super) const TRAPS: &[Trap] = &[];
