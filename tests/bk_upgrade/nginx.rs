//! `bk-upgrade nginx`, BK-31 and BK-32.

use crate::support::killed::Mortal as _;
use crate::support::rehearsal::Bench;

const TEMPLATES: &str = "bk-upgrade nginx templates --settle 0";
const FRONTEND: &str = "bk-upgrade nginx job-frontend";
const DEST: &str = "/etc/consul-template/templates";
const SRC: &str = "install/paas2/support-files/templates/nginx";

const PAGES: &str = "nginx/data/bkce/job/frontend";
const PACKAGE: &str = "nginx/data/src/job";
const URL: &str = "http://job.made-up.example:80";

/// Hosts that have the variables and the deploy scripts of 6.2.
pub(super) fn merged() -> Bench {
    Bench::unpacked_and("bk merged", |bench| {
        for step in [
            "env-dbadmin",
            "env-gse",
            "env-job",
            "env-job-domain",
            "env-agent-v1",
            "env-monitor-log",
            "sync-common",
        ] {
            bench.ends(0, &format!("bk-upgrade {step}"));
        }
    })
}

fn read_shared(bench: &Bench, path: &str) -> Option<String> {
    std::fs::read_to_string(bench.shared(path)).ok()
}

/// X4.38: a template that only the host has stays and is named, until `--prune`; undo brings all of them back, and
/// consul-template reads them.
#[test]
fn templates_are_replaced_removed_on_demand_and_come_back() {
    let bench = merged();
    let before = bench.read("paas2", &format!("{DEST}/paas.conf")).unwrap();
    let said = bench.ends(0, TEMPLATES).stderr;
    assert!(
        said.contains("stays in /etc/consul-template/templates: paas2: jobapi.conf; --prune"),
        "{said}"
    );
    assert_eq!(bench.calls("paas2", "consul-template", ""), 1);
    let rendered = bench.read("paas2", "/etc/nginx/conf.d/paas.conf").unwrap();
    assert!(rendered.contains("listen 80;"), "{rendered}");
    bench.is_kept(TEMPLATES);
    let prune = format!("{TEMPLATES} --prune");
    bench.ends(0, &prune);
    let pruned = bench.last();
    assert_eq!(bench.read("paas2", &format!("{DEST}/jobapi.conf")), None);
    bench.is_kept(&prune);
    bench.ends(0, &format!("undo {pruned} --yes"));
    assert!(bench.read("paas2", &format!("{DEST}/jobapi.conf")).is_some());
    assert_ne!(bench.read("paas2", &format!("{DEST}/paas.conf")).unwrap(), before);
}

/// X4.39: a template that consul-template cannot read ends it, and one that nginx cannot read is found by `nginx -t`.
#[test]
fn a_bad_template_is_a_failure_and_the_next_run_repairs_it() {
    let bench = merged();
    bench.write_shared(&format!("{SRC}/job.conf"), "server { {{ bad\n}\n");
    let failed = bench.ends(1, TEMPLATES).stderr;
    assert!(
        failed.contains("consul-template.service: failed, enabled -> active, enabled"),
        "{failed}"
    );
    bench.write_shared(&format!("{SRC}/job.conf"), "server {\n    listen 81\n}\n");
    let failed = bench.ends(1, TEMPLATES).stderr;
    assert!(failed.contains("nginx") && failed.contains("job.conf"), "{failed}");
    bench.write_shared(&format!("{SRC}/job.conf"), "server {\n    listen 81;\n}\n");
    bench.ends(0, TEMPLATES);
    bench.is_kept(TEMPLATES);
}

/// X4.40: a missing value or a wrong one stops the step before the script is called.
#[test]
fn no_value_of_the_pages_may_be_missing() {
    let bench = merged();
    let file = "/data/install/bin/04-final/global.env";
    let whole = bench.read("bk-control", file).expect("variables");
    for (text, said) in [
        ("BK_JOB_API_PUBLIC_URL=''\n", "BK_JOB_API_PUBLIC_URL is empty on the control machine"),
        ("BK_JOB_API_PUBLIC_URL=jobapi\n", "it is not the address of a page"),
        ("BK_JOB_API_PUBLIC_URL='http://a?x=1&y=2'\n", "it is not the address of a page"),
        ("INSTALL_PATH=bkce\n", "it does not begin with `/`"),
        ("CTRL_DIR=''\n", "CTRL_DIR is empty"),
    ] {
        bench.write("bk-control", file, &format!("{whole}{text}"));
        let refused = bench.run(FRONTEND);
        assert!(refused.code == 6 && refused.stderr.contains(said), "{text}{}", refused.stderr);
    }
    bench.write("bk-control", file, &whole);
    for dir in ["03-userdef", "04-final"] {
        let file = format!("/data/install/bin/{dir}/global.env");
        bench.edit("bk-control", &file, "BK_JOB_API_PUBLIC_URL", "NO");
    }
    let refused = bench.ends(6, FRONTEND).stderr;
    let said = "BK_JOB_API_PUBLIC_URL is not set on the control machine";
    assert!(refused.contains(said), "{refused}");
    assert_eq!(bench.calls("paas2", "release_job_frontend", ""), 0);
    bench.ends(2, &format!("{FRONTEND} --gateway-url job"));
    bench.ends(0, &format!("{FRONTEND} --gateway-url {URL}"));
}

