# Print how many MB of memory a physical host has left for another VM
probe() {
  virsh nodememstats | awk '$1 ~ /^(free|cached|buffers)/ { for (i = 1; i <= NF; i++) if ($i ~ /^[0-9]+$/) sum += $i } END { print int(sum / 1024) }'
}
