# Run a script as a job that outlives the session, and follow it to its end
# in: FOLDER NAME HASH SCRIPT RUN BYTES LIMIT WHO ID OFFSET AGAIN KEEP
# FOLDER is the directory of the jobs; empty: that of the user. HASH is that of the inputs.
# RUN is the first process of the job (session/job.sh). BYTES is the size of its input. LIMIT is its time limit in
# seconds. WHO starts it, in lines.
# ID and OFFSET continue after a lost connection: this job, from this byte of its output on. Empty: start it or find it.
# AGAIN=yes: a job that was cut short is started again.
# KEEP=yes: the directory of an ended job is put aside, as `.NAME.last`.
#
# Standard output is the output of the job. All lines about it are on standard error and begin with `job `.
#
# The lock of the directory says whether a job runs: its processes hold it. So a number of a process that is used
# again deceives nobody, and a job that was killed is known at once.
# shellcheck disable=SC3013,SC2015,SC2153 # dash, bash and busybox have `-ef`; HASH and hash are two things

place() {
  if [ -z "$FOLDER" ]; then
    if [ "$(id -u)" = 0 ]; then FOLDER=/var/lib/xtask/jobs; else FOLDER=${HOME:?}/.xtask/jobs; fi
  fi
  dir=$FOLDER/$NAME
}

# The standing of the job: none (made, perhaps, but not started), running, ended, cut, restarted (the host).
stand() {
  standing=none id='' hash='' boot='' began=0 pid='' unit='' code='' ended=''
  [ -f "$dir/about" ] || return 0
  while read -r key value; do
    case $key in
      id) id=$value ;;
      hash) hash=$value ;;
      boot) boot=$value ;;
      began) began=$value ;;
      pid) pid=$value ;;
      unit) unit=$value ;;
    esac
  done <"$dir/about"
  here=''
  read -r here </proc/sys/kernel/random/boot_id
  standing=restarted
  if [ "$boot" = "$here" ]; then
    standing=running
    # Shared: two that look do not mistake each other for the job.
    ! (flock -n -s 7) 7<"$dir" || standing="cut"
  fi
  # It may have ended since.
  [ ! -s "$dir/exit" ] || {
    read -r code ended <"$dir/exit"
    standing=ended
  }
}

# Seconds from the start to the end, or until now.
age() {
  now=$ended
  [ -n "$now" ] || read -r now _ </proc/uptime
  echo "$((${now%.*} - began))"
}

# All about a job.
tell() {
  echo "job $standing $code"
  echo "job id $id"
  echo "job hash $hash"
  [ "$standing" = restarted ] || echo "job age $(age)"
  sed 's/^/job by-/' "$dir/about"
}

# What there is; nothing without a job.
probe() {
  place
  stand
  [ "$standing" = none ] || tell >&2
}

change() {
  place
  stand
  if [ -z "$ID" ]; then
    case $standing in
      none) start ;;
      running) ;;
      ended) [ "$hash" = "$HASH" ] || start ;;
      *) [ "$AGAIN" != yes ] || start ;;
    esac
    # Perhaps that of another run, which was quicker.
    [ "$standing" != running ] || [ "$hash" = "$HASH" ] || {
      # Without its number: a run that asks again with it would follow it, and take its result.
      tell | grep -v '^job id ' >&2
      echo "job busy" >&2
      return 1
    }
  elif [ "$ID" != "$id" ]; then
    echo "job gone" >&2
    return 1
  fi
  echo "job id $id" >&2
  follow 6<"$dir/output"
}

# Starts the job. An earlier one is put aside.
start() {
  (umask 022 && mkdir -p "${FOLDER%/*}")
  [ -d "$FOLDER" ] || (umask 077 && mkdir -p "$FOLDER")
  if [ "$standing" != none ]; then
    echo "job aside $standing $code" >&2
    aside
  fi
  (umask 077 && mkdir -p "$dir")
  launch 5<&0 7<"$dir"
  stand
  [ "$standing" != none ] || {
    echo "the job $NAME could not be started" >&2
    cat "$dir/output" >&2
    return 1
  }
}

