# Check whether a launch from the present settings was started and not finished
# with: marker
# in: NODE SETTINGS
probe() {
  begun=$(marker "launched/$NODE.begun") && [ "$begun" = "$(sha256sum <"$SETTINGS" | cut -d ' ' -f 1)" ]
}
