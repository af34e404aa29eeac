//! Hardware addresses of one interface.

use std::fmt;
use std::str::FromStr;

use super::fault::Fault;

/// A unicast MAC address, shown as `52:54:00:12:34:56`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mac([u8; 6]);

impl FromStr for Mac {
    type Err = Fault;

    /// Takes upper or lower case, with `:` or `-` between the six bytes.
    fn from_str(text: &str) -> Result<Self, Fault> {
        let wrong = |why: &str| Fault::usage(format!("`{text}` is not a MAC address: {why}"));
        let form = "six bytes of two hexadecimal digits, as in 52:54:00:12:34:56";
        let sign = if text.contains('-') { '-' } else { ':' };
        let byte = |part: &str| {
            let good = part.len() == 2 && part.bytes().all(|b| b.is_ascii_hexdigit());
            good.then(|| u8::from_str_radix(part, 16).ok()).flatten()
        };
        let bytes: Option<Vec<u8>> = text.split(sign).map(byte).collect();
        let bytes = bytes.and_then(|bytes| <[u8; 6]>::try_from(bytes).ok());
        match bytes.ok_or_else(|| wrong(form))? {
            [0, 0, 0, 0, 0, 0] => Err(wrong("all bytes are zero")),
            // IEEE 802: the lowest bit of the first byte marks a group address.
            bytes if bytes[0] & 1 == 1 => Err(wrong("it is a multicast address (odd first byte)")),
            bytes => Ok(Self(bytes)),
        }
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mac_addresses_are_unicast_and_lower_case() {
        let shown = |text: &str| text.parse::<Mac>().map_or_else(|e| e.message, |m| m.to_string());
        let form = "six bytes of two hexadecimal digits, as in 52:54:00:12:34:56";
        assert_eq!(shown("52:54:00:AB:cd:01"), "52:54:00:ab:cd:01");
        assert_eq!(shown("52-54-00-AB-cd-01"), "52:54:00:ab:cd:01");
        assert_eq!(
            shown("01:00:5e:00:00:01"),
            "`01:00:5e:00:00:01` is not a MAC address: it is a multicast address (odd first byte)"
        );
        assert_eq!(
            shown("00:00:00:00:00:00"),
            "`00:00:00:00:00:00` is not a MAC address: all bytes are zero"
        );
        for text in ["52:54:00:ab:cd", "52:54:00:ab:cd:01:02", "5:54:00:ab:cd:01", "", "52:54-00"] {
            assert_eq!(shown(text), format!("`{text}` is not a MAC address: {form}"));
        }
    }
}
