//! The versions of packages, as their files VERSION have them.

use engine::data::version::Version;
use engine::prelude::*;

const VERSION: Snippet = snippet!("bk-upgrade/bkcli_version");

/// The version of a package that each host has; `absent` without one. An operation of another host asks: they are no
/// results of the run, so they are looked at one by one.
pub(crate) fn installed<'a>(
    hosts: &Hosts<'a>,
    install_path: &AbsPath,
    package: &str,
) -> Result<Vec<(&'a str, String)>> {
    let dir = format!("{install_path}/{package}");
    hosts.iter().map(|host| Ok((host.name(), of(&host, &dir)?))).collect()
}

/// The version of the package in `dir`; `absent` without one.
pub(crate) fn of(host: &Host<'_>, dir: &str) -> Result<String> {
    host.look("read VERSION", |reader| read(reader, dir))
}

/// The same for an operation on that host.
pub(crate) fn read(reader: &Reader<'_>, dir: &str) -> Result<String> {
    reader.ask(VERSION, [("FILE", Value::from(format!("{dir}/VERSION")))])
}

/// Whether a version such as `1.12.5` or `V1.12.5-rc1` is at least `wanted`. Something else is not.
pub(crate) fn at_least(version: &str, wanted: &str) -> bool {
    let numbers = version.trim_start_matches(['V', 'v']);
    let end = numbers.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(numbers.len());
    let number = |text: &str| text.trim_end_matches('.').parse::<Version>().ok();
    match (number(&numbers[..end]), number(wanted)) {
        (Some(version), Some(wanted)) => version >= wanted,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::at_least;

    #[test]
    fn versions_are_compared_as_numbers() {
        for newer in ["1.12", "1.12.0", "1.12.5-rc1", "V1.102.1", "2"] {
            assert!(at_least(newer, "1.12"), "{newer}");
        }
        for older in ["1.11.9", "1.9.99", "absent", "", "V1.2.12"] {
            assert!(!at_least(older, "1.12"), "{older}");
        }
    }
}
