//! The reader of the vendor's output, in every shell that may run it.

use crate::support::{Xtask, scratch};

const SHELLS: [&[&str]; 3] = [&["dash"], &["bash", "--posix"], &["busybox", "sh"]];

/// The lines of the document, 7.8-2.
const HARMLESS: &str = "\
warning!! generate sdks failed: status_code: 400, code: 50100,*
Stderr: request bkapi failed. status_code: <Response [400]>,*
bkapi_client_core.exceptions.HTTPResponseError: 400 Client Error: Bad Request for url: http://*/apis/bk-gse/sdk/, *";

const OUTPUT: &str = "\
[1] 02:33:11 [SUCCESS] 10.0.0.11
API gateway released 2.1.2-beta20+20230913021624, title bk-gse-v2, stages ['prod']
warning!! generate sdks failed: status_code: 400, code: 50100, 网关 SDK 发布失败，请联系管理员。
Stderr: request bkapi failed. status_code: <Response [400]>,
bkapi_client_core.exceptions.HTTPResponseError: 400 Client Error: Bad Request for url: http://apigw-apigateway.service.consul:6006/api/bk-apigateway/prod/api/v1/apis/bk-gse/sdk/, status_code: 400, request_id: 77
copy errors.py to /data/bkce/logs/error.log, 0 errors
";

/// What a script says that reads the output of a tool which ends with `code`; its exit code first.
fn read(shell: &[&str], allow: &str, output: &str, code: i32) -> (i32, String) {
    let dir = scratch();
    let tool = dir.path().join("tool");
    crate::support::write(&tool, &format!("cat <<'END'\n{output}END\nexit {code}\n"));
    let library = crate::tidy::read("snippets/lib/vendor.sh");
    let script = format!(
        "set -eu\n{library}\nALLOW=$1\nvendor_run 'bkcli install gse' sh \"$2\" >/dev/null\n"
    );
    let ran = Xtask::program(shell[0])
        .args(&shell[1..])
        .args(["-c", &script, "x", allow])
        .arg(&tool)
        .env("TMPDIR", dir.path())
        .output()
        .expect("a shell");
    let left = std::fs::read_dir(dir.path()).expect("a directory").count();
    assert_eq!(left, 1, "only the tool is left");
    (ran.status.code().expect("a code"), String::from_utf8_lossy(&ran.stderr).into_owned())
}

/// X4.36, X4.48: the lines that the document declares harmless, and no others.
#[test]
fn only_the_lines_of_the_list_are_harmless() {
    for shell in SHELLS {
        for code in [0, 1] {
            assert_eq!(read(shell, HARMLESS, OUTPUT, code), (0, String::new()), "{shell:?}");
        }
        let (code, said) = read(shell, "", OUTPUT, 0);
        assert_eq!((code, said.lines().count()), (1, 3), "{shell:?}: {said}");
        let more = format!("{OUTPUT}generate sdks failed: status_code: 500\n");
        let (code, said) = read(shell, HARMLESS, &more, 0);
        assert_eq!(code, 1, "{shell:?}");
        assert_eq!(said, "bkcli install gse: 10.0.0.11: generate sdks failed: status_code: 500\n");
    }
}

/// XX.9: errors in many forms, also after exit code 0; a failure without an error line is one, too.
#[test]
fn errors_are_found_in_their_forms() {
    let lines = [
        "[ERROR] install failed",
        "\u{1b}[31m[ERROR]\u{1b}[0m cannot connect",
        "[2] 02:33:12 [FAILURE] 10.0.0.12 Exited with error code 1",
        "Traceback (most recent call last):",
        "ValueError: no such key",
        "ERROR 1045 (28000): Access denied for user",
        "bash: line 1: rsync: command not found",
        "Could not connect to Redis at 10.0.0.1:6379: Connection refused",
        "deploy event: timed out after 600s",
        "Deploy saas bk_iam failed.",
    ];
    let good = [
        "PLAY RECAP: ok=3 failed=0 unreachable=0",
        "no errors",
        "install bk-error-reporter 1.0 done",
        "0 failed, 12 passed",
        "timeout: 30",
    ];
    for shell in SHELLS {
        for line in lines {
            let (code, said) = read(shell, "", &format!("{line}\n"), 0);
            assert!(code == 1 && !said.is_empty(), "{shell:?}: {line}");
        }
        for line in good {
            assert_eq!(
                read(shell, "", &format!("{line}\n"), 0),
                (0, String::new()),
                "{shell:?}: {line}"
            );
        }
        let silent = read(shell, "", "all is well\n", 3);
        assert_eq!(silent, (1, "bkcli install gse: exit 3\n".to_owned()), "{shell:?}");
    }
}

