//! Large, deep and hostile texts have an answer in bounded time and memory.

use super::*;

#[test]
fn deep_and_shared_texts_are_answered() {
    let nine = |at: usize| vec![format!("*a{at}"); 9].join(", ");
    let bomb: String = (0..30).map(|at| format!("b{at}: &a{} [{}]\n", at + 1, nine(at))).collect();
    let bomb = format!("a: &a0 [x]\n{bomb}");
    assert_eq!(set(Yaml, &bomb, "new", 1).unwrap(), format!("{bomb}new: 1\n"));
    for (format, text) in [
        (Json, "[".repeat(10_000)),
        (Json, "{\"a\":".repeat(10_000)),
        (Json, format!("{}1{}", "[".repeat(600), "]".repeat(600))),
        (Yaml, "[".repeat(10_000)),
        (Yaml, "{a: ".repeat(10_000)),
        (Yaml, "- ".repeat(10_000)),
        (Yaml, "? ".repeat(10_000)),
        (Yaml, (0..1_000).map(|at| format!("{}a:\n", " ".repeat(at))).collect()),
        (Yaml, format!("a:\n  b: [\n{}]\n", "x,\n".repeat(5_000))),
        (Yaml, "&a ".repeat(10_000)),
        (Yaml, "a: &a\n  <<: *a\n".into()),
        (Yaml, "a: &a [*a]\n".into()),
    ] {
        let fault = set(format, &text, "a.b", 1).unwrap_err();
        assert!(!fault.message.is_empty() && !fault.hints.is_empty(), "{fault:?}");
        assert!(fault.details.iter().all(|(_, line)| line.len() < 1_000), "{fault:?}");
    }
}

#[test]
fn a_text_of_more_than_ten_megabytes_is_refused() {
    let fault = set(Json, &" ".repeat(LARGEST + 1), "a", 1).unwrap_err();
    assert_eq!(fault.message, "the file has more than 10 MiB");
}
