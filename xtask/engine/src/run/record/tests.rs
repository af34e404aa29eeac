//! Journals: written, torn, changed, and resumed.

use std::io::Write as _;

use super::entry::Done;
use super::journal::{self, Journal, path};
use super::*;
use crate::data::inventory::Inventory;

fn inventory() -> Inventory {
    let text = "[hosts.a]\nsession = \"local\"\n";
    let read = |_: &Utf8Path| Err(std::io::ErrorKind::NotFound.into());
    Inventory::parse(Utf8Path::new("no/hosts.toml"), text, &read).unwrap()
}

/// A process of a run, for this ticket.
fn new<'a>(inventory: &'a Inventory, begun: &'a jiff::Zoned, ticket: &str) -> New<'a> {
    New {
        step: "a step",
        begun,
        words: vec!["a".to_owned(), "step".to_owned()],
        alias: None,
        snippets: Shells::default,
        inventory,
        rehearsal: true,
        ticket: Some(ticket.to_owned()),
        reason: None,
        plan: None,
    }
}

/// A journal with a start and two results, and its run.
fn written(dir: &tempfile::TempDir) -> Utf8PathBuf {
    let dir = Utf8PathBuf::try_from(dir.path().join("run")).unwrap();
    fs::create_dir(&dir).unwrap();
    let inventory = inventory();
    let record =
        Record::begin(&dir, 1, new(&inventory, &jiff::Zoned::now(), "CHG-7"), None, &Mask::new())
            .unwrap();
    for host in ["a", "b"] {
        record.write(&result(&record, host), false).unwrap();
    }
    dir
}

fn result(record: &Record, host: &str) -> Entry {
    Entry::Result(Done {
        op: record.operation(),
        host: host.to_owned(),
        what: "write \"x\"}\n".to_owned(),
        outcome: "changed".to_owned(),
        seconds: 0.25,
        error: None,
        outputs: vec!["0001.a".to_owned()],
    })
}

fn reopen(dir: &Utf8Path) -> Result<Record> {
    Record::reopen(
        dir,
        Again::Retry,
        Some(vec!["a".to_owned()]),
        new(&inventory(), &jiff::Zoned::now(), "CHG-8"),
        &Mask::new(),
    )
}

/// Changes the text of a journal.
fn edit(dir: &Utf8Path, change: impl Fn(&str) -> String) -> Journal {
    let text = fs::read_to_string(path(dir)).unwrap();
    fs::write(path(dir), change(&text)).unwrap();
    Journal::read(dir).unwrap()
}

fn damage(journal: &Journal) -> Vec<(usize, &str)> {
    journal.damage.iter().map(|damage| (damage.line, damage.what.as_str())).collect()
}

