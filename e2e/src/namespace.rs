//! Disks that one process alone sees: full ones, read-only ones. They vanish with the process.
//!
//! Linux gives a process its own view of the file system (`unshare`), to root and on most machines to everyone; so no
//! test changes the machine that it runs on.

use std::{path::Path, path::PathBuf, process::Command};

use rustix::process::Pid;

use crate::require;

/// A command to put another one behind: `folder` is then a disk of this many KiB. `None` to skip the test.
pub fn small_disk(folder: &Path, kib: u32) -> Option<Vec<String>> {
    behind(folder, &format!(r#"mount -t tmpfs -o size={kib}k tmpfs "$1""#))
}

/// A command to put another one behind: nothing can be written in `folder`. `None` to skip the test.
pub fn read_only(folder: &Path) -> Option<Vec<String>> {
    behind(folder, r#"mount --bind "$1" "$1" && mount -o remount,bind,ro "$1""#)
}

/// A path as that process sees it.
pub fn seen_by(process: Pid, path: &Path) -> PathBuf {
    let root = PathBuf::from(format!("/proc/{}/root", process.as_raw_pid()));
    path.strip_prefix("/").map_or_else(|_| root.join(path), |path| root.join(path))
}

fn behind(folder: &Path, mount: &str) -> Option<Vec<String>> {
    let unshare = require::or_skip(unshare(), "way to mount for one process alone (Linux, unshare)")?;
    let then = format!(r#"{mount} && shift && exec "$@""#);
    let shell = ["sh", "-c", &then, "sh"].map(str::to_owned);
    Some([unshare, shell.to_vec(), vec![folder.to_str()?.to_owned()]].concat())
}

/// The command that gives a process its own mounts: as root, or else as root of a user namespace.
fn unshare() -> Option<Vec<String>> {
    [&["unshare", "--mount", "--propagation", "private"][..], &["unshare", "--user", "--map-root-user", "--mount"][..]]
        .into_iter()
        .find(|unshare| {
            let mount = ["sh", "-c", "mount -t tmpfs tmpfs /tmp"];
            let tried = Command::new(unshare[0]).args(&unshare[1..]).args(mount).output();
            tried.is_ok_and(|tried| tried.status.success())
        })
        .map(|unshare| unshare.iter().map(|&word| word.to_owned()).collect())
}
