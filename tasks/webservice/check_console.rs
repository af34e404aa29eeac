//! Document section 检查服务.
//!
//! - Hosts: firstbox
//! - Changes: nothing
//! - Proof: the page answers with 200 or 302 and contains the text; a person has checked it
//! - Undo: nothing to undo
//!
//! ```text
//! + 通过`console`页面来检查。
//! ```

use std::net::Ipv4Addr;

use engine::data::plain;
use engine::prelude::*;

use crate::common::args::WaitTimeout;

const PAGE: Snippet = snippet!("webservice/check_console");

/// Requests the page from firstbox: it must answer with 200 or 302 and contain the text. Then asks a
/// person to check the login, the restored logo (X0.5) and the list of consoles.
///
/// Examples:
///   cargo xtask webservice check-console --url http://console.example.com/ --expect QingCloud
///   cargo xtask webservice check-console --url http://console.example.com/ --via-node 10.16.0.10 --ack "console-10.16.0.10=logo and login, ma"
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
#[expect(rustdoc::bare_urls, reason = "the examples are for a terminal")]
pub struct Args {
    /// The address of the page
    #[arg(long, value_parser = url)]
    url: Url,
    /// Ask this node, without resolving the name in the address
    #[arg(long, value_name = "IP")]
    via_node: Option<Ipv4Addr>,
    /// Text that the page must contain, an extended regular expression
    #[arg(long, value_name = "REGEX", default_value = "")]
    expect: String,
    #[command(flatten)]
    wait: WaitTimeout<60>,
}

/// The address of a page, and the arguments of curl to ask one node.
#[derive(Debug, Clone)]
struct Url {
    text: String,
    place: String,
}

/// The program checks first, then the person.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let via = args.via_node.map(|node| format!("{}:{node}", args.url.place)).unwrap_or_default();
    let values = [
        ("URL", args.url.text.as_str().into()),
        ("VIA", via.into()),
        ("EXPECT", args.expect.as_str().into()),
    ];
    let page = Wait::until(format!("{} answers as it should", args.url.text), PAGE, values);
    let firstbox = cx.one_host("firstbox")?;
    firstbox.ensure(&page.at_most(args.wait.limit()))?;
    let of = args.via_node.map(|node| format!("-{node}")).unwrap_or_default();
    let seen = format!("open {} and check: login, logo (X0.5), list of consoles", args.url.text);
    let seen = Manual::new(format!("console{of}"), seen).evidence("your findings, and your name");
    firstbox.manual(&seen).map(drop)
}

fn url(text: &str) -> Result<Url, Fault> {
    let wrong = |why: &str| Fault::usage(format!("`{text}` is not the address of a page: {why}"));
    plain::check(text).map_err(|slip| wrong(&slip.message))?;
    let (port, rest) = match (text.strip_prefix("http://"), text.strip_prefix("https://")) {
        (Some(rest), _) => ("80", rest),
        (_, Some(rest)) => ("443", rest),
        _ => return Err(wrong("it begins with neither http:// nor https://")),
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty() || host.contains(['@', ' ']) {
        return Err(wrong("it names no host, or holds a password"));
    }
    let place = if host.contains(':') { host.to_owned() } else { format!("{host}:{port}") };
    Ok(Url { text: text.to_owned(), place })
}
