//! A chat client without a screen.
