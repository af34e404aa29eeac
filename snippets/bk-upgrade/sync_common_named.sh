# Check that the keys of this upgrade are set, and named in bin/default
# in: INSTALL_DIR KEYS
# KEYS are STEP:MODULE:KEY. Only keys that bin/default/MODULE.env names reach bin/04-final/MODULE.env.
probe() {
  cd "$INSTALL_DIR/bin" || return 20
  good=0
  for entry in $KEYS; do
    key=${entry##*:}
    step=${entry%%:*}
    module=${entry#*:}
    module=${module%:*}
    assigns "03-userdef/$module.env" "$key" || {
      echo "$module: $key is not set: run $step"
      good=1
    }
    names "default/$module.env" "$key" || {
      case $step in env-monitor-log) why="run $step" ;; *) why='is it that of 6.2? see replace-install' ;; esac
      echo "$module: bin/default/$module.env does not name $key: $why"
      good=1
    }
  done
  return "$good"
}
names() {
  grep -qs "^[[:space:]]*\(export \)\{0,1\}$2=" "$1"
}
assigns() {
  grep -s "^[[:space:]]*\(export \)\{0,1\}$2=" "$1" | tail -n 1 | grep -q '=[^[:space:]]'
}
