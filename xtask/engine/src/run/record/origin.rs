//! The person who runs the program, and the machine.

/// The person: the caller of sudo, else the login user.
pub fn user() -> String {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    set("SUDO_USER")
        .or_else(|| set("USER"))
        .unwrap_or_else(|| account(rustix::process::getuid().as_raw()))
}

/// The name of an account of this machine; its number without a name. passwd(5).
fn account(number: u32) -> String {
    let number = number.to_string();
    let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name = accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == number).then(|| name.to_owned())
    });
    name.unwrap_or(number)
}

/// This machine, and the address that the person is logged in from: `desk7`,
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
