//! `sync-access-keys` and `sync-console-keys`, WS-06 and WS-07.

use std::os::unix::fs::PermissionsExt as _;

use super::fresh;
use crate::support::rehearsal::{Bench, compare};

const ACCESS: &str = "webservice sync-access-keys --db-host account-db --db-user reader";
const CONSOLE: &str = "webservice sync-console-keys --db-host account-db --db-user reader";
const KEYS: &str = "/pitrix/conf/variables/keys";
const CLIENT: &str = "guests/webservice0/pitrix/conf/client.yaml";
const CONSOLE_PY: &str = "guests/webservice0/pitrix/conf/web_console_settings.py";
const PASSWORD: &str = "made-up-database-password";

fn bench() -> Bench {
    let bench = Bench::new().with_env("ACCOUNT_DB_PASSWORD", PASSWORD);
    bench.prepare(fresh::ALL);
    bench
}

fn key(bench: &Bench, name: &str) -> String {
    bench.read("firstbox", &format!("{KEYS}/{name}")).unwrap_or_default()
}

/// X0.7: which value goes into which of the look-alike files is fixed.
#[test]
fn each_key_file_gets_its_value_once() {
    let bench = bench();
    bench.keeps_its_word(ACCESS);
    bench.is_kept(ACCESS);
    assert_eq!(key(&bench, ".access_key_id"), "MADEUPACCESSKEYID\n");
    assert_eq!(key(&bench, ".access_secret_key"), "made-up-access-secret-key\n");
    assert_eq!(key(&bench, ".secret_access_key"), "made-up-account-secret\n");
    bench.keeps_its_word(CONSOLE);
    bench.is_kept(CONSOLE);
    assert_eq!(key(&bench, ".console_key_id"), "MADEUPCONSOLEKEYID\n");
    assert_eq!(key(&bench, ".console_secret_key"), "made-up-console-secret-key\n");
    assert_eq!(key(&bench, ".secret_console_key"), "made-up-account-console-secret\n");
    let mode = bench
        .path("firstbox", &format!("{KEYS}/.secret_access_key"))
        .metadata()
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(bench.intents().iter().all(|intent| intent["undo"].is_array()));
}

/// A value that is there without a final newline is there.
#[test]
fn a_file_that_holds_its_value_is_left_alone() {
    let bench = bench();
    bench.ends(0, ACCESS);
    bench.write("firstbox", &format!("{KEYS}/.access_key_id"), "MADEUPACCESSKEYID");
    bench.is_kept(ACCESS);
}

/// X0.7: swapped values are reported by name before anything is written.
#[test]
fn swapped_files_are_refused_by_name() {
    let bench = bench();
    bench.ends(0, ACCESS);
    bench.write("firstbox", &format!("{KEYS}/.access_secret_key"), "made-up-account-secret\n");
    bench.write("firstbox", &format!("{KEYS}/.secret_access_key"), "made-up-access-secret-key\n");
    let before = bench.result();
    let refused = bench.ends(6, ACCESS).stderr;
    assert!(
        refused.contains(&format!(
            ".access_secret_key and .secret_access_key in {KEYS} are swapped (X0.7)"
        )),
        "{refused}"
    );
    compare(&before, &bench.result());
    bench.ends(0, &format!("{ACCESS} --overwrite"));
    assert_eq!(key(&bench, ".access_secret_key"), "made-up-access-secret-key\n");
}

/// X0.8: both spellings may stand in the file, but not with different values.
#[test]
fn the_spelling_of_the_console_secret_is_found_out() {
    let bench = bench();
    bench.write_shared(CONSOLE_PY, "console_key_id = \"MADEUPCONSOLEKEYID\"\nconsole_secret_key = \"made-up-other-spelling\" # new\n");
    bench.ends(0, CONSOLE);
    assert_eq!(key(&bench, ".console_secret_key"), "made-up-other-spelling\n");
    bench.write_shared(CONSOLE_PY, "console_key_id = 'MADEUPCONSOLEKEYID'\nconsole_secrect_key = 'one'\nconsole_secret_key = 'two'\n");
    let refused = bench.ends(6, CONSOLE).stderr;
    assert!(
        refused.contains("console_secrect_key and console_secret_key")
            && refused.contains("differ (X0.8)"),
        "{refused}"
    );
}

