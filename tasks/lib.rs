//! The steps of the runbooks.
