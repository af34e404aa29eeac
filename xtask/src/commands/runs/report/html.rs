//! The page: a template, a style, a script, and the account as data. It asks nobody for anything.
//!
//! The data are JSON in an element that no browser runs, with every `<` written as an escape. The script puts each text
//! into the page as text. And the policy of the page allows this one script and this one style, by their hashes, and
//! nothing else: even a text that became an element could neither run nor load anything.

mod compact;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

pub(in crate::commands::runs) use self::compact::{Changed, data};
use super::account::Account;
use super::markdown;

const PAGE: &str = include_str!("../../../../templates/report/page.html");
const STYLE: &str = include_str!("../../../../templates/report/page.css");
/// The script, in the order of its parts.
const SCRIPT: &str = concat!(
    include_str!("../../../../templates/report/model.js"),
    include_str!("../../../../templates/report/elements.js"),
    include_str!("../../../../templates/report/summary.js"),
    include_str!("../../../../templates/report/operations.js"),
    include_str!("../../../../templates/report/timeline.js"),
    include_str!("../../../../templates/report/page.js"),
);

/// The page of a run; a live one, which has this version, asks its own server for changes, and nobody else.
pub(in crate::commands::runs) fn page(account: &Account, live: Option<u64>) -> String {
    let all = Changed { version: live.unwrap_or(0), over: live.is_none(), whole: true };
    let data = in_script(&data(account, |_| true, &all));
    let connect = if live.is_some() { "'self'" } else { "'none'" };
    let policy = format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; connect-src {connect}; base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    );
    let head = &account.head;
    let title = format!("{}: {} – {}", head.step, head.word, head.run);
    filled(PAGE, |name| match name {
        "policy" => policy.clone(),
        "title" => escaped(&title),
        "live" => if live.is_some() { "yes" } else { "no" }.to_owned(),
        "style" => STYLE.to_owned(),
        "text" => escaped(&markdown::text(account)),
        "data" => data.clone(),
        "script" => SCRIPT.to_owned(),
        other => unreachable!("the template has no `{other}`"),
    })
}

/// The template with its `{{names}}` replaced, once: what comes in is not looked at again.
fn filled(template: &str, value: impl Fn(&str) -> String) -> String {
    let mut parts = template.split("{{");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("}}").unwrap_or((part, ""));
        text += &value(name);
        text += rest;
    }
    text
}

/// The source that a policy names a script or a style by.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

/// JSON for an element of the page: nothing in it ends the element or begins a comment.
fn in_script(json: &Value) -> String {
    let text = json.to_string();
    let mut out = String::with_capacity(text.len() + text.len() / 64);
    for c in text.chars() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            c => out.push(c),
        }
    }
    out
}

/// As text of HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_the_data_or_is_filled_in_twice() {
        let hostile = serde_json::json!(["</script><!-- {{script}} \u{2028}&amp;"]);
        let text = in_script(&hostile);
        assert!(!text.contains('<') && !text.contains('&') && !text.contains('\u{2028}'), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).ok(), Some(hostile));
        let page =
            filled("a{{x}}b{{y}}c", |name| if name == "x" { "{{y}}" } else { "Y" }.to_owned());
        assert_eq!(page, "a{{y}}bYc");
    }
}
