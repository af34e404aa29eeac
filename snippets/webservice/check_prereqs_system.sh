# Check that the base image and the package repository of the new system exist
# in: IMAGE REPO RELEASE
probe() {
  wrong=
  [ -s "$IMAGE" ] || { echo "the image $IMAGE is missing or empty"; wrong=yes; }
  [ -d "$REPO/dists/$RELEASE" ] || { echo "no $REPO/dists/$RELEASE"; wrong=yes; }
  [ -z "$wrong" ] || return 1
}
