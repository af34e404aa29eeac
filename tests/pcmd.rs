//! `pcmd` on the hosts of a real sshd.

use crate::support::{fleet, scratch};

#[test]
fn outputs_are_grouped_in_the_order_of_the_inventory() {
    let state = scratch();
    let outcome = fleet()
        .xtask(
            state.path(),
            &[
                "pcmd",
                "-w",
                "h[001-003]",
                "echo \"${SSH_CONNECTION##127.0.1.1 }\" >/dev/null; echo out",
            ],
        )
        .run();
    assert_eq!(outcome.stdout, "h001:\nout\nh002:\nout\nh003:\nout\n");
    assert_eq!(outcome.stderr, "3 hosts: 3 ok\n");
    assert_eq!(outcome.code, 0);
}

#[test]
fn a_single_host_passes_its_output_and_exit_code_through() {
    let state = scratch();
    let outcome = fleet()
        .xtask(state.path(), &["pcmd", "-w", "h001", "printf 'a\\0b'; echo e >&2; exit 255"])
        .run();
    assert_eq!(
        (outcome.code, outcome.stdout.as_str(), outcome.stderr.as_str()),
        (255, "a\0b", "e\n")
    );
}
