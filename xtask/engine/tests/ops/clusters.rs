//! What the snippets read of a cluster, from the words of programs of several versions.

use engine::data::quorum::Reading;
use engine::snippet;
use engine::text::snippet::{Snippet, Value};

use crate::bench::Host;

const ETCD: Snippet = snippet!("/../../snippets/", "cluster/etcd");
const NGINX: Snippet = snippet!("/../../snippets/", "cluster/nginx");
const PACEMAKER: Snippet = snippet!("/../../snippets/", "cluster/pacemaker");

/// What a snippet says on a host with these programs, each a script.
fn read(snippet: Snippet, values: &[(&'static str, Value)], programs: &[(&str, &str)]) -> Reading {
    let files = Host::new();
    for (name, script) in programs {
        files.put(&format!("bin/{name}"), format!("#!/bin/sh\n{script}\n"));
        files.chmod(&format!("bin/{name}"), 0o755);
    }
    let path = format!("PATH={}:{}", files.path("bin"), std::env::var("PATH").unwrap());
    let host = Host::behind(&["env", &path]);
    let said = host.look(|reader| reader.ask(snippet, values.to_vec()));
    Reading::parse(&said.unwrap()).unwrap()
}

/// The reading of a host whose `etcdctl` lists these members, and gives this status. Members whose URL has this
/// word are not healthy.
fn etcd(list: &str, status: &str, sick: &str) -> Reading {
    let files = Host::new();
    files.put("list", list);
    files.put("status", status);
    let [list, status] = ["list", "status"].map(|name| files.path(name));
    let tool = format!(
        "case \"$*\" in\n*'member list') cat {list} ;;\n\
         *{sick}*'endpoint health') exit 1 ;;\n*'endpoint health') ;;\n\
         *'endpoint status') for word; do case $word in --endpoints=*) grep \"^${{word#*=}}, \" {status}; exit ;; esac; done ;;\n\
         esac"
    );
    let text = |name| (name, Value::from(""));
    let endpoints = ("ENDPOINTS", Value::list(["http://a:2379"]));
    read(ETCD, &[endpoints, text("CACERT"), text("CERT"), text("KEY")], &[("etcdctl", &tool)])
}

fn members(reading: &Reading) -> Vec<(&str, bool, bool)> {
    let members = reading.members.iter();
    members.map(|member| (member.name.as_str(), member.healthy, member.votes)).collect()
}

const THREE: &str = "1, started, a, http://a:2380, http://a:2379, false\n\
                     2, started, b, http://b:2380, http://b:2379, false\n\
                     3, started, c, http://c:2380, http://c:2379, false\n";

/// The columns of 3.3, 3.4 and 3.6.
#[test]
fn every_etcdctl_tells_its_leader() {
    for (follows, leads) in [
        ("1, 3.3.27, 20 kB, false, 2, 9", "2, 3.3.27, 20 kB, true, 2, 9"),
        ("1, 3.5.9, 20 kB, false, false, 2, 9, 9, ", "2, 3.5.9, 20 kB, true, false, 2, 9, 9, "),
        (
            "1, 3.6.5, 3.6.0, 20 kB, 16 kB, 20%, 0 B, false, false, 2, 10, 10, , , false",
            "2, 3.6.5, 3.6.0, 20 kB, 16 kB, 20%, 0 B, true, false, 2, 10, 10, , , false",
        ),
    ] {
        let line = |host, rest| format!("http://{host}:2379, {rest}\n");
        let status = line("a", follows) + &line("b", leads) + &line("c", follows);
        let reading = etcd(THREE, &status, "nobody");
        assert_eq!((reading.leader.as_deref(), reading.quorate), (Some("b"), None), "{leads}");
        let good = [("a", true, true), ("b", true, true), ("c", true, true)];
        assert_eq!(members(&reading), good);
    }
}

/// Two addresses of a member stand between one comma and the next, without a blank.
#[test]
fn a_member_of_etcd_with_two_addresses_is_one_member() {
    let list = "1, started, a, https://10.0.0.1:2380,https://[fd00::1]:2380, http://a:2379, false\n\
                2, started, b, http://b:2380, http://b:2379,http://b:4001, true\n\
                3, unstarted, , http://c:2380, , false\n";
    let status = "http://a:2379, 1, 3.5.9, 20 kB, true, false, 2, 9, 9, \n";
    let reading = etcd(list, status, "b:");
    assert_eq!(members(&reading), [("b", false, false), ("", false, true), ("a", true, true)]);
    assert_eq!(reading.members[2].addresses, ["10.0.0.1", "fd00::1", "a"]);
}

/// Nobody commits: then all seem dead, and could be stopped.
#[test]
fn a_member_of_etcd_called_leader_is_none() {
    let list = THREE.replace(" a,", " etcd-leader,");
    let status: String = ["a", "b"]
        .map(|host| format!("http://{host}:2379, 1, 3.5.9, 20 kB, false, false, 2, 9, 9, \n"))
        .concat();
    let reading = etcd(&list, &status, "http");
    assert_eq!((reading.leader.as_deref(), reading.quorate), (None, Some(false)));
    let all = [("c", false, true), ("b", true, true), ("etcd-leader", true, true)];
    assert_eq!(members(&reading), all);
}

/// It still is online, and leaves: its resources move away.
#[test]
fn a_node_of_pacemaker_that_shuts_down_is_not_healthy() {
    let node = |name: &str, shutdown: &str| {
        format!(
            "<node name=\"{name}\" online=\"true\" standby=\"false\" maintenance=\"false\" \
             pending=\"false\" unclean=\"false\" shutdown=\"{shutdown}\" type=\"member\"/>"
        )
    };
    let lines = [
        "<current_dc present=\"true\" name=\"a\" with_quorum=\"true\"/>",
        "<nodes>",
        &node("a", "false"),
        &node("b", "true"),
        "</nodes>",
    ];
    let said = format!("cat <<'END'\n{}\nEND", lines.join("\n"));
    let reading = read(PACEMAKER, &[], &[("crm_mon", &said), ("corosync-quorumtool", "exit 1")]);
    assert_eq!(members(&reading), [("a", true, true), ("b", false, true)]);
}

#[test]
fn a_server_of_nginx_without_a_port_is_asked_at_port_80() {
    let config = "echo 'upstream web { server [fd00::1]; server [fd00::2]:81; server fd; }'";
    // Plays the attempt to connect: the last two words are host and port.
    let bash =
        "shift 3; case \"$1 $2\" in 'fd00::1 80' | 'fd00::2 81' | 'fd 80') ;; *) exit 1 ;; esac";
    let values = [("UPSTREAM", "web".into()), ("CHECK", "".into())];
    let reading = read(NGINX, &values, &[("nginx", config), ("bash", bash)]);
    let healthy: Vec<bool> = reading.members.iter().map(|member| member.healthy).collect();
    assert_eq!(healthy, [true; 3]);
    assert_eq!(reading.members[0].addresses, ["fd00::1"]);
}
