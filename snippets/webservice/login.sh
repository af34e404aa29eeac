# Look whether this host can log in to another one without being asked
# in: NODE
probe() {
  said=$(ssh -n -o BatchMode=yes -o ConnectTimeout=10 "$NODE" true 2>&1) || { echo "$said"; return 1; }
}
