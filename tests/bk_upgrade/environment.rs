//! The environment files of section 6, read by a real bash.

use crate::support::killed::Mortal as _;
use crate::support::rehearsal::Bench;

const INSTALL: &str = "/data/install";
const DBADMIN: &str = "/data/install/bin/01-generate/dbadmin.env";
const GENERATED_JOB: &str = "/data/install/bin/01-generate/job.env";
const FINAL_JOB: &str = "/data/install/bin/04-final/job.env";
const JOB: &str = "/data/install/bin/03-userdef/job.env";
const REDIS: &str = "BK_REDIS_CLUSTER_ADMIN_PASSWORD";

/// The values of `keys` after a bash has sourced `file`, a line each.
fn sourced(bench: &Bench, file: &str, keys: &str) -> String {
    let script = format!(
        "source {file} || exit\nfor key in {keys}; do printf '%s\\n' \"${{!key}}\"; done\n"
    );
    let ran = bench.xtask("rehearsal shell bk-control -- bash --norc -s").fed(&script);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    ran.stdout
}

/// X4.22, X4.24: a value with `&`, `=`, `#`, quotes, `$` or blanks reaches a shell unchanged, and no line of output has it.
#[test]
fn values_arrive_in_a_shell_as_they_are() {
    let bench = Bench::new();
    bench.prepare("bk-control");
    let strange = r#"a&b=c#d e$f"g'h`i\j;k|l"#;
    let quoted = strange.replace('\'', r"'\''");
    for file in [GENERATED_JOB, FINAL_JOB] {
        let text = bench.read("bk-control", file).unwrap();
        let text = format!("{text}BK_JOB_EXECUTE_MYSQL_PASSWORD='{quoted}'\n");
        bench.write("bk-control", file, &text);
    }
    let file = "/data/install/bin/04-final/global.env";
    bench.edit("bk-control", file, "job.made-up.example:80\"", "job.made-up.example:80/?x=1&y=2\"");
    for line in ["bk-upgrade env-gse", "bk-upgrade env-job", "bk-upgrade env-job-domain"] {
        let said = bench.ends(0, line);
        assert!(!said.stderr.contains("made-up mongo") && !said.stderr.contains(strange));
    }
    let source = "BK_JOB_LOGSVR_MONGODB_URI BK_JOB_EXECUTE_RABBITMQ_PASSWORD BK_JOB_EXECUTE_MYSQL_PASSWORD \
        BK_JOB_EXECUTE_REDIS_PASSWORD";
    let target =
        "BK_JOB_MONGODB_URI BK_JOB_RABBITMQ_PASSWORD BK_JOB_MYSQL_PASSWORD BK_JOB_REDIS_PASSWORD";
    let values = sourced(&bench, JOB, target);
    assert_eq!(values, sourced(&bench, FINAL_JOB, source));
    assert_eq!(values.lines().nth(2).unwrap(), strange);
    let rest = sourced(&bench, JOB, "BK_JOB_RUN_MODE BK_JOB_CRONTAB_SERVER_HOST0");
    assert_eq!(rest, "stable\n10.0.0.13\n");
    let gse = "/data/install/bin/03-userdef/gse.env";
    let gse = sourced(&bench, gse, "BK_GSE_REDIS_PASSWORD BK_GSE_ZK_TOKEN");
    assert_eq!(gse, "made=up&redis#word\nzkuser:made-up zk word\n");
    let global = "/data/install/bin/03-userdef/global.env";
    let url = sourced(&bench, global, "BK_JOB_API_PUBLIC_URL");
    assert_eq!(url, "http://job.made-up.example:80/?x=1&y=2\n");
    // It is in no record, no output and no argument.
    bench.assert_only_in("made-up mongo word", &["job.env"]);
}

/// X4.23: an empty or missing source stops the step before the first line is written; a value of two hosts is named (X4.6).
#[test]
fn an_empty_source_changes_nothing_and_several_hosts_are_named() {
    let bench = Bench::new();
    bench.prepare("bk-control");
    let whole = bench.edit("bk-control", FINAL_JOB, "'made-up&rabbit=word'", "");
    bench.edit("bk-control", GENERATED_JOB, "'made-up&rabbit=word'", "");
    for line in ["bk-upgrade env-job -n", "bk-upgrade env-job"] {
        let refused = bench.ends(6, line).stderr;
        let said = "BK_JOB_EXECUTE_RABBITMQ_PASSWORD is not set on the control machine";
        assert!(refused.contains(said), "{refused}");
    }
    assert_eq!(bench.read("bk-control", JOB), None);
    bench.write("bk-control", FINAL_JOB, &whole);
    let hosts = "/data/install/bin/02-dynamic/hosts.env";
    bench.edit("bk-control", hosts, "BK_JOB_IP=(10.0.0.13)", "BK_JOB_IP=(10.0.0.12 10.0.0.13)");
    let said = bench.ends(0, "bk-upgrade env-job -n").stderr;
    let note = "note: BK_JOB_IP has 2 values: 10.0.0.12 is used, not 10.0.0.13";
    assert!(
        said.contains(note) && said.contains("BK_JOB_CRONTAB_SERVER_HOST0=10.0.0.12"),
        "{said}"
    );
    let said =
        bench.ends(0, "bk-upgrade env-job --crontab-host 10.0.0.13 --run-mode lite -n").stderr;
    assert!(!said.contains("has 2 values") && said.contains("BK_JOB_RUN_MODE=lite,"), "{said}");
    for wrong in ["--crontab-host 10.0.0", "--run-mode full"] {
        bench.ends(2, &format!("bk-upgrade env-job {wrong}"));
    }
}

