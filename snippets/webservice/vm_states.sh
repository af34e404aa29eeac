# Print every VM of a physical host and its state: `webservice0 running`, `webservice1 shut off`
probe() {
  virsh list --all | awk 'NR > 2 && NF > 2 { name = $2; $1 = ""; $2 = ""; sub(/^ +/, ""); print name " " $0 }'
}
