# {{ help }}
#
# Details for --help: what it does, and what a person must know before.
#
# on: {{ hosts }}
# mode: parallel
# arg: --file PATH (path, default /var/tmp/{{ step }}) the file that is made

# Other lines for the header above; each is described in xtask/README.md, "Steps of your own":
#   # mode: serial                       one host after the other; `once`: only the first one
#   # arg: --level N (u8 1..3) text      LEVEL for the functions; types: text, u8 to u64, port, ip, path, host,
#                                        hostset, switch, (a|b|c); then `optional` or `default 3`
#   # secret: NAME                       of [secrets]; `change` reads it: IFS= read -r password
#   # confirm: stops the service         asks before the work
#   # files: app.conf -> /etc/app.conf   brings a file that stands beside this one
#   # needs: rsync                       a program that each host must have
#   # timeout: 600                       seconds for `change`
#   # detached                           `change` continues when the connection is lost
#   # reads                              changes nothing: `probe` prints the answer

# 0: nothing to do. 1: to be changed, and the output says what. Any other code is a failure.
probe() {
  [ -e "$FILE" ] && return 0
  echo "make $FILE"
  return 1
}

change() {
  : >"$FILE"
}

# Called after `change`; optional.
verify() {
  [ -f "$FILE" ]
}

# Without it the step is a point of no return.
undo() {
  rm -f "$FILE"
}
