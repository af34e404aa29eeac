//! The page in a real browser: what it shows, what it asks for, and what it does with hostile texts.

use std::path::Path;

use serde_json::json;

use super::{eventful, report};
use crate::support::chromium::{Browser, address};
use crate::support::{Xtask, scratch};

/// The texts of all elements of a kind.
pub(super) fn texts(browser: &mut Browser, selector: &str) -> Vec<String> {
    let found = browser.eval(&format!(
        "[...document.querySelectorAll({selector:?})].map((node) => node.textContent)"
    ));
    found
        .as_array()
        .expect("an array")
        .iter()
        .map(|it| it.as_str().expect("a text").to_owned())
        .collect()
}

/// Types into a field, and waits until the line above the list says `count`.
pub(super) fn fill(browser: &mut Browser, id: &str, text: &str, count: &str) {
    browser.eval(&format!(
        "(() => {{ const it = document.getElementById({id:?}); it.value = {text:?}; \
         it.dispatchEvent(new Event(it.tagName === 'SELECT' ? 'change' : 'input')); }})()"
    ));
    browser.until(&format!("{COUNT} === {count:?}"));
}

const ROWS: &str = "#timeline .row .name";
pub(super) const COUNT: &str = "document.querySelector('.count').textContent";
/// Whether something is wider than the window.
const OVERFLOW: &str =
    "document.documentElement.scrollWidth > document.documentElement.clientWidth";

