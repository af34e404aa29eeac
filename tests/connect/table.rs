//! Each option of `ssh_config` against our answer in `tests/ssh_config.tsv`, asked of the installed ssh.

use std::collections::BTreeSet;
use std::path::Path;

use engine::transport::overrides::OVERRIDES;

use super::Site;
use crate::support::Xtask;

/// A row of the table.
struct Row {
    option: &'static str,
    class: &'static str,
    answer: &'static str,
    lines: String,
}

fn rows() -> Vec<Row> {
    let row = |line: &'static str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [option, class, answer, lines] = cells[..] else { panic!("four columns: {line}") };
        Row { option, class, answer, lines: lines.replace("\\n", "\n") }
    };
    table().lines().filter(|line| !line.starts_with('#')).map(row).collect()
}

fn table() -> &'static str {
    include_str!("../ssh_config.tsv")
}

/// The flags that a session gives to ssh, up to the destination.
fn flags(site: &Site) -> Vec<String> {
    let path = site.ssh(&format!(
        "case $1 in -G) exec SSH \"$@\" ;; esac\nprintf '%s\\n' \"$@\" >{}\nexit 255",
        site.path("flags").display()
    ));
    site.call(&["pcmd", "-w", "x", "true"]).env("PATH", path).run();
    let words = std::fs::read_to_string(site.path("flags")).expect("the words of ssh");
    words.lines().take_while(|word| *word != "--").map(str::to_owned).collect()
}

/// The settings of ssh for the host `x`, one a line; what ssh complains about is no setting.
fn settings(flags: &[String]) -> BTreeSet<String> {
    let asked = Xtask::program("ssh").arg("-G").args(flags).arg("x").output().expect("ssh starts");
    let said = String::from_utf8_lossy(&asked.stdout).into_owned();
    said.lines().map(str::to_owned).collect()
}

/// The names among these that the installed ssh does not know.
fn unknown(site: &Site, names: &[&str]) -> BTreeSet<String> {
    let mut unknown = BTreeSet::new();
    let mut rest = names;
    while !rest.is_empty() {
        site.put("names", &rest.iter().map(|name| format!("{name} x\n")).collect::<String>());
        let file = site.path("names").display().to_string();
        let asked = Xtask::program("ssh").args(["-G", "-F", &file, "x"]).output();
        let said = String::from_utf8_lossy(&asked.expect("ssh starts").stderr).to_lowercase();
        let bad = said.lines().filter_map(|line| line.split_once("bad configuration option: "));
        unknown.extend(bad.map(|(_, name)| name.to_owned()));
        // Some values end ssh at once: it has not seen the names after them.
        let at =
            |line: &str| line.split_once("line ")?.1.split([':', '.', ' ']).next()?.parse().ok();
        let last: Option<usize> = said.lines().filter_map(at).max();
        let ended = said.contains("terminating, ") || last.is_none();
        rest = if ended { &[] } else { &rest[last.expect("a line")..] };
    }
    unknown
}

/// Words of the program that could be names of options.
fn words(program: &Path) -> Vec<String> {
    let bytes = std::fs::read(program).expect("a program");
    let word = |word: &&[u8]| {
        (4..40).contains(&word.len())
            && word.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    let found: BTreeSet<&[u8]> = bytes.split(|byte| *byte == 0).filter(word).collect();
    found.into_iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect()
}

/// Fault S4: what does not belong to a terminal is as plain ssh has it; the rest is ours whatever the user says.
#[test]
fn each_option_is_obeyed_or_overridden_as_the_table_says() {
    let site = Site::new("x", "", "[hosts.x]\n");
    site.put("included", "Port 77\n");
    let dir = site.dir.path().display().to_string();
    let (config, plain) = (site.path("config"), site.path("plain"));
    let ours = flags(&site);
    let plainly = ["-F".to_owned(), plain.display().to_string()];
    let ask = |lines: &str| {
        let lines = lines.replace("DIR", &dir);
        let block =
            if lines.starts_with("Host ") || lines.starts_with("Match ") { "" } else { "Host x\n" };
        [&config, &plain]
            .into_iter()
            .for_each(|file| crate::support::write(file, &format!("{block}{lines}\n")));
        [settings(&plainly), settings(&ours)]
    };
    let empty = ask("");
    let names: Vec<&str> = rows().iter().map(|row| row.option).collect();
    let unknown = unknown(&site, &names);
    for row in rows() {
        if row.class == "former" || unknown.contains(&row.option.to_lowercase()) {
            continue;
        }
        let [plain, ours] = ask(&row.lines);
        let set: BTreeSet<_> = plain.difference(&empty[0]).cloned().collect();
        let taken: BTreeSet<_> = ours.difference(&empty[1]).cloned().collect();
        let option = row.option;
        match row.class {
            "overridden" => assert!(taken.is_empty(), "{option}: {taken:?}"),
            "obeyed" | "irrelevant" => assert_eq!(taken, set, "{option}"),
            class => panic!("{option}: {class} is no class"),
        }
    }
}

/// The table has what the program overrides, and each row of it is what the program says.
#[test]
fn the_table_and_the_program_override_the_same() {
    let said: BTreeSet<&str> =
        rows().iter().filter(|row| row.class == "overridden").map(|row| row.answer).collect();
    let ours: BTreeSet<&str> = OVERRIDES.into_iter().chain(["ConnectTimeout=", "-T"]).collect();
    assert_eq!(said, ours);
    let names: Vec<String> = rows().iter().map(|row| row.option.to_lowercase()).collect();
    let once: BTreeSet<&String> = names.iter().collect();
    assert_eq!(once.len(), names.len(), "an option has two rows");
}

/// An option that a newer ssh has brought is named, so that somebody decides about it.
#[test]
fn the_table_has_every_option_that_ssh_knows() {
    let site = Site::new("x", "", "[hosts.x]\n");
    let path = std::env::var_os("PATH").expect("a path");
    let ssh = std::env::split_paths(&path).map(|dir| dir.join("ssh")).find(|ssh| ssh.exists());
    let words = words(&ssh.expect("an ssh"));
    let all: Vec<&str> = words.iter().map(String::as_str).collect();
    let unknown = unknown(&site, &all);
    let known = all.iter().filter(|word| !unknown.contains(**word));
    let rows: BTreeSet<String> = rows().iter().map(|row| row.option.to_lowercase()).collect();
    let missing: Vec<_> = known.filter(|word| !rows.contains(**word)).collect();
    let said = Xtask::program("ssh").arg("-V").output().expect("ssh starts").stderr;
    let version = version(&String::from_utf8_lossy(&said));
    let complete = table().lines().find_map(|line| line.strip_prefix("# complete to "));
    if version > self::version(complete.expect("a version")) && !missing.is_empty() {
        let note = format!("NOT IN tests/ssh_config.tsv: new options of this ssh: {missing:?}\n");
        std::io::Write::write_all(&mut std::io::stderr(), note.as_bytes()).expect("standard error");
        return;
    }
    assert!(missing.is_empty(), "add rows to tests/ssh_config.tsv for {missing:?}");
    assert!(all.len() - unknown.len() > 80, "options are not found in the program any more");
}

/// `OpenSSH_9.2p1 Debian` and `OpenSSH 9.2` as (9, 2).
fn version(text: &str) -> (u32, u32) {
    let number = text.trim_start_matches("OpenSSH").trim_start_matches(['_', ' ']);
    let mut parts =
        number.split(|c: char| !c.is_ascii_digit()).map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}
