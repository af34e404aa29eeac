//! Edits of text files.

use engine::data::outcome::Outcome;
use engine::ops::{Edit, FileContent, block, key, line, template};
use engine::text::edit::block::Block;
use engine::text::edit::line::{Match, Place};

use crate::aid::told;
use crate::bench::Host;

fn add(path: &str) -> Edit {
    Edit::new(path, format!("add x to {path}"), |text| {
        Ok(if text.contains('x') { text.to_owned() } else { format!("{text}x\n") })
    })
}

#[test]
fn an_edit_is_written_kept_planned_and_taken_back() {
    let host = Host::new();
    let path = host.put("f", "a\r\n");
    host.lives(&add(&path));
    assert_eq!(host.get("f"), "a\r\nx\n");
}

#[test]
fn a_missing_file_is_an_error_or_made() {
    let host = Host::new();
    let path = host.path("f");
    let error = told(host.ensure(&add(&path)));
    assert!(error.starts_with(&format!("{path} is not there\nwanted: add x to {path}")), "{error}");
    host.lives(&add(&path).or_create("640"));
    assert_eq!(host.get("f"), "x\n");
    let gone = Edit::new(host.path("g"), "remove y", |text| Ok(text.replace('y', "")));
    assert_eq!(host.ensure(&gone).unwrap(), Outcome::Kept);
}

#[test]
fn a_missing_file_may_come_with_an_earlier_operation_of_a_dry_run() {
    let host = Host::new();
    host.plan(&FileContent::new(host.path("other"), "")).unwrap();
    assert_eq!(host.plan(&add(&host.path("f"))).unwrap(), Outcome::Unknown);
    assert!(host.diff().contains("is not there yet"), "{}", host.diff());
}

#[test]
fn a_file_that_is_no_text_is_an_error() {
    let host = Host::new();
    let path = host.put("f", b"ab\xff");
    assert!(told(host.ensure(&add(&path))).contains("is not UTF-8 text (byte 2)"));
}

#[test]
fn lines_blocks_and_keys_come_and_go() {
    let host = Host::new();
    let path = host.put("rc.local", "#!/bin/sh\n[a]\nk = 1 # why\nexit 0\n");
    let after = Place::After(Match::StartsWith("#!".into()));
    host.lives(&line::present(&path, "umask 022", after));
    host.lives(&block::present(&path, Block::new("vip", "ip a\n").before_end()));
    let text = host.get("rc.local");
    assert!(text.starts_with("#!/bin/sh\numask 022\n[a]\n"), "{text}");
    assert!(text.ends_with("# END xtask vip\nexit 0\n"), "{text}");
    host.lives(&block::absent(&path, Block::new("vip", "ip a\n")));
    host.lives(&line::absent(&path, "umask 022"));
    assert_eq!(host.get("rc.local"), "#!/bin/sh\n[a]\nk = 1 # why\nexit 0\n");
    let ini = host.put("a.ini", "# head\n[a]\nk = 1\n");
    host.lives(&key::ini(&ini, Some("a"), "k", "2"));
    assert_eq!(host.get("a.ini"), "# head\n[a]\nk = 2\n");
    let env = host.put("a.env", "# head\nA=1\n");
    host.lives(&key::env(&env, "B", "x y").masking(["B"]));
    assert!(host.diff().contains("+B=****"), "{}", host.diff());
    host.lives(&key::env_absent(&env, "A"));
    host.lives(&key::ini_absent(&ini, Some("a"), "k"));
    assert_eq!(host.ensure(&key::env_absent(host.path("none"), "A")).unwrap(), Outcome::Kept);
}

#[test]
fn a_template_is_filled_in_or_refused() {
    let host = Host::new();
    let path = host.path("vip.conf");
    let op = template::file(&path, "vip.conf", "ip {{ vip }}\n", &[("vip", "10.0.0.1")]).unwrap();
    host.lives(&op);
    assert_eq!(host.get("vip.conf"), "ip 10.0.0.1\n");
    assert!(template::file(&path, "vip.conf", "ip {{ vip }}\n", &[]).is_err());
}
