//! The shell of the steps.

use engine::text::snippet::Snippet;

pub(crate) const START: Snippet = Snippet::new(
    "start",
    r#"# Start a service
# in: DIR NAME
probe() { [ -e "$DIR/$NAME" ]; }
change() {
  mkdir -p "$DIR"
  echo "$NAME" >>"$DIR/log"
  [ ! -e "$DIR/fail" ] && [ ! -e "$DIR/fail-$NAME" ] || { echo "$NAME does not start" >&2; return 1; }
  [ ! -e "$DIR/hang" ] || { echo "$NAME takes its time" && sleep "$(cat "$DIR/hang")"; } || :
  touch "$DIR/$NAME"
}
undo() { rm -f "$DIR/$NAME"; }
"#,
);
pub(crate) const INSTALL: Snippet = Snippet::new(
    "install",
    r#"# Install with a program that asks
# in: DIR
probe() { [ -e "$DIR/installed" ]; }
change() {
  sh "$DIR/install"
  touch "$DIR/installed"
}
undo() { rm -f "$DIR/installed"; }
"#,
);
pub(crate) const TEN: Snippet = Snippet::new(
    "ten",
    r#"# Make a file, with what the test has put in the way
# in: DIR NAME
probe() {
  [ ! -e "$DIR/probe.$NAME" ] || . "$DIR/probe.$NAME"
  [ -e "$DIR/$NAME" ]
}
change() {
  [ ! -e "$DIR/change.$NAME" ] || . "$DIR/change.$NAME"
  touch "$DIR/$NAME"
}
"#,
);
pub(crate) const COUNT: Snippet = Snippet::new(
    "count",
    r#"# Count
# in: DIR
change() {
  echo job >>"$DIR/log"
  n=0
  while [ -d "$DIR" ] && [ ! -s "$DIR/stop" ]; do
    for _ in 1 2 3 4 5 6 7 8 9 10; do n=$((n + 1)) && echo "line $n of a long output"; done
    sleep 0.01
  done
  echo "$n" >"$DIR/lines"
  return "$(cat "$DIR/stop")"
}
undo() { rm -f "$DIR/lines"; }
"#,
);
pub(crate) const REPLACE: Snippet = Snippet::new(
    "replace",
    r#"# Replace the data
# in: DIR
probe() { [ -e "$DIR/new" ]; }
change() { mkdir -p "$DIR" && touch "$DIR/new"; }
"#,
);
pub(crate) const THERE: Snippet =
    Snippet::new("there", "# Something is there\n# in: THING\nprobe() { [ -e \"$THING\" ]; }\n");
pub(crate) const WHERE: Snippet = Snippet::new(
    "where",
    "# Print the address of this host\nprobe() { set -- $SSH_CONNECTION; echo \"$3\"; }\n",
);
pub(crate) const HEALTHY: Snippet = Snippet::new(
    "healthy",
    "# A host is healthy\n# in: DIR\nprobe() { [ ! -e \"$DIR/sick\" ]; }\n",
);
