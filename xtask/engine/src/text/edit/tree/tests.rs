//! How [`super`] answers.

use super::*;

fn set(format: Format, text: &str, path: &str, value: impl Into<Value>) -> Result<String, Fault> {
    let change = Change { path: path.parse().unwrap(), want: Want::Set(value.into()) };
    apply(format, text, &[(None, change)])
}

#[test]
fn first() {
    let t = "# c\na:\n  b: 1 # x\n  l:\n  - n: w\n    v: 1\n  - n: z\nc: |\n  q\n\n  r\n# e\n";
    for (p, v) in [("a.b", Value::from(2)), ("a.d.e", "x".into()), ("a.l[n=w].v", 5.into()), ("a.l[n=z].v", 5.into()), ("a.l[n=q].v", 5.into()),
        ("c", "a\nb\n".into()), ("c", "k".into()), ("n", Value::list(["a","b"])), ("a.b.c", 1.into())] {
        match set(Format::Yaml, t, p, v) {
            Ok(s) => println!("--- {p}\n{}", crate::text::diff::unified("x", Some(t), Some(&s))),
            Err(e) => println!("--- {p} {e:?}"),
        }
    }
    let t = "{\n    \"a\": 1, // x\n    \"b\": {\"c\": [1,2]},\n    \"d\": {}\n}\n";
    for (p, v) in [("a", Value::from(2)), ("b.e", "x".into()), ("e", Value::list(["x"])), ("d.f", 5.into()), ("b.c", Value::list([1]))] {
        match set(Format::Json, t, p, v) {
            Ok(s) => println!("--- {p}\n{}", crate::text::diff::unified("x", Some(t), Some(&s))),
            Err(e) => println!("--- {p} {e:?}"),
        }
    }
}
