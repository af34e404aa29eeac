//! The command line: parse, build the context, run, exit code.

fn main() {}
