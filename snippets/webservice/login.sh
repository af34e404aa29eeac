# Look whether this host can log in to another one without being asked
# in: NODE ADDRESS
# ADDRESS is where it is whatever its name means now, or empty.
probe() {
  said=$(ssh -n -o BatchMode=yes -o ConnectTimeout=10 ${ADDRESS:+-o HostName="$ADDRESS" -o HostKeyAlias="$NODE"} "$NODE" true 2>&1) || { echo "$said"; return 1; }
}
