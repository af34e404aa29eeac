//! A real browser without a window, over its DevTools protocol: a pipe each way, one JSON message after the other.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Xtask, scratch};

/// A browser that does not answer in this time hangs.
const HANGS: Duration = Duration::from_secs(60);

/// One browser with one page.
pub(crate) struct Browser {
    process: Child,
    orders: File,
    messages: Receiver<Value>,
    next: u64,
    session: String,
    /// What the page has said and asked for: messages of the console, errors, requests.
    events: Vec<Value>,
    _home: TempDir,
}

impl Browser {
    pub(crate) fn start() -> Self {
        let home = scratch();
        let pipe = |name: &str| home.path().join(name);
        let made = Xtask::program("mkfifo").args([pipe("in"), pipe("out")]).status();
        assert!(made.expect("mkfifo starts").success());
        // The browser reads from descriptor 3 and writes to 4.
        let start = "exec chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run \
            --user-data-dir=\"$1/profile\" --remote-debugging-pipe about:blank 3<\"$1/in\" 4>\"$1/out\"";
        let process = Xtask::program("sh")
            .args(["-c", start, "sh"])
            .arg(home.path())
            .env("HOME", home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("sh starts");
        let orders = File::options().write(true).open(pipe("in")).expect("a reader");
        let answers = File::open(pipe("out")).expect("a writer");
        let (send, messages) = channel();
        std::thread::spawn(move || {
            for message in BufReader::new(answers).split(0).map_while(Result::ok) {
                let value = serde_json::from_slice(&message).expect("a message is JSON");
                if send.send(value).is_err() {
                    break;
                }
            }
        });
        let (session, events) = (String::new(), Vec::new());
        let mut browser = Self { process, orders, messages, next: 0, session, events, _home: home };
        let page = browser.call("Target.createTarget", &json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": page["targetId"], "flatten": true });
        let session = browser.call("Target.attachToTarget", &attach);
        browser.session = session["sessionId"].as_str().expect("a session").to_owned();
        for domain in ["Page", "Runtime", "Log", "Network"] {
            browser.call(&format!("{domain}.enable"), &json!({}));
        }
        browser
    }

    /// Gives an order, and waits for its answer.
    pub(crate) fn call(&mut self, method: &str, params: &Value) -> Value {
        self.next += 1;
        let mut order = json!({ "id": self.next, "method": method, "params": params });
        if !self.session.is_empty() {
            order["sessionId"] = json!(self.session);
        }
        write!(self.orders, "{order}\0").expect("a browser");
        loop {
            let message = self.messages.recv_timeout(HANGS);
            let message = message.unwrap_or_else(|_| panic!("no answer to {order}"));
            if message["id"] == self.next {
                assert!(message["error"].is_null(), "{order}: {}", message["error"]);
                return message["result"].clone();
            }
            self.events.push(message);
        }
    }

    /// Opens an address; the page has run its script when this returns.
    pub(crate) fn open(&mut self, address: &str) {
        self.events.clear();
        let opened = self.call("Page.navigate", &json!({ "url": address }));
        assert!(opened["errorText"].is_null(), "{address}: {opened}");
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'");
    }

    /// The value of an expression; a promise is waited for.
    pub(crate) fn eval(&mut self, expression: &str) -> Value {
        let params =
            json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let found = self.call("Runtime.evaluate", &params);
        assert!(found["exceptionDetails"].is_null(), "{expression}: {found}");
        found["result"]["value"].clone()
    }

    /// Waits until an expression is true.
    pub(crate) fn until(&mut self, expression: &str) {
        let begun = Instant::now();
        while self.eval(&format!("Boolean({expression})")) != true {
            assert!(begun.elapsed() < HANGS, "never: {expression}");
            // The page may have no timers of its own: scripts can be off.
            self.events.extend(self.messages.recv_timeout(Duration::from_millis(30)));
        }
    }

    /// Types a text into the focused element, or presses a key of this name.
    pub(crate) fn key(&mut self, key: &str) {
        if key.len() == 1 {
            self.call(
                "Input.dispatchKeyEvent",
                &json!({ "type": "keyDown", "text": key, "key": key }),
            );
            self.call("Input.dispatchKeyEvent", &json!({ "type": "keyUp", "key": key }));
            return;
        }
        let code = match key {
            "Tab" => 9,
            "Enter" => 13,
            other => panic!("the code of {other}?"),
        };
        let text = if key == "Enter" { "\r" } else { "" };
        for kind in ["keyDown", "keyUp"] {
            let params = json!({
                "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text
            });
            self.call("Input.dispatchKeyEvent", &params);
        }
    }

    /// The size of the window.
    pub(crate) fn size(&mut self, width: u32, height: u32, phone: bool) {
        let params = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone
        });
        self.call("Emulation.setDeviceMetricsOverride", &params);
    }

    /// What the system of the person prefers: `light`, `dark`.
    pub(crate) fn theme(&mut self, name: &str) {
        let feature = json!([{ "name": "prefers-color-scheme", "value": name }]);
        self.call("Emulation.setEmulatedMedia", &json!({ "features": feature }));
    }

    /// A picture of the window, as a PNG.
    pub(crate) fn picture(&mut self) -> Vec<u8> {
        self.decoded("Page.captureScreenshot", &json!({ "format": "png" }))
    }

    /// The page as it is printed, as a PDF.
    pub(crate) fn print(&mut self) -> Vec<u8> {
        self.decoded(
            "Page.printToPDF",
            &json!({ "preferCSSPageSize": true, "printBackground": false }),
        )
    }

    fn decoded(&mut self, method: &str, params: &Value) -> Vec<u8> {
        let answer = self.call(method, params);
        STANDARD.decode(answer["data"].as_str().expect("data")).expect("base64")
    }

    /// Errors, warnings and messages of the page, among them what its policy has refused.
    pub(crate) fn complaints(&mut self) -> Vec<String> {
        self.eval("0");
        let said = |event: &&Value| {
            let method = event["method"].as_str().unwrap_or_default();
            ["Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"]
                .contains(&method)
        };
        self.events.iter().filter(said).map(ToString::to_string).collect()
    }

    /// The addresses that the page has asked for, without its own.
    pub(crate) fn requests(&mut self) -> Vec<String> {
        self.eval("0");
        let sent =
            self.events.iter().filter(|event| event["method"] == "Network.requestWillBeSent");
        let urls = sent.filter(|event| event["params"]["type"] != "Document");
        urls.map(|event| event["params"]["request"]["url"].to_string()).collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It ends with its pipe, too; its children need a moment before the directory goes.
        drop(write!(self.orders, "{{\"id\":0,\"method\":\"Browser.close\"}}\0"));
        drop(self.process.wait());
    }
}

/// The address of a file.
pub(crate) fn address(file: &Path) -> String {
    format!("file://{}", file.display())
}
