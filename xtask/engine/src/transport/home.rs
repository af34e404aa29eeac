//! The home directory of the user database: ssh goes by it, and not by `$HOME`.

use std::fs;

use camino::Utf8PathBuf;

/// The directory of this user; that of `$HOME` for a user whom no database knows.
pub(super) fn home() -> Option<Utf8PathBuf> {
    let uid = rustix::process::getuid().as_raw().to_string();
    let local = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let found = of(&local, &uid).or_else(|| of(&asked(&uid), &uid));
    found.or_else(|| std::env::var("HOME").ok().map(Utf8PathBuf::from))
}

/// The answer of all databases, for example LDAP; passwd(5).
#[expect(clippy::disallowed_methods, reason = "transport is where processes are started")]
fn asked(uid: &str) -> String {
    let asked = duct::cmd("getent", ["passwd", uid]).stdin_null().stderr_null().unchecked().read();
    asked.unwrap_or_default()
}

fn of(passwd: &str, uid: &str) -> Option<Utf8PathBuf> {
    let fields = |line: &str| line.split(':').map(str::to_owned).collect::<Vec<_>>();
    let users = passwd.lines().map(fields);
    let user = users.into_iter().find(|fields| fields.get(2).is_some_and(|it| it == uid))?;
    user.into_iter().nth(5).filter(|home| !home.is_empty()).map(Utf8PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_home_of_a_number_is_read() {
        let passwd =
            "root:x:0:0:root:/root:/bin/sh\nops:x:1000:100::/home/ops:/bin/sh\nx:x:5:5:::\n";
        assert_eq!(of(passwd, "1000"), Some(Utf8PathBuf::from("/home/ops")));
        assert_eq!((of(passwd, "100"), of(passwd, "5")), (None, None));
    }
}