/// X4.55: a unit that is missing on a host of another project is no fault; on a host of this one it is.
#[test]
fn a_unit_may_be_missing_on_hosts_of_other_projects() {
    let dir = scratch();
    let tool = dir.path().join("bkcli");
    let lines = "#!/bin/sh\ncat <<'END'\n[1] 02:33:11 [SUCCESS] 10.0.0.11\nbk-monitor.service\tactive\tpid 1\n\
                 [2] 02:33:11 [SUCCESS] 10.0.0.12\nbk-monitor.service\tnot-found\t*\nEND\n";
    crate::support::write(&tool, lines);
    std::fs::set_permissions(&tool, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let snippet = crate::tidy::read("snippets/bk-upgrade/bkcli_status.sh");
    let status = |shell: &[&str], missing: &str| {
        let script = format!(
            "set -eu\nINSTALL_DIR={} MODULES=bkmonitorv3 CHECK= GONE= MISSING='{missing}'\n{snippet}\nprobe\n",
            dir.path().display()
        );
        let ran =
            Xtask::program(shell[0]).args(&shell[1..]).args(["-c", &script]).output().unwrap();
        assert!(ran.status.success());
        String::from_utf8_lossy(&ran.stdout).into_owned()
    };
    for shell in SHELLS {
        let fault = "10.0.0.12: bk-monitor.service\tnot-found\t*\n";
        let missing = "10.0.0.12/bk-monitor.service 10.0.0.13/bk-monitor.service";
        assert_eq!(status(shell, missing), "", "{shell:?}");
        // Of another host, and another unit of this one.
        for other in ["10.0.0.11/bk-monitor.service", "10.0.0.12/bk-grafana.service", ""] {
            assert_eq!(status(shell, other), fault, "{shell:?}: {other}");
        }
    }
}

/// The files of a migration differ by their content; images of containers beside them, which have gigabytes, by
/// size and time.
#[test]
fn files_for_a_container_are_read_up_to_a_mebibyte() {
    let dir = scratch();
    let files = dir.path().join("files");
    std::fs::create_dir(&files).expect("a directory");
    let (small, large) = (files.join("small.json"), files.join("image.tar"));
    let snippet = crate::tidy::read("snippets/bk-upgrade/container_exec.sh");
    let set = |path: &std::path::Path, byte: u8, size: usize, time: u64| {
        std::fs::write(path, vec![byte; size]).expect("a file");
        let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(time);
        let file = std::fs::File::options().write(true).open(path).expect("a file");
        file.set_modified(time).expect("a time");
    };
    let line = |shell: &[&str]| {
        let script = format!(
            "set -eu\nCONTAINER=c FILES='{}'\ndocker() {{ echo sha256:x; }}\n{snippet}\ninputs\n",
            files.display()
        );
        let ran =
            Xtask::program(shell[0]).args(&shell[1..]).args(["-c", &script]).output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8_lossy(&ran.stdout).into_owned()
    };
    let mebibyte = 1 << 20;
    let mut lines = std::collections::BTreeSet::new();
    for shell in SHELLS {
        set(&small, b'a', mebibyte, 1000);
        set(&large, b'a', mebibyte + 1, 1000);
        let first = line(shell);
        set(&large, b'b', mebibyte + 1, 1000);
        assert_eq!(line(shell), first, "{shell:?}: the content of a large file is not read");
        set(&large, b'b', mebibyte + 1, 2000);
        let later = line(shell);
        set(&small, b'b', mebibyte, 1000);
        let other = line(shell);
        assert!(first != later && later != other, "{shell:?}");
        lines.extend([first, later, other]);
    }
    assert_eq!(lines.len(), 3, "all shells say the same");
}
