//! BlueKing's `install.config`: addresses and their modules.
//!
//! A line is an IPv4 address and modules, as in `10.0.0.1 iam,gse,monitorv3(monitor),log(api)`.
//! Any number of blanks, tabs and commas separates them, as in BlueKing's own parser
//! (`bin/bk-install-config-parser.awk`). Headings (`[basic]`), labels (`:`) and comments (`#`) mean
//! nothing. That parser also ignores any other line that does not begin with an address. Here such
//! a line is an error: a mistyped address must not take a host out of a run.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::fault::Fault;
use super::plain;
use super::source::{Place, Problem, Problems, Source};

/// The whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstallConfig {
    /// Its lines that begin with an address, in order.
    pub lines: Vec<Line>,
}

/// One line: an address may have several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The host.
    pub address: Ipv4Addr,
    /// Its modules; none for an address alone.
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
    let (address, mut rest) = word(line, 0, blank)?;
    if line[address.clone()].starts_with(['[', ':']) {
        return None;
    }
    let at = |range: &Range<usize>| start + range.start..start + range.end;
    let Ok(ip) = line[address.clone()].parse::<Ipv4Addr>() else {
        problems.push(wrong_address(source, at(&address), &line[address]));
        return None;
    };
    let mut modules = Vec::new();
    while let Some((item, after)) = word(line, rest, separates) {
        match module(&line[item.clone()]) {
            Some(module) => modules.push(module),
            None => problems.push(wrong_module(source, at(&item), &line[item])),
        }
        rest = after;
    }
    Some(Line { address: ip, modules, place: source.place(at(&address)) })
}

fn wrong_address(source: &Source<'_>, at: Range<usize>, word: &str) -> Problem {
    let hint = if word.parse::<Ipv6Addr>().is_ok() {
        "BlueKing leaves out such a line: begin it with `#`, and write the host into hosts.toml"
    } else {
        "a line is ADDRESS MODULE,MODULE(PROJECT),…"
    };
    source.problem(at, format!("`{word}` is not an IPv4 address")).hint(Some(hint.into()))
}

fn wrong_module(source: &Source<'_>, at: Range<usize>, item: &str) -> Problem {
    let hint = plain::check(item).err().and_then(|foreign| foreign.hint);
    let hint = hint.unwrap_or_else(|| {
        "a module is NAME or NAME(PROJECT) without blanks, as in monitorv3(monitor)".into()
    });
    source.problem(at, format!("`{item}` is not a module")).hint(Some(hint))
}

/// Also the mark that some editors of Windows put before the first line.
fn blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{FEFF}'
}

fn separates(c: char) -> bool {
    c == ',' || blank(c)
}

/// The next word at or after byte `from`, and where the rest begins. `before` may stand before it.
fn word(line: &str, from: usize, before: fn(char) -> bool) -> Option<(Range<usize>, usize)> {
    let rest = &line[from..];
    let start = from + rest.find(|c: char| !before(c))?;
    let length = line[start..].find(separates).unwrap_or(line.len() - start);
    // A comma before the address is a word: that line has none.
    let length = length.max(1);
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

    /// Each line with its groups.
    fn shown(text: &str) -> String {
        let config = InstallConfig::parse("install.config", text).unwrap();
        let line = |line: &Line| {
            let groups: Vec<String> = line.modules.iter().flat_map(Module::groups).collect();
            format!("{}: {} {}", line.place.name(), line.address, groups.join(" "))
        };
        config.lines.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn lines_give_addresses_and_modules() {
        let text = "# all\n\n10.0.0.1\tiam,monitorv3(influxdb-proxy) # first\r\n10.0.0.2 paas";
        expect![[r#"
            install.config:3: 10.0.0.1 iam monitorv3 monitorv3_influxdb-proxy
            install.config:4: 10.0.0.2 paas"#]]
        .assert_eq(&shown(text));
    }

    /// Fault B1: the samples have headings, and addresses that come again.
    #[test]
    fn headings_and_labels_mean_nothing() {
        let text = "\u{feff}[basic]\n10.0.0.1 consul,nginx\n10.0.0.1 consul,paas\n\n\
                    [bkmonitorv3]\r\n10.0.0.4 kafka(config)\r\n[bklog] # later\n:label x\n10.0.0.5 log(api)";
        expect![[r#"
            install.config:2: 10.0.0.1 consul nginx
            install.config:3: 10.0.0.1 consul paas
            install.config:6: 10.0.0.4 kafka kafka_config
            install.config:9: 10.0.0.5 log log_api"#]]
        .assert_eq(&shown(text));
    }

    /// Fault B2: one comma, one blank, several, and one at the end mean the same.
    #[test]
    fn blanks_and_commas_separate_modules() {
        for line in [
            "10.0.0.1  monitorv3(monitor), monitorv3(ingester)",
            "10.0.0.1 monitorv3(monitor),,monitorv3(ingester),",
            "10.0.0.1,monitorv3(monitor) monitorv3(ingester) , ",
            " 10.0.0.1\tmonitorv3(monitor) ,\tmonitorv3(ingester),\r",
        ] {
            let groups = "monitorv3 monitorv3_monitor monitorv3 monitorv3_ingester";
            assert_eq!(shown(line), format!("install.config:1: 10.0.0.1 {groups}"), "{line:?}");
        }
        assert_eq!(shown("10.0.0.1"), "install.config:1: 10.0.0.1 ", "in no module yet");
    }

    /// Faults B1, B2: a line that is wrong is still shown, with its place and the next step.
    #[test]
    fn every_wrong_line_is_shown() {
        let text = "10.0.0.300 iam\nfe80::1 iam\n,10.0.0.2 iam\n10.0.0.3 log(api,x,,y( z)\n10.0.0.4 a，b\n";
        let fault = InstallConfig::parse("install.config", text).unwrap_err();
        expect![[r#"
            install.config:1: `10.0.0.300` is not an IPv4 address
                 1 | 10.0.0.300 iam
                   | ^^^^^^^^^^
                also install.config:2: `fe80::1` is not an IPv4 address
                 2 | fe80::1 iam
                   | ^^^^^^^ BlueKing leaves out such a line: begin it with `#`, and write the host into hosts.toml
                also install.config:3: `,` is not an IPv4 address
                 3 | ,10.0.0.2 iam
                   | ^ a line is ADDRESS MODULE,MODULE(PROJECT),…
                also install.config:4: `log(api` is not a module
                 4 | 10.0.0.3 log(api,x,,y( z)
                   |          ^^^^^^^ a module is NAME or NAME(PROJECT) without blanks, as in monitorv3(monitor)
                also install.config:4: `y(` is not a module
                 4 | 10.0.0.3 log(api,x,,y( z)
                   |                     ^^ a module is NAME or NAME(PROJECT) without blanks, as in monitorv3(monitor)
                also install.config:4: `z)` is not a module
                 4 | 10.0.0.3 log(api,x,,y( z)
                   |                        ^^ a module is NAME or NAME(PROJECT) without blanks, as in monitorv3(monitor)
                also install.config:5: `a，b` is not a module
                 5 | 10.0.0.4 a，b
                   |          ^^^^ write `,` there
            hint: a line is ADDRESS MODULE,MODULE(PROJECT),…
        "#]]
        .assert_eq(&crate::data::testing::shown(&fault));
        let none = InstallConfig::parse("install.config", "[basic]\n").unwrap_err();
        expect![[r#"
            install.config:1: no line names a host and its modules
                1 | [basic]
                  | ^
        "#]]
        .assert_eq(&crate::data::testing::shown(&none));
    }
}
