//! `init`: a first inventory from what other tools know; `hosts schema`, which editors check it with.

use std::path::Path;

use expect_test::expect;

use crate::support::{Outcome, Xtask, root, scratch, write};

fn call(dir: &Path, args: &[&str]) -> Outcome {
    Xtask::new(dir, args).dir(dir).env("ANSIBLE_CONFIG", "ansible.cfg").run()
}

/// The imports of the file.
fn imports(dir: &Path, file: &str) -> String {
    let text = std::fs::read_to_string(dir.join(file)).expect("a file");
    let lines = text.lines().skip_while(|line| !line.starts_with("[import]")).skip(1);
    lines.take_while(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_first_inventory_imports_what_is_there() {
    let dir = scratch();
    write(&dir.path().join("ansible.cfg"), "[defaults]\ninventory = site.ini\n");
    write(&dir.path().join("site.ini"), "[web]\nw[1:3]\n");
    write(&dir.path().join("install.config"), "10.0.0.11 paas,job\n");
    let planned = call(dir.path(), &["init", "-n"]);
    assert_eq!((planned.code, dir.path().join("hosts.toml").exists()), (0, false));
    let made = call(dir.path(), &["init"]);
    assert_eq!((made.code, made.stdout.as_str()), (0, "hosts.toml\n"), "{}", made.stderr);
    let said: Vec<&str> = made.stderr.lines().filter(|line| !line.starts_with('~')).collect();
    assert_eq!(
        said,
        [
            "site.ini: new hosts 3, new groups 1",
            "install.config: new hosts 1, new groups 2",
            "next: cargo xtask hosts list, then hosts check"
        ]
    );
    assert_eq!(std::fs::read_to_string(dir.path().join("hosts.toml")).unwrap(), planned.stdout);
    let names = call(dir.path(), &["hosts", "groups"]).stdout;
    let named: Vec<&str> = names.lines().filter(|line| !line.starts_with("control")).collect();
    assert_eq!(named, ["web      w[1-3]", "paas     10.0.0.11", "job      10.0.0.11"]);
    expect![[r#"
        exit 2
        -- stderr
        error: hosts.toml is there already, and is not replaced
        hint: name another: cargo xtask init FILE; or only look: -n
    "#]]
    .assert_eq(&call(dir.path(), &["init"]).shown(&[]));
}

/// What cannot be read is a comment with the reason; Ansible itself is asked for what only it can read.
#[test]
fn a_source_that_cannot_be_read_is_left_out() {
    let dir = scratch();
    write(&dir.path().join("ansible.cfg"), "[defaults]\ninventory = site.ini\n");
    write(&dir.path().join("site.ini"), "[web\n");
    let made = call(dir.path(), &["init", "one.toml"]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let told = "site.ini: left out: site.ini:1: `[` is never closed";
    assert!(made.stderr.lines().any(|line| line == told), "{}", made.stderr);
    let expected = "# left out: site.ini:1: `[` is never closed\n# ansible = [\"site.ini\"]\n";
    assert!(imports(dir.path(), "one.toml").starts_with(expected));
    std::fs::create_dir(dir.path().join("group_vars")).expect("a directory");
    write(&dir.path().join("site.ini"), "[web]\nw1\n");
    let planned = call(dir.path(), &["init", "-n"]).stdout;
    let asks = "dynamic = [\"ansible-inventory\", \"-i\", \"site.ini\", \"--list\"]";
    assert!(planned.lines().any(|line| line.trim_start_matches("# ") == asks), "{planned}");
}

/// The sample, the examples of the documents, and files that are wrong in one place each. Costs half a second.
#[test]
fn the_schema_says_what_the_reader_says() {
    let dir = scratch();
    let schema = dir.path().join("schema.json");
    write(&schema, &call(dir.path(), &["hosts", "schema"]).stdout);
    let handbook = std::fs::read_to_string(root().join("xtask/README.md")).expect("a handbook");
    let mut good = vec![std::fs::read_to_string(root().join("hosts.toml")).expect("the sample")];
    good.extend(
        handbook
            .split("```toml\n")
            .skip(1)
            .map(|part| part.split("```").next().unwrap_or_default().to_owned())
            // A composite is another kind of file.
            .filter(|text| !text.contains("[[stages]]")),
    );
    good.push(call(dir.path(), &["init", "-n"]).stdout);
    assert!(good.len() > 4, "{}", good.len());
    let bad = [
        "[ssh]\nport = 0\n",
        "[ssh]\nprot = 22\n",
        "[hosts.a]\nsession = \"shh\"\n",
        "[hosts.a]\nvars = { x = [1] }\n",
        "[secrets]\na = \"value\"\n",
        "[secrets]\na = { env = \"A\", file = \"b\" }\n",
        "[groups]\na = []\n",
        "[clusters.a]\nkind = \"pacemaker\"\nhosts = \"a\"\nleast = 1\n",
        "[clusters.a]\nkind = \"upstream\"\nhosts = \"a\"\n",
        "[import]\ndynamic = \"cloud\"\n",
        "[defaults]\nyes = true\n",
        "[defaults]\ncolor = \"blue\"\n",
        "[alias]\n\"a b\" = \"list\"\n",
        "[policy]\nwindows = [\"Sa 22:00-04:00\"]\n",
        "[policy]\ntimezone = \"UTC\"\n",
        "[notify]\non = [\"end\"]\n",
        "[notify]\nwebhook = \"ftp://x\"\n",
        "[metrics]\nfile = \"x\"\n",
        "other = 1\n",
    ];
    let tool = root().join("tests/lib/hosts_schema.py");
    for (number, text) in good.iter().map(String::as_str).chain(bad).enumerate() {
        let kind = if number < good.len() { "good" } else { "bad" };
        write(&dir.path().join(format!("{kind}-{number:02}.toml")), text);
        let read = call(dir.path(), &["-i", &format!("{kind}-{number:02}.toml"), "hosts", "list"]);
        // The examples name files that are not here; a schema does not know.
        assert!(kind == "good" || read.code == 2, "{text}\n{}", read.stdout);
    }
    for python in ["python3", "/usr/bin/python3"] {
        let mut check = Xtask::program(python);
        let Ok(said) = check.arg(&tool).arg(&schema).arg(dir.path()).output() else { continue };
        if said.status.code() == Some(3) {
            continue;
        }
        let text = String::from_utf8_lossy(&said.stdout);
        assert!(said.status.success(), "{text}{}", String::from_utf8_lossy(&said.stderr));
        return;
    }
    eprintln!(
        "SKIPPED: no python3-jsonschema here; install it: apt-get install python3-jsonschema"
    );
}
