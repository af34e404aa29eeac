//! What stops something says so: the engine can ask a cluster only about a loss that it knows of.

use super::{File, files, none};

/// Commands that stop something, switch it off or take it out of service.
const STOPS: [&str; 17] = [
    "systemctl stop",
    "systemctl restart",
    "systemctl reboot",
    "systemctl poweroff",
    "each stop",
    "each restart",
    "supervisorctl stop",
    "supervisorctl restart",
    "shutdown -",
    "poweroff",
    "reboot",
    "virsh destroy",
    "virsh shutdown",
    "virsh reboot",
    "member remove",
    "cluster stop",
    "kubectl drain",
];

/// Snippets without a word about it, and why.
const EXCEPT: [(&str, &str); 1] =
    [("webservice/release_vip", "the floating address moves to the other node, which serves")];

/// The words by which Rust says it.
const SAYS: [&str; 4] = ["takes_away(", ".taking(", "undo_takes_away(", "action.takes"];

#[test]
fn what_stops_something_says_what_it_takes_away() {
    let all = files();
    let rust: Vec<&File> = all.iter().filter(|file| file.path.ends_with(".rs")).collect();
    let code = |text: &str| -> String {
        text.lines()
            .filter(|line| !line.trim_start().starts_with('#'))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let mut silent = Vec::new();
    let mut excepted = 0;
    for file in all.iter().filter(|file| file.path.starts_with("snippets/")) {
        let Some(name) = file.path["snippets/".len()..].strip_suffix(".sh") else { continue };
        let text = code(&file.text);
        if !STOPS.iter().any(|words| text.contains(words)) {
            continue;
        }
        if EXCEPT.iter().any(|(excepted, _)| *excepted == name) {
            excepted += 1;
            continue;
        }
        let macro_name = format!("\"{name}\"");
        let says = |file: &&&File| {
            file.text.contains(&macro_name) && SAYS.iter().any(|word| file.text.contains(word))
        };
        if !rust.iter().any(|file| says(&file)) {
            silent.push(format!("{name}: say it with `takes_away` where its operation is built"));
        }
    }
    none("a snippet that stops something, and nobody says so", silent);
    assert_eq!(excepted, EXCEPT.len(), "an exception that is none any more");
}
