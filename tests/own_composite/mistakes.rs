//! Mistakes in the table: each is shown with its line, before any host is touched.

use super::{STEPS, bench};

/// Tables with mistakes.
const MISTAKES: &[&str] = &[
    "help = \"x\"\nstage = 1\n",
    "help = \"x\"\n[[stages]]\nname = \"a\"\nrun = \"site drain --hosts={host}\"\n",
    "help = \"x\"\nhosts = \"@web\"\n[[stages]]\nname = \"a\"\nrun = \"site drian\"\nscope = \"each\"\n",
    "help = \"x\"\n[[stages]]\nname = \"a\"\nrun = \"site drain --host=web1\"\n",
    "help = \"x\"\n[[stages]]\nname = \"a\"\nrun = \"webservice upgrade\"\n",
    "help = \"x\"\n[[stages]]\nname = \"a\"\nrun = \"site maintain\"\n",
    "help = \"x\"\n[inputs]\nlevel = { help = \"x\" }\n[[stages]]\nname = \"a\"\nrun = \"site patch --level={levle}\"\n",
    "help = \"x\"\n[[stages]]\nname = \"a\"\nrun = \"site drain\"\n[[stages]]\nname = \"a\"\nrun = \"site drain\"\n",
    "help = \"x\"\nhosts = \"@web\"\n[[stages]]\nname = \"a\"\nrun = \"site drain\"\nscope = \"each\"\n[[stages]]\nname = \"b\"\nrun = \"site drain\"\n",
    "help = \"x\"\n[[stages]]\nname = \"a\"\nrun = \"site drain\"\nscope = \"echa\"\ngate = true\nack = \"b\"\nreason = \"c\"\n",
    "help = \"x\"\n[inputs]\nmap = { help = \"x\" }\nn = { help = \"x\", type = \"u8 1..3\", default = \"4\" }\nm = { help = \"x\", type = \"u9\" }\nk = { help = \"x\", type = \"switch\" }\npath = { help = \"x\" }\n[[stages]]\nname = \"a\"\nrun = \"site traps\"\n",
    "help = \"x\"\n[inputs]\nmap = { help = \"x\" }\nA = { help = \"x\" }\nn = { help = \"x\", type = \"u8 1..3\", default = \"4\" }\nm = { help = \"x\", type = \"u9\" }\nhost = { }\n[[stages]]\nname = \"a\"\nrun = \"site drain\"\n",
    "help = \"x\"\n[inputs]\nn = { help = \"x\" }\n[[stages]]\nname = \"a\"\nrun = \"site drain\"\nwhen = \"n\"\n[[stages]]\nname = \"b\"\nrun = \"site drain\"\ngiven = \"m\"\n",
    "help = \"x\"\n[[stages]]\nname = \"a\"\nrun = \"site patch --level='2 3'\"\n",
    "help = \"x\n",
    "[[stages]]\nname = \"A b\"\nrun = \"{\"\n",
];

#[test]
fn each_mistake_in_a_table_is_shown_with_its_line() {
    let steps = STEPS.map(|(name, text)| (format!("{name}.sh"), text));
    let files: Vec<(&str, &str)> = steps.iter().map(|(name, text)| (&**name, *text)).collect();
    let bench = bench(&files);
    let dir = bench.state.path();
    let mut said = String::new();
    for table in MISTAKES {
        crate::support::write(&dir.join("steps/site/maintain.toml"), table);
        let wrong = bench.ends(2, "site maintain -n");
        assert_eq!(wrong.stdout, "");
        let shown = wrong.stderr.replace(&format!("{}/", dir.display()), "");
        said += &format!("{table}\n{shown}\n");
    }
    // Nothing was made for it, not even a host.
    assert!(!dir.join("xtask/rehearsal").exists());
    expect_test::expect_file![crate::support::root().join("tests/snapshots/own_composite.txt")]
        .assert_eq(&said);
}
