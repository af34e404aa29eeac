# A command in a login shell of its own, fed to `bash -l` by the far end of a session.
# $1 the mark between what start-up files print and what the command does, $2 the command.
# shellcheck shell=sh disable=SC3047 # it is bash that runs it
printf %s "$1"
printf %s "$1" >&2
__c=$2
set --
# The first failure counts, as bash sees failures: `false; true` is not hidden.
trap '__f=${__f:-$?}' ERR
eval "$__c"
__r=$?
exit "${__f:-$__r}"
