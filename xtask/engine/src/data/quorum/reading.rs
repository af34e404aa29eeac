//! What a cluster says about itself, in the one form of all kinds.

use std::collections::BTreeSet;

/// A member as its cluster counts it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Member {
    /// Its name in the cluster; may be empty.
    pub name: String,
    /// Its addresses: host parts of URLs.
    pub addresses: Vec<String>,
    /// Whether it counts: a learner does not.
    pub votes: bool,
    /// Whether it answers.
    pub healthy: bool,
    /// Its host in the inventory, once it is known.
    pub host: Option<String>,
}

impl Member {
    /// Whether its host is one of these.
    pub fn is_on(&self, hosts: &BTreeSet<String>) -> bool {
        self.host.as_ref().is_some_and(|host| hosts.contains(host))
    }
}

/// One answer of a cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// Its members.
    pub members: Vec<Member>,
    /// The name of the leader, where the cluster has one.
    pub leader: Option<String>,
    /// The quorum that the cluster itself works with: two nodes of corosync may have 1.
    pub quorum: Option<usize>,
    /// Whether the cluster says that it has quorum; none when it does not say.
    pub quorate: Option<bool>,
    /// The host that was asked, when each of several hosts has a view of its own.
    pub of: Option<String>,
}

impl Reading {
    /// Reads the output of a snippet in `snippets/cluster/`:
    ///
    /// ```text
    /// member up|down voter|learner NAME ADDRESS...     `-` is no name
    /// leader NAME
    /// quorum N
    /// quorate yes|no
    /// ```
    ///
    /// # Errors
    /// The line that has another form, or that there is no member.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut reading = Self::default();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words[..] {
                [
                    "member",
                    health @ ("up" | "down"),
                    vote @ ("voter" | "learner"),
                    name,
                    ref at @ ..,
                ] => {
                    reading.members.push(Member {
                        name: if name == "-" { String::new() } else { name.to_owned() },
                        addresses: at.iter().map(|at| address(at).to_owned()).collect(),
                        votes: vote == "voter",
                        healthy: health == "up",
                        host: None,
                    });
                }
                ["leader", name] => reading.leader = Some(name.to_owned()),
                ["quorum", number] => {
                    let number = number.parse().map_err(|_| line.to_owned())?;
                    reading.quorum = Some(number);
                }
                ["quorate", word @ ("yes" | "no")] => reading.quorate = Some(word == "yes"),
                _ => return Err(format!("not a reading: {line}")),
            }
        }
        if reading.members.is_empty() { Err("it names no member".to_owned()) } else { Ok(reading) }
    }

    /// Notes the host of each member: `find` gives it from the name and the addresses.
    pub fn place(&mut self, find: impl Fn(&Member) -> Option<String>) {
        for member in &mut self.members {
            member.host = find(member);
        }
    }

    /// The names of unhealthy members, for a person.
    pub fn down(&self) -> Vec<&str> {
        let down = self.members.iter().filter(|member| !member.healthy);
        down.map(|member| {
            let name = Some(member.name.as_str()).filter(|name| !name.is_empty());
            let address = || member.addresses.first().map(String::as_str);
            member.host.as_deref().or(name).or_else(address).unwrap_or("a member without a name")
        })
        .collect()
    }
}

/// The host part of `http://10.0.0.1:2379`, `[::1]:80` and the like.
fn address(text: &str) -> &str {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let rest = rest.split('/').next().unwrap_or_default();
    if let Some((inside, _)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return inside;
    }
    match rest.split_once(':') {
        // A second colon: an IPv6 address without brackets.
        Some((host, port)) if !port.contains(':') => host,
        _ => rest,
    }
}