#[test]
fn the_page_works_in_a_browser_asks_nobody_and_shows_hostile_texts_as_texts() {
    let state = scratch();
    eventful(state.path());
    let dir = scratch();
    let file = dir.path().join("report.html");
    let done = report(state.path(), &["--output", &file.display().to_string()]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let mut browser = Browser::start();
    browser.size(1280, 900, false);
    browser.theme("light");
    browser.open(&address(&file));
    browser.eval("document.getElementById('timeline').scrollIntoView({ behavior: 'instant' })");
    browser.until("document.querySelectorAll('#timeline .lane .bar').length === 7");

    it_says_what_happened(&mut browser);
    hosts_are_folded_as_everywhere(&mut browser);
    hostile_texts_are_texts(&mut browser);
    it_is_searched_and_filtered(&mut browser);
    it_is_used_by_keyboard_and_read_aloud(&mut browser);
    both_themes_and_a_phone(&mut browser);
    assert_eq!(browser.complaints(), Vec::<String>::new());
    assert_eq!(browser.requests(), Vec::<String>::new());
    // What nobody has opened is in the print, too.
    browser.open(&address(&file));
    prints_the_inside_of_operations(&mut browser, &dir.path().join("report.pdf"));
    assert_eq!(browser.complaints(), Vec::<String>::new());
    without_scripts(&mut browser, &file);
    policy_of_the_page(&mut browser, &file);
}

fn prints_the_inside_of_operations(browser: &mut Browser, file: &Path) {
    std::fs::write(file, browser.print()).expect("a place");
    let read = Xtask::program("pdftotext").arg(file).arg("-").output().expect("pdftotext starts");
    let text = String::from_utf8_lossy(&read.stdout);
    for part in ["+disabled", "-enabled", "stopped paas1"] {
        assert!(text.lines().any(|line| line.trim() == part), "{part}: {text}");
    }
}

fn it_says_what_happened(browser: &mut Browser) {
    assert_eq!(texts(browser, "h1"), ["bk-upgrade paas"]);
    assert_eq!(texts(browser, ".verdict"), ["failed, exit 1 1 of 3 hosts failed, 2 changed"]);
    let facts = texts(browser, ".facts dd").join("\n");
    for fact in ["ann on desk7", "CHG-7", "bk-upgrade-6.1-to-6.2.md, lines ", "in 2 processes"] {
        assert!(facts.contains(fact), "{fact}: {facts}");
    }
    // Trouble comes first.
    assert_eq!(texts(browser, ROWS), ["paas10", "paas1", "paas2"]);
    assert_eq!(browser.eval("document.querySelectorAll('.chart .wall').length"), 1);
    assert_eq!(browser.eval("document.querySelectorAll('.chart .bar.wait').length"), 1);
    assert_eq!(browser.eval("document.querySelectorAll('.chart .bar.failed').length"), 2);
    assert_eq!(browser.eval("document.querySelectorAll('.chart .gap').length"), 1);
    assert_eq!(texts(browser, ".chart .stage"), ["stop", "remove-venv", "remove-venv"]);
    let failures = texts(browser, "#attention h3").join("\n");
    assert!(failures.contains("paas10: write </script>"), "{failures}");
    let commands = texts(browser, "#attention .next code").join("\n");
    assert!(commands.contains("cargo xtask retry 20261121-023311-bk-upgrade-paas"), "{commands}");
    // What was closed stays closed when the page is made again.
    let output = "document.querySelector('#attention details')";
    browser.eval(&format!("{output}.open = false"));
    browser.until("view.shut.size > 0");
    browser.eval("render()");
    assert_eq!(browser.eval(&format!("{output}.open")), false);
    let evidence = texts(browser, "#record td").join("\n");
    assert!(evidence.contains("acknowledgement") && evidence.contains("bob"), "{evidence}");
}

fn hosts_are_folded_as_everywhere(browser: &mut Browser) {
    let sets = [
        "web1 web2 web3 web10",
        "web01 web02 web10",
        "web8 web9 web10 web11",
        "web08 web09 web10 web100",
        "db web1 web3",
        "a1b1 a1b2 a2b1",
        "n1.example n2.example n3.other",
        "10.0.0.1 10.0.0.2 10.0.0.9",
        "1 01 2",
        "x",
        "web1 web01 web10",
        "a12345678901 a12345678902",
        "node-1 node-2 node1",
    ];
    for set in sets {
        let names: Vec<&str> = set.split(' ').collect();
        let folded = browser.eval(&format!("fold({})", json!(names)));
        assert_eq!(folded, engine::data::range::fold(&names), "{set}");
    }
}

fn hostile_texts_are_texts(browser: &mut Browser) {
    // Everything is opened: diffs, outputs, errors.
    browser.eval("document.querySelectorAll('.name').forEach((node) => node.click())");
    browser.eval("document.querySelectorAll('details').forEach((node) => { node.open = true; })");
    // What is inside of an operation is made when it is opened.
    browser.until(
        "[...document.querySelectorAll('details')].every((node) => node.children.length > 1)",
    );
    let shown = texts(browser, "pre").join("\n");
    assert!(
        shown.contains("<img src=x onerror=window.harm=2>") && shown.contains("<U+202E>"),
        "{shown}"
    );
    assert_eq!(browser.eval("window.harm === undefined"), true);
    assert_eq!(
        browser.eval("document.querySelectorAll('img, iframe, object, embed, link, form').length"),
        0
    );
    assert_eq!(browser.eval("document.scripts.length"), 2);
    let notes = texts(browser, ".note").join("\n");
    assert!(
        notes.contains("the last part of outputs/0009.paas10.err (70.3 KiB) in the record"),
        "{notes}"
    );
    browser.eval("document.querySelectorAll('.name').forEach((node) => node.click())");
}

fn it_is_searched_and_filtered(browser: &mut Browser) {
    assert_eq!(browser.eval(COUNT), "3 hosts, 7 operations");
    let mut finds = |id: &str, text: &str, count: &str, hosts: &[&str]| {
        fill(browser, id, text, count);
        assert_eq!(texts(browser, ROWS), hosts, "{id}: {text}");
    };
    // In the name of an operation, in a diff, in an output.
    finds("words", "/Data/VENV", "1 of 3 hosts, 1 of 7 operations", &["paas1"]);
    finds("words", "+disabled", "3 hosts, 3 of 7 operations", &["paas10", "paas1", "paas2"]);
    finds("words", "stopped paas2", "1 of 3 hosts, 1 of 7 operations", &["paas2"]);
    finds("words", "nowhere", "0 of 3 hosts, 0 of 7 operations", &[]);
    finds("words", "", "3 hosts, 7 operations", &["paas10", "paas1", "paas2"]);
    finds("outcome", "bad", "1 of 3 hosts, 2 of 7 operations", &["paas10"]);
    finds("outcome", "wall", "1 of 3 hosts, 1 of 7 operations", &["paas1"]);
    finds("outcome", "", "3 hosts, 7 operations", &["paas10", "paas1", "paas2"]);
    finds("named", "paas[1-2]", "2 of 3 hosts, 4 of 7 operations", &["paas1", "paas2"]);
    finds("named", "10, AAS2", "2 of 3 hosts, 5 of 7 operations", &["paas10", "paas2"]);
    finds("named", "", "3 hosts, 7 operations", &["paas10", "paas1", "paas2"]);
    finds("stage", "stop", "3 hosts, 3 of 7 operations", &["paas10", "paas1", "paas2"]);
    finds("stage", "", "3 hosts, 7 operations", &["paas10", "paas1", "paas2"]);
}

fn it_is_used_by_keyboard_and_read_aloud(browser: &mut Browser) {
    browser.eval("document.activeElement.blur(); window.scrollTo(0, 0)");
    browser.key("/");
    assert_eq!(browser.eval("document.activeElement.id"), "words");
    // On from the search: each field, then the row of the first host, which opens.
    let mut order = Vec::new();
    for _ in 0..6 {
        browser.key("Tab");
        order.push(browser.eval("document.activeElement.id || document.activeElement.textContent"));
    }
    assert_eq!(order, ["named", "outcome", "stage", "zoom", "paas10", "paas1"]);
    assert_eq!(browser.eval("document.activeElement.getAttribute('aria-expanded')"), "false");
    browser.key("Enter");
    assert_eq!(browser.eval("document.activeElement.getAttribute('aria-expanded')"), "true");
    browser.key("Tab");
    assert_eq!(browser.eval("document.activeElement.tagName"), "SUMMARY");
    let open = "document.activeElement.parentElement.open";
    let was = browser.eval(open);
    browser.key("Enter");
    assert_ne!(browser.eval(open), was);
    let outline = "getComputedStyle(document.activeElement).outlineStyle";
    assert_eq!(browser.eval(outline), "solid");
    browser.eval("document.querySelector('.name[aria-expanded=true]').click()");
    // What a screen reader gets: places, headings, names.
    let tree = browser.call("Accessibility.getFullAXTree", &json!({}));
    let nodes = tree["nodes"].as_array().expect("nodes");
    let named = |role: &str| {
        let of =
            nodes.iter().filter(|node| node["role"]["value"] == role && node["ignored"] == false);
        of.map(|node| node["name"]["value"].as_str().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(named("main").len(), 1);
    assert_eq!(
        named("region")
            .iter()
            .filter(|name| ["Run", "Timeline", "Operations", "Hosts"].contains(&name.as_str()))
            .count(),
        4
    );
    assert!(named("image").contains(&"2 operations: 2 changed".to_owned()), "{:?}", named("image"));
    let silent = |role: &str| named(role).into_iter().filter(|name| name.is_empty()).count();
    for role in
        ["button", "textbox", "searchbox", "combobox", "image", "heading", "region", "table"]
    {
        assert_eq!(silent(role), 0, "{role}");
    }
}

/// The contrast of texts on their background, at least that of WCAG AA.
const CONTRAST: &str = "(() => {
  const number = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((all, c, at) => all + c * [0.2126, 0.7152, 0.0722][at], 0);
  const back = (node) => { const own = number(getComputedStyle(node).backgroundColor); return own[3] === 0 ? back(node.parentElement) : own; };
  const low = new Set();
  for (const node of document.querySelectorAll('#page *')) {
    if (![...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()) || !node.checkVisibility()) continue;
    const [one, other] = [light(number(getComputedStyle(node).color)), light(back(node))].sort((a, b) => b - a);
    if ((one + 0.05) / (other + 0.05) < 4.5) low.add(`${node.tagName}.${node.className} ${((one + 0.05) / (other + 0.05)).toFixed(2)}`);
  }
  return [...low];
})()";

fn both_themes_and_a_phone(browser: &mut Browser) {
    let back = "getComputedStyle(document.body).backgroundColor";
    let mut pictures = Vec::new();
    for (theme, colour) in [("light", "rgb(255, 255, 255)"), ("dark", "rgb(20, 23, 28)")] {
        browser.theme(theme);
        assert_eq!(browser.eval(back), colour);
        assert_eq!(browser.eval(CONTRAST), json!([]), "{theme}");
        for (width, height, phone) in [(1280, 900, false), (390, 844, true)] {
            browser.size(width, height, phone);
            assert_eq!(browser.eval(OVERFLOW), false, "{theme}, {width}");
            assert_eq!(browser.eval("window.innerWidth"), width, "nothing widens the window");
            pictures.push(browser.picture());
        }
        browser.size(1280, 900, false);
    }
    // `XTASK_PICTURES=DIR` keeps them, to be looked at.
    if let Some(dir) = std::env::var_os("XTASK_PICTURES") {
        for (number, picture) in pictures.iter().enumerate() {
            std::fs::write(Path::new(&dir).join(format!("report-{number}.png")), picture)
                .expect("a place");
        }
    }
    // The switch is stronger than the system.
    browser.eval("document.querySelector('.tools button').click()");
    assert_eq!(browser.eval(back), "rgb(255, 255, 255)");
    assert_eq!(texts(browser, ".tools button"), ["dark", "print"]);
}

fn without_scripts(browser: &mut Browser, file: &Path) {
    browser.call("Emulation.setScriptExecutionDisabled", &json!({ "value": true }));
    browser.open(&address(file));
    let tree = browser.call("Accessibility.getFullAXTree", &json!({}));
    let text = tree.to_string();
    assert!(text.contains("1 of 3 hosts failed") && text.contains("cargo xtask retry"), "{text}");
    browser.call("Emulation.setScriptExecutionDisabled", &json!({ "value": false }));
}

/// Even a text that became an element could neither run nor load anything.
fn policy_of_the_page(browser: &mut Browser, file: &Path) {
    let page = std::fs::read_to_string(file).expect("a page");
    let harmed = page.replace("<div id=\"page\">", "<script>window.harm=1</script><img src=\"http://127.0.0.1:9/x\"><b onclick=\"harm=2\" id=\"bait\">x</b><div id=\"page\">");
    assert_ne!(page, harmed);
    let other = file.with_file_name("harmed.html");
    std::fs::write(&other, harmed).expect("a place");
    browser.open(&address(&other));
    browser.eval("document.getElementById('bait').click()");
    assert_eq!(browser.eval("window.harm === undefined"), true);
    assert!(browser.complaints().iter().any(|it| it.contains("Content Security Policy")));
    assert_eq!(browser.eval("document.querySelector('h1').textContent"), "bk-upgrade paas");
}
