# shellcheck shell=bash
# Runs tests of cargo packages; shows failures, the end of each part, and the ten slowest tests. Source it.
#
#   cargo_tests PACKAGES...   options of cargo that choose packages
#
# With cargo nextest where it is installed, which ends with the closing line of `cargo test` too; else with `cargo test`,
# whose test programs print the time of each test only on a nightly toolchain, or with RUSTC_BOOTSTRAP. Only they get
# the variable: cargo would build everything again. Half of the time of tests is waiting, so two run per processor.

cargo_tests() {
  local here threads code=0
  here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
  threads=$(($(nproc) * 2))
  if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run "$@" --no-fail-fast --test-threads "$threads" --status-level pass --final-status-level none 2>&1 | slowest || code=$?
    cargo test "$@" --doc --quiet || code=$?
    return "$code"
  else
    cargo test "$@" --no-fail-fast --config "target.'cfg(all())'.runner = '$here/timed.sh'" -- --test-threads "$threads" 2>&1 | slowest
  fi
}

# Takes the lines about tests that passed out of the output of either, and ends with the slowest.
slowest() {
  awk -v list="${TMPDIR:-/tmp}/slowest.$$" '
    BEGIN { sort = "sort -nr >" list }
    function passed(time, name) { gsub(/[^0-9.]/, "", time); printf "%9.1f s  %s\n", time, name | sort }
    /^test .* \.\.\. ok <[0-9.]+s>$/ { passed($NF, $2); next }
    /^ +PASS \[/ { sub(/^ +PASS \[ */, ""); time = $1; sub(/^[^)]*\) */, ""); passed(time, $0); next }
    /^ +Summary \[/ {
      counts = $0
      for (count = split(counts, words, " "); count > 1; count--) { sub(",", "", words[count]); of[words[count]] = words[count - 1] }
      ended = sprintf("test result: %s. %d passed; %d failed; %d ignored", of["failed"] + of["timed"] ? "FAILED" : "ok", of["passed"], of["failed"] + of["timed"], of["skipped"])
    }
    { print; fflush() }
    END {
      close(sort)
      if (ended) print ended
      print "slowest tests:"
      for (count = 0; count < 10 && (getline line < list) > 0; count++) print line
      system("rm -f " list)
    }'
}
