# Move a failed VM aside: destroy and undefine it, keep its image under another name
# in: NODE DIR STAMP
probe() {
  left=
  names=$(virsh list --all --name) || return 20
  ! printf '%s\n' "$names" | grep -qxF "$NODE" || left="$left, $NODE is defined"
  for file in "$DIR/$NODE.img" "$DIR/$NODE.xml" "$DIR/$NODE.Done"; do [ ! -e "$file" ] || left="$left, $file exists"; done
  [ -z "$left" ] || { echo "${left#, }"; return 1; }
}
change() {
  names=$(virsh list --all --name) || return 20
  if printf '%s\n' "$names" | grep -qxF "$NODE"; then
    [ "$(virsh domstate "$NODE" | head -n 1)" = 'shut off' ] || virsh destroy "$NODE"
    virsh undefine "$NODE"
  fi
  for kind in img xml; do
    [ -e "$DIR/$NODE.$kind" ] || continue
    [ ! -e "$DIR/failed-$NODE.$STAMP.$kind" ] || { echo "$DIR/failed-$NODE.$STAMP.$kind exists already" >&2; return 20; }
    mv -T "$DIR/$NODE.$kind" "$DIR/failed-$NODE.$STAMP.$kind"
  done
  rm -f "$DIR/$NODE.Done"
}
