//! Names that no input of a snippet can have.

/// Variables that a shell reads or owns: no input may take their name.
const RESERVED: &[&str] = &[
    "BASHOPTS",
    "BASH_ENV",
    "CDPATH",
    "DIRSTACK",
    "ENV",
    "EUID",
    "FUNCNAME",
    "GROUPS",
    "HOME",
    "IFS",
    "LC_ALL",
    "LINENO",
    "OLDPWD",
    "OPTARG",
    "OPTIND",
    "PATH",
    "PPID",
    "PS1",
    "PS2",
    "PS4",
    "PWD",
    "RANDOM",
    "SECONDS",
    "SHELLOPTS",
    "UID",
];

/// Whether a shell reads or owns this variable: no input can have its name.
pub fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}
