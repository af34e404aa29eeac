//! Strict templates: `{{ name }}` and nothing else. An unfilled name is an error, never output.

use crate::data::fault::Fault;

/// `text` with every `{{ name }}` replaced; `name` is that of the template and stands in messages.
///
/// # Errors
/// An undefined, unused or doubly given name, malformed braces, or a placeholder that is still in the
/// result (see [`check`]).
pub fn render(name: &str, text: &str, values: &[(&str, &str)]) -> Result<String, Fault> {
    let mut used = vec![false; values.len()];
    let mut result = String::with_capacity(text.len());
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        let mut rest = line;
        while let Some(start) = rest.find("{{") {
            let (before, after) = rest.split_at(start);
            let at = |what: String| fault(name, number, line, &what);
            if before.contains("}}") {
                return Err(at("}} without {{ before it".into()));
            }
            let Some(end) = after.find("}}") else {
                return Err(at("{{ without }} on the same line".into()));
            };
            let key = after[2..end].trim();
            if key.is_empty()
                || !key.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
            {
                return Err(at(format!("malformed name {key:?} between {{{{ and }}}}")));
            }
            let Some(index) = values.iter().position(|(given, _)| *given == key) else {
                return Err(at(format!("undefined name {key}")).detail("defined", names(values)));
            };
            used[index] = true;
            result.extend([before, values[index].1]);
            rest = &after[end + 2..];
        }
        result.push_str(rest);
    }
    if let Some(index) = used.iter().position(|used| !used) {
        let (unused, _) = values[index];
        return Err(Fault::usage(format!("template {name}: the value {unused} is never used"))
            .hint(format!("use {{{{ {unused} }}}} in the template, or remove the value")));
    }
    check(name, &result)?;
    Ok(result)
}

/// Refuses a text with an unfilled placeholder of the document (XX.4): braces, `<虚拟 IP>`,
/// `<host name>`, `webservice0/1`, `物理机`.
///
/// # Errors
/// Names the text (`name`), the line number and the line.
pub fn check(name: &str, text: &str) -> Result<(), Fault> {
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(found) = placeholder(line) {
            return Err(fault(name, number, line, &format!("{found} is not filled in")));
        }
    }
    Ok(())
}

/// The first placeholder in `line`.
fn placeholder(line: &str) -> Option<&str> {
    let literal = ["{{", "}}", "物理机"].iter().find_map(|&mark| {
        let at = line.find(mark)?;
        Some(&line[at..at + mark.len()])
    });
    literal.or_else(|| angled(line)).or_else(|| alternative(line))
}

/// `<…>` around words of a person: with Chinese characters, or words and blanks only.
fn angled(line: &str) -> Option<&str> {
    line.match_indices('<').find_map(|(start, _)| {
        let inside = &line[start + 1..];
        let inside =
            &inside[..inside.find(['<', '>']).filter(|&at| inside[at..].starts_with('>'))?];
        let wordy = |c: char| c.is_alphanumeric() || " _-".contains(c);
        let phrase = inside.contains(' ') && inside.trim() == inside && inside.chars().all(wordy);
        (phrase || inside.contains(is_cjk)).then(|| &line[start..start + inside.len() + 2])
    })
}

/// `webservice0/1`: one word for the first and the second of a pair.
fn alternative(line: &str) -> Option<&str> {
    line.match_indices("0/1").find_map(|(at, mark)| {
        let before = &line[..at];
        let word = before.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_');
        let after = line[at + mark.len()..].chars().next();
        let whole =
            before.ends_with(char::is_alphabetic) && !after.is_some_and(char::is_alphanumeric);
        whole.then(|| &line[word.len()..at + mark.len()])
    })
}

fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}')
}

fn names(values: &[(&str, &str)]) -> String {
    values.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" ")
}

fn fault(name: &str, number: usize, line: &str, what: &str) -> Fault {
    Fault::usage(format!("template {name}, line {number}: {what}"))
        .detail("line", line.trim_end_matches(['\r', '\n']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(text: &str, values: &[(&str, &str)]) -> String {
        let fault = render("vip.conf", text, values).unwrap_err();
        let details: Vec<_> = fault.details.iter().map(|(l, t)| format!(" [{l}: {t}]")).collect();
        fault.message + &details.concat()
    }

    #[test]
    fn values_are_filled_in() {
        let text = "a {{ x }} b {{y-1}}\r\n{{ x }}";
        assert_eq!(render("t", text, &[("x", "1"), ("y-1", "")]).unwrap(), "a 1 b \r\n1");
        assert_eq!(render("t", "", &[]).unwrap(), "");
    }

    #[test]
    fn what_cannot_be_filled_in_is_an_error_with_its_line() {
        let x = [("x", "1")];
        for (text, want) in [
            ("{{ x }}\nip {{ y }}\n", "line 2: undefined name y [line: ip {{ y }}] [defined: x]"),
            ("{{ x }\n}}", "line 1: {{ without }} on the same line [line: {{ x }]"),
            ("a }} {{ x }}", "line 1: }} without {{ before it [line: a }} {{ x }}]"),
            ("{{ x }} }}", "line 1: }} is not filled in [line: 1 }}]"),
            ("{{ }}", "line 1: malformed name \"\" between {{ and }} [line: {{ }}]"),
            ("{{ a b }}", "line 1: malformed name \"a b\" between {{ and }} [line: {{ a b }}]"),
        ] {
            assert_eq!(says(text, &x), format!("template vip.conf, {want}"));
        }
        assert_eq!(says("a", &x), "template vip.conf: the value x is never used");
        let given_twice = says("{{ x }}", &[("x", "1"), ("x", "2")]);
        assert_eq!(given_twice, "template vip.conf: the value x is never used");
    }

    #[test]
    fn placeholders_of_the_document_are_refused_wherever_they_come_from() {
        for left in ["<虚拟 IP>", "<新主机名>", "<virtual IP>", "webservice0/1", "IP0/1", "物理机"]
        {
            let want =
                format!("template vip.conf, line 2: {left} is not filled in [line: a {left}]");
            assert_eq!(says("b\na {{ x }}", &[("x", left)]), want);
        }
        assert!(render("t", "{{ x }}", &[("x", "{{ y }}")]).is_err());
    }

    #[test]
    fn look_alikes_are_left_alone() {
        let text =
            "10.0.0.0/16 10.0.0.0/1 eth0/10 <a href=\"x y\"> a < b <EOF x<y> 虚拟 <!-- x y -->\n";
        assert_eq!(render("t", text, &[]).unwrap(), text);
    }
}
