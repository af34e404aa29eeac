//! `ssh_config` as a session takes it: on a real sshd.

use super::{Site, ok};
use crate::support::{fleet, wait_until};

/// All that belongs to a login at a terminal, and what would take the streams away.
const TERMINAL: &str = "  RemoteCommand echo taken\n  ExitOnForwardFailure yes\n  PermitLocalCommand yes\n  \
                        LocalCommand touch DIR/local\n  SessionType none\n  StdinNull yes\n  \
                        ForkAfterAuthentication yes\n  RequestTTY force\n  ForwardX11 yes\n  EscapeChar %\n  \
                        VisualHostKey yes\n  LogLevel QUIET\n  ControlPersist 77\n";

const COMMAND: &str = "test -t 0 || test -t 1 || echo plain; printf '%s\\n' '~.' | cat";

/// A port of this machine on which both hosts would listen.
fn forward() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    format!("  LocalForward 127.0.0.1:{port} 127.0.0.1:22\n")
}

/// Fault S4: `RemoteCommand` and its relatives do not reach a session, not even on two hosts with one `LocalForward`,
/// and not from a `Match` block either.
#[test]
fn what_belongs_to_a_terminal_is_off_for_a_session() {
    let forward = forward();
    let before =
        format!("Match originalhost h001\n{TERMINAL}{forward}Host h002\n{TERMINAL}{forward}");
    let site = Site::new("", &before, "[hosts.\"h[001-002]\"]\n");
    for persist in ["0", "60"] {
        let outcome =
            site.call(&["pcmd", "-m", "all", COMMAND]).env("XTASK_PERSIST", persist).run();
        let said = "h001: plain\nh001: ~.\nh002: plain\nh002: ~.\n";
        assert_eq!((outcome.code, outcome.stdout.as_str()), (0, said), "{}", outcome.stderr);
    }
    assert!(!site.path("local").exists());
    let gone = site.call(&["hosts", "disconnect"]).run();
    assert_eq!(gone, ok(""));
}

/// Fault S4: a jump host has the same settings of the user, and they do it no harm.
#[test]
fn a_jump_host_may_have_settings_for_a_terminal() {
    let before = format!(
        "Host inner\n  HostName 127.0.1.2\n  ProxyJump h001\nHost h001\n{TERMINAL}{}",
        forward()
    );
    let site = Site::new("inner", &before, "[hosts.inner]\n");
    let outcome = site.call(&["pcmd", "-w", "inner", "echo $SSH_CONNECTION"]).run();
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    assert!(outcome.stdout.contains(" 127.0.1.2 "), "{}", outcome.stdout);
}

/// Fault S4: the rest holds: tokens, `Match exec`, an environment, a user's own name for a host.
#[test]
fn what_is_not_for_a_terminal_holds() {
    let before = "Match originalhost web exec \"test %n = web\"\n  HostName 127.0.1.3\n  SetEnv XTASK_TEST_RUN=DIR/%n\n";
    let site = Site::new("web", &before.replace("DIR/%n", "DIR/web"), "[hosts.web]\n");
    std::fs::create_dir(site.path("web")).expect("a directory");
    site.put("web/here", "mine\n");
    let outcome = site
        .call(&["pcmd", "-w", "web", "cat /run/here; echo $SSH_CONNECTION | cut -d' ' -f3"])
        .run();
    assert_eq!(outcome, ok("mine\n127.0.1.3\n"));
}

/// Fault S4: ssh finds `~/.ssh/config` by the user database, and so does the program, whatever `$HOME` says.
#[test]
fn the_home_directory_is_that_of_the_user_database() {
    let site = Site::new("mine", "Host mine\n  HostName 127.0.1.4\n", "");
    site.put("hosts.toml", "[hosts.mine]\n");
    std::fs::create_dir(site.path(".ssh")).expect("a directory");
    std::fs::rename(site.path("config"), site.path(".ssh/config")).expect("a configuration");
    let user = if crate::support::machines::is_root() { "--mount" } else { "--map-root-user" };
    let script = "home=$(getent passwd \"$(id -u)\" | cut -d: -f6) && mount --bind \"$0\" \"$home\" && exec \"$@\"";
    let dir = site.dir.path().display().to_string();
    let words = ["unshare", "--mount", user, "sh", "-c", script, &dir];
    let call = site.call(&["pcmd", "-w", "mine", "echo $SSH_CONNECTION | cut -d' ' -f3"]);
    let outcome = call.env("HOME", "/nowhere").behind(&words).run();
    assert_eq!(outcome, ok("127.0.1.4\n"));
}

/// An ssh of CentOS 7 ends at an option that it does not know; the session does without, and asks once.
#[test]
fn an_older_ssh_serves() {
    let site =
        Site::new("", "Host h001\n  LocalForward 127.0.0.1:1 127.0.0.1:22\n", "[hosts.h001]\n");
    let young =
        "sessiontype|stdinnull|forkafterauthentication|logverbose|channeltimeout|remotecommand";
    let path = site.ssh(&format!(
        "echo \"$1\" >>{}\ncase $1 in -G)\n  cat | tr A-Z a-z | grep -nE '^({young}) ' | \
         sed 's|^\\([0-9]*\\):\\([a-z]*\\) .*|/dev/stdin: line \\1: Bad configuration option: \\2|' >&2\n  exit 255 ;;\nesac\n\
         case \" $* \" in *' RemoteCommand='* | *' SessionType='*) echo 'command-line: line 0: Bad configuration option: it' >&2; exit 255 ;; esac\n\
         exec SSH \"$@\"",
        site.path("calls").display()
    ));
    for _ in 0..2 {
        let call = site.call(&["pcmd", "-w", "h001", "echo here"]).env("PATH", &path);
        assert_eq!(call.run(), ok("here\n"));
    }
    let calls = std::fs::read_to_string(site.path("calls")).expect("calls");
    assert_eq!(calls, "-G\n-T\n-T\n");
}

/// Fault S5: two hosts of one address, user and port share a configuration; both threads write it at first contact.
#[test]
fn two_names_of_one_machine_meet_it_at_once() {
    let hosts = "[hosts.\"n[1-8]\"]\naddress = \"127.0.1.[5,5,5,5,5,5,5,5]\"\nidentity = false\n";
    let site = Site::new("", "", hosts);
    for round in 0..4 {
        let runtime = site.path(&format!("runtime{round}"));
        std::fs::create_dir(&runtime).expect("a directory");
        let outcome =
            site.call(&["pcmd", "-m", "all", "true"]).env("XDG_RUNTIME_DIR", &runtime).run();
        assert_eq!((outcome.code, outcome.stderr.as_str()), (0, "8 hosts: 8 ok\n"));
        let left: Vec<_> =
            std::fs::read_dir(runtime.join("xtask")).expect("a directory").flatten().collect();
        let hidden =
            left.iter().filter(|file| file.file_name().to_string_lossy().starts_with('.')).count();
        assert_eq!(hidden, 0, "{left:?}");
    }
    wait_until("the fleet is there", || fleet().dir.exists());
}
