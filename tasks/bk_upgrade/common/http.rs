//! Requests over HTTP, sent by `curl` on the control machine, and judged by status and body (X4.65).

use engine::ops::Stdin;
use engine::prelude::*;
use engine::text::snippet::Function;
use serde_json::Value as Json;

const HTTP: Snippet = snippet!("bk-upgrade/http");
/// Seconds for one request.
pub(crate) const LIMIT: &str = "60";

/// A POST request whose answer is JSON with a key `result`.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    url: String,
    headers: Vec<String>,
    body: String,
}

impl Request {
    /// To this address, without a body.
    pub(crate) fn post(url: String) -> Self {
        Self { url, headers: Vec::new(), body: String::new() }
    }

    /// With this line among its headers; it holds no secret.
    #[must_use]
    pub(crate) fn header(mut self, line: &str) -> Self {
        self.headers.push(line.to_owned());
        self
    }

    /// With this body. It reaches the host on standard input, and is in no record.
    #[must_use]
    pub(crate) fn json(mut self, body: &Json) -> Self {
        self.body = body.to_string();
        self.header("Content-Type: application/json")
    }

    /// Sends it. The action fails unless the answer is HTTP 200 with `"result": true`.
    pub(crate) fn change(&self) -> Action {
        self.action(Function::Change)
    }

    /// Sends it as a question, and returns the `data` of the answer.
    ///
    /// # Errors
    /// Nobody answers; a status other than 200; no JSON; `result` is not true.
    pub(crate) fn ask(&self, host: &Reader<'_>) -> Result<Json> {
        let bytes = host.capture(&self.action(Function::Probe))?.out.bytes()?;
        let text = String::from_utf8_lossy(&bytes);
        Ok(data(&text).map_err(|fault| fault.detail("from", &*self.url))?)
    }

    fn action(&self, function: Function) -> Action {
        let values = [
            ("URL", Value::from(self.url.as_str())),
            ("HEADERS", self.headers.join("\n").into()),
            ("LIMIT", LIMIT.into()),
        ];
        let stdin = Stdin { bytes: self.body.clone().into_bytes(), secret: !self.body.is_empty() };
        Action { stdin: Some(stdin), ..Action::new(HTTP, function, values) }
    }
}

/// The `data` of an answer: a line with the status, then the body.
fn data(text: &str) -> Result<Json, Fault> {
    let (status, body) = text.split_once('\n').unwrap_or((text, ""));
    let start = || body.trim_start().chars().take(200).collect::<String>();
    if status != "200" {
        return Err(Fault::failed(format!("the server answers HTTP {status}"))
            .detail("said", start())
            .hint("look at the service that answers there"));
    }
    let Ok(mut answer) = serde_json::from_str::<Json>(body) else {
        return Err(Fault::failed("the answer is no JSON").detail("said", start()).hint(
            "another service answers at this address, or a proxy: check the address of the CMDB",
        ));
    };
    if answer["result"] != Json::Bool(true) {
        let said = ["message", "bk_error_msg"].map(|key| answer[key].as_str().unwrap_or_default());
        return Err(Fault::failed("the server refuses the request").detail("said", said.concat()));
    }
    Ok(answer["data"].take())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_result_that_is_true_is_an_answer() {
        assert_eq!(data("200\n{\"result\": true, \"data\": [1]}").unwrap()[0], 1);
        let refused = |text: &str| data(text).unwrap_err().to_string();
        let no = "200\n{\"result\": false, \"message\": \"no such business\"}";
        assert!(refused(no).contains("refuses"), "{}", refused(no));
        assert!(refused("200\n{\"data\": {\"result\": true}}").contains("refuses"));
        assert!(refused("200\n<html>squid</html>").contains("no JSON"));
        assert!(refused("502\n<html>squid</html>").contains("HTTP 502"));
        assert!(refused("").contains("HTTP "));
    }
}