#[test]
fn what_is_written_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let run = written(&dir);
    let journal = Journal::read(&run).unwrap();
    assert_eq!((damage(&journal), &journal.torn), (vec![], &None));
    assert_eq!(journal.lines.iter().map(|line| line.line).collect::<Vec<_>>(), [1, 2, 3]);
    let entries: Vec<&Entry> = journal.entries().collect();
    let Entry::Start(start) = entries[0] else { panic!("{entries:?}") };
    assert_eq!((start.schema, start.step.as_str(), start.run.as_str()), (SCHEMA, "a step", "run"));
    assert_eq!((start.inventory.as_deref(), start.rehearsal), (None, true));
    let text = fs::read(run.join(INVENTORY)).unwrap();
    assert_eq!(start.inventory_sha256, reader::hash(&text));
    assert_eq!(entries.iter().filter_map(|entry| entry.operation()).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn a_hash_is_that_of_the_line_before_and_the_body() {
    let (line, first) = chain::seal("", b"{\"a\":1}".to_vec());
    let hash = reader::hash(b"{\"a\":1");
    assert_eq!(line, format!("{{\"a\":1,\"chain\":\"{hash}\"}}").into_bytes());
    assert_eq!(chain::seal(&first, b"{}".to_vec()).1, reader::hash(format!("{hash}{{").as_bytes()));
}

#[test]
fn every_edited_byte_is_named_by_its_line() {
    let dir = tempfile::tempdir().unwrap();
    let run = written(&dir);
    let text = fs::read(path(&run)).unwrap();
    let mut line = 1;
    for at in 0..text.len() {
        let mut changed = text.clone();
        changed[at] = if text[at] == b'x' { b'y' } else { b'x' };
        let found = Journal::parse(&changed);
        let whole = found.damage.first().map(|damage| damage.line);
        // Without its last newline the last line is a torn one.
        let expected = (at + 1 < text.len()).then_some(line);
        assert_eq!(whole, expected, "byte {at}: {}", String::from_utf8_lossy(&changed));
        line += usize::from(text[at] == b'\n');
    }
}

#[test]
fn missing_and_added_lines_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let run = written(&dir);
    let text = fs::read_to_string(path(&run)).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let of = |numbers: &[usize]| -> Vec<(usize, String)> {
        let text: String =
            numbers.iter().map(|number| format!("{}\n", lines[number - 1])).collect();
        let journal = Journal::parse(text.as_bytes());
        journal.damage.into_iter().map(|damage| (damage.line, damage.what)).collect()
    };
    assert_eq!(of(&[1, 3]), [(2, "is missing".to_owned())]);
    assert_eq!(of(&[3]), [(1, "is missing, and so are those up to line 2".to_owned())]);
    let twice = "was changed after it was written".to_owned();
    assert_eq!(of(&[1, 2, 2, 3]), [(3, twice.clone())]);
    assert_eq!(of(&[1, 3, 2])[1], (3, twice));
    // Missing lines at the end look like a killed run.
    assert_eq!(of(&[1, 2]), []);
}

