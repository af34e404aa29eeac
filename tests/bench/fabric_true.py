"""`true` on every host of the fleet with fabric, whose group has no width: all at once."""

from fabric import ThreadingGroup
from fleet_hosts import hosts

login = hosts[0][1]
group = ThreadingGroup(
    *[f"{login['ssh_user']}@{address}:{login['ssh_port']}" for address, _ in hosts],
    connect_kwargs={"key_filename": login["ssh_key"], "look_for_keys": False, "allow_agent": False},
)
assert all(result.ok for result in group.run("true", hide=True).values())
