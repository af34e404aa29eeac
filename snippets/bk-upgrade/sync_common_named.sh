# Check that the keys of this upgrade are set, and named in bin/default
# in: INSTALL_DIR KEYS
# KEYS are STEP:MODULE:KEY. Only keys that bin/default/MODULE.env names reach bin/04-final/MODULE.env. Prints a line for
# each step that has to run.
probe() {
  cd "$INSTALL_DIR/bin" || return 20
  said=$(missing | awk '
    { if (!($1 in list)) order[++n] = $1; list[$1] = list[$1] " " $2 }
    END { for (i = 1; i <= n; i++) print "run " order[i] ":" list[order[i]] }
  ')
  [ -z "$said" ] || { printf '%s\n' "$said"; return 1; }
}
missing() {
  for entry in $KEYS; do
    key=${entry##*:}
    step=${entry%%:*}
    module=${entry#*:}
    module=${module%:*}
    assigns "03-userdef/$module.env" "$key" || echo "$step 03-userdef/$module.env:$key"
    names "default/$module.env" "$key" || {
      # Only the package names the others.
      case $step:$key in env-monitor-log:BK_SSM_*) ;; *) step=replace-install ;; esac
      echo "$step default/$module.env:$key"
    }
  done
}
names() {
  grep -qs "^[[:space:]]*\(export \)\{0,1\}$2=" "$1"
}
assigns() {
  grep -s "^[[:space:]]*\(export \)\{0,1\}$2=" "$1" | tail -n 1 | grep -q '=[^[:space:]]'
}