/// X0.9: a sub zone has access keys, from the global database, and no console keys.
#[test]
fn a_sub_zone_has_no_console_keys() {
    let bench = bench();
    let flags = fresh::inventory(&bench, "installer_version = \"4.10.0\"\nzone_kind = \"sub\"");
    let refused = bench.ends(2, &format!("{flags} {CONSOLE}")).stderr;
    assert!(refused.contains("a sub zone has no console keys (X0.9)"), "{refused}");
    bench.ends(0, &format!("{flags} {ACCESS}"));
    bench.ends(2, &format!("{ACCESS} --zone-kind sub"));
}

#[test]
fn not_exactly_one_row_is_refused() {
    let bench = bench();
    bench.write_shared("account/access_key", "OTHER\tx\n");
    let none = bench.ends(6, ACCESS).stderr;
    assert!(
        none.contains("has 0 rows with the id of the node, not one") && none.contains("(X0.9)"),
        "{none}"
    );
    bench.write_shared("account/access_key", "MADEUPACCESSKEYID\ta\nMADEUPACCESSKEYID\tb\n");
    let two = bench.ends(6, ACCESS).stderr;
    assert!(two.contains("has 2 rows"), "{two}");
    bench.write_shared(CLIENT, "qy_access_key_id: x' or '1'='1\nqy_secret_access_key: y\n");
    let strange = bench.ends(6, ACCESS).stderr;
    assert!(
        strange.contains("qy_access_key_id in /pitrix/conf/client.yaml is no key id"),
        "{strange}"
    );
    assert_eq!(key(&bench, ".access_secret_key"), "");
}

#[test]
fn a_wrong_password_or_none_is_told_without_it() {
    let bench = Bench::new().with_env("ACCOUNT_DB_PASSWORD", "made-up-wrong");
    bench.prepare(fresh::ALL);
    let denied = bench.ends(1, ACCESS).stderr;
    assert!(denied.contains("Access denied for user 'reader'"), "{denied}");
    assert!(!denied.contains("made-up-wrong"), "{denied}");
    let bench = fresh::bench();
    let none = bench.ends(2, ACCESS).stderr;
    assert!(none.contains("the environment has no ACCOUNT_DB_PASSWORD"), "{none}");
    bench.ends(2, "webservice sync-access-keys --db-host account-db --db-user a;b");
}

/// XX.1: the secrets are in their files and nowhere else; the password is in no argument and no log.
#[test]
fn secrets_are_in_their_files_alone() {
    let bench = bench();
    for line in [
        format!("{ACCESS} -n --diff"),
        format!("{ACCESS} -v --diff"),
        format!("{CONSOLE} -v --diff"),
    ] {
        let said = bench.ends(0, &line);
        for secret in [PASSWORD, "made-up-access-secret-key", "made-up-account-secret"] {
            assert!(
                !said.stderr.contains(secret) && !said.stdout.contains(secret),
                "{}",
                said.stderr
            );
        }
    }
    let runs = serde_json::to_string(&bench.journals()).unwrap();
    for secret in [
        PASSWORD,
        "made-up-access-secret-key",
        "made-up-account-secret",
        "made-up-account-console-secret",
    ] {
        assert!(!runs.contains(secret));
    }
    assert_eq!(bench.calls("firstbox", "account_db", "--defaults-extra-file=/dev/stdin"), 3);
    assert_eq!(bench.calls("firstbox", "account_db", PASSWORD), 0);
    // The stand-in's database has it; nobody else does.
    let mut open = vec![bench.state.path().to_owned()];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
            let (path, kind) = (entry.path(), entry.file_type().unwrap());
            if kind.is_dir() {
                open.push(path);
            } else if kind.is_file() && !path.ends_with("account/password") {
                let bytes = std::fs::read(&path).unwrap_or_default();
                assert!(
                    !bytes.windows(PASSWORD.len()).any(|part| part == PASSWORD.as_bytes()),
                    "{}",
                    path.display()
                );
            }
        }
    }
}
