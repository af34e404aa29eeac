//! `bk-upgrade nginx`, BK-31 and BK-32.

use crate::support::killed::Mortal as _;
use crate::support::rehearsal::Bench;

const TEMPLATES: &str = "bk-upgrade nginx templates --settle 0";
const FRONTEND: &str = "bk-upgrade nginx job-frontend";
const DEST: &str = "/etc/consul-template/templates";
const SRC: &str = "install/paas2/support-files/templates/nginx";

/// paas2 has the deploy scripts of the control machine, without a run of `sync-common`.
fn prepared() -> Bench {
    let bench = Bench::unpacked();
    bench.prepare("bk-control,paas2");
    for (file, text) in [
        (
            "paas.conf",
            "server {\n    listen {{ key \"bkcfg/ports/paas_http\" }};\n    server_name new;\n}\n",
        ),
        ("job.conf", "server {\n    listen 81;\n    server_name job;\n}\n"),
    ] {
        bench.write_shared(&format!("{SRC}/{file}"), text);
    }
    let script = bench.path("bk-control", "/data/install/bin/release_job_frontend.sh");
    let there = bench.shared("install/paas2/bin/release_job_frontend.sh");
    std::fs::create_dir_all(there.parent().expect("a directory")).expect("a directory");
    std::fs::copy(script, there).expect("a script of the package");
    bench.write(
        "bk-control",
        "/data/install/bin/03-userdef/x.env",
        "BK_JOB_API_PUBLIC_URL=http://job.made-up.example:80\n",
    );
    bench
}

/// X4.38: a template that only the host has stays and is named, until `--prune`; undo brings all of them back, and
/// consul-template reads them.
#[test]
fn templates_are_replaced_removed_on_demand_and_come_back() {
    let bench = prepared();
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
    let bench = prepared();
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
    let bench = prepared();
    let file = "/data/install/bin/03-userdef/x.env";
    for (text, said) in [
        ("BK_JOB_API_PUBLIC_URL=\n", "http://jobapi"),
        ("BK_JOB_API_PUBLIC_URL=jobapi\n", "it is not the address of a page"),
        ("INSTALL_PATH=bkce\n", "it does not begin with `/`"),
    ] {
        bench.write("bk-control", file, text);
        let outcome = bench.run(&format!("{FRONTEND} -n"));
        assert!(outcome.stderr.contains(said), "{text}{}", outcome.stderr);
        assert_eq!(outcome.code, if text.ends_with("=\n") { 0 } else { 6 });
    }
    bench.write("bk-control", file, "");
    bench.edit(
        "bk-control",
        "/data/install/bin/03-userdef/global.env",
        "BK_JOB_API_PUBLIC_URL=",
        "X=",
    );
    let refused = bench.ends(6, FRONTEND).stderr;
    assert!(
        refused.contains("BK_JOB_API_PUBLIC_URL is not set on the control machine"),
        "{refused}"
    );
    assert_eq!(bench.calls("paas2", "release_job_frontend", ""), 0);
    bench.ends(2, &format!("{FRONTEND} --gateway-url job"));
    let line = format!("{FRONTEND} --gateway-url http://job.made-up.example:80");
    // An old package on the host of nginx is refused.
    bench.write("paas2", "/data/src/job/VERSION", "3.4.0\n");
    let refused = bench.ends(6, &line).stderr;
    assert!(refused.contains("the package of job on paas2 is 3.4.0, not 3.5.1"), "{refused}");
    bench.write("paas2", "/data/src/job/VERSION", "3.5.1\n");
    bench.ends(0, &line);
    let page = bench.read("paas2", "/data/bkce/job/frontend/index.html").unwrap();
    assert!(page.contains("\"http://job.made-up.example:80\""), "{page}");
    bench.is_kept(&line);
}
