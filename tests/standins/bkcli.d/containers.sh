# shellcheck shell=bash
# shellcheck disable=SC2154 # of bkcli
# Part of the stand-in for bkcli: modules that 6.2 runs as containers. Behaviour: 004 L449-457, L487-495. As in the public
# install scripts the package brings the image, and an old container of that name is removed first. Used by
# install-bkmonitorv3 and install-bklog; check-bkmonitorv3 is what bkcli says of such a module.
#
# Here an image is a directory of the package, support-files/images/NAME: the files of its containers.

# run_container NAME DIRECTORY - a container of the package's image, whose commands begin in DIRECTORY.
run_container() {
  local container=$state/$1
  cp -R "$packages/$package/support-files" "$state/$package/"
  rm -rf "$container"
  mkdir -p "$container"
  cp -R "$packages/$package/support-files/images/$1" "$container/root"
  echo "sha256:$(printf '%s %s' "$1" "$(cat "$packages/$package/VERSION")" | sha256sum | cut -d ' ' -f 1)" >"$container/image"
  echo "$2" >"$container/directory"
  echo running >"$container/status"
}
