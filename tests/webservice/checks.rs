//! The steps that change nothing: WS-01, WS-02, WS-10, WS-11, WS-25, WS-26.

use super::fresh;
use crate::support::rehearsal::{Bench, compare};
use crate::support::{scratch, write};

const PREREQS: &str =
    "webservice check-prereqs --base-image /pitrix/images/xenial.img --repo-dir /pitrix/repo";

/// Nothing is changed by a step of this file.
fn looks(bench: &Bench, code: i32, line: &str) -> String {
    let before = bench.result();
    let said = bench.ends(code, line);
    compare(&before, &bench.result());
    assert_eq!(bench.intents().len(), 0);
    said.stdout + &said.stderr
}

#[test]
fn what_the_upgrade_needs_is_looked_at_before_anything_is_touched() {
    let bench = fresh::bench();
    let said = looks(&bench, 0, PREREQS);
    assert!(
        said.contains(
            "webservice0: from node1 to node2 (memory 8000 MB, 65536 MB free; image 1 MB, "
        ),
        "{said}"
    );
    assert!(said.contains("firstbox: ready for xenial"), "{said}");
    looks(&bench, 0, &format!("{PREREQS} -n"));
}

/// X0.22: a missing image or repository is found out before the old VM is down.
#[test]
fn a_missing_image_or_repository_is_refused() {
    let bench = fresh::bench();
    for (image, repo) in [
        ("/pitrix/images/none.img", "/pitrix/repo"),
        ("/pitrix/images/xenial.img", "/pitrix/images"),
    ] {
        let line = format!("webservice check-prereqs --base-image {image} --repo-dir {repo}");
        let said = looks(&bench, 6, &line);
        assert!(said.contains("the new system is not ready on firstbox"), "{said}");
    }
    bench.write("firstbox", "/pitrix/images/xenial.img", "");
    assert!(
        looks(&bench, 6, PREREQS)
            .contains("the image /pitrix/images/xenial.img is missing or empty")
    );
}

/// X0.18: the scripts of the branch that the version takes must be there; a version has three parts.
#[test]
fn the_scripts_of_the_other_version_do_not_count() {
    let bench = fresh::bench();
    std::fs::remove_file(bench.path("firstbox", "/pitrix/bin/gen_node_list.sh")).unwrap();
    looks(&bench, 0, PREREQS);
    let old = fresh::inventory(&bench, "installer_version = \"4.2.9\"");
    std::fs::remove_file(bench.path("firstbox", "/pitrix/bin/gen_node_list.py")).unwrap();
    let said = looks(&bench, 6, PREREQS);
    assert!(said.contains("scripts of installer version 4.10.0 are missing"), "{said}");
    let wrong = fresh::inventory(&bench, "installer_version = \"4.3\"");
    assert_eq!(old, wrong);
    let said = bench.ends(2, &format!("{wrong} {PREREQS}")).stderr;
    assert!(
        said.contains("an installer version has three parts, as in 4.10.0; `4.3` has 2"),
        "{said}"
    );
}

#[test]
fn a_host_that_firstbox_cannot_log_in_to_is_named() {
    let bench = fresh::bench();
    bench.write("firstbox", "/var/lib/standins/ssh.refuse", "node2\n");
    let said = looks(&bench, 6, PREREQS);
    assert!(said.contains("firstbox cannot log in to node2"), "{said}");
    assert!(said.contains("Connection refused"), "{said}");
}

/// X0.10: for a while a physical host has two images; nobody knows how large the new one will be.
#[test]
fn a_disk_that_may_be_too_small_is_told() {
    let bench = fresh::bench();
    assert!(!looks(&bench, 0, PREREQS).contains("may be too small"));
    let image = std::fs::File::options()
        .write(true)
        .open(bench.shared("kernels/node1/webservice0.img"))
        .unwrap();
    image.set_len(8 << 40).unwrap();
    let said = bench.ends(0, PREREQS);
    let said = said.stdout + &said.stderr;
    let told =
        "/pitrix/kernels of node2 may be too small for a second image like that of webservice0";
    assert!(said.contains(told) && said.contains("image 8388608 MB"), "{said}");
}

/// X0.10: both nodes on one physical host; too little memory for one VM more.
#[test]
fn nodes_that_cannot_swap_are_refused() {
    let bench = fresh::bench();
    bench.write_shared("memory/node2", "4096000\n");
    let said = looks(&bench, 6, PREREQS);
    assert!(said.contains("node2 has 4000 MB of memory left, webservice0 needs 8000"), "{said}");
    let settings = bench.read("firstbox", "/pitrix/conf/settings/webservice1").unwrap();
    bench.write(
        "firstbox",
        "/pitrix/conf/settings/webservice1",
        &settings.replace("\"node2\"", "\"node1\""),
    );
    let said = looks(&bench, 6, PREREQS);
    assert!(said.contains("webservice0 and webservice1 are both on \"node1\""), "{said}");
}

