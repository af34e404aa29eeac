# Print the checksums of the pages that a package of the job platform has
# with: pages
# in: PAGES URL
# With URL as they are when the start page has this address.
probe() {
  [ -f "$PAGES/index.html" ] || { echo "no $PAGES/index.html: unpack the package of job first" >&2; return 20; }
  [ -z "$URL" ] || grep -qF '{{JOB_API_GATEWAY_URL}}' "$PAGES/index.html" || {
    echo "$PAGES/index.html has no place for the address of the API" >&2
    return 20
  }
  pages_list "$PAGES" "$URL"
}