/// X4.21: a known key keeps its value, whatever the generator prints; the second run does not start it.
#[test]
fn the_generator_only_adds_what_the_file_lacks() {
    let bench = Bench::new();
    bench.prepare("bk-control");
    bench.write("bk-control", DBADMIN, "BK_MYSQL_ADMIN_USER=root");
    bench.write("bk-control", "/var/lib/standins/generate_envvars.keys", "BK_MYSQL_ADMIN_USER\n");
    let plan = bench.ends(0, "bk-upgrade env-dbadmin -n").stderr;
    assert!(plan.contains("unknown  append the generated keys"), "{plan}");
    assert_eq!(bench.calls("bk-control", "generate_envvars", ""), 0);
    bench.ends(0, "bk-upgrade env-dbadmin");
    let text = bench.read("bk-control", DBADMIN).unwrap();
    let keys: Vec<&str> = text.lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
    assert_eq!(keys, ["BK_MYSQL_ADMIN_USER", REDIS, "BK_APIGW_ETCD_PASSWORD"]);
    assert_eq!(sourced(&bench, DBADMIN, "BK_MYSQL_ADMIN_USER"), "root\n");
    let secret = sourced(&bench, DBADMIN, REDIS);
    bench.assert_only_in(secret.trim_end(), &["dbadmin.env"]);
    bench.is_kept("bk-upgrade env-dbadmin");
    assert_eq!(bench.calls("bk-control", "generate_envvars", ""), 1);
    // What somebody has emptied is not filled in silence.
    bench.write("bk-control", DBADMIN, &format!("{REDIS}=\n"));
    let refused = bench.ends(6, "bk-upgrade env-dbadmin").stderr;
    assert!(refused.contains(&format!("{REDIS} is empty")), "{refused}");
}

/// X4.26, X4.28: a key in a comment is no key, and a last line without an end stays a line of its own.
#[test]
fn a_key_is_a_line_of_its_own() {
    let bench = Bench::new();
    bench.prepare("bk-control");
    let global = "/data/install/bin/03-userdef/global.env";
    let old = bench.read("bk-control", global).unwrap();
    let text = old.replace("BK_JOB_API_PUBLIC_URL=", "# BK_JOB_API_PUBLIC_URL=");
    bench.write("bk-control", global, text.trim_end());
    bench.ends(0, "bk-upgrade env-job-domain");
    let new = bench.read("bk-control", global).unwrap();
    assert!(new.contains("# BK_JOB_API_PUBLIC_URL=http://jobapi.made-up.example:80\n"), "{new}");
    assert_eq!(sourced(&bench, global, "BK_JOB_API_PUBLIC_ADDR"), "job.made-up.example:80\n");
    let monitor = "/data/install/bin/03-userdef/bkmonitorv3.env";
    bench.write("bk-control", monitor, "BK_MONITOR_X=1");
    bench.ends(0, "bk-upgrade env-monitor-log --ssm-port 5001");
    let said = sourced(&bench, monitor, "BK_MONITOR_X BK_MONITOR_RUN_MODE BK_SSM_PORT");
    assert_eq!(said, "1\nstable\n5001\n");
    // A package that names the keys already stays unchanged.
    let default = "/data/install/bin/default/bklog.env";
    bench.write("bk-control", default, "BK_SSM_HOST=x\nBK_SSM_PORT=\n");
    bench.is_kept("bk-upgrade env-monitor-log --ssm-port 5001");
    assert!(bench.run("bk-upgrade env-monitor-log --ssm-port 0").code == 2);
    assert!(bench.path("bk-control", INSTALL).exists());
}

/// X4.72: agent 1.0 is an open item, which only the step for agent 2.0 closes; its undo opens it again.
#[test]
fn agent_v1_is_open_until_v2_is_set() {
    let bench = Bench::new();
    bench.prepare("bk-control");
    let open = "open: the products work with GSE agent 1.0";
    bench.ends(0, "bk-upgrade env-agent-v1");
    for line in ["runs list", "bk-upgrade env-gse -n"] {
        let said = bench.ends(0, line);
        assert!((said.stdout + &said.stderr).contains("agent 1.0"), "{line}");
    }
    bench.ends(0, "bk-upgrade env-agent-v1 --version v2");
    let closed = bench.last();
    let file = "/data/install/bin/03-userdef/bknodeman.env";
    assert_eq!(sourced(&bench, file, "BK_GSE_AGENT_VERSION"), "v2\n");
    let said = bench.ends(0, "bk-upgrade env-gse -n").stderr;
    assert!(!said.contains(open), "{said}");
    bench.ends(0, &format!("undo {closed} --yes"));
    assert!(bench.ends(0, "bk-upgrade env-gse -n").stderr.contains(open));
    assert_eq!(sourced(&bench, file, "BK_GSE_AGENT_VERSION"), "v1\n");
}