/// X0.20: the node with the floating IP is the last; two holders are split brain.
#[test]
fn the_node_with_the_floating_ip_is_the_last() {
    let bench = fresh::bench();
    let said = looks(&bench, 0, "webservice plan-order");
    assert!(said.contains("webservice0, then webservice1 (holds 10.16.0.20)"), "{said}");
    let said = looks(&bench, 0, "webservice plan-order --vip 10.16.0.10");
    assert!(said.contains("webservice1, then webservice0 (holds 10.16.0.10)"), "{said}");
    bench.write_shared("interfaces/webservice0", "eth0 device 10.16.0.10/24 10.16.0.20/32\n");
    let said = looks(&bench, 6, "webservice plan-order");
    assert!(said.contains("10.16.0.20 is on webservice[0-1]: split brain"), "{said}");
    bench.ends(2, "webservice plan-order --nodes webservice0/1");
}

/// The answer of a step that reads: a line of results, a value for programs, and in the record.
#[test]
fn an_answer_is_a_result_for_people_programs_and_the_record() {
    let bench = fresh::bench();
    let order = bench.ends(0, "webservice plan-order");
    let line = "order: webservice0, then webservice1 (holds 10.16.0.20)\n";
    assert_eq!((order.stdout.as_str(), order.stderr.as_str()), (line, ""));
    assert_eq!(bench.ends(0, "webservice plan-order -q").stdout, line);
    let json = |line: &str| -> serde_json::Value {
        serde_json::from_str(&bench.ends(0, line).stdout).expect("JSON")
    };
    let value =
        serde_json::json!({ "nodes": ["webservice0", "webservice1"], "holder": "webservice1" });
    assert_eq!(json("webservice plan-order --json")["findings"]["order"], value);
    let bridges = serde_json::json!({ "node1": "br0", "node2": "br1" });
    assert_eq!(json("webservice detect-bridge --json -n")["findings"]["bridge"], bridges);
    let lines = bench.ends(0, "webservice plan-order --output jsonl").stdout;
    let first: serde_json::Value =
        serde_json::from_str(lines.lines().next().expect("a line")).expect("JSON");
    assert_eq!((&first["event"], &first["name"]), (&"finding".into(), &"order".into()));
    assert_eq!(first["value"], value);
    // A host that has only answered is none that was not reached.
    let shown = bench.ends(0, "runs show").stdout;
    assert!(shown.contains(&format!("  found   {line}")), "{shown}");
    assert!(shown.contains("  hosts   3 hosts: 3 read\n"), "{shown}");
    let run = &json("runs show --json")["run"];
    assert_eq!(run["findings"][0]["value"], value);
    assert_eq!(run["hosts"][1]["outcome"], "read");
}

/// X0.10: the placement comes from the backup, so that it stays the same after the swap.
#[test]
fn the_placement_is_that_of_the_backup() {
    let bench = fresh::bench();
    let step = "webservice plan-placement --stamp 20260101";
    let said = looks(&bench, 6, step);
    assert!(said.contains("cargo xtask backup-settings"), "{said}");
    bench.ends(0, "backup-settings --stamp 20260101");
    bench.ends(0, "gen-settings --node webservice0 --mgmt-address 10.16.0.12 --stamp 20260101");
    for _ in 0..2 {
        let said = bench.ends(0, step).stdout;
        assert!(said.contains("webservice0: from node1 to node2"), "{said}");
        assert!(said.contains("webservice1: from node2 to node1"), "{said}");
    }
}

#[test]
fn the_bridge_is_the_one_with_an_address_of_the_network() {
    let bench = fresh::bench();
    let said = looks(&bench, 0, "webservice detect-bridge");
    assert!(said.contains("node1: --bridge br0") && said.contains("node2: --bridge br1"), "{said}");
    bench.write_shared("interfaces/node2", "br0 bridge\nbr1 bridge\n");
    let said = looks(&bench, 0, "webservice detect-bridge --physical-host node2 --prefer br1");
    assert!(said.contains("node2: --bridge br1"), "{said}");
    bench.write_shared("interfaces/node2", "eth0 device 10.16.0.22/24\n");
    let said = looks(&bench, 6, "webservice detect-bridge --physical-host node2");
    assert!(said.contains("no single bridge of node2") && said.contains("no bridge"), "{said}");
}