/// The pages stay those of the platform that runs, byte for byte, but for the address. The host of nginx is no host of job.
#[test]
fn the_pages_of_6_1_get_the_address_and_stay_until_job_is_upgraded() {
    let bench = merged();
    let page = format!("{PAGES}/index.html");
    assert!(read_shared(&bench, &page).expect("a page").contains("http://jobapi."));
    // Neither a file of nobody nor one that somebody has changed stays.
    bench.write_shared(&format!("{PAGES}/static/old.js"), "// 3.4\n");
    bench.write_shared(&format!("{PAGES}/static/main.js"), "// half\n");
    bench.keeps_its_word(FRONTEND);
    assert!(read_shared(&bench, &page).expect("a page").contains(&format!("\"{URL}\"")));
    let script = read_shared(&bench, &format!("{PAGES}/static/main.js"));
    assert_eq!(script.as_deref(), Some("// the pages of job 3.5.1\n"));
    assert_eq!(read_shared(&bench, &format!("{PAGES}/static/old.js")), None);
    assert_eq!(bench.calls("bk-control", "sync.sh", ""), 0);
    bench.is_kept(FRONTEND);
    bench.ends(0, "bk-upgrade job");
    let script = read_shared(&bench, &format!("{PAGES}/static/main.js"));
    assert_eq!(script.as_deref(), Some("// the pages of job 3.7.5\n"));
    bench.is_kept(FRONTEND);
}

/// A host of nginx that has no package of job, or that of another version, gets the one of the platform that runs.
#[test]
fn a_host_of_nginx_without_the_package_gets_it_from_the_control_machine() {
    let bench = merged();
    std::fs::remove_dir_all(bench.shared(PACKAGE)).expect("a package");
    let plan = bench.ends(0, &format!("{FRONTEND} -n")).stderr;
    assert!(plan.contains("needed  send the pages of job 3.5.1 to the hosts of nginx"), "{plan}");
    bench.ends(0, FRONTEND);
    assert_eq!(bench.calls("bk-control", "sync.sh", "'nginx' '/data/src.bak/job/frontend/'"), 1);
    let page = read_shared(&bench, &format!("{PAGES}/index.html")).expect("a page");
    assert!(page.contains(URL), "{page}");
    bench.is_kept(FRONTEND);

    // As after `bkcli sync job`, and with a copy that is not whole.
    bench.write_shared(&format!("{PACKAGE}/VERSION"), "3.7.5\n");
    bench.write_shared(&format!("{PACKAGE}/frontend/index.html"), "other\n");
    let sent = "nginx/data/src.bak/job/frontend/static/main.js";
    bench.write_shared(sent, "half\n");
    bench.write_shared(&format!("{PAGES}/index.html"), "other\n");
    bench.ends(0, FRONTEND);
    assert_eq!(bench.calls("bk-control", "sync.sh", ""), 2);
    assert_eq!(read_shared(&bench, sent).as_deref(), Some("// the pages of job 3.5.1\n"));

    // `sync.sh` ends well whatever happens.
    std::fs::remove_dir_all(bench.shared(PACKAGE)).expect("a package");
    std::fs::remove_dir_all(bench.shared("nginx/data/src.bak/job/frontend")).expect("a copy");
    bench.write_shared(&format!("{PAGES}/index.html"), "other\n");
    bench.write("bk-control", "/data/install/sync.sh", "#!/bin/sh\necho '[1] [FAILURE] paas2'\n");
    let failed = bench.ends(1, FRONTEND).stderr;
    assert!(failed.contains("paas2: no such package below /data/src /data/src.bak"), "{failed}");
    assert_eq!(bench.calls("paas2", "release_job_frontend", ""), 2);
}

/// What the control machine lacks is found before a host of nginx is touched.
#[test]
fn pages_of_a_version_that_nobody_has_are_refused() {
    let bench = merged();
    bench.write_shared("job/job/VERSION", "3.4.0\n");
    let refused = bench.ends(6, FRONTEND).stderr;
    assert!(refused.contains("no package of job 3.4.0, which paas3 runs"), "{refused}");
    assert!(
        refused.contains("/data/src/job: 3.7.5") && refused.contains("/data/src.bak/job: 3.5.1")
    );
    bench.write_shared("job/job/VERSION", "3.5.1\n");
    bench.write("bk-control", "/data/src.bak/job/frontend/index.html", "<html></html>\n");
    let refused = bench.ends(1, FRONTEND).stderr;
    assert!(refused.contains("has no place for the address of the API"), "{refused}");
    assert_eq!(bench.calls("paas2", "release_job_frontend", ""), 0);
}

/// X4.39: the real nginx reads what consul-template makes of the templates.
#[test]
fn the_real_nginx_tests_the_configuration() {
    let bench = merged();
    let tools = std::env::var_os("CARGO_TARGET_DIR").map(std::path::PathBuf::from);
    let tools = tools.unwrap_or_else(|| crate::support::root().join("target")).join("tools");
    let nginx = bench.path("paas2", "/usr/sbin/nginx");
    std::fs::copy(tools.join("usr/sbin/nginx"), nginx).expect("nginx: tests/run --prepare");
    for dir in ["/var/log/nginx", "/var/lib/nginx", "/data/bkce/job"] {
        std::fs::create_dir_all(bench.path("paas2", dir)).expect("a directory");
    }
    bench.ends(0, TEMPLATES);
    bench.is_kept(TEMPLATES);
    assert_eq!(bench.calls("paas2", "nginx", ""), 0, "the stand-in");
    // A word that only nginx itself knows to be wrong.
    bench.write_shared(&format!("{SRC}/job.conf"), "server {\n    listen 81;\n    rooot /;\n}\n");
    let failed = bench.ends(1, TEMPLATES).stderr;
    assert!(
        failed.contains("unknown directive \"rooot\" in /etc/nginx/conf.d/job.conf:3"),
        "{failed}"
    );
    bench.write_shared(&format!("{SRC}/job.conf"), "server {\n    listen 81;\n}\n");
    bench.ends(0, TEMPLATES);
}