#[test]
fn a_torn_line_is_no_fault_and_goes_when_the_run_is_resumed() {
    let dir = tempfile::tempdir().unwrap();
    let run = written(&dir);
    for half in ["{\"line\":4,\"at\":\"2026", "x", "\0\0", "{}"] {
        let journal = edit(&run, |text| format!("{text}{half}"));
        let torn = half.replace('\0', "");
        assert_eq!((damage(&journal), journal.torn.as_deref()), (vec![], Some(torn.as_str())));
        let before = journal.lines.len();

        let record = reopen(&run).unwrap();
        record.write(&result(&record, "c"), true).unwrap();
        drop(record);
        let journal = Journal::read(&run).unwrap();
        assert_eq!((damage(&journal), &journal.torn), (vec![], &None));
        let Entry::Resume(resume) = &journal.lines[before].entry else { panic!("{journal:?}") };
        assert_eq!(cause(&journal), (Some("CHG-8".to_owned()), None));
        assert_eq!((resume.torn.as_deref(), resume.kind), (Some(torn.as_str()), Again::Retry));
        assert_eq!(resume.only, Some(vec!["a".to_owned()]));
        assert_eq!(journal.lines.len(), before + 2);
    }
    let journal = Journal::read(&run).unwrap();
    let operations: Vec<u64> = journal.entries().filter_map(Entry::operation).collect();
    assert_eq!(operations, [1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_journal_cut_anywhere_is_read_up_to_there() {
    let dir = tempfile::tempdir().unwrap();
    let run = written(&dir);
    let text = fs::read(path(&run)).unwrap();
    for end in 0..=text.len() {
        let journal = Journal::parse(&text[..end]);
        let whole = text[..end].iter().filter(|byte| **byte == b'\n').count();
        assert_eq!((damage(&journal), journal.lines.len()), (vec![], whole), "{end}");
        assert_eq!(journal.torn.is_some(), end > 0 && text[end - 1] != b'\n', "{end}");
    }
}

#[test]
fn a_journal_that_is_followed_is_the_one_that_is_read_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let run = written(&dir);
    let whole = fs::read(path(&run)).unwrap();
    // A line of another hand, too: what follows it is judged as in one reading.
    let text = String::from_utf8(whole.clone()).unwrap();
    let edited = text.replace("\"host\":\"a\"", "\"host\":\"z\"").into_bytes();
    for bytes in [whole, edited] {
        fs::write(path(&run), &bytes).unwrap();
        let all = Journal::read(&run).unwrap();
        for cut in (0..bytes.len()).step_by(7) {
            fs::write(path(&run), &bytes[..cut]).unwrap();
            let mut journal = Journal::read(&run).unwrap();
            fs::write(path(&run), &bytes).unwrap();
            assert!(journal.follow(&run).unwrap() && !journal.follow(&run).unwrap(), "{cut}");
            let seen = (&journal.lines, damage(&journal), &journal.torn);
            assert_eq!(seen, (&all.lines, damage(&all), &all.torn), "{cut}");
        }
    }
}

#[test]
fn one_process_writes_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let run = written(&dir);
    assert!(!journal::is_running(&run));
    let first = reopen(&run).unwrap();
    assert!(journal::is_running(&run));
    let second = reopen(&run).unwrap_err();
    assert_eq!(Fault::kind_of(&second), Kind::Locked, "{second:#}");
    assert!(format!("{second:#}").ends_with("run run is still running"), "{second:#}");
    drop(first);
    reopen(&run).unwrap();
}

#[test]
fn a_changed_journal_is_not_resumed() {
    let dir = tempfile::tempdir().unwrap();
    let run = written(&dir);
    edit(&run, |text| text.replace("a step", "another step"));
    let refused = reopen(&run).unwrap_err();
    assert_eq!(Fault::kind_of(&refused), Kind::Refused);
    let said = format!("{refused:#}");
    assert!(said.contains("line 1 of ") && said.contains("was changed"), "{said}");
}

#[test]
fn files_of_a_resumed_run_get_new_numbers() {
    let dir = tempfile::tempdir().unwrap();
    let run = written(&dir);
    let spool = |text: &str| {
        let mut spool = Spool::default();
        spool.write_all(text.as_bytes()).unwrap();
        spool
    };
    let mask = Mask::new().value("hunter2!");
    let keep = |record: &Record, out: &str, err: &str| {
        record.output("a", &mut spool(out), &mut spool(err), &mask, &Interrupt::never()).unwrap()
    };
    let record = reopen(&run).unwrap();
    assert_eq!(keep(&record, "", ""), None);
    assert_eq!(keep(&record, "it is hunter2!", "").as_deref(), Some("0001.a"));
    drop(record);
    let record = reopen(&run).unwrap();
    assert_eq!(keep(&record, "", "e").as_deref(), Some("0002.a"));
    assert_eq!(fs::read_to_string(run.join("outputs/0001.a.out")).unwrap(), "it is ****");
    assert_eq!(fs::read_dir(run.join("outputs")).unwrap().count(), 2);
}

/// Large output is masked in pieces; the secret stands across their borders.
#[test]
fn large_output_is_kept_whole_but_for_secrets() {
    let dir = tempfile::tempdir().unwrap();
    let run = written(&dir);
    let record = reopen(&run).unwrap();
    let mask = Mask::new().value("first line\nshort\nlast!");
    let (mut out, mut want) = (Spool::default(), String::new());
    for number in 0..9000 {
        write!(out, "{number} first line\nshort\nlast! ").unwrap();
        want += &format!("{number} **** ");
    }
    let name = record
        .output("a", &mut out, &mut Spool::default(), &mask, &Interrupt::never())
        .unwrap()
        .unwrap();
    let kept = fs::read_to_string(run.join(format!("outputs/{name}.out"))).unwrap();
    assert_eq!(kept.len(), want.len());
    assert!(kept == want);
}

/// Fault T13: without the bytes of earlier changes these cannot be undone, so no further change may follow.
#[test]
fn bytes_for_an_undo_that_have_gone_stop_the_next_change() {
    let dir = tempfile::tempdir().unwrap();
    let run = written(&dir);
    let record = reopen(&run).unwrap();
    record.files.before(b"one").unwrap();
    record.files.before(b"two").unwrap();
    fs::rename(run.join("before"), run.join("elsewhere")).unwrap();
    let gone = record.files.before(b"three").unwrap_err().to_string();
    assert!(gone.contains("before was deleted or moved during the run"), "{gone}");
    fs::create_dir(run.join("before")).unwrap();
    let gone = record.files.before(b"three").unwrap_err().to_string();
    assert!(gone.contains("before was replaced during the run"), "{gone}");
}
