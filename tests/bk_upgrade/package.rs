//! BK-02 and BK-03: the package of 6.2, from a real server and in real archives.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::machines::is_root;
use crate::support::rehearsal::{Bench, compare};
use crate::support::{Xtask, root, scratch, write};

/// The made-up vendor's, on the control machine.
const MIRROR: &str = "/var/lib/standins/mirror/bkce-src-6.2.2.tgz";
const TGZ: &str = "/data/bkce-src-6.2.2.tgz";

fn shell(script: &str, words: &[&str]) -> String {
    let output = Xtask::program("sh").args(["-c", script, "sh"]).args(words).output().expect("sh");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}: {said}");
    String::from_utf8(output.stdout).expect("text")
}

fn md5(file: &Path) -> String {
    shell("md5sum <\"$1\" | cut -d ' ' -f 1", &[file.to_str().expect("a plain path")]).trim().into()
}

/// Makes the package as a rehearsal host gets it.
fn pack(to: &Path) {
    let script = root().join("tests/package/pack");
    let words = [script.as_path(), to].map(|path| path.to_str().expect("a plain path"));
    shell("sh \"$1\" \"$2\"", &words);
}

/// Equal files give equal bytes, and the vendor's checksum file is beside them, for `md5sum -c` too.
#[test]
fn the_package_of_the_rehearsal_is_made_with_its_checksum() {
    let (one, two, bench) = (scratch(), scratch(), Bench::new());
    bench.prepare("bk-control");
    let [one, two] = [one.path().join("p.tgz"), two.path().join("p.tgz")];
    let host = bench.path("bk-control", MIRROR);
    pack(&one);
    pack(&two);
    let sums = [&one, &two, &host].map(|package| md5(package));
    assert!(sums.iter().all(|sum| *sum == sums[0]), "{sums:?}");
    let dir = host.parent().expect("a directory").to_str().expect("a plain path");
    assert_eq!(shell("cd \"$1\" && md5sum -c *.md5", &[dir]), "bkce-src-6.2.2.tgz: OK\n");
    let all = shell("tar -tzf \"$1\"", &[one.to_str().expect("a plain path")]);
    for part in
        ["install/bkcli", "install/bin/default/gse.env", "src/VERSION", "src/job_ce-3.7.5.tgz"]
    {
        assert!(all.lines().any(|line| line == part), "{part}: {all}");
    }
    for own in ["install/install.config", "install/site", "install/bin/03-userdef"] {
        assert!(!all.contains(own), "{own} is the site's: {all}");
    }
}

/// X4.3: the checksum is a text or a file on the control machine; without one nothing is fetched or unpacked.
#[test]
fn without_a_checksum_nothing_is_fetched() {
    let bench = Bench::new();
    bench.prepare("bk-control");
    let before = bench.result();
    let path = format!("{MIRROR}.md5");
    let whole = bench.read("bk-control", &path).expect("the vendor's checksum");
    for (text, says) in [
        ("", "no md5 checksum of the package in"),
        ("<html>404</html>\n", "no md5 checksum of the package in"),
        (&whole.repeat(2), "several md5 checksums of the package in"),
    ] {
        bench.write("bk-control", &path, text);
        for step in ["fetch-package", "unpack-package", "fetch-package -n"] {
            let refused = bench.ends(6, &format!("bk-upgrade {step}")).stderr;
            assert!(refused.contains(says) && refused.contains("--md5 MD5"), "{step}: {refused}");
        }
    }
    std::fs::remove_file(bench.path("bk-control", &path)).expect("the checksum");
    bench.ends(6, "bk-upgrade fetch-package");
    let other = format!("{}  bkce-src-6.2.2.tgz\n", "1".repeat(32));
    bench.write("bk-control", &path, &other);
    let wrong = bench.ends(1, "bk-upgrade fetch-package").stderr;
    assert!(wrong.contains(&format!("expected md5 {}", "1".repeat(32))), "{wrong}");
    bench.write("bk-control", &path, &whole);
    compare(&before, &bench.result());
    // A line without a name is one, and a capital letter is no other checksum.
    bench.write("bk-control", &path, &format!("{}\n", whole[..32].to_uppercase()));
    bench.ends(0, "bk-upgrade fetch-package");
}

