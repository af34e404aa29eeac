//! Who runs the program, and from where.

/// The person: who called sudo, else who is logged in.
pub fn user() -> String {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    set("SUDO_USER")
        .or_else(|| set("USER"))
        .unwrap_or_else(|| rustix::process::getuid().as_raw().to_string())
}

/// This machine, and the address from which the person is logged in here: `desk7`,
/// `bastion (from 192.0.2.7)`.
pub fn from() -> String {
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    // "Contains three space-separated values: client ip address, client port and server port"; ssh(1).
    let client = std::env::var("SSH_CONNECTION").or_else(|_| std::env::var("SSH_CLIENT"));
    let client = client.ok().and_then(|text| text.split(' ').next().map(str::to_owned));
    match client.filter(|address| !address.is_empty()) {
        Some(address) => format!("{host} (from {address})"),
        None => host,
    }
}
