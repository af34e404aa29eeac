# Whether a program can get a terminal here.
# in:

# A terminal is tried, for a container may have the tools and no /dev/pts.
probe() {
  for tool in script stty mkfifo mktemp; do
    command -v "$tool" >/dev/null || {
      echo "there is no $tool"
      return 1
    }
  done
  # By it the program is found that waits.
  [ -e /proc/$$/task/$$/children ] || {
    echo "the kernel does not list the children of a process (CONFIG_PROC_CHILDREN)"
    return 1
  }
  said=$(SHELL=/bin/sh script -qec 'stty sane && exit 7' /dev/null </dev/null 2>&1) && code=0 || code=$?
  [ "$code" = 7 ] || {
    echo "script -qec gives no terminal (exit $code): $said"
    return 1
  }
}
