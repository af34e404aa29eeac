# Print the free memory of a physical host in MB
probe() {
  all=$(virsh nodememstats) || return 20
  printf '%s\n' "$all" | awk '$1 ~ /^(free|cached|buffers)/ { for (i = 1; i <= NF; i++) if ($i ~ /^[0-9]+$/) sum += $i } END { print int(sum / 1024) }'
}
