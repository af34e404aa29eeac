# Print every VM of a physical host and its state: `webservice0 running`, `webservice1 shut off`
probe() {
  # A pipe would hide that virsh failed: no answer is not "no VM".
  all=$(virsh list --all) || return 20
  printf '%s\n' "$all" | awk 'NR > 2 && NF > 2 { name = $2; $1 = ""; $2 = ""; sub(/^ +/, ""); print name " " $0 }'
}
