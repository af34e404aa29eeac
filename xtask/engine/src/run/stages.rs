//! Steps with stages: `bk-upgrade paas [STAGE] [--from STAGE]`.

/// The selected stages of a step.
#[derive(Debug, Clone, clap::Args)]
pub struct Stages<S: clap::ValueEnum + Send + Sync + 'static> {
    /// Only this stage
    // The stages are shown once, here. The name `only` belongs to the flag for hosts.
    #[arg(value_enum, value_name = "STAGE", conflicts_with = "from")]
    stage: Option<S>,
    /// Only this stage, as a flag
    #[arg(long, value_enum, value_name = "STAGE", hide_possible_values = true, conflicts_with_all = ["from", "stage"])]
    only_stage: Option<S>,
    /// This stage and all after it
    #[arg(long, value_enum, value_name = "STAGE", hide_possible_values = true)]
    from: Option<S>,
}

impl<S: clap::ValueEnum + Send + Sync + 'static> Stages<S> {
    /// Whether `stage` runs.
    pub fn has(&self, stage: &S) -> bool {
        let name = |stage: &S| stage.to_possible_value().map(|value| value.get_name().to_owned());
        let place =
            |stage: &S| S::value_variants().iter().position(|other| name(other) == name(stage));
        if let Some(only) = self.stage.as_ref().or(self.only_stage.as_ref()) {
            return name(only) == name(stage);
        }
        self.from.as_ref().is_none_or(|from| place(stage) >= place(from))
    }

    /// Whether one stage was selected by its name.
    pub fn is_only(&self) -> bool {
        self.stage.is_some() || self.only_stage.is_some()
    }

    /// The name of a stage on the command line.
    pub fn name(stage: &S) -> String {
        stage.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// How many stages run.
    pub fn count(&self) -> usize {
        S::value_variants().iter().filter(|stage| self.has(stage)).count()
    }
}
