//! Places where a test can have the server die: `FAILPOINTS=before-commit=20*off->return` in the environment aborts the
//! process when it comes to that place for the 21st time.
//!
//! Only with the feature `failpoints`, which no release has: without it nothing of a place is compiled.

/// One such place.
macro_rules! failpoint {
    ($name:literal) => {
        #[cfg(feature = "failpoints")]
        fail::fail_point!($name, |_| {
            $crate::output::note(format_args!(concat!("aborting at ", $name)));
            std::process::abort()
        });
    };
}
