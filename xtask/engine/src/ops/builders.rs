//! Builder methods that several operations have, each written once.

/// For a type with the fields `stdin`, `timeout` and `detached`: the input, the time limit and the independence of
/// what it runs.
macro_rules! run_builders {
    ($owner:ty) => {
        impl $owner {
            /// Gives the script these bytes on standard input: the only way for a secret.
            #[must_use]
            pub fn stdin(mut self, bytes: impl Into<Vec<u8>>, secret: bool) -> Self {
                self.stdin = Some($crate::ops::action::Stdin { bytes: bytes.into(), secret });
                self
            }

            /// Sets a time limit instead of the run's `--timeout`. A probe keeps that of the run.
            #[must_use]
            pub fn within(mut self, limit: std::time::Duration) -> Self {
                self.timeout = Some(limit);
                self
            }

            /// The change continues when the connection is lost or the program is killed: see [`Detached`]. `job` is
            /// its name on the host, or a [`Detached`] with further settings.
            ///
            /// [`Detached`]: crate::ops::Detached
            #[must_use]
            pub fn detached(mut self, job: impl Into<$crate::ops::Detached>) -> Self {
                self.detached = Some(job.into());
                self
            }
        }
    };
}

/// For a type with the field `poll`: the wait after its change.
macro_rules! poll_builder {
    ($owner:ty) => {
        impl $owner {
            /// Sets how long the probe after the change may still say "needed".
            #[must_use]
            pub fn poll(mut self, poll: $crate::ops::Poll) -> Self {
                self.poll = poll;
                self
            }
        }
    };
}

/// For a type with the fields `what`, `after` and `makes`: how a dry run shows it.
macro_rules! plan_builders {
    ($owner:ty) => {
        impl $owner {
            /// Its line in the plan, imperative.
            #[must_use]
            pub fn called(mut self, what: impl Into<String>) -> Self {
                self.what = what.into();
                self
            }

            /// In a dry run the probe is skipped after an earlier change of this host, and this says why:
            /// `the units come with the new package`.
            #[must_use]
            pub fn after_changes(mut self, because: impl Into<String>) -> Self {
                self.after = Some(because.into());
                self
            }

            /// In a dry run "kept" does not count after an earlier change of this host: its probe may read what that change
            /// makes. A saved plan then takes another change for no difference.
            #[must_use]
            pub fn doubting_kept(mut self) -> Self {
                self.doubts = true;
                self
            }

            /// The answer "kept", with this `pending` change of a dry run.
            fn kept(&self, pending: Option<String>) -> State {
                match pending.filter(|_| self.doubts) {
                    Some(first) => State::Unknown(format!(
                        "known only after the earlier operations have run (first: {first})"
                    )),
                    None => State::Kept,
                }
            }

            /// The change writes this path; its content is unknown before.
            #[must_use]
            pub fn makes(mut self, path: impl Into<String>) -> Self {
                self.makes.push(path.into());
                self
            }

            /// Why a dry run with this `pending` change cannot probe it.
            fn unknown(&self, pending: Option<String>) -> Option<String> {
                let (because, pending) = (self.after.as_ref()?, pending?);
                Some(format!("{because} (first: {pending})"))
            }

            fn made(&self) -> Vec<(String, $crate::ops::Planned)> {
                let because = format!("unknown until this has run: {}", self.what);
                let unknown = $crate::ops::Planned::Unknown(because);
                self.makes.iter().map(|path| (path.clone(), unknown.clone())).collect()
            }
        }
    };
}

/// For a type with a `target`, the file that it writes.
macro_rules! target_builders {
    ($owner:ty) => {
        impl $owner {
            /// Sets a command that the new file must pass before it replaces the old one: `keepalived -t -f`.
            /// The path of the file is added as its last argument.
            #[must_use]
            pub fn checked_by<W: Into<String>>(
                mut self,
                words: impl IntoIterator<Item = W>,
            ) -> Self {
                self.target.check = words.into_iter().map(Into::into).collect();
                self
            }

            /// The diff hides the rest of a line after each of these words (`auth_pass`). The content
            /// counts as secret.
            #[must_use]
            pub fn masking<W: Into<String>>(mut self, words: impl IntoIterator<Item = W>) -> Self {
                self.target.mask(words);
                self
            }

            /// The content is a secret: the diff only counts lines, and the record holds none of it. The
            /// old file stays on the host as `PATH.xtask-bak` (mode 600) until undo.
            #[must_use]
            pub fn secret(mut self) -> Self {
                self.target.secret = true;
                self
            }
        }
    };
}

pub(super) use {plan_builders, poll_builder, run_builders, target_builders};
