#!/usr/bin/env bash
# format.sh [--check] - rustfmt over every Rust file. `cargo fmt` follows `mod` lines only, and misses the modules that a
# list of a runbook names (tasks/list.rs).
set -euo pipefail
cd "$(dirname "$0")/../.."

mapfile -t files < <(git ls-files --cached --others --exclude-standard -- '*.rs' 2>/dev/null || find . -path ./target -prune -o -name '*.rs' -print)
present=()
for file in "${files[@]}"; do [ ! -f "$file" ] || present+=("$file"); done
rustfmt --edition 2024 "$@" "${present[@]}"
