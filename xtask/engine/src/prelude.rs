//! What a step is written with: `use engine::prelude::*;` is its one line for the engine.

pub use std::time::Duration;

pub use anyhow::Result;
pub use clap::ValueEnum;
pub use serde_json::json;

pub use crate::data::abs_path::AbsPath;
pub use crate::data::fault::Fault;
pub use crate::data::ifname::Ifname;
pub use crate::data::loss::Loss;
pub use crate::data::mac::Mac;
pub use crate::data::node_name::NodeName;
pub use crate::data::outcome::Outcome;
pub use crate::data::range::fold;
pub use crate::data::stamp::Stamp;
pub use crate::data::unit_name::UnitName;
pub use crate::ops::{
    Absent, Action, Assert, Backup, Content, Demand, Detached, Directory, Doomed, Edit, Entry,
    File, FileContent, Interactive, Mode, Moved, Op, Planned, Poll, Reader, Script, Shell, State,
    Stdin, TakesAway, Transfer, TreeCopy, Undo, Units, Wait, Work,
};
pub use crate::run::{
    Capture, Captured, Context, Finding, Host, Hosts, Manual, OpenItem, Options, ProvenBackup,
    Stages,
};
pub use crate::snippet;
pub use crate::text::snippet::{Snippet, Value};
