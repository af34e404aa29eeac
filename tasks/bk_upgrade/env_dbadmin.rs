//! Document section 6, number 3.
//!
//! - Hosts: the control machine
//! - Changes: appends the keys that `bin/01-generate/dbadmin.env` lacks, as the vendor's generator prints them; file mode 600
//! - Proof: the file is read back: no key has changed, none of the new ones is there twice
//! - Undo: restores the file
//!
//! ```sh
//! source /data/install/utils.fc
//! cd /data/install
//!
//! ./bin/generate_blueking_generate_envvars.sh dbadmin >> bin/01-generate/dbadmin.env
//! ```

use engine::prelude::*;
use engine::text::edit::env;

use super::common::env_value::Later;

const GENERATE: Snippet = snippet!("bk-upgrade/env_dbadmin");
/// The key that the document needs next.
const WANTED: &str = "BK_REDIS_CLUSTER_ADMIN_PASSWORD";

/// Runs the generator only when the file lacks BK_REDIS_CLUSTER_ADMIN_PASSWORD. A key that the file
/// has keeps its value, whatever the generator prints (X4.21). The new passwords go from the host into
/// the file, and nowhere else. A dry run does not start the generator.
///
/// Examples:
///   cargo xtask bk-upgrade env-dbadmin -n
///   cargo xtask bk-upgrade env-dbadmin
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// Directory of the deploy scripts on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/install")]
    install_dir: AbsPath,
    /// The file [default: bin/01-generate/dbadmin.env in that directory]
    #[arg(long, value_name = "FILE")]
    env: Option<AbsPath>,
}

/// Looks first; a file that is complete is only made private.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let control = cx.one_host("control")?;
    let file = match &args.env {
        Some(file) => file.to_string(),
        None => format!("{}/bin/01-generate/dbadmin.env", args.install_dir),
    };
    // It holds passwords already: they are private before a further one comes.
    control.ensure(&Mode::at_most(file.as_str(), 0o600))?;
    let what = format!("append the generated keys that {file} lacks");
    let complete = control.look("read the keys", |reader| has(reader, &file))?;
    let generated = match complete {
        Some(true) => Vec::new(),
        Some(false) if cx.is_real() => generated(cx, &control, args)?,
        _ => {
            let because = format!("the generator prints {WANTED} and others when it runs");
            return control.ensure(&Later { what, because }).map(drop);
        }
    };
    let edit = Edit::new(file, what, move |text| {
        generated.iter().try_fold(text.to_owned(), |text, (key, value)| {
            match env::get(&text, key)? {
                Some(_) => Ok(text),
                None => env::set(&text, key, value),
            }
        })
    });
    let edit = edit.noting(|text| env::repeated(text, WANTED));
    control.ensure(&edit.or_create("600").secret()).map(drop)
}

/// Whether the file has a value for the wanted key; unknown in a dry run whose earlier operations change it.
fn has(reader: &Reader<'_>, file: &str) -> Result<Option<bool>> {
    match reader.read(file.into())? {
        Entry::File(found) => {
            let value = env::get(found.text(file.into())?, WANTED)
                .map_err(|fault| fault.detail("in", file))?;
            if value.as_deref() == Some("") {
                return Err(Fault::refused(format!("{file}: {WANTED} is empty"))
                    .hint("remove this line: the generator then prints a new password")
                    .into());
            }
            Ok(Some(value.is_some()))
        }
        Entry::Unknown(_) => Ok(None),
        Entry::Absent | Entry::Directory => Ok(Some(false)),
    }
}

/// The keys that the generator prints, each with its value. All values are hidden from now on.
fn generated(cx: &Context, control: &Host<'_>, args: &Args) -> Result<Vec<(String, String)>> {
    let values = [("INSTALL_DIR", Value::from(args.install_dir.to_string()))];
    let said = control.look("generate passwords", |reader| reader.ask(GENERATE, values))?;
    let mut keys = Vec::new();
    for line in said.lines().map(str::trim) {
        let key = line.strip_prefix("export ").unwrap_or(line).split_once('=').map(|(key, _)| key);
        let Some(key) = key.filter(|_| !line.starts_with('#')) else {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            // The line may be half a password.
            return Err(Fault::failed("the generator printed a line that is no KEY=VALUE").into());
        };
        match env::get(line, key)? {
            Some(value) if !value.is_empty() => {
                cx.hide(&value);
                keys.push((key.to_owned(), value));
            }
            _ => {
                return Err(
                    Fault::failed(format!("the generator printed no value of {key}")).into()
                );
            }
        }
    }
    if !keys.iter().any(|(key, _)| key == WANTED) {
        return Err(Fault::failed(format!("the generator printed no {WANTED}"))
            .hint("is this the generator of 6.2? first: cargo xtask bk-upgrade replace-install")
            .into());
    }
    Ok(keys)
}
