//! The answer to the question whether a secret begins at one place of a text.

/// A secret, a part of one, or neither.
#[derive(Default)]
pub(super) struct Hit {
    /// The end of the secret that begins here.
    pub(super) end: Option<usize>,
    /// The end of the text cuts off a secret, or a longer form of it.
    pub(super) open: bool,
}
