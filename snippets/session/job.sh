# The first process of a job: it reads the input, runs the script, and keeps the exit code.
# A file in the directory of the job, so that a person sees its text. In `ps`: `sh /var/lib/xtask/jobs/NAME/run DIR …`.
# argv: DIR BYTES UNIT HASH
# descriptors: 0 the input, of BYTES bytes; 1 and 2 the file for the output; 3 the starter waits for its end;
# 7 the directory, locked. The script and its children keep 7: the job runs as long as one of them has it.
# shellcheck disable=SC3013 # dash, bash and busybox have `-ef`
# shellcheck shell=sh
dir=$1 bytes=$2 unit=$3 hash=$4
if [ ! "$dir" -ef /proc/self/fd/7 ]; then
  echo "the lock of $dir did not arrive" >&2
  exit 1
fi
# The input may be a secret: it stays in memory, as octal numbers, because a variable cannot hold every byte.
data=
if [ "$bytes" != 0 ]; then
  data=$(od -A n -v -t o1 7>&- | tr -d '\n' | sed 's/ /\\0/g')
  if [ ${#data} != $((bytes * 5)) ]; then
    echo "the input did not arrive whole" >&2
    exit 1
  fi
fi
read -r boot </proc/sys/kernel/random/boot_id
read -r now _ </proc/uptime
# The room for the exit code is taken now: the script may fill the disk.
{
  {
    printf '%s\n' "id $boot-$now-$$" "hash $hash" "boot $boot" "began ${now%.*}" "pid $$" "unit $unit" &&
      cat "$dir/who"
  } >"$dir/.about" && printf '%31s\n' '' >"$dir/.exit"
} || {
  echo "$dir cannot be written: is the disk full?" >&2
  exit 1
}
rm -f "$dir/who"
sync "$dir/.about" "$dir/.exit" 2>/dev/null || sync
# From here on the job has started.
mv "$dir/.about" "$dir/about"
exec 3>&-
if [ "$bytes" = 0 ]; then
  sh "$dir/script" </dev/null
else
  # At most 64 KiB, the size of a pipe: this does not wait for the script to read.
  printf %b "$data" | sh "$dir/script"
fi
code=$?
read -r now _ </proc/uptime
# Without the whole line there is no `exit`: the job counts as cut short.
echo "$code ${now%.*}" 1<>"$dir/.exit" || exit
sync "$dir/output" "$dir/.exit" 2>/dev/null || sync
mv "$dir/.exit" "$dir/exit"
