//! The upgrader of the job platform: it runs once before the update of the processes, and once after it (X4.52).

use engine::prelude::*;
use engine::transport::secret::Secret;

use super::bkcli::Bkcli;
use super::output;

const UPGRADER: Snippet = snippet!("bk-upgrade/job_upgrader");
const RAN: Snippet = snippet!("bk-upgrade/job_upgrader_ran");
const JAR: Snippet = snippet!("bk-upgrade/job_upgrader_jar");
const SYNC: Snippet = snippet!("bk-upgrade/job_sync");

/// The time point of a run, in the words of the upgrader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Before the update.
    Before,
    /// After it.
    After,
}

/// The upgrader on one host.
#[derive(Debug, Clone)]
pub(crate) struct Upgrader<'a> {
    /// Java on that host.
    pub(crate) java: &'a AbsPath,
    /// Directory of the BlueKing installation.
    pub(crate) install_path: &'a AbsPath,
    /// Directory of the new packages.
    pub(crate) src_dir: &'a AbsPath,
    /// The version before the upgrade.
    pub(crate) from: String,
    /// The version after it.
    pub(crate) to: String,
    /// Address and port of a job-manage, which the upgrader would ask for.
    pub(crate) server: String,
    /// Answers to other questions.
    pub(crate) answers: &'a [Answer],
    /// The same with secrets.
    pub(crate) secrets: Vec<(String, Secret)>,
    /// Time limit of a run.
    pub(crate) limit: Duration,
}

/// A question of the upgrader and the answer, `QUESTION=TEXT`.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// The end of its line.
    pub(crate) question: String,
    /// The answer.
    pub(crate) text: String,
}

impl Phase {
    const fn word(self) -> &'static str {
        match self {
            Self::Before => "BEFORE_UPDATE_JOB",
            Self::After => "AFTER_UPDATE_JOB",
        }
    }

    const fn marker(self) -> &'static str {
        match self {
            Self::Before => "bk-upgrade/job-before-update",
            Self::After => "bk-upgrade/job-after-update",
        }
    }
}

impl Upgrader<'_> {
    /// It has run for this time point and these versions. Another question than those of the list ends it.
    pub(crate) fn ran(&self, phase: Phase) -> Interactive<Script> {
        let values = [
            ("JAVA", self.java.to_string().into()),
            ("INSTALL_PATH", self.install_path.to_string().into()),
            ("JARS", self.jars()),
            ("FROM", self.from.as_str().into()),
            ("TO", self.to.as_str().into()),
            ("PHASE", phase.word().into()),
            ("SERVER", self.server.as_str().into()),
        ];
        let script = Script::new(phase.marker(), UPGRADER, values)
            .called(format!("run the upgrader, {}: {} to {}", phase.word(), self.from, self.to))
            .within(self.limit);
        let asked = self.answers.iter().fold(Interactive::new(script), |asked, answer| {
            asked.answer(&answer.question, &answer.text).at_line_end().at_most(9)
        });
        self.secrets.iter().fold(asked, |asked, (question, secret)| {
            asked.secret(question, secret).at_line_end().at_most(9)
        })
    }

    /// Whether it has run for this time point and these versions.
    pub(crate) fn has_run(&self, host: &Host<'_>, phase: Phase) -> Result<bool> {
        let line = format!("{} {} {}", phase.word(), self.from, self.to);
        let values = [("MARKER", phase.marker().into()), ("LINE", line.into())];
        host.look("look for a run of the upgrader", |reader| reader.kept(RAN, values))
    }

    /// The places of its jar: the document names the installed one, which is there only after the upgrade.
    fn jars(&self) -> Value {
        let jar = format!("job/backend/upgrader-{}.jar", self.to);
        Value::list([self.install_path, self.src_dir].map(|dir| format!("{dir}/{jar}")))
    }
}

/// The new package is on the host, beside the old one that runs: `bkcli sync job`.
#[derive(Debug)]
pub(crate) struct Synced<'a> {
    /// The tool.
    pub(crate) bkcli: &'a Bkcli<'a>,
    /// The host of the upgrader.
    pub(crate) host: Host<'a>,
    /// The upgrader.
    pub(crate) upgrader: &'a Upgrader<'a>,
}

impl Op for Synced<'_> {
    fn describe(&self) -> String {
        format!("copy the package of job to {}", self.host.name())
    }

    fn probe(&self, _: &Reader<'_>) -> Result<State> {
        let jar = Action::probe(JAR, [("JARS", self.upgrader.jars())]);
        let (there, said) =
            self.host.look("look for the upgrader", |reader| reader.answer(&jar))?;
        Ok(if there { State::Kept } else { State::needed(said) })
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        let dir = self.bkcli.install_dir.to_string();
        let values = [("INSTALL_DIR", dir.into()), ("ALLOW", output::allowed(&[]))];
        Ok(vec![Action::change(SYNC, values).within(self.upgrader.limit)])
    }

    /// A copy beside the running version harms nobody; the next sync replaces it.
    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(Some(Vec::new()))
    }
}

/// `QUESTION=TEXT` of the command line.
pub(crate) fn answer(text: &str) -> Result<Answer, Fault> {
    match text.split_once('=') {
        Some((question, text)) if !question.trim().is_empty() => {
            Ok(Answer { question: question.to_owned(), text: text.to_owned() })
        }
        _ => Err(Fault::usage(format!("`{text}` is not QUESTION=TEXT"))
            .hint("QUESTION is the end of the line where the upgrader waits")),
    }
}
