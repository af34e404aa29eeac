//! The migration of the group data of the permission center, by the vendor's script.

use engine::prelude::*;

const MIGRATE: Snippet = snippet!("bk-upgrade/iam_migrate");
/// The marker of a migration that has run.
const MARKER: &str = "bk-upgrade/iam-migrate";

/// The part of the migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// Migrate, then check
    Both,
    /// Migrate, without the check
    Migrate,
    /// Only check; reads only
    Check,
}

/// The script, and the database that it works on.
#[derive(Debug, Clone)]
pub(crate) struct Migration<'a> {
    /// The script of the vendor on the control machine.
    pub(crate) script: &'a AbsPath,
    /// The Python that has PyMySQL.
    pub(crate) python: String,
    /// Address of the database server.
    pub(crate) server: String,
    /// Its port.
    pub(crate) port: u16,
    /// Its administrator.
    pub(crate) user: String,
    /// The password of the administrator.
    pub(crate) password: String,
    /// The database.
    pub(crate) database: &'a str,
    /// What it changes beyond repair: the rows of the database, on its host.
    pub(crate) data: Doomed,
}

/// The data is migrated, and the vendor's check agrees.
///
/// The document's comment wants `check` first, its commands run `migrate` first, and so does the vendor's guide (X4.46).
/// `check` compares with the tables that `migrate` makes, so it can only come after. Both may be repeated.
#[derive(Debug)]
pub(crate) struct Migrated<'a> {
    migration: &'a Migration<'a>,
    mode: Mode,
    job: Detached,
}

/// The vendor's check agrees, or the step is refused.
#[derive(Debug)]
pub(crate) struct Checked<'a>(&'a Migration<'a>);

impl<'a> Migration<'a> {
    /// What must be true afterwards; not for [`Mode::Check`].
    pub(crate) fn done(&'a self, mode: Mode) -> Migrated<'a> {
        Migrated { migration: self, mode, job: Detached::job("iam-migrate").rerun_when_cut() }
    }

    /// The check alone.
    pub(crate) const fn checked(&'a self) -> Checked<'a> {
        Checked(self)
    }

    /// The password goes to standard input, never into an argument or the environment (XX.1).
    fn action(
        &self,
        action: fn(Snippet, Vec<(&'static str, Value)>) -> Action,
        want: &str,
    ) -> Action {
        let values = vec![
            ("PYTHON", self.python.as_str().into()),
            ("SCRIPT", self.script.to_string().into()),
            ("SERVER", self.server.as_str().into()),
            ("PORT", self.port.to_string().into()),
            ("DBUSER", self.user.as_str().into()),
            ("DATABASE", self.database.into()),
            ("MARKER", MARKER.into()),
            ("WANT", want.into()),
        ];
        action(MIGRATE, values).stdin(self.password.as_bytes(), true)
    }

    fn probe(&self, control: &Reader<'_>, want: &str) -> Result<(bool, String)> {
        control.answer(&self.action(Action::probe, want))
    }
}

impl Op for Migrated<'_> {
    fn describe(&self) -> String {
        format!("migrate the group data in {}", self.migration.database)
    }

    fn probe(&self, control: &Reader<'_>) -> Result<State> {
        if control.planned(self.migration.script.as_str().into()).is_some() {
            return Ok(State::Unknown("the script is fetched by an earlier operation".to_owned()));
        }
        let want = if self.mode == Mode::Migrate { "migrated" } else { "both" };
        let (done, said) = self.migration.probe(control, want)?;
        Ok(if done { State::Kept } else { State::needed(said) })
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        let action = self.migration.action(Action::change, "");
        Ok(vec![Action { detached: Some(self.job.clone()), ..action }])
    }

    /// Only the dump brings the rows back.
    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(None)
    }

    fn destroys(&self) -> Vec<Doomed> {
        vec![self.migration.data.clone()]
    }

    fn detached(&self) -> Option<&Detached> {
        Some(&self.job)
    }
}

impl Op for Checked<'_> {
    fn describe(&self) -> String {
        format!("check that the group data in {} is migrated", self.0.database)
    }

    fn probe(&self, control: &Reader<'_>) -> Result<State> {
        if let Some(pending) = control.pending() {
            return Ok(State::Unknown(format!(
                "known only after the migration (first: {pending})"
            )));
        }
        let (good, said) = self.0.probe(control, "checked")?;
        if good {
            return Ok(State::Kept);
        }
        let fault =
            Fault::refused(format!("the group data in {} is not migrated", self.0.database));
        Err(fault
            .detail("found", said.trim_end())
            .hint("migrate it before the upgrade (X4.43): cargo xtask bk-upgrade iam migrate")
            .into())
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        Ok(Vec::new())
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(Some(Vec::new()))
    }
}
