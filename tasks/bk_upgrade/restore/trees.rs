//! Packages and deploy scripts of 6.1.

use engine::prelude::*;

use super::args::Args;

use crate::bk_upgrade::common::backups::{self, Copies};

const INSTALL: Snippet = snippet!("bk-upgrade/restore_install");
const SRC: Snippet = snippet!("bk-upgrade/restore_src");

/// One tree: the operation that brings it back, and the proof of its backup unless it is there.
pub(super) struct Back<'a> {
    control: Host<'a>,
    op: Shell,
    proof: Option<ProvenBackup<'a>>,
    words: String,
}

/// Both trees. The packages are moved back, the deploy scripts copied: their backup stays.
pub(super) fn find<'a>(cx: &Context, args: &Args, control: Host<'a>) -> Result<Vec<Back<'a>>> {
    let machine = control.machine()?;
    let bare = |path: &AbsPath| path.as_str().trim_end_matches('/').to_owned();
    let (src, bak, install) = (bare(&args.src_dir), bare(&args.src_copy), bare(&args.install_dir));
    let aside = |tree: &str| format!("{tree}.6.2-{}", cx.stamp());
    let values =
        [("BAK", bak.as_str().into()), ("TO", src.as_str().into()), ("ASIDE", aside(&src).into())];
    let src_op = Shell::new(SRC, values).called(format!("move {bak} back to {src}"));
    let packages = Back::new(control, src_op, &backups::src(machine.clone(), &bak), &src)?;

    let copies = control.look("look for copies", |reader| Copies::read(reader, &install))?;
    let newest =
        copies.sealed.first().cloned().unwrap_or_else(|| format!("{install}_YYYYMMDDHHMM"));
    let copy = args.install_copy.as_ref().map_or(newest, bare);
    let values = [
        ("COPY", copy.as_str().into()),
        ("TO", install.as_str().into()),
        ("ASIDE", aside(&install).into()),
    ];
    let install_op = Shell::new(INSTALL, values)
        .called(format!("copy {copy} back to {install}"))
        .within(args.wait.limit());
    let scripts = Back::new(control, install_op, &backups::install(machine, &copy), &install)?;
    Ok(vec![packages, scripts])
}

impl<'a> Back<'a> {
    fn new(control: Host<'a>, op: Shell, backup: &Backup, tree: &str) -> Result<Self> {
        let kept =
            control.look("read the release", |reader| Ok(op.probe(reader)? == State::Kept))?;
        let proof = if kept { None } else { Some(control.proven(backup, &Demand::default())?) };
        Ok(Self { control, op, proof, words: format!("brings back {tree}") })
    }

    pub(super) const fn is_kept(&self) -> bool {
        self.proof.is_none()
    }

    pub(super) fn words(&self) -> String {
        self.words.clone()
    }

    pub(super) fn bring_back(&self) -> Result<()> {
        match &self.proof {
            Some(proof) => self.control.destroy(&self.op, proof).map(drop),
            None => self.control.ensure(&self.op).map(drop),
        }
    }
}
