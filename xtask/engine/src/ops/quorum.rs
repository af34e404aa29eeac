//! Asking clusters before an operation takes members of them away.

use anyhow::Result;

use super::action::Action;

/// An operation that is about to take members of clusters away.
#[derive(Debug, Clone, Copy)]
pub struct Leave<'a> {
    /// The host of the operation.
    pub host: &'a str,
    /// The actions that will run.
    pub actions: &'a [Action],
}

/// Members that are away with the consent of their clusters, until this value ends.
pub trait Departure {
    /// The operation is over: waits until the clusters are well.
    ///
    /// # Errors
    /// When one of them is not well within its time.
    fn over(self: Box<Self>) -> Result<()>;
}

/// Keeps the quorum of clusters. Without clusters, everything may go.
pub trait Quorum {
    /// The answers of the clusters about members that an operation takes away, for the plan.
    ///
    /// # Errors
    /// When one of them would refuse now.
    fn foresee(&self, leave: &Leave<'_>) -> Result<String> {
        let _ = leave;
        Ok(String::new())
    }
    /// Before an operation takes members of clusters away: asks the clusters, one host after the other. None when
    /// it takes nobody away.
    ///
    /// # Errors
    /// When a cluster refuses or cannot be asked.
    fn leave<'a>(&'a self, leave: &Leave<'_>) -> Result<Option<Box<dyn Departure + 'a>>> {
        let _ = leave;
        Ok(None)
    }
}