/// X0.24, XX.8, XX.9: the output of supervisorctl on the node decides, no wrapper's exit code.
#[test]
fn services_are_judged_by_what_supervisor_says() {
    let bench = fresh::bench();
    let step = "webservice check-services --node webservice0";
    looks(&bench, 0, step);
    let program = "guests/webservice0/supervisor/website";
    bench.write_shared(program, "STOPPED\n");
    let said = looks(&bench, 1, &format!("{step} --wait-timeout 1"));
    assert!(said.contains("website is STOPPED"), "{said}");
    looks(&bench, 0, &format!("{step} --allow-stopped website"));
    bench.write_shared(program, "FATAL\n");
    let said = looks(&bench, 1, step);
    assert!(said.contains("website is FATAL"), "{said}");
    std::fs::remove_dir_all(bench.shared("guests/webservice0/supervisor")).unwrap();
    let said = looks(&bench, 1, &format!("{step} --wait-timeout 1"));
    assert!(said.contains("exit 4"), "{said}");
    std::fs::create_dir(bench.shared("guests/webservice0/supervisor")).unwrap();
    let said = looks(&bench, 1, &format!("{step} --wait-timeout 1"));
    assert!(said.contains("supervisor has no program"), "{said}");
    bench.ends(2, "webservice check-services --node webservice0/1");
}

#[test]
fn services_that_start_are_waited_for() {
    let bench = fresh::bench();
    bench.write_shared("guests/webservice0/supervisor/website", "STARTING\n");
    bench.write_shared("guests/webservice0/supervisor/slow", "1\n");
    bench.ends(0, "webservice check-services --node webservice0 --wait-timeout 30");
}

/// X0.5: the page must show the restored logo, and a person must have seen it.
#[test]
fn the_console_page_is_looked_at_on_one_node() {
    let bench = fresh::bench();
    let step = "webservice check-console --url http://console.example.com/ --via-node 10.16.0.10";
    let said = looks(
        &bench,
        0,
        &format!("{step} --expect made-up.company --ack console-10.16.0.10=logo,ma"),
    );
    assert!(said.contains("by hand: console-10.16.0.10"), "{said}");
    assert!(
        bench
            .journals()
            .iter()
            .flatten()
            .any(|line| line["event"] == "ack" && line["text"] == "logo,ma")
    );
    let said = looks(&bench, 1, &format!("{step} --expect stock.logo --wait-timeout 1"));
    assert!(said.contains("no text matches stock.logo"), "{said}");
    bench.write_shared("guests/webservice0/supervisor/webconsole", "STOPPED\n");
    let said = looks(&bench, 1, &format!("{step} --wait-timeout 1"));
    assert!(said.contains("curl: exit 7"), "{said}");
    for url in ["ftp://x/", "http:///x", "http://me:pw@x/", "http://<host>/"] {
        let said = bench.ends(2, &format!("webservice check-console --url {url}")).stderr;
        assert!(said.contains("is not the address of a page"), "{said}");
    }
}

/// With the real curl and a real server on loopback; without a terminal a person's word is asked for.
#[test]
fn a_real_page_is_fetched_and_a_person_is_asked() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            answer(stream);
        }
    });
    let state = scratch();
    let file = state.path().join("hosts.toml");
    write(&file, "[hosts.firstbox]\nsession = \"local\"\n");
    let url = format!("http://console.invalid:{port}/login");
    let words = [
        "-i",
        file.to_str().unwrap(),
        "webservice",
        "check-console",
        "--url",
        &url,
        "--via-node",
        "127.0.0.1",
        "--expect",
        "console of [a-z]+",
        "--wait",
        "5",
    ];
    let asked = crate::support::Xtask::new(state.path(), &words).run();
    assert_eq!(asked.code, 5, "{}", asked.stderr);
    assert!(
        asked.stderr.contains("by hand: console-127.0.0.1 waits for a person"),
        "{}",
        asked.stderr
    );
    let words = [&words[..], &["--ack", "console-127.0.0.1=seen, ma"]].concat();
    let seen = crate::support::Xtask::new(state.path(), &words).run();
    assert_eq!((seen.code, seen.stdout.as_str()), (0, "firstbox: changed\n"), "{}", seen.stderr);
}

fn answer(mut stream: std::net::TcpStream) {
    use std::io::{Read as _, Write as _};
    let mut request = [0; 4096];
    let size = stream.read(&mut request).unwrap_or(0);
    let found = request[..size].starts_with(b"GET /login ");
    let (code, body) =
        if found { ("200 OK", "the console of somebody") } else { ("404 Not Found", "none") };
    let text = format!(
        "HTTP/1.1 {code}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(text.as_bytes()).ok();
}
