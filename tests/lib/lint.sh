#!/usr/bin/env bash
# lint.sh - shellcheck over all shell of the project: programs with a shell in their first line, *.sh, snippets.
set -euo pipefail
cd "$(dirname "$0")/../.."

# Files of the work tree, whether git knows them yet or not.
mapfile -t files < <(git ls-files --cached --others --exclude-standard 2>/dev/null || find . -path ./target -prune -o -type f -print)
programs=() snippets=()
for file in "${files[@]}"; do
  [ -f "$file" ] || continue
  case $file in
    snippets/*.sh | ./snippets/*.sh | xtask/templates/*.sh | ./xtask/templates/*.sh) snippets+=("$file") ;;
    *.sh) programs+=("$file") ;;
    *) ! head -c 64 "$file" | head -n 1 | grep -aqE '^#!.*[/ ](ba|da)?sh( |$)' || programs+=("$file") ;;
  esac
done

shellcheck -x "${programs[@]}"
# A snippet gets its inputs as assignments and its functions called from outside.
[ ${#snippets[@]} = 0 ] || shellcheck -s sh -e SC2154,SC2034,SC2317,SC2329 "${snippets[@]}"
echo "${#programs[@]} programs and ${#snippets[@]} snippets pass shellcheck"
