//! Operations that are one snippet, and assertions.

use engine::data::fault::{Fault, Kind};
use engine::data::outcome::Outcome;
use engine::ops::{Assert, FileContent, Op as _, Shell};
use engine::text::snippet::Snippet;

use crate::aid::told;
use crate::bench::Host;

const MARK: Snippet = Snippet::new(
    "test/mark",
    "# Put a word into a file.\n# in: FILE WORD\n\
     probe() {\n  [ -e \"$FILE\" ] && return\n  echo \"$FILE: $WORD\"\n  return 1\n}\n\
     change() {\n  cat >\"$FILE\"\n}\nundo() {\n  rm \"$FILE\"\n}\n",
);
const FULL: Snippet = Snippet::new(
    "test/full",
    "# A condition.\n# in: CODE\nprobe() {\n  echo seen\n  echo trouble >&2\n  return \"$CODE\"\n}\n",
);

#[test]
fn a_snippet_is_run_kept_planned_and_taken_back() {
    let host = Host::new();
    let path = host.path("f");
    let op = Shell::new(MARK, [("FILE", path.as_str().into()), ("WORD", "w".into())]);
    let op = op.stdin("s3cret", true);
    assert_eq!(op.describe(), "put a word into a file");
    host.lives(&op);
    assert_eq!(host.diff(), format!("{path}: w\n"));
    assert_eq!(host.get("f"), "s3cret");
}

#[test]
fn after_planned_changes_a_snippet_may_not_know() {
    let host = Host::new();
    let values = || [("FILE", host.path("f").into()), ("WORD", "w".into())];
    let op = Shell::new(MARK, values()).after_changes("the package brings it");
    assert_eq!(host.plan(&op).unwrap(), Outcome::Needed);
    assert_eq!(host.plan(&op).unwrap(), Outcome::Unknown);
    assert_eq!(host.diff(), "the package brings it (first: put a word into a file)");
}

#[test]
fn an_assertion_holds_or_refuses_with_its_message() {
    let host = Host::new();
    let with = |code: &str| Assert::new(FULL, [("CODE", code.into())], "not so").hint("do it");
    assert_eq!(host.ensure(&with("0")).unwrap(), Outcome::Kept);
    let error = host.ensure(&with("1")).unwrap_err();
    assert_eq!(Fault::kind_of(&error), Kind::Refused);
    assert_eq!(
        told::<()>(Err(error)),
        "not so\nfound: seen\nasked: test/full probe CODE=1\nhint: do it"
    );
    let broken = told(host.ensure(&with("2")));
    assert!(broken.starts_with("cannot probe: exit 2") && broken.contains("trouble"), "{broken}");
    host.plan(&FileContent::new(host.path("x"), "")).unwrap();
    assert_eq!(host.plan(&with("1")).unwrap(), Outcome::Unknown);
}
