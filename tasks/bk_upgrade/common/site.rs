//! The variables of the site, as the deploy scripts of the control machine define them.

use std::collections::BTreeMap;

use engine::prelude::*;

const SITE: Snippet = snippet!("bk-upgrade/site");

/// The variables of the site.
///
/// They are what `source utils.fc` gives a shell on the control machine: the files below `bin/` and `~/.bkrc`. One
/// round trip reads all of them. Values of variables whose names look like secrets are hidden from then on.
#[derive(Debug)]
pub(crate) struct Site<'a> {
    cx: &'a Context,
    install_dir: AbsPath,
    values: BTreeMap<String, Vec<String>>,
}

impl<'a> Site<'a> {
    /// Reads them.
    ///
    /// # Errors
    /// Those of the read; a directory without `load_env.sh`.
    pub(crate) fn read(cx: &'a Context, install_dir: &AbsPath) -> Result<Self> {
        let values = [("INSTALL_DIR", Value::from(install_dir.to_string()))];
        let control = cx.one_host("control")?;
        let said =
            control.look("read the variables of the site", |reader| reader.ask(SITE, values))?;
        let values = parse(&said);
        if values.is_empty() {
            let what = format!("the files of {install_dir} end the shell that sources them");
            return Err(Fault::refused(what)
                .hint("look at load_env.sh there: it says `exit`")
                .into());
        }
        let secrets = values.iter().filter(|(name, _)| is_secret(name)).flat_map(|(_, all)| all);
        // A short value is a number or a word of everyday.
        secrets.filter(|value| value.len() > 3).for_each(|value| cx.hide(value));
        Ok(Self { cx, install_dir: install_dir.clone(), values })
    }

    /// The value of a variable. Of an array it is the first one, as in bash; a note names the others (X4.6).
    ///
    /// `BK_JOB_IP0` is the first value of `BK_JOB_IP` where the site has no variable of this name.
    ///
    /// # Errors
    /// Refused: the variable is missing or empty (X4.5, X4.23, X4.40).
    pub(crate) fn get(&self, name: &str) -> Result<&str> {
        match self.known(name) {
            Some(value) => Ok(value),
            None => {
                let state = if self.values.contains_key(name) { "is empty" } else { "is not set" };
                let place = format!("{}/bin/03-userdef", self.install_dir);
                Err(Fault::refused(format!("{name} {state} on the control machine"))
                    .hint(format!("set it in a file below {place}"))
                    .hint("then merge the files: cargo xtask bk-upgrade sync-common")
                    .into())
            }
        }
    }

    /// The same; the value is hidden from now on.
    ///
    /// # Errors
    /// As [`Site::get`].
    pub(crate) fn secret(&self, name: &str) -> Result<&str> {
        let value = self.get(name)?;
        self.cx.hide(value);
        Ok(value)
    }

    /// All values of an array; of another variable its one value. Nothing when it is missing.
    pub(crate) fn all(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// As [`Site::get`], without an error: in a dry run an earlier operation may bring the value.
    pub(crate) fn known(&self, name: &str) -> Option<&str> {
        let first_of = name.strip_suffix('0').filter(|array| array.ends_with("_IP"));
        let all = match first_of {
            Some(array) if self.all(name).is_empty() => self.all(array),
            _ => self.all(name),
        };
        let (first, others) = all.split_first()?;
        if !others.is_empty() && first_of.is_none() {
            let others = others.join(", ");
            self.cx
                .note(&format!("{name} has {} values: {first} is used, not {others}", all.len()));
        }
        Some(first.as_str()).filter(|value| !value.is_empty())
    }
}

/// The variables in the output of the snippet.
fn parse(said: &str) -> BTreeMap<String, Vec<String>> {
    let mut parts = said.split('\0');
    let mut values = BTreeMap::new();
    while let (Some(name), Some(count)) = (parts.next(), parts.next()) {
        let count = count.parse().unwrap_or(0);
        values.insert(name.to_owned(), parts.by_ref().take(count).map(str::to_owned).collect());
    }
    values
}

/// Whether a variable of this name holds a secret. Paths, names and addresses of secrets are none.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let harmless = ["_FILE", "_PATH", "_DIR", "_NAME", "_URL", "_TTL"];
    let words = ["PASS", "PWD", "SECRET", "TOKEN", "KEY", "CREDENTIAL", "COOKIE", "ZK_AUTH"];
    !harmless.iter().any(|end| name.ends_with(end))
        && words.iter().any(|word| name.contains(word))
        && !["PWD", "OLDPWD"].contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_whole_and_arrays_with_all_members() {
        let said = "A|1|x=1&y\n2|BK_MYSQL_IP|2|10.0.0.1|10.0.0.2|NONE|0|E|1||";
        let values = parse(&said.replace('|', "\0"));
        assert_eq!(values["A"], ["x=1&y\n2"]);
        assert_eq!(values["BK_MYSQL_IP"], ["10.0.0.1", "10.0.0.2"]);
        assert_eq!(values["NONE"], [""; 0]);
        assert_eq!(values["E"], [""]);
        assert_eq!(values.len(), 4);
    }

    #[test]
    fn secrets_are_known_by_their_names() {
        for name in ["BK_MYSQL_ADMIN_PASSWORD", "BK_PAAS_APP_SECRET", "BK_GSE_ZK_AUTH", "A_KEY"] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["PWD", "BK_CERT_KEY_PATH", "BK_JOB_PUBLIC_URL", "BK_TOKEN_TTL"] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
