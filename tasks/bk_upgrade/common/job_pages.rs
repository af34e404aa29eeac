//! The pages of the job platform, on the hosts of nginx.
//!
//! They are those of the version that the platform runs, with the address of its API in the start page: those of 6.1 until
//! `bk-upgrade job`, which brings the new ones itself.

use engine::prelude::*;

use super::versions;

const PAGES: Snippet = snippet!("bk-upgrade/job_pages");
const LIST: Snippet = snippet!("bk-upgrade/job_pages_list");
const THERE: Snippet = snippet!("bk-upgrade/job_pages_there");
const SEND: Snippet = snippet!("bk-upgrade/job_pages_send");

/// Where packages and pages are, on every host.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    /// Directory of the installation: `/data/bkce`.
    pub(crate) prefix: String,
    /// Directories of packages: `/data/src`, then `/data/src.bak`.
    pub(crate) packages: Vec<String>,
    /// Address of the job API.
    pub(crate) url: String,
}

/// The pages that the hosts of nginx should have.
#[derive(Debug)]
pub(crate) struct Pages {
    places: Places,
    /// The version of the job platform.
    pub(crate) version: String,
    /// The pages of the package on the control machine: `/data/src.bak/job/frontend`.
    source: String,
    /// A line `SHA256  ./FILE` for each of them.
    list: String,
    /// The same with the address in the start page.
    wanted: String,
}

impl Pages {
    /// Those of the version that the first host of job runs. The package of that version on the control machine has them.
    ///
    /// # Errors
    /// Refused: no job platform there, or no package of its version on the control machine.
    pub(crate) fn read(cx: &Context, control: &Host<'_>, places: Places) -> Result<Self> {
        let job = cx.all_hosts("@job")?.iter().next();
        let job = job.ok_or_else(|| Fault::usage("no host of job in the inventory"))?;
        let dir = format!("{}/job", places.prefix);
        let version = versions::of(&job, &dir)?;
        if version == "absent" {
            let what = format!("no {dir}/VERSION on {}", job.name());
            return Err(Fault::refused(what)
                .hint("the pages must be those of the version that runs there: install job first")
                .into());
        }
        let mut found = Vec::new();
        for packages in &places.packages {
            let package = format!("{packages}/job");
            let has = versions::of(control, &package)?;
            if has == version {
                let source = format!("{package}/frontend");
                let list = |url: &str| {
                    let values = [("PAGES", source.as_str().into()), ("URL", url.into())];
                    control.look("read the pages of the package", |reader| reader.ask(LIST, values))
                };
                let (list, wanted) = (list("")?, list(&places.url)?);
                return Ok(Self { places, version, source, list, wanted });
            }
            found.push(format!("{package}: {has}"));
        }
        let what = format!(
            "the control machine has no package of job {version}, which {} runs",
            job.name()
        );
        Err(Fault::refused(what)
            .detail("found", found.join("\n"))
            .hint("name the directory of the packages of 6.1 with --src-bak-dir")
            .into())
    }

