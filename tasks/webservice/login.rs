//! firstbox logs in to the other hosts by itself: its scripts do.

use engine::ops::Assert;
use engine::snippet;
use engine::text::snippet::Snippet;

const LOGIN: Snippet = snippet!("webservice/login");

/// It can, without being asked.
pub(super) fn possible(host: &str) -> Assert {
    Assert::new(LOGIN, [("NODE", host.into())], format!("firstbox cannot log in to {host}"))
        .hint(format!("try on firstbox: ssh -o BatchMode=yes {host} true"))
}
