# Look whether the base image and the package repository of the new system are there
# in: IMAGE REPO RELEASE
probe() {
  wrong=
  [ -s "$IMAGE" ] || { echo "no image $IMAGE, or it is empty"; wrong=yes; }
  [ -d "$REPO/dists/$RELEASE" ] || { echo "no $REPO/dists/$RELEASE"; wrong=yes; }
  [ -z "$wrong" ] || return 1
}
