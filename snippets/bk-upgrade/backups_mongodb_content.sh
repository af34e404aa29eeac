# Check that a dump of MongoDB is whole, and has files of each of its databases
# with: mongodb
# in: FOLDER
probe() {
  mongodb_whole "$FOLDER"
}
