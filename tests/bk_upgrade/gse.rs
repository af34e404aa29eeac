//! `bk-upgrade gse`, BK-46 to BK-48: what its case does not show.

use crate::support::killed::Mortal as _;
use crate::support::rehearsal::Bench;

const GSE: &str = "bk-upgrade gse";
const UNITS: &str = "/usr/lib/systemd/system";
const OLD: [&str; 6] = ["config", "alarm", "api", "btsvr", "dba", "procmgr"];
/// The layout of 6.2.
const LAYOUT: &str = "\
10.0.0.11 iam,gse,paas,apigw
10.0.0.12 nginx,appo,paas
10.0.0.13 cmdb,job,mysql,auth,redis_cluster,etcd
";

fn bench() -> Bench {
    let bench = Bench::unpacked();
    bench.prepare("bk-control,paas[1-3]");
    bench.write("bk-control", "/data/install/install.config", LAYOUT);
    for module in ["redis_cluster", "apigw"] {
        bench.ends(
            0,
            &format!("rehearsal shell bk-control -- /data/install/bkcli upgrade {module}"),
        );
    }
    bench
}

/// The old services that have a file.
fn old(bench: &Bench) -> Vec<&'static str> {
    let there =
        |name: &&str| bench.read("paas1", &format!("{UNITS}/bk-gse-{name}.service")).is_some();
    OLD.into_iter().filter(there).collect()
}

/// X4.48: the lines of the document are harmless; another error line beside them fails.
#[test]
fn an_error_line_beside_those_of_the_document_fails() {
    let bench = bench();
    bench.write_shared(
        "gse/errors",
        "[ERROR] 10.0.0.11 gse_cluster: cannot open /data/bkce/gse/cert\n",
    );
    let failed = bench.ends(1, &format!("{GSE} update --wait-timeout 2"));
    assert!(failed.stderr.contains("cannot open /data/bkce/gse/cert"), "{}", failed.stderr);
    assert_eq!(bench.calls("bk-control", "bkcli", "'restart'"), 0);

    // The same error of another gateway is not the one of the document.
    let other = "bkapi_client_core.exceptions.HTTPResponseError: 400 Client Error: Bad Request for url: http://apigw-apigateway.service.consul:6006/api/bk-apigateway/prod/api/v1/apis/bk-job/sdk/, status_code: 400, request_id: x\n";
    bench.write_shared("gse/errors", other);
    std::fs::remove_file(bench.shared("gse/gse/VERSION")).unwrap();
    let failed = bench.ends(1, &format!("{GSE} update --wait-timeout 2"));
    assert!(failed.stderr.contains("apis/bk-job/sdk/"), "{}", failed.stderr);

    std::fs::remove_file(bench.shared("gse/errors")).unwrap();
    std::fs::remove_file(bench.shared("gse/gse/VERSION")).unwrap();
    bench.ends(0, &format!("{GSE} update"));
    assert_eq!(bench.calls("bk-control", "bkcli", "'restart'"), 1);
    assert_eq!(old(&bench), OLD);
}

/// X4.48: the old services stay while a new one is not healthy; afterwards they go, and undo brings them back.
#[test]
fn the_old_services_go_only_when_the_new_ones_are_healthy() {
    let bench = bench();
    let early = bench.ends(6, &format!("{GSE} retire-v1"));
    assert!(early.stderr.contains("gse is not healthy"), "{}", early.stderr);
    bench.ends(0, &format!("{GSE} update"));
    bench.write_shared("gse/status", "10.0.0.11 bk-gse-data.service failed\n");
    let unhealthy = bench.ends(6, &format!("{GSE} retire-v1"));
    assert!(unhealthy.stderr.contains("bk-gse-data.service\tfailed"), "{}", unhealthy.stderr);
    std::fs::remove_file(bench.shared("gse/status")).unwrap();

    // `bkcli` is content, but the unit of the host is not.
    bench.ends(0, "rehearsal shell paas1 -- systemctl stop bk-gse-proc");
    let inactive = bench.ends(6, &format!("{GSE} retire-v1"));
    assert!(inactive.stderr.contains("paas1: bk-gse-proc.service inactive"), "{}", inactive.stderr);
    assert_eq!(old(&bench), OLD);
    bench.ends(0, "rehearsal shell paas1 -- systemctl start bk-gse-proc");

    bench.ends(0, &format!("{GSE} --from check"));
    assert_eq!(old(&bench), [""; 0]);
    let run = bench.last();
    bench.is_kept(&format!("{GSE} --from check"));
    bench.ends(0, &format!("undo {run} --yes"));
    assert_eq!(old(&bench), OLD);
    let active = bench.ends(0, "rehearsal shell paas1 -- systemctl is-active bk-gse-api");
    assert_eq!(active.stdout, "active\n");
}

/// Without Redis and the gateway nothing is installed.
#[test]
fn gse_needs_the_redis_cluster_and_the_gateway() {
    let bench = bench();
    std::fs::remove_dir_all(bench.shared("redis_cluster")).unwrap();
    let refused = bench.ends(6, GSE);
    assert!(
        refused.stderr.contains("redis_cluster and apigw are not healthy"),
        "{}",
        refused.stderr
    );
    assert_eq!(bench.calls("bk-control", "bkcli", "'sync'"), 0);
}
