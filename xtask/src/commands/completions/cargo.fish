
# The words behind `cargo xtask`.
complete --command cargo --condition "__fish_seen_subcommand_from xtask" --keep-order --no-files --arguments "(XTASK_COMPLETE=fish PROGRAM -- (commandline --current-process --tokenize --cut-at-cursor)[2..] (commandline --current-token))"
