//! A session whose shell goes to sleep.

use super::super::launch::Shell;
use super::*;

/// A shell that somebody has stopped says nothing, and neither would ssh.
#[test]
fn a_shell_that_does_not_answer_is_lost() {
    let argv = Shell::Sh.argv("TOKEN", None);
    let launch = Launch { argv, own_group: true, without: Vec::new() };
    let mut session = Session::open(&launch, "TOKEN", Duration::from_secs(30)).unwrap();
    session.patience = 1;
    session.greet(&Interrupt::never()).unwrap();
    // It is stopped for a while only, so that nothing is left of it.
    let script = "read -r s </proc/self/stat; set -- ${s##*) }; r=$2\n\
                  (setsid sh -c \"sleep 5; kill -CONT $r\" &) >/dev/null 2>&1\n\
                  kill -STOP $r; sleep 60";
    let call = Call { script, data: None, timeout: None, terminal: None, prompt: false };
    let mut sink = Pair(io::sink(), io::sink());
    let lost = session.call(&call, &mut sink, &Interrupt::never()).unwrap_err();
    assert_eq!(lost.to_string(), "the shell of the host has not answered for 2 s");
    assert_eq!(Fault::kind_of(&lost), Kind::Unreachable);
    assert!(!session.is_alive());
}
