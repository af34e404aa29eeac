//! The functions of a snippet that the engine calls.

/// The functions that a snippet may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Function {
    /// Reads only; exit status 0 = kept, 1 = needed, anything else = the probe itself failed.
    Probe,
    /// Makes it so.
    Change,
    /// Takes it back.
    Undo,
    /// Reads only, with the inputs of `undo`; exit status 0 = the state before the change, 1 = the
    /// state after the change, anything else = changed since.
    Undone,
    /// Reads only; prints one line, which names all that the result of `change` depends on: a hash of files.
    Inputs,
}

impl Function {
    /// Its name in the file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Probe => "probe",
            Self::Change => "change",
            Self::Undo => "undo",
            Self::Undone => "undone",
            Self::Inputs => "inputs",
        }
    }
}
