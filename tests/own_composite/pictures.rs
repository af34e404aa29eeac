//! Pictures of runbooks: each is read by the program that it is for.

use std::path::Path;

use tasks::list::Access;

use super::site;
use crate::support::Xtask;
use crate::support::rehearsal::Bench;

/// The programs that read a picture take it: a parser of XML, and graphviz.
fn is_read(bench: &Bench, form: &str, text: &str) {
    let xml = "import sys, xml.dom.minidom; xml.dom.minidom.parseString(sys.stdin.buffer.read())";
    let (program, words) = match form {
        "svg" => ("python3", vec!["-c", xml]),
        "dot" => ("dot", vec!["-Tsvg"]),
        _ => return,
    };
    let read = Xtask::start(Path::new(program), bench.state.path(), &words).fed(text);
    assert_eq!((read.code, read.stderr.as_str()), (0, ""), "{form}\n{text}");
}

#[test]
fn every_runbook_has_its_picture_in_three_forms() {
    let bench = site();
    let mut shown = String::new();
    for form in ["svg", "dot", "mermaid"] {
        let text = bench.ends(0, &format!("site graph --output {form}")).stdout;
        is_read(&bench, form, &text);
        shown += &format!("{text}\n");
        for runbook in tasks::RUNBOOKS {
            let text = bench.ends(0, &format!("{} graph --output {form}", runbook.name)).stdout;
            is_read(&bench, form, &text);
            let rows = runbook.rows.iter().filter(|row| row.composite.is_none());
            let is_list = runbook.rows.iter().all(|row| row.composite.is_none());
            let of_hosts = rows.filter(|row| is_list && row.access != Access::Prints);
            let missing = of_hosts.map(|row| row.name()).find(|name| !text.contains(name.as_str()));
            assert!(form == "mermaid" || missing.is_none(), "{}: {missing:?}", runbook.name);
        }
    }
    let file = crate::support::root().join("tests/snapshots/own_composite_graph.txt");
    expect_test::expect_file![file].assert_eq(&shown);
    let wrong = bench.ends(2, "site graph maintian");
    assert_eq!(
        wrong.stderr,
        "error: `site maintian` is no step of stages\nhint: did you mean `maintain`?\n"
    );
}
