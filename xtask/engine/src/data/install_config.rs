//! BlueKing's `install.config`: addresses and their modules.
//!
//! A line is an IPv4 address, blanks, and modules joined by commas, as in
//! `10.0.0.1 iam,gse,monitorv3(monitor),log(api)`. The form is that of the 6.1 to 6.2 upgrade
//! guide, section 6.2.

use std::net::Ipv4Addr;
use std::ops::Range;

use super::fault::Fault;
use super::source::{Place, Problems, Source};

/// The whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstallConfig {
    /// Its lines that are neither blank nor comments, in order.
    pub lines: Vec<Line>,
}

/// One line: an address may have several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The host.
    pub address: Ipv4Addr,
    /// Its modules.
    pub modules: Vec<Module>,
    /// Where the address stands.
    pub place: Place,
}

/// A module, some with a project: `monitorv3(monitor)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// `monitorv3`
    pub name: String,
    /// `monitor`
    pub project: Option<String>,
}

impl Module {
    /// The groups that a host of this module is in: `monitorv3` and `monitorv3_monitor`.
    pub fn groups(&self) -> Vec<String> {
        let project = self.project.as_ref().map(|project| format!("{}_{project}", self.name));
        std::iter::once(self.name.clone()).chain(project).collect()
    }
}

impl InstallConfig {
    /// Reads the file; `path` is shown in errors.
    ///
    /// # Errors
    /// One usage fault that shows every wrong line.
    pub fn parse(path: &str, text: &str) -> Result<Self, Fault> {
        let mut problems = Problems::default();
        let config = Self::collect(&Source::new(path, text), &mut problems);
        problems.into_result()?;
        Ok(config)
    }

    /// Reads the file and adds its problems to `problems`.
    pub(super) fn collect(source: &Source<'_>, problems: &mut Problems) -> Self {
        let mut lines = Vec::new();
        let mut start = 0;
        for raw in source.text.split_inclusive('\n') {
            // No address or module has a `#`, so it begins a comment wherever it stands.
            let line = raw.split('#').next().unwrap_or_default();
            lines.extend(self::line(source, start, line, problems));
            start += raw.len();
        }
        if lines.is_empty() && problems.is_empty() {
            problems.push(source.problem(0..0, "no line names a host and its modules"));
        }
        Self { lines }
    }
}

/// Reads one line that begins at byte `start`.
fn line(source: &Source<'_>, start: usize, line: &str, problems: &mut Problems) -> Option<Line> {
    let (address, rest) = word(line, 0)?;
    let at = |range: &Range<usize>| start + range.start..start + range.end;
    let Ok(ip) = line[address.clone()].parse::<Ipv4Addr>() else {
        let message = format!("`{}` is not an IPv4 address", &line[address.clone()]);
        let problem = source.problem(at(&address), message);
        problems.push(problem.hint(Some("a line is ADDRESS MODULE,MODULE(PROJECT),…".into())));
        return None;
    };
    let Some((list, rest)) = word(line, rest) else {
        problems.push(source.problem(at(&address), format!("{ip} has no modules")));
        return None;
    };
    if let Some((more, _)) = word(line, rest) {
        let message = format!("a blank stands between the modules of {ip}");
        let problem = source.problem(at(&more), message);
        problems.push(problem.hint(Some("write the modules without blanks".into())));
        return None;
    }
    let mut modules = Vec::new();
    let mut from = list.start;
    for item in line[list].split(',') {
        match module(item) {
            Some(module) => modules.push(module),
            None => problems.push(wrong_module(source, at(&(from..from + item.len())), item)),
        }
        from += item.len() + 1;
    }
    Some(Line { address: ip, modules, place: source.place(at(&address)) })
}

fn wrong_module(source: &Source<'_>, at: Range<usize>, item: &str) -> super::source::Problem {
    if item.is_empty() {
        return source.problem(at, "a module is missing between two commas");
    }
    source
        .problem(at, format!("`{item}` is not a module"))
        .hint(Some("a module is NAME or NAME(PROJECT), as in monitorv3(monitor)".into()))
}

/// The next word at or after byte `from`, and where the rest begins.
fn word(line: &str, from: usize) -> Option<(Range<usize>, usize)> {
    let rest = &line[from..];
    let start = from + rest.find(|c: char| !c.is_whitespace())?;
    let length = line[start..].find(char::is_whitespace).unwrap_or(line.len() - start);
    Some((start..start + length, start + length))
}

/// `name` or `name(project)`.
fn module(item: &str) -> Option<Module> {
    let (name, project) = match item.split_once('(') {
        Some((name, rest)) => (name, Some(rest.strip_suffix(')')?)),
        None => (item, None),
    };
    let good = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    };
    (good(name) && project.is_none_or(good))
        .then(|| Module { name: name.into(), project: project.map(Into::into) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn lines_give_addresses_and_modules() {
        let text = "# all\n\n10.0.0.1\tiam,monitorv3(influxdb-proxy) # first\r\n10.0.0.2 paas";
        let config = InstallConfig::parse("install.config", text).unwrap();
        let shown: Vec<String> = config
            .lines
            .iter()
            .map(|line| {
                let groups: Vec<String> = line.modules.iter().flat_map(Module::groups).collect();
                format!("{}: {} {}", line.place.name(), line.address, groups.join(" "))
            })
            .collect();
        expect![[r#"
            install.config:3: 10.0.0.1 iam monitorv3 monitorv3_influxdb-proxy
            install.config:4: 10.0.0.2 paas"#]]
        .assert_eq(&shown.join("\n"));
    }

    #[test]
    fn every_wrong_line_is_shown() {
        let text =
            "10.0.0.300 iam\n10.0.0.1\n10.0.0.2 iam, ssm\n10.0.0.3 log(api,x,,y\n10.0.0.4 a，b\n";
        let fault = InstallConfig::parse("install.config", text).unwrap_err();
        expect![[r#"
            install.config:1: `10.0.0.300` is not an IPv4 address
                 1 | 10.0.0.300 iam
                   | ^^^^^^^^^^
                also install.config:2: 10.0.0.1 has no modules
                 2 | 10.0.0.1
                   | ^^^^^^^^
                also install.config:3: a blank stands between the modules of 10.0.0.2
                 3 | 10.0.0.2 iam, ssm
                   |               ^^^ write the modules without blanks
                also install.config:4: `log(api` is not a module
                 4 | 10.0.0.3 log(api,x,,y
                   |          ^^^^^^^ a module is NAME or NAME(PROJECT), as in monitorv3(monitor)
                also install.config:4: a module is missing between two commas
                 4 | 10.0.0.3 log(api,x,,y
                   |                    ^
                also install.config:5: `a，b` is not a module
                 5 | 10.0.0.4 a，b
                   |          ^^^^ a module is NAME or NAME(PROJECT), as in monitorv3(monitor)
            hint: a line is ADDRESS MODULE,MODULE(PROJECT),…
        "#]]
        .assert_eq(&crate::data::testing::shown(&fault));
    }
}
