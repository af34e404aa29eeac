//! The key files of firstbox, and the source of each value. No person types the look-alike names (X0.7).

use engine::prelude::*;

use super::account_db::Database;

/// One set of key files: an id and a secret from a node's file, another secret from the database.
#[derive(Debug)]
pub(crate) struct Keys {
    /// The file on the node.
    pub(crate) source: &'static str,
    /// The separator of name and value there.
    pub(crate) separator: char,
    /// The name of the id there.
    pub(crate) id: &'static str,
    /// The name of the secret there: the spelling of the document, then the likely one (X0.8).
    pub(crate) secret: &'static [&'static str],
    /// Table, column of the id, column of the secret.
    pub(crate) table: [&'static str; 3],
    /// The files: of the id, of the node's secret, of the database's secret.
    pub(crate) files: [&'static str; 3],
}

impl Keys {
    /// Writes the files that differ on firstbox.
    pub(crate) fn sync(&self, cx: &Context, node: &Host<'_>, db: &Database) -> Result<()> {
        let (bytes, differ) = self.check(cx, node, db)?;
        let (firstbox, dir) = (cx.one_host("firstbox")?, db.keys_dir.as_str());
        if !differ.is_empty() {
            cx.confirm(&format!("overwrites {} in {dir}", differ.join(", ")))?;
        }
        for (file, bytes) in self.files.iter().zip(bytes) {
            firstbox
                .ensure(&FileContent::new(format!("{dir}/{file}"), bytes).mode("600").secret())?;
        }
        Ok(())
    }

    /// Reads node, database and files. Returns the new content of each file, and the files that differ.
    pub(crate) fn check(
        &self,
        cx: &Context,
        node: &Host<'_>,
        db: &Database,
    ) -> Result<([Vec<u8>; 3], Vec<&'static str>)> {
        let firstbox = cx.one_host("firstbox")?;
        let password = cx.secret(&db.secret)?;
        let (id, own) = node.look("read the keys", |reader| self.read(reader, node.name()))?;
        let other = firstbox.look("ask the account database", |reader| {
            db.ask(reader, self.table, &id, &password)
        })?;
        // No command may say them from here on.
        [&own, &other].into_iter().for_each(|secret| cx.hide(secret));
        let values = [id, own, other];
        let dir = db.keys_dir.as_str();
        firstbox
            .look("read the key files", |reader| self.compare(reader, dir, &values, db.overwrite))
    }

    /// Id and secret of the node; its file is read as text, never run.
    fn read(&self, reader: &Reader<'_>, node: &str) -> Result<(String, String)> {
        let Entry::File(file) = reader.read(self.source.into())? else {
            return Err(Fault::refused(format!("{node} has no {}", self.source))
                .hint("the node must still run its old system")
                .into());
        };
        let text = file.text(self.source.into())?;
        let missing =
            |name: &str| Fault::refused(format!("{} of {node} has no {name}", self.source));
        let id = self.value(text, self.id)?.ok_or_else(|| missing(self.id))?;
        if !id.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err(
                Fault::refused(format!("{} in {} is no key id", self.id, self.source)).into()
            );
        }
        let found: Vec<(&str, String)> = self
            .secret
            .iter()
            .filter_map(|name| {
                self.value(text, name).transpose().map(|value| value.map(|value| (*name, value)))
            })
            .collect::<Result<_, Fault>>()?;
        // Both spellings exist and differ: the right one is unknown (X0.8).
        if let [(one, first), (other, second), ..] = &found[..]
            && first != second
        {
            return Err(Fault::refused(format!(
                "{one} and {other} in {} of {node} differ (X0.8)",
                self.source
            ))
            .into());
        }
        let secret = found.into_iter().next().map(|(_, value)| value);
        Ok((id, secret.ok_or_else(|| missing(self.secret[0]))?))
    }

    /// The value of the only line `NAME: value` or `NAME = 'value'`.
    fn value(&self, text: &str, name: &str) -> Result<Option<String>, Fault> {
        let of = |line: &str| {
            let rest =
                line.trim_start().strip_prefix(name)?.trim_start().strip_prefix(self.separator)?;
            let rest = rest.trim();
            let quoted = ['"', '\'']
                .into_iter()
                .find_map(|quote| rest.strip_prefix(quote)?.split(quote).next());
            let bare = || rest.split(" #").next().unwrap_or_default().trim();
            Some(quoted.map_or_else(|| bare().to_owned(), str::to_owned))
        };
        let found: Vec<String> = text.lines().filter_map(of).collect();
        match &found[..] {
            [] => Ok(None),
            [one] if !one.is_empty() => Ok(Some(one.clone())),
            [_] => Err(Fault::refused(format!("{name} in {} is empty", self.source))),
            _ => Err(Fault::refused(format!("{name} appears more than once in {}", self.source))),
        }
    }

    /// The new content of each file, and the files that differ.
    fn compare(
        &self,
        reader: &Reader<'_>,
        dir: &str,
        values: &[String; 3],
        overwrite: bool,
    ) -> Result<([Vec<u8>; 3], Vec<&'static str>)> {
        let mut present = [const { None }; 3];
        for (place, file) in present.iter_mut().zip(self.files) {
            if let Entry::File(file) = reader.read(format!("{dir}/{file}").as_str().into())? {
                *place = Some(file.bytes);
            }
        }
        let line =
            |bytes: &Option<Vec<u8>>| bytes.as_ref().map(|bytes| bytes.trim_ascii_end().to_vec());
        let now = present.each_ref().map(line);
        let want = values.each_ref().map(|value| Some(value.as_bytes().to_vec()));
        if now[1] == want[2] && now[2] == want[1] && want[1] != want[2] && !overwrite {
            let [_, one, other] = self.files;
            return Err(Fault::refused(format!("{one} and {other} in {dir} are swapped (X0.7)"))
                .hint("the names were mixed up; correct them: --overwrite")
                .into());
        }
        let mut differ = Vec::new();
        let mut bytes = values.each_ref().map(|value| format!("{value}\n").into_bytes());
        for at in 0..3 {
            match (&present[at], now[at] == want[at]) {
                (Some(same), true) => bytes[at].clone_from(same),
                (Some(_), false) => differ.push(self.files[at]),
                (None, _) => {}
            }
        }
        Ok((bytes, differ))
    }
}
