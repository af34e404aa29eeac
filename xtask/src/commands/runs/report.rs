//! `runs report`: a run in one file that can be handed over, for a ticket, a page or a CI.

pub(super) mod account;
mod form;
mod github;
pub(super) mod html;
mod junit;
mod markdown;
mod printed;
mod target;

use anyhow::{Context as _, Result};
use camino::Utf8Path;
use engine::data::fault::Fault;
use engine::run::Options;
use engine::run::report::{Report, print};
use engine::transport::replace::{create_synced, replace_synced};

use self::account::Account;
use self::form::Form;
use self::target::Target;
use crate::commands::past::{self, Aim};

/// Write a run as one file: a page, a ticket's text, JSON, JUnit
///
/// A file name decides the form by its ending: .html, .md, .json, .xml. The name of a form writes to standard output.
/// The page is one file, asks nobody for anything, and has a timeline per host, all operations, and a search.
///
/// Examples:
///   cargo xtask runs report --output report.html
///   cargo xtask runs report paas --output md
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// Its name, a part of it, or `last`
    #[arg(default_value = "last")]
    run: String,
    #[command(flatten)]
    output: Target,
    /// The form, for a file whose name does not have its ending
    #[arg(long, value_name = "FORM")]
    format: Option<Form>,
    /// Replace a file that is there
    #[arg(long)]
    replace: bool,
}

pub(crate) fn run(options: &Options, report: &Report, args: &Args) -> Result<u8> {
    let (form, file) = args.aim(options.json)?;
    if let Some(file) = file.filter(|file| file.exists() && !args.replace) {
        let fault = Fault::usage(format!("{file} is there already, and is not replaced"));
        return Err(fault.hint("name another, or replace it:  --replace").into());
    }
    let run = past::chosen(Some(&args.run), Aim::Show("runs report"), options)?;
    let account = Account::of(&run);
    let text = match form {
        Form::Html => html::page(&account, None),
        Form::Md => markdown::text(&account),
        Form::Json => account.document()?,
        Form::Junit => junit::document(&account),
        Form::Github => github::annotations(&account),
    };
    let Some(file) = file else {
        print(&text)?;
        return Ok(0);
    };
    let write = if args.replace { replace_synced } else { create_synced };
    write(file, text.as_bytes(), 0o600).with_context(|| format!("writing {file}"))?;
    report.result(file.as_str());
    Ok(0)
}

impl Args {
    /// The form, and the file; none for standard output.
    fn aim(&self, json: bool) -> Result<(Form, Option<&Utf8Path>), Fault> {
        let word = Form::named(&self.output.0);
        if let Some(form) = word {
            let form = if json { Form::Json } else { self.format.unwrap_or(form) };
            return Ok((form, None));
        }
        let path = Utf8Path::new(&self.output.0);
        let form = self.format.or_else(|| Form::of_ending(path));
        let form = form.ok_or_else(|| form::unknown(&self.output.0))?;
        Ok((form, Some(path)))
    }
}
