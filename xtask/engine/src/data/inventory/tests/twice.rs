//! Keys and tables that stand in an inventory twice.

use expect_test::expect;

use super::errors::refused;

#[test]
fn what_is_written_twice_is_shown_with_both_places() {
    refused(
        "[hosts.x]\nport = 22\nuser = \"a\"\nport = 2\n[hosts.xy]\n[hosts.x]\n[hosts.z]\nvars = { a = 1, a = 2 }\n[hosts.z]\n",
        expect![[r#"
            etc/hosts.toml:4: `port` is written twice
                 4 | port = 2
                   | ^^^^
                 2 | port = 22
                   | ^^^^ first written here
                also etc/hosts.toml:6: host `x` is declared twice
                 6 | [hosts.x]
                   |        ^
                 1 | [hosts.x]
                   |        ^ first written here
                also etc/hosts.toml:8: `a` is written twice
                 8 | vars = { a = 1, a = 2 }
                   |                 ^
                also etc/hosts.toml:9: host `z` is declared twice
                 9 | [hosts.z]
                   |        ^
                 7 | [hosts.z]
                   |        ^ first written here
        "#]],
    );
}
