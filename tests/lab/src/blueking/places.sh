# The addresses of a module of install.config, or of a project `module(project)`. Argument: the module.
# shellcheck shell=sh
awk -v wanted="$1" '!/^[[:space:]]*#/ {
  n = split($2, names, ",")
  for (i = 1; i <= n; i++) {
    plain = names[i]
    sub(/[(].*/, "", plain)
    if (names[i] == wanted || plain == wanted) { print $1; next }
  }
}' /data/install/install.config
