#!/usr/bin/awk -f
# Stand-in for /data/install/bin/bk-install-config-parser.awk: makes bin/02-dynamic/hosts.env of install.config.
# Behaviour: 004 L110-112 (the form of install.config), L33, L138, L523 (the variables). As in the public scripts a
# module is a bash array with the hosts in the order of the file, and `X(Y)` counts for X and for X_Y.
/^[[:space:]]*#/ || NF < 2 { next }
{
  add("ALL", $1)
  count = split($2, modules, ",")
  for (i = 1; i <= count; i++) {
    name = toupper(modules[i])
    gsub("-", "_", name)
    project = name
    if (sub(/\(.*/, "", name)) {
      sub(/.*\(/, "", project)
      sub(/\)/, "", project)
      add("BK_" name "_" project, $1)
    }
    add("BK_" name, $1)
  }
}
END {
  for (i = 1; i <= names; i++) {
    name = order[i]
    printf "%s_IP=(%s)\n", name, hosts[name]
    commas = hosts[name]
    gsub(" ", ",", commas)
    printf "%s_IP_COMMA='%s'\n", name, commas
    count = split(hosts[name], each, " ")
    for (j = 1; j <= count; j++) printf "%s_IP%d=%s\n", name, j - 1, each[j]
  }
}
function add(name, ip) {
  if ((name, ip) in seen) return
  seen[name, ip] = 1
  if (!(name in hosts)) { order[++names] = name; hosts[name] = ip } else hosts[name] = hosts[name] " " ip
}