launch() {
  # A look at a job holds its lock for a moment.
  tries=0
  until flock -n 7; do
    tries=$((tries + 1))
    [ $tries -lt 20 ] || return 0
    sleep 0.1
  done
  # Another run may have started it meanwhile.
  [ "$dir" -ef /proc/self/fd/7 ] && [ ! -f "$dir/about" ] || return 0
  mask=$(umask)
  umask 077
  printf '%s\n' "$SCRIPT" >"$dir/script"
  printf '%s\n' "$RUN" >"$dir/run"
  printf '%s\n' "$WHO" >"$dir/who"
  : >"$dir/output"
  umask "$mask"
  # A scope has the surroundings of this session, but neither logind nor the unit of sshd ends it.
  if [ "$(id -u)" = 0 ] && [ -d /run/systemd/system ] && command -v systemd-run >/dev/null; then
    unit=xtask-$NAME-$$.scope
    spawn "$unit" systemd-run --quiet --scope --unit="$unit"
  fi
  [ -f "$dir/about" ] || spawn ''
}

# Starts the first process behind the words, and waits until it has said that it started, or is gone. In a session
# of its own and without its parent, it is no part of this session.
spawn() {
  unit=$1
  shift
  waits=$( (setsid "$@" sh "$dir/run" "$dir" "$BYTES" "$unit" "$HASH" 3>&1 >"$dir/output" 2>&1 <&5 5<&- &))
}

# The output from OFFSET on, as it comes, and then the exit code.
follow() {
  pause=1
  [ "$OFFSET" = 0 ] || tail -c "+$((OFFSET + 1))" <&6
  while :; do
    stand
    cat <&6
    [ "$standing" = running ] || break
    if [ "$(age)" -ge "$LIMIT" ]; then
      stop
      cat <&6
      echo "job late" >&2
      return 124
    fi
    sleep "0.$pause"
    [ $pause = 9 ] || pause=$((pause + 1))
  done
  echo "job $standing $code" >&2
  [ "$standing" = ended ] || return 1
  return "$code"
}

# Ends all processes of the job.
stop() {
  sweep TERM || :
  tries=0
  while sweep 0 && [ $tries -lt 20 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  sweep KILL || :
  # Also what has left its session.
  [ -z "$unit" ] || systemctl kill --signal=KILL "$unit" 2>/dev/null || :
}

# Sends signal $1 to the session of the job, and to those whose first process has its parent in one of them. Exit
# code 1: there is nobody.
sweep() {
  all=" $pid " before=''
  while [ "$before" != "$all" ]; do
    before=$all
    for path in /proc/[0-9]*; do
      number=${path#/proc/}
      fields "$number" && [ "$leader" = "$number" ] || continue
      case $all in *" $number "*) continue ;; esac
      fields "$parent" || continue
      case $all in *" $leader "*) all="$all$number " ;; esac
    done
  done
  found=1
  for path in /proc/[0-9]*; do
    number=${path#/proc/}
    fields "$number" && [ "$state" != Z ] || continue
    case $all in *" $leader "*) ! kill -"$1" "$number" 2>/dev/null || found=0 ;; esac
  done
  return $found
}

# State, parent and session leader of the process $1.
fields() {
  state='' parent='' leader='' line=''
  { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
  line=${line##*) }
  state=${line%% *} line=${line#* }
  parent=${line%% *} line=${line#* }
  line=${line#* }
  leader=${line%% *}
}

# Another run may have put it aside, and started the next one.
aside() {
  grep -qxF "id $id" "$dir/about" || return 0
  rm -rf "$FOLDER/.$NAME.last"
  mv "$dir" "$FOLDER/.$NAME.last"
}

# Takes the job ID away, once its result is known. One that still runs is ended.
undo() {
  place
  stand
  [ "$ID" = "$id" ] || return 0
  [ "$standing" != running ] || stop
  if [ "$KEEP" = yes ]; then
    aside
  else
    rm -rf "$dir" "$FOLDER/.$NAME.last"
    rmdir "$FOLDER" 2>/dev/null || :
  fi
}
