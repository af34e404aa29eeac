//! Names of network interfaces.

use super::word::word;

/// The name of a network interface: 1 to 15 characters without blank, `/` or `:`
/// (`dev_valid_name` of Linux).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ifname(String);

word!(Ifname, "an interface name");

impl Ifname {
    fn check(text: &str) -> Result<String, String> {
        match text {
            "" => Err("it is empty".into()),
            "." | ".." => Err("the kernel refuses it".into()),
            _ if text.len() > 15 => {
                Err(format!("it has {} characters, the limit is 15", text.len()))
            }
            _ => match text.find([' ', '/', ':']) {
                Some(at) => Err(format!("character {} is not allowed", at + 1)),
                None => Ok(text.to_owned()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interface_names_are_those_the_kernel_takes() {
        let shown =
            |text: &str| text.parse::<Ifname>().map_or_else(|e| e.message, |m| m.to_string());
        for good in ["LAN1", "br0", "eth0.100", "a23456789012345"] {
            assert_eq!(shown(good), good);
        }
        for (text, why) in [
            ("", "it is empty"),
            ("a234567890123456", "it has 16 characters, the limit is 15"),
            ("a/b", "character 2 is not allowed"),
            ("网卡", "character 1 is `网` (U+7F51) (write it in plain ASCII)"),
        ] {
            assert_eq!(shown(text), format!("`{text}` is not an interface name: {why}"));
        }
    }
}
