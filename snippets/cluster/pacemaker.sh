# Print the nodes of a pacemaker cluster, their state and the quorum of corosync
# in:
# A node in standby or maintenance takes over nothing, so it does not count as healthy. In maintenance mode none does.
probe() {
  xml=$(crm_mon -1 --output-as=xml 2>/dev/null) || xml=$(crm_mon -1 --as-xml) || return 20
  printf '%s\n' "$xml" | awk '
    function value(name) {
      if (!match($0, " " name "=\"[^\"]*\"")) return ""
      return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
    }
    /<cluster_options / && value("maintenance-mode") == "true" { idle = 1 }
    /<current_dc / { if (value("present") == "true") dc = value("name"); quorate = value("with_quorum") }
    /<nodes>/ { inside = 1 }
    /<\/nodes>/ { inside = 0 }
    inside && /<node / && (value("type") == "member" || value("type") == "") {
      bad = value("online") != "true" || value("pending") == "true" || value("unclean") == "true"
      bad = bad || value("standby") == "true" || value("maintenance") == "true" || idle
      # Online until its last resource has moved away.
      bad = bad || value("shutdown") == "true"
      print "member", (bad ? "down" : "up"), "voter", value("name"), value("name")
    }
    END {
      if (dc != "") print "leader", dc
      print "quorate", (quorate == "true" ? "yes" : "no")
    }'
  # Two nodes may have a quorum of one: only corosync knows.
  ! command -v corosync-quorumtool >/dev/null || {
    votes=$(corosync-quorumtool -s 2>/dev/null) || :
    printf '%s\n' "$votes" | sed -n 's/^Quorum:  *\([0-9][0-9]*\).*/quorum \1/p'
  }
}
