# Send the pages of a package to the hosts of nginx with the vendor's script
# in: INSTALL_DIR PAGES
# It ends well whatever happens: the hosts are looked at afterwards.
change() {
  cd "$INSTALL_DIR" || return 20
  ./sync.sh nginx "$PAGES/" "$PAGES/" </dev/null
}
