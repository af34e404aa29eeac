//! The vendor's migration script and PyMySQL on the control machine (X4.45).

use engine::ops::Download;
use engine::ops::reader::hash;
use engine::prelude::*;

use super::At;

const PYMYSQL: Snippet = snippet!("bk-upgrade/iam_pymysql");
/// The last one for Python 3.6, and the hash of its wheel on pypi.org (X4.45).
const PYMYSQL_VERSION: [&str; 2] =
    ["1.0.2", "41fc3a0c5013d5f039639442321185532e3e2c8924687abe6537de157d403641"];

impl At<'_> {
    /// Downloads to a new name, compiles the script, then puts it in its place (X4.45, XX.6).
    pub(super) fn fetch(&self) -> Result<()> {
        let (args, python) = (self.args, self.program("python3"));
        let compiles =
            "'import sys; compile(open(sys.argv[1], \"rb\").read(), sys.argv[1], \"exec\")'";
        let script = Download::new(&args.url, args.script.to_string()).mode("755").checked_by([
            python.as_str(),
            "-c",
            compiles,
        ]);
        let script = match &args.sha256 {
            Some(sum) => script.sha256(sum),
            None => {
                script.unverified("the vendor publishes no checksum; a person accepts the file")
            }
        };
        self.control.ensure(&script)?;
        self.accepted()?;
        let wheel = args.offline.as_ref().map(ToString::to_string).unwrap_or_default();
        let values = [
            ("PYTHON", python.into()),
            ("PIP", self.program("pip3").into()),
            ("VERSION", PYMYSQL_VERSION[0].into()),
            ("SUM", PYMYSQL_VERSION[1].into()),
            ("WHEEL", wheel.into()),
        ];
        self.control.ensure(&Shell::new(PYMYSQL, values)).map(drop)
    }

    pub(super) fn program(&self, name: &str) -> String {
        format!("{}/{name}", self.args.python_dir.as_str().trim_end_matches('/'))
    }

    /// The script runs with the password of the administrator: it has the given checksum, or a person has accepted
    /// this very file (X4.45).
    pub(super) fn accepted(&self) -> Result<()> {
        let (path, url) = (&self.args.script, &self.args.url);
        let sum = self.control.look("read the script", |reader| {
            match reader.read(path.as_str().into())? {
                Entry::File(file) => Ok(Some(hash(&file.bytes))),
                Entry::Unknown(_) => Ok(None),
                _ => Err(Fault::refused(format!("no {path}"))
                    .hint("fetch it first: cargo xtask bk-upgrade iam fetch-script")
                    .into()),
            }
        })?;
        match (sum, &self.args.sha256) {
            (Some(sum), Some(wanted)) if sum != *wanted => {
                Err(Fault::refused(format!("{path} has another checksum"))
                    .detail("expected", wanted)
                    .detail("found", sum)
                    .hint("fetch it again: cargo xtask bk-upgrade iam fetch-script")
                    .into())
            }
            (Some(sum), None) => {
                let read = format!(
                    "read {path} and accept it: it runs with the password of the administrator of MySQL\n\
                     from    {url}\nsha256  {sum}"
                );
                let name = format!("iam-script-{}", sum.get(..12).unwrap_or_default());
                let accept =
                    Manual::new(name, read).evidence("your findings, and your name").once();
                self.control.manual(&accept).map(drop)
            }
            _ => Ok(()),
        }
    }
}

/// The SHA-256 of the command line.
pub(super) fn sha256(text: &str) -> Result<String, Fault> {
    let text = text.to_ascii_lowercase();
    if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(text);
    }
    Err(Fault::usage(format!("`{text}` is not a SHA-256: 64 hexadecimal digits")))
}