    /// The pages are installed, by this script of the vendor, which puts the old ones into `backup`.
    pub(crate) fn released<'a>(&'a self, script: &'a str, backup: &'a str) -> Released<'a> {
        Released { pages: self, script, backup }
    }

    /// The differences of the installed pages, for each of these hosts that has some.
    ///
    /// # Errors
    /// Those of the looks.
    pub(crate) fn differences(&self, hosts: &Hosts<'_>) -> Result<Vec<String>> {
        self.each(hosts, |reader| {
            let (same, said) = reader.answer(&self.released("", "").look())?;
            Ok((!same).then_some(said))
        })
    }

    /// Every host that needs these pages has their package.
    ///
    /// # Errors
    /// Those of the looks and of the transfer.
    pub(crate) fn sent(
        &self,
        cx: &Context,
        control: &Host<'_>,
        hosts: &Hosts<'_>,
        install_dir: &AbsPath,
    ) -> Result<()> {
        let lacking = self.lacking(hosts)?;
        if lacking.is_empty() {
            return Ok(());
        }
        let names: Vec<&str> =
            lacking.iter().filter_map(|line| Some(line.split_once(": ")?.0)).collect();
        let parent = self.source.trim_end_matches("/frontend");
        let made = Directory::present(parent).stays();
        cx.hosts(&names.join(","))?.each(|host| host.ensure(&made).map(drop))?;
        control.ensure(&Sent { pages: self, hosts, install_dir }).map(drop)
    }

    /// The hosts with neither the pages nor their package, a line each.
    fn lacking(&self, hosts: &Hosts<'_>) -> Result<Vec<String>> {
        let sources = [("SOURCES", Value::list(self.places.packages.iter().cloned()))];
        self.each(hosts, |reader| {
            if reader.answer(&self.released("", "").look())?.0 {
                return Ok(None);
            }
            let there = Action::probe(THERE, sources.clone()).stdin(self.list.as_bytes(), false);
            let (there, said) = reader.answer(&there)?;
            Ok((!there).then_some(said))
        })
    }

    /// Looks at all of these hosts at once; the findings are in their order, `HOST: WORDS`.
    fn each(
        &self,
        hosts: &Hosts<'_>,
        look: impl Fn(&Reader<'_>) -> Result<Option<String>> + Sync,
    ) -> Result<Vec<String>> {
        let found = hosts.gather(|host| host.look("look at the pages of job", &look))?;
        let found = found.into_iter().filter_map(|(host, said)| Some((host, said?)));
        let line = |(host, said): (&str, String)| {
            format!("{host}: {}", said.trim_end().replace('\n', ", "))
        };
        Ok(found.map(line).collect())
    }
}

/// The pages are installed on a host.
#[derive(Debug)]
pub(crate) struct Released<'a> {
    pages: &'a Pages,
    script: &'a str,
    backup: &'a str,
}

impl Released<'_> {
    fn values(&self) -> [(&'static str, Value); 5] {
        let places = &self.pages.places;
        [
            ("SCRIPT", self.script.into()),
            ("PREFIX", places.prefix.as_str().into()),
            ("BACKUP", self.backup.into()),
            ("SOURCES", Value::list(places.packages.iter().cloned())),
            ("URL", places.url.as_str().into()),
        ]
    }

    fn look(&self) -> Action {
        Action::probe(PAGES, self.values()).stdin(self.pages.wanted.as_bytes(), false)
    }
}

impl Op for Released<'_> {
    fn describe(&self) -> String {
        format!("install the pages of job {} for {}", self.pages.version, self.pages.places.url)
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        let (same, said) = host.answer(&self.look())?;
        Ok(if same { State::Kept } else { State::needed(said) })
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        let list = self.pages.list.as_bytes();
        Ok(vec![Action::change(PAGES, self.values()).stdin(list, false)])
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(None)
    }
}

/// Every host that needs the pages has their package, at the place where the control machine has it.
struct Sent<'a> {
    pages: &'a Pages,
    hosts: &'a Hosts<'a>,
    install_dir: &'a AbsPath,
}

impl Op for Sent<'_> {
    fn describe(&self) -> String {
        format!("send the pages of job {} to the hosts of nginx", self.pages.version)
    }

    fn probe(&self, _: &Reader<'_>) -> Result<State> {
        let lines = self.pages.lacking(self.hosts)?;
        Ok(if lines.is_empty() { State::Kept } else { State::needed(lines.join("\n")) })
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        let values = [
            ("INSTALL_DIR", self.install_dir.to_string().into()),
            ("PAGES", self.pages.source.as_str().into()),
        ];
        Ok(vec![Action::change(SEND, values)])
    }

    /// A copy of a package harms nobody.
    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(Some(Vec::new()))
    }
}

/// The address of a page, which the vendor's script puts into the start page with `sed`.
pub(crate) fn url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    let good = |c: char| c.is_ascii_alphanumeric() || "-._~:/?@[],;=%+".contains(c);
    match rest {
        Some(rest) if !rest.is_empty() && rest.chars().all(good) => Ok(text.to_owned()),
        _ => Err("it is not the address of a page: http://job.example:80".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// X4.40: `sed` takes `&`, `|` and `\` for something else.
    #[test]
    fn an_address_is_whole_and_can_be_put_into_a_page() {
        for good in ["http://job.example:80", "https://job.example/api?x=1"] {
            assert_eq!(url(good).as_deref(), Ok(good));
        }
        for bad in
            ["", "job", "http://", "http://a b", "http://a?x=1&y=2", "http://a|b", "http://a\\b"]
        {
            assert!(url(bad).is_err(), "{bad}");
        }
    }
}
