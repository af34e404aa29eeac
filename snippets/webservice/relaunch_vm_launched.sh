# Check that a VM's image is complete on its physical host
# in: NODE DIR
probe() {
  [ -f "$DIR/$NODE.Done" ]
}
