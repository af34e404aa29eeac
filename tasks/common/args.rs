//! Arguments that steps of several runbooks have.

use clap::{Arg, ArgMatches, Command, FromArgMatches};
use engine::prelude::*;

const NAME: &str = "wait_timeout";

/// The limit for the result of a step; each step has its own default.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WaitTimeout<const DEFAULT: u64> {
    wait_timeout: u64,
}

// The derive of clap keeps the text of a default in a static, which all values of DEFAULT would share: the first step of
// a process would give its default to all others.
impl<const DEFAULT: u64> clap::Args for WaitTimeout<DEFAULT> {
    fn augment_args(command: Command) -> Command {
        command.arg(
            Arg::new(NAME)
                .long("wait-timeout")
                .alias("patience")
                .value_name("SECS")
                .value_parser(clap::value_parser!(u64))
                .default_value(DEFAULT.to_string())
                .help("Seconds to wait for the result"),
        )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<const DEFAULT: u64> FromArgMatches for WaitTimeout<DEFAULT> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self { wait_timeout: matches.get_one::<u64>(NAME).copied().unwrap_or(DEFAULT) })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl<const DEFAULT: u64> WaitTimeout<DEFAULT> {
    /// Seconds.
    pub(crate) const fn seconds(self) -> u64 {
        self.wait_timeout
    }

    /// The limit.
    pub(crate) const fn limit(self) -> Duration {
        Duration::from_secs(self.wait_timeout)
    }

    /// Probes each second until the limit.
    pub(crate) fn poll(self) -> Poll {
        Poll::seconds(self.wait_timeout)
    }
}

#[cfg(test)]
mod tests {
    use clap::Args as _;

    use super::*;

    fn default<const DEFAULT: u64>() -> u64 {
        let command = WaitTimeout::<DEFAULT>::augment_args(Command::new("step"));
        let matches = command.try_get_matches_from(["step"]).unwrap();
        WaitTimeout::<DEFAULT>::from_arg_matches(&matches).unwrap().seconds()
    }

    /// The steps of a composite are read in one process.
    #[test]
    fn each_step_has_its_own_default() {
        assert_eq!((default::<60>(), default::<600>(), default::<60>()), (60, 600, 60));
    }
}
