//! Names of systemd units.

use super::word::word;

/// Endings of unit names, systemd.unit(5).
const SUFFIXES: [&str; 11] = [
    "service",
    "socket",
    "device",
    "mount",
    "automount",
    "swap",
    "target",
    "path",
    "timer",
    "slice",
    "scope",
];

/// The name of a systemd unit; `.service` is added to a name without an ending.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitName(String);

word!(UnitName, "a unit name");

impl UnitName {
    fn check(text: &str) -> Result<String, String> {
        let good = |c: char| c.is_ascii_alphanumeric() || ":-_.\\@".contains(c);
        if let Some(at) = text.find(|c: char| !good(c)) {
            return Err(format!("character {} is not allowed", at + 1));
        }
        // systemctl would take a name that begins with `-` as an option.
        if !text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
            return Err("it does not begin with a letter or a digit".into());
        }
        let name = full_name(text);
        if name.len() > 255 { Err("it is longer than 255 characters".into()) } else { Ok(name) }
    }
}

/// The name with its ending: without one it is a service.
pub fn full_name(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((_, ending)) if SUFFIXES.contains(&ending) => name.to_owned(),
        _ => format!("{name}.service"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_names_get_their_ending() {
        let shown =
            |text: &str| text.parse::<UnitName>().map_or_else(|e| e.message, |m| m.to_string());
        assert_eq!(shown("bk-paas-esb"), "bk-paas-esb.service");
        assert_eq!(shown("etcd.service"), "etcd.service");
        assert_eq!(shown("a.timer"), "a.timer");
        assert_eq!(shown("php7.4-fpm"), "php7.4-fpm.service");
        assert_eq!(shown("a@b"), "a@b.service");
        for (text, why) in [
            ("a b", "character 2 is not allowed"),
            ("-a", "it does not begin with a letter or a digit"),
            ("", "it does not begin with a letter or a digit"),
            ("bk-paas-*", "character 9 is not allowed"),
            ("esb；", "character 4 is `；` (U+FF1B) (write `;` there)"),
        ] {
            assert_eq!(shown(text), format!("`{text}` is not a unit name: {why}"));
        }
    }
}
