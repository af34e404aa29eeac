# Check whether a launch from the present settings was started and not finished
# in: NODE SETTINGS
probe() {
  begun=/var/lib/xtask/launched/$NODE.begun
  [ -f "$begun" ] && [ "$(cat "$begun")" = "$(sha256sum <"$SETTINGS" | cut -d ' ' -f 1)" ]
}