/// X4.3, XX.6: whatever a server or a page gives, only the wanted file comes to its place.
#[test]
fn only_the_package_with_the_wanted_md5_is_taken() {
    let bench = Bench::new();
    bench.prepare("bk-control");
    let before = bench.result();
    let zeros = "0".repeat(32);
    let wrong = bench.ends(1, &format!("bk-upgrade fetch-package --md5 {zeros}"));
    assert!(wrong.stderr.contains("has another checksum"), "{}", wrong.stderr);
    assert!(wrong.stderr.contains(&format!("expected md5 {zeros}")), "{}", wrong.stderr);
    for none in ["--md5=", "--md5 4213478c", "--url /data/package.tgz", "--dest data/x"] {
        bench.ends(2, &format!("bk-upgrade fetch-package {none}"));
    }
    bench.write("bk-control", "/srv/page.tgz", "<!DOCTYPE html><title>Log in</title>");
    let page = bench.ends(1, "bk-upgrade fetch-package --url file:///srv/page.tgz");
    assert!(page.stderr.contains("it is an HTML page"), "{}", page.stderr);
    // The right sum of something that is no archive.
    let sum = md5(&bench.path("bk-control", "/srv/page.tgz"));
    let line = format!("bk-upgrade fetch-package --url file:///srv/page.tgz --md5 {sum}");
    let refused = bench.ends(1, &line);
    assert!(refused.stderr.contains("does not pass `tar"), "{}", refused.stderr);
    std::fs::remove_file(bench.path("bk-control", "/srv/page.tgz")).expect("the page");
    let mut after = bench.result();
    after.retain(|path, _| path != "bk-control/srv");
    compare(&before, &after);
}

/// A server that ends with this value.
struct Server {
    dir: TempDir,
    port: u16,
    child: Child,
}

impl Server {
    /// A real nginx with the package at `/ce/`, an error page of status 200 at `/login/`.
    fn start() -> Self {
        // Somebody else may take the free port before nginx does.
        (0..5).find_map(|_| Self::try_start()).expect("nginx gets a port")
    }

