# Check that this host can log in to another one without a password prompt
# in: NODE ADDRESS
# ADDRESS is its present address, if its name may resolve to another one, or empty.
probe() {
  said=$(ssh -n -o BatchMode=yes -o ConnectTimeout=10 ${ADDRESS:+-o HostName="$ADDRESS" -o HostKeyAlias="$NODE"} "$NODE" true 2>&1) || { echo "$said"; return 1; }
}
