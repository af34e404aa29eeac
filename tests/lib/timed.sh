#!/bin/sh
# timed.sh PROGRAM ARGUMENT... - a test program of cargo that says how long each of its tests took.
exec env RUSTC_BOOTSTRAP=1 "$@" -Z unstable-options --report-time
