//! `[clusters]`: what is read, and wrong values with their place.

use expect_test::expect;

use super::errors::refused;
use super::parse;
use crate::data::inventory::cluster::Kind;
use crate::data::quorum::{Need, Rule};

const HOSTS: &str = "[hosts.\"a[1-3]\"]\naddress = \"10.0.0.[1-3]\"\n[hosts.box]\n[hosts.\"v[1-2]\"]\non = \"a[1-2]\"\n\
                     [groups]\netcd = \"a[1-3]\"\n";

#[test]
fn a_cluster_has_members_a_way_to_ask_and_a_number_that_must_stay() {
    let text = HOSTS.to_owned()
        + "[clusters.etcd]\nkind = \"etcd\"\nhosts = \"@etcd\"\ncacert = \"/ca.pem\"\nmembers = { a1 = \"m1\" }\n\
           [clusters.web]\nkind = \"upstream\"\nhosts = [\"a1\", \"a2\"]\nbalancers = \"box\"\n\
           upstream = \"web\"\nunits = \"nginx\"\nleast = 2\nmargin = 1\n";
    let inventory = parse(&text).unwrap();
    let [etcd, web] = &inventory.clusters[..] else { panic!("{:?}", inventory.clusters) };
    assert_eq!(
        (etcd.rule(), &etcd.units[..]),
        (Rule { need: Need::Majority, margin: 0 }, &["etcd.service".to_owned()][..])
    );
    assert_eq!((etcd.at_once, etcd.good_readings, etcd.interval, etcd.within), (1, 3, 2, 120));
    let Kind::Etcd { endpoints, .. } = &etcd.kind else { panic!("{etcd:?}") };
    assert_eq!(endpoints[2], "https://10.0.0.3:2379");
    assert_eq!(etcd.members[&0], "m1");
    assert_eq!(web.rule(), Rule { need: Need::AtLeast(2), margin: 1 });
    assert_eq!(inventory.hosts_of(web).collect::<Vec<_>>(), ["a1", "a2"]);
    let with = inventory.with_guests("a1");
    assert_eq!(with.into_iter().collect::<Vec<_>>(), ["a1", "v1"]);
}

#[test]
fn wrong_clusters_are_refused_with_their_place() {
    let text = HOSTS.to_owned()
        + "[clusters.x]\nhosts = \"a1\"\n[clusters.y]\nkind = \"etc\"\n[clusters.z]\nkind = \"etcd\"\nhosts = \"@etc\"\n\
           [clusters.m]\nkind = \"module\"\nhosts = \"a1\"\nleast = 2\nmargins = 1\n\
           [clusters.u]\nkind = \"upstream\"\nhosts = \"a1\"\nunits = \"n\"\nbalancers = \"box\"\nupstream = \"a b\"\n\
           [clusters.e]\nkind = \"etcd\"\nhosts = \"@etcd\"\ncert = \"x.pem\"\nendpoints = \"10.0.0.1\"\nmargin = 2\n\
           at_once = 0\nmembers = { box = \"x\" }\n[hosts.lost]\non = \"a9\"\n";
    refused(
        &text,
        expect![[r#"
            etc/hosts.toml:8: cluster x has no `kind`
                 8 | [clusters.x]
                   |           ^
                also etc/hosts.toml:11: `kind` cannot be `etc`
                11 | kind = "etc"
                   |        ^^^^^ did you mean `etcd`?
                also etc/hosts.toml:14: no group `etc`
                14 | hosts = "@etc"
                   |          ^^^^ did you mean `@etcd`?
                also etc/hosts.toml:15: cluster m has no `units`
                15 | [clusters.m]
                   |           ^ name the units that serve; to stop one of them takes its host away
                also etc/hosts.toml:15: cluster m needs 2 healthy members with its margin, and its hosts are 1
                15 | [clusters.m]
                   |           ^
                also etc/hosts.toml:19: unknown key `margins` in [clusters.m]
                19 | margins = 1
                   | ^^^^^^^ did you mean `margin`?
                also etc/hosts.toml:25: the name of an upstream is one word
                25 | upstream = "a b"
                   |              ^
                also etc/hosts.toml:26: cluster e has `cert` but no `key`
                26 | [clusters.e]
                   |           ^
                also etc/hosts.toml:26: cluster e needs 4 healthy members with its margin, and its hosts are 3
                26 | [clusters.e]
                   |           ^
                also etc/hosts.toml:29: `cert`: `x.pem` is not an absolute path: it does not begin with `/`
                29 | cert = "x.pem"
                   |        ^^^^^^^
                also etc/hosts.toml:30: an endpoint is a URL
                30 | endpoints = "10.0.0.1"
                   |              ^^^^^^^^ write it as http://10.0.0.1:2379
                also etc/hosts.toml:32: `at_once` is 0, outside of 1 to 1000
                32 | at_once = 0
                   |           ^
                also etc/hosts.toml:33: `box` is no host of this cluster
                33 | members = { box = "x" }
                   |             ^^^
                also etc/hosts.toml:35: `on`: no host `a9`
                35 | on = "a9"
                   |      ^^^^
            hint: give one of etcd, pacemaker, upstream, module
        "#]],
    );
}
