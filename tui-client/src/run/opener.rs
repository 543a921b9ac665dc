//! Opens an address with what the system has for it.

use std::{
    ffi::OsStr,
    io,
    process::{Command, Stdio},
};

/// Whether a window could appear: over SSH and on a console the system's opener would take the terminal.
pub(super) fn has_windows() -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(any(target_os = "macos", windows)) || is_set("WAYLAND_DISPLAY") || is_set("DISPLAY")
}

/// Opens an http, https or mailto address, or a file by its whole path. It does not wait for what is opened.
pub(super) fn open(address: impl AsRef<OsStr>) -> io::Result<()> {
    if !has_windows() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "there is no desktop here"));
    }
    let (program, before): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else {
        ("xdg-open", &[])
    };
    let mut command = Command::new(program);
    command.args(before).arg(address);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    // Waits for its end, so that no dead process stays.
    std::thread::spawn(move || child.wait());
    Ok(())
}
