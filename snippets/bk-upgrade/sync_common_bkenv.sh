# Merge the environment files with bkcli
# in: INSTALL_DIR KEYS MAY_BE_EMPTY
# KEYS are STEP:MODULE:KEY. bin/01-generate is an output of bkcli as well, so it is no input. A file of a module without
# one in bin/default is not merged.
inputs() {
  cd "$INSTALL_DIR/bin" || return 20
  for file in default/*.env; do
    for layer in default 03-userdef; do
      [ ! -f "$layer/${file##*/}" ] || sha256sum "$layer/${file##*/}" || return
    done
  done | sha256sum - ../install.config | sha256sum | cut -d ' ' -f 1
}
probe() {
  cd "$INSTALL_DIR/bin" || return 20
  said=$(
    older
    different
    empty "$MAY_BE_EMPTY"
  )
  [ -z "$said" ] || { printf '%s\n' "$said"; return 1; }
}
# Merged files that are missing, or older than a source.
older() {
  for file in default/*.env; do
    name=${file##*/}
    [ "$name" != dbadmin.env ] || continue
    [ -f "04-final/$name" ] || { echo "no bin/04-final/$name"; continue; }
    for layer in 01-generate 03-userdef; do
      [ ! -f "$layer/$name" ] || [ -z "$(find "$layer/$name" -newer "04-final/$name")" ] ||
        echo "bin/04-final/$name is older than bin/$layer/$name"
    done
  done
}
# Keys with another value than bin/03-userdef has. A value is never printed.
different() {
  for entry in $KEYS; do
    key=${entry##*:}
    module=${entry#*:}
    module=${module%:*}
    [ -f "04-final/$module.env" ] || continue
    # shellcheck disable=SC2016 # expanded by bash
    env -i PATH="$PATH" bash --noprofile --norc -c '
      value() { (source "$1" >/dev/null 2>&1; printf "%s." "${!2}"); }
      [ "$(value "$1" "$3")" = "$(value "$2" "$3")" ]
    ' xtask "03-userdef/$module.env" "04-final/$module.env" "$key" </dev/null ||
      echo "bin/04-final/$module.env has another $key than bin/03-userdef"
  done
}
# Keys of merged files without a value, but for those of the list $1.
empty() {
  for file in 04-final/*.env; do
    [ -f "$file" ] || continue
    name=${file##*/}
    # A merged file of a product that this package does not have stays unchanged.
    [ -f "default/$name" ] || continue
    sed -n "s/^[[:space:]]*\([A-Z][A-Z0-9_]*\)=\(''\|\"\"\)\{0,1\}[[:space:]]*\$/\1/p" "$file" | while read -r key; do
      case " $1 " in *" $key "*) ;; *) echo "bin/04-final/$name: $key is empty" ;; esac
    done
  done
}
change() {
  cd "$INSTALL_DIR" || return 20
  code=0
  # The names of keys count, and no value is to be seen.
  said=$(./bkcli install bkenv 2>&1 </dev/null) || code=$?
  printf '%s\n' "$said" | sed 's/=.*/=/'
  cd bin || return 20
  # bkcli ends with 1 when a key is empty: whether that may be is decided below.
  [ "$code" = 0 ] || [ -n "$(empty '')" ] || return "$code"
  said=$(different && empty "$MAY_BE_EMPTY")
  [ -z "$said" ] || { printf '%s\n' "$said" >&2; return 21; }
}
