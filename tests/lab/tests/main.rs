//! Steps proved on real hosts, one after the other: they share two cores and nine hosts.

mod adversity;
mod fan_out;
mod faults;
mod firstbox;
mod identity;
mod itself;
mod kill;
mod paas;
mod support;
mod uecm;
mod upgrade;
mod webservice;

use std::process::ExitCode;

use lab::suite::{self, Case};
use support::Bench;

macro_rules! cases {
    ($($module:ident :: $name:ident,)*) => {
        &[$(Case { name: concat!(stringify!($module), "::", stringify!($name)), run: $module::$name },)*]
    };
}

const CASES: &[Case<Bench>] = cases![
    itself::a_slow_host_still_works_and_a_reboot_is_real,
    itself::a_killed_lab_goes_down_and_another_runs_every_daemon,
    fan_out::every_host_is_reachable,
    fan_out::pcmd_runs_in_all_its_forms,
    fan_out::a_relaunched_host_is_refused_until_its_old_key_is_purged,
    uecm::the_address_is_on_one_host_and_a_second_run_changes_nothing,
    uecm::the_address_moves_when_its_holder_dies_and_is_never_on_two,
    uecm::another_priority_restarts_only_that_host,
    uecm::bad_vrrp_groups_are_refused_before_any_host_is_touched,
    paas::stop_and_remove_units_on_hosts_of_all_kinds,
    webservice::the_block_stands_once_and_its_undo_restores_the_bytes,
    webservice::a_broken_template_never_reaches_a_running_daemon,
    identity::hosts_whose_addresses_are_swapped_are_refused_before_any_change,
    identity::a_clone_is_refused_and_named,
    identity::a_host_that_is_cut_off_gives_its_lock_back,
    faults::off,
    faults::cut,
    faults::freeze,
    faults::kill_sshd,
    faults::full_disk,
    kill::a_rerun_after_a_kill_at_any_point_ends_like_an_undisturbed_run,
    webservice::settings_are_backed_up_and_written_and_the_vm_is_launched_anew,
    upgrade::the_checks_pass_before_anything_is_touched,
    upgrade::both_nodes_are_upgraded_by_the_script_while_a_client_asks,
    upgrade::both_nodes_are_upgraded_in_one_step_while_a_client_asks,
    adversity::the_old_vm_comes_back_after_a_full_disk_and_after_the_upgrade,
    adversity::every_host_goes_off_once_and_the_upgrade_goes_on,
    adversity::an_upgrade_that_is_killed_thirty_times_is_finished,
];

fn main() -> ExitCode {
    ExitCode::from(u8::from(!suite::run(CASES, support::begin)))
}
