# Check that the docker daemon answers
probe() {
  said=$(docker info --format '{{.Driver}}' 2>&1) && [ -n "$said" ] && return 0
  printf '%s\n' "${said:-docker info printed nothing}"
  return 1
}
