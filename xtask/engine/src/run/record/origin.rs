//! The person who runs the program, and the machine.

use camino::Utf8PathBuf;

use crate::data::inventory::Inventory;
use crate::transport::trust;
use crate::transport::trust::STDIN;

/// The person: the caller of sudo, else the login user.
pub fn user() -> String {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    set("SUDO_USER")
        .or_else(|| set("USER"))
        .unwrap_or_else(|| trust::user(rustix::process::getuid().as_raw()))
}

/// The name of this machine.
pub fn machine() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// This machine, and the address that the person is logged in from: `desk7`,
/// `bastion (from 192.0.2.7)`.
pub fn from() -> String {
    let host = machine();
    // "Contains three space-separated values: client ip address, client port and server port"; ssh(1).
    let client = std::env::var("SSH_CONNECTION").or_else(|_| std::env::var("SSH_CLIENT"));
    let client = client.ok().and_then(|text| text.split(' ').next().map(str::to_owned));
    match client.filter(|address| !address.is_empty()) {
        Some(address) => format!("{host} (from {address})"),
        None => host,
    }
}

/// The path of the inventory, the first of several; `-` for standard input. None for the sample, whose name is no path.
pub fn inventory(inventory: &Inventory) -> Option<String> {
    if inventory.path == STDIN {
        return Some(STDIN.to_owned());
    }
    inventory.path.canonicalize_utf8().ok().map(Utf8PathBuf::into_string)
}