    fn try_start() -> Option<Self> {
        let dir = scratch();
        let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
        let port = free.expect("a port").port();
        let at = |name: &str| dir.path().join(name).display().to_string();
        std::fs::create_dir(dir.path().join("www")).expect("a directory");
        pack(&dir.path().join("www/p.tgz"));
        let temps = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {};", at(kind)));
        let conf = format!(
            "pid {}; error_log {}; events {{}} http {{ {} access_log off; server {{ listen 127.0.0.1:{port};\n\
             location /ce/ {{ alias {}/; }}\n\
             location /login/ {{ default_type text/html; return 200 '<!DOCTYPE html>'; }} }} }}\n",
            at("pid"),
            at("error.log"),
            temps.concat(),
            at("www"),
        );
        write(&dir.path().join("conf"), &conf);
        let tools = [
            Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tools/usr/sbin/nginx"),
            PathBuf::from("/usr/sbin/nginx"),
        ];
        let program = tools.iter().find(|path| path.exists());
        let program = program.expect("nginx: tests/run --prepare installs it");
        let mut command = Xtask::program(program.to_str().expect("a plain path"));
        command.arg("-p").arg(dir.path()).args(["-e", "stderr", "-c", &at("conf")]);
        command.args(["-g", "daemon off; master_process off;"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.process_group(0).spawn().expect("nginx starts");
        let mut server = Self { dir, port, child };
        let until = Instant::now() + Duration::from_secs(20);
        // It writes this file when it listens.
        while !server.dir.path().join("pid").exists() {
            assert!(Instant::now() < until, "nginx does not answer");
            if server.child.try_wait().expect("a child").is_some() {
                return None;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// XX.6: from a real server: the package, an error page with status 200, an error.
#[test]
fn the_package_comes_from_a_real_server() {
    let (server, state) = (Server::start(), scratch());
    // Its `/run` is its own: this machine may be at work itself.
    let enter = "mount --bind \"$1\" /run || exit 1; shift; exec \"$@\"";
    let run = state.path().join("run").display().to_string();
    let data = state.path().join("data");
    [Path::new(&run), &data].into_iter().for_each(|dir| std::fs::create_dir(dir).expect("new"));
    let user = if is_root() { "--mount" } else { "--map-root-user" };
    let way = ["unshare", "--mount", user, "sh", "-c", enter, "host", &run];
    let sum = md5(&server.dir.path().join("www/p.tgz"));
    let inventory = format!(
        "[ssh]\nidentity = false\n[vars]\nbk_package_md5 = \"{sum}\"\n[hosts.control]\nsession = \"exec\"\nexec = {way:?}\n"
    );
    let file = state.path().join("hosts.toml");
    write(&file, &inventory);
    let dest = data.join("p.tgz").display().to_string();
    let fetch = |place: &str, code: i32, more: &[&str]| {
        let url = format!("http://127.0.0.1:{}/{place}", server.port);
        let words = ["-i", file.to_str().expect("plain"), "bk-upgrade", "fetch-package"];
        let own = ["--url", &url, "--dest", &dest];
        let outcome = Xtask::new(state.path(), &[&words[..], &own, more].concat()).run();
        assert_eq!(outcome.code, code, "{}{}", outcome.stdout, outcome.stderr);
        outcome
    };
    let missing = fetch("ce/none.tgz", 1, &[]).stderr;
    assert!(missing.contains("the server answers 404"), "{missing}");
    assert!(fetch("login/p.tgz", 1, &[]).stderr.contains("it is an HTML page"));
    assert_eq!(std::fs::read_dir(&data).expect("a directory").count(), 0);
    assert_eq!(fetch("ce/p.tgz", 0, &[]).stdout, "control: changed\n");
    assert_eq!(md5(Path::new(&dest)), sum);
    assert_eq!(fetch("ce/p.tgz", 0, &[]).stdout, "control: kept\n");
    let other = fetch("ce/p.tgz", 1, &["--md5", &"1".repeat(32)]).stderr;
    assert!(other.contains("has another checksum"), "{other}");
    assert_eq!(md5(Path::new(&dest)), sum, "the right one stays");
}

/// X4.4: an older unpacking is not mixed with the new one, and is shown with its release.
#[test]
fn nothing_is_unpacked_into_a_directory_that_holds_something() {
    let bench = Bench::new();
    bench.ends(0, "bk-upgrade fetch-package");
    bench.write("bk-control", "/data/tmp/src/VERSION", "6.1.1\n");
    let before = bench.result();
    let refused = bench.ends(6, "bk-upgrade unpack-package").stderr;
    assert!(refused.contains("/data/tmp holds something else (X4.4)"), "{refused}");
    assert!(refused.contains("/data/tmp/src: BlueKing 6.1.1"), "{refused}");
    compare(&before, &bench.result());
    // An empty directory is none, and another place is fine.
    std::fs::remove_dir_all(bench.path("bk-control", "/data/tmp")).expect("the old unpacking");
    std::fs::create_dir(bench.path("bk-control", "/data/tmp")).expect("a directory");
    bench.ends(0, "bk-upgrade unpack-package");
    bench.ends(0, "bk-upgrade unpack-package --dest /data/tmp-6.2");
    bench.is_kept("bk-upgrade unpack-package");
    let mark = bench.read("bk-control", "/data/tmp/.xtask-package").expect("a mark");
    assert_eq!(mark.trim(), md5(&bench.path("bk-control", MIRROR)));
}

/// X4.1, X4.3: the release is that in the package; what is cut, foreign or of another release leaves nothing.
#[test]
fn what_is_no_package_of_6_2_leaves_nothing() {
    let bench = Bench::new();
    bench.prepare("bk-control");
    let make = |name: &str, script: &str| {
        let dir = scratch();
        let at = bench.path("bk-control", &format!("/data/{name}"));
        let words = [dir.path(), &at].map(|path| path.to_str().expect("a plain path"));
        shell(&format!("cd \"$1\" && {script}"), &words);
        format!("bk-upgrade unpack-package --tgz /data/{name} --md5 {}", md5(&at))
    };
    let whole = "mkdir -p src install && echo V >src/VERSION && echo x >install/bkcli && tar -czf \"$2\" src install";
    let old = make("old.tgz", &whole.replace('V', "6.1.2").replace("6.1.2ERSION", "VERSION"));
    let none = make("none.tgz", "mkdir src && echo 6.2.2 >src/VERSION && tar -czf \"$2\" src");
    let all = bench.path("bk-control", MIRROR).display().to_string();
    let cut = make("cut.tgz", &format!("head -c 2000 '{all}' >\"$2\""));
    let before = bench.result();
    for (line, says) in [
        (&old, "has BlueKing 6.1.2, not 6.2"),
        (&none, "has no install/bkcli: it is no package of BlueKing"),
        (&cut, "tar could not unpack /data/cut.tgz"),
    ] {
        let failed = bench.ends(1, line).stderr;
        assert!(failed.contains(says), "{line}: {failed}");
    }
    let other = format!("bk-upgrade unpack-package --tgz /data/old.tgz --md5 {}", "0".repeat(32));
    let failed = bench.ends(1, &other).stderr;
    assert!(failed.contains("is another package") && failed.contains("found    md5"), "{failed}");
    bench.ends(2, "bk-upgrade unpack-package --md5 nonsense");
    let mut after = bench.result();
    // The last failed job stays, for a person to read.
    after.retain(|path, _| !path.contains("/var/lib/xtask"));
    compare(&before, &after);
}

/// A disk that fills up while the package is unpacked: exit 1 with the reason, and nothing is left.
#[test]
fn a_full_disk_leaves_no_part_of_the_package() {
    let bench = Bench::new();
    bench.ends(0, "bk-upgrade fetch-package");
    drop(bench.small_disk("bk-control", "/mnt", 24));
    let line = "rehearsal shell bk-control -- ls -A /mnt";
    let failed = bench.ends(1, &format!("bk-upgrade unpack-package --tgz {TGZ} --dest /mnt/tmp"));
    assert!(failed.stderr.contains("KiB are free"), "{}", failed.stderr);
    assert_eq!(bench.run(line).stdout, "");
}
