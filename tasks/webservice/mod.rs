//! QingCloud webservice nodes: a new operating system by launching new VMs.

mod common;

crate::runbook! {
    "webservice", "QingCloud: new OS for the webservice nodes", "webservice-os-upgrade.md";

    upgrade                => "WS-30", "8, 10", composite, "Upgrade the webservice nodes, one after the other";
    check_prereqs          => "WS-01", "1-12", reads, "Check the prerequisites of the upgrade";
    plan_order             => "WS-02", "8", reads, "Show which webservice node is upgraded first";
    backup_settings on top => "WS-03", "14-18", changes, "Back up the settings files of firstbox";
    backup_node_files      => "WS-04", "20-27", changes, "Back up logo, local_config.yaml and rc.local of a webservice node";
    set_floating_ip        => "WS-05", "29-33", changes, "Set a floating IP for the webservice nodes, if they have none";
    sync_access_keys       => "WS-06", "35-40, 47-52", changes, "Copy a zone's access keys into the variables of firstbox";
    sync_console_keys      => "WS-07", "42-45", changes, "Copy the global zone's console keys to the variables of firstbox";
    pick_temp_ip           => "WS-08", "57", changes, "Reserve a temporary management address for a webservice node";
    gen_mac                => "WS-09", "58", changes, "Generate a MAC address for a webservice node's settings";
    plan_placement         => "WS-10", "59", reads, "Show which physical host each webservice node moves to";
    detect_bridge          => "WS-11", "60", reads, "Find the bridge of a host for the management network";
    gen_settings on top    => "WS-12", "54-102", changes, "Write the settings file of a webservice node";
    gen_node_list          => "WS-13", "104-108", no_return, "Refresh the list of all nodes of the platform";
    build_pkgs             => "WS-14", "104-109", no_return, "Build the packages of the platform";
    release_vip            => "WS-02", "8", changes, "Move the floating IP away from a webservice node";
    stop_services          => "WS-15", "111-115", changes, "Stop all services of a webservice node";
    shutdown_vm            => "WS-16", "116", changes, "Shut down the old VM of a webservice node";
    backup_vm_image        => "WS-17", "118-125", changes, "Move the old VM's image aside on its physical host";
    relaunch_vm on top     => "WS-18", "127-131", no_return, "Launch a webservice node's VM on its new physical host";
    purge_known_hosts      => "WS-24", "166-176", changes, "Remove a webservice node's old host keys from all hosts";
    install_node           => "WS-19", "133-136", no_return, "Install the platform on a launched webservice node";
    deploy                 => "WS-23", "156-164", no_return, "Install the services of the zone on a webservice node";
    restore_node_files     => "WS-27", "20", changes, "Restore a webservice node's own logo and local_config.yaml";
    nginx_conf             => "WS-20", "138-140", changes, "Install the packaged nginx configuration on a webservice node";
    keepalived_vip         => "WS-21, WS-22", "142-154", changes, "Put a webservice node's floating IP under keepalived";
    rc_local_keepalived    => "WS-22", "150-154", changes, "Add the keepalived block to a webservice node's rc.local";
    check_services         => "WS-25", "178-182", reads, "Wait until every service of a webservice node runs";
    check_console          => "WS-26", "184", reads, "Check the console page, and ask a person to check it";
    restore_mgmt_ip        => "WS-28", "57", no_return, "Restore a webservice node's original management address";
    rollback_vm            => "WS-29", "", no_return, "Restore the old VM of a webservice node";
    traps                  => "", "", prints, "List the document's mistakes and the answer to each";
}
