# Writes a line into the log of the host.
# in: TEXT
probe() { logger -t xtask -- "$TEXT"; }
