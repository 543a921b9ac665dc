//! The server's program.

use std::process::ExitCode;

/// Gives freed memory back to the system within seconds; glibc's allocator keeps most of it.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    chat_server::run()
}
