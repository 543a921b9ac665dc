//! How long a command without a screen waits for a server that is away, or that asks to wait.

use std::time::{Duration, Instant};

use chat_client::{ApiError, SignInError};
use tokio::time;

use crate::program::failure::{Failure, Kind, print_notice};

/// Between attempts, where the server does not say how long.
pub(crate) const PAUSE: Duration = Duration::from_millis(500);
/// How long is waited where the user has not said.
pub(crate) const DEFAULT: Duration = Duration::from_secs(30);

/// A time from its first moment on, which all waits of a command share.
#[derive(Debug)]
pub(crate) struct Retries {
    begun: Instant,
    /// `None` for ever.
    timeout: Option<Duration>,
    /// What was not done when the time is up, and how to have more of it.
    failing: &'static str,
    longer: &'static str,
    announced: bool,
}

/// Something that failed and may work later.
#[derive(Debug)]
pub(crate) struct TransientFailure {
    failure: Failure,
    /// How long to wait before the next attempt.
    pause: Duration,
    /// Whether the server asked to wait.
    asked: bool,
}

impl Retries {
    /// For `chat-tui send --timeout`.
    pub(crate) fn to_send(timeout: Duration) -> Self {
        let longer = ": try again then, or with a longer --timeout";
        Self { begun: Instant::now(), timeout: Some(timeout), failing: "not sent", longer, announced: false }
    }

    /// For a start that nobody has given a time.
    pub(crate) fn to_start() -> Self {
        let timeout = Some(DEFAULT);
        Self { begun: Instant::now(), timeout, failing: "not started", longer: ": try again then", announced: false }
    }

    /// For what goes on until it is stopped.
    pub(crate) fn endless() -> Self {
        Self { timeout: None, ..Self::to_start() }
    }

    /// Waits before the next attempt, and says so the first time.
    ///
    /// # Errors
    /// When the time would be up before that: the reason, which is no refusal, as the same may work later.
    pub(crate) async fn wait(&mut self, failure: TransientFailure) -> Result<(), Failure> {
        let tried = self.begun.elapsed();
        if self.timeout.is_some_and(|timeout| tried + failure.pause > timeout) {
            return Err(self.gave_up(failure, tried));
        }
        if !self.announced {
            self.announced = true;
            let wait = if failure.asked { format!("; waiting {}", spoken(failure.pause)) } else { String::new() };
            let limit = self.timeout.map_or_else(String::new, |limit| format!("; trying for {} s", limit.as_secs()));
            print_notice(&format!("{}{wait}{limit}", failure.failure.message));
        }
        time::sleep(failure.pause).await;
        Ok(())
    }

    fn gave_up(&self, failure: TransientFailure, tried: Duration) -> Failure {
        let TransientFailure { failure, pause, asked } = failure;
        let (message, failing, tried) = (failure.message, self.failing, tried.as_secs());
        if !asked {
            let message = format!("{message} ({failing}, tried for {tried} s)");
            return Failure { message, ..failure };
        }
        let (pause, longer) = (spoken(pause), self.longer);
        let message = format!("{message} ({failing}, tried for {tried} s; the server says to wait {pause}{longer})");
        Failure::new(Kind::Failed, message)
    }
}

impl TransientFailure {
    /// What a call that failed says about trying again; the failure itself if that would not help.
    ///
    /// # Errors
    /// When the server refuses for good, or is not a server of ours.
    pub(crate) fn of(error: ApiError) -> Result<Self, ApiError> {
        let (pause, asked) = match &error {
            ApiError::Unreachable(_) => (PAUSE, false),
            ApiError::Refused(problem, wait) if problem.code.is_wait() => (wait.unwrap_or(PAUSE), true),
            _ => return Err(error),
        };
        Ok(Self { failure: error.into(), pause, asked })
    }

    /// The same of a sign-in. A server that is not there is not waited for: nobody has ever answered at that address.
    ///
    /// # Errors
    /// When the server refuses for good, or does not answer.
    pub(crate) fn of_sign_in(error: SignInError) -> Result<Self, SignInError> {
        match error.wait() {
            Some(wait) => Ok(Self { failure: error.into(), pause: wait.unwrap_or(PAUSE), asked: true }),
            None => Err(error),
        }
    }

    /// Whether the server is there, and asked to wait.
    pub(crate) fn is_asked(&self) -> bool {
        self.asked
    }

    /// With other words for what it is.
    pub(crate) fn with_failure(self, failure: Failure) -> Self {
        Self { failure, ..self }
    }
}

impl From<TransientFailure> for Failure {
    fn from(failure: TransientFailure) -> Self {
        failure.failure
    }
}

/// A wait in the largest unit of which there are two, rounded up: nobody comes back too early.
fn spoken(wait: Duration) -> String {
    const MINUTE: u128 = 60;
    const HOUR: u128 = 60 * MINUTE;
    match wait.as_millis().div_ceil(1000) {
        seconds if seconds < 2 * MINUTE => format!("{seconds} s"),
        seconds if seconds < 2 * HOUR => format!("{} min", seconds.div_ceil(MINUTE)),
        seconds => format!("{} h", seconds.div_ceil(HOUR)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_in_the_unit_that_a_person_would_use() {
        let told =
            [0.2, 30.0, 119.0, 120.5, 1200.0, 7199.0, 10_020.0].map(|wait| spoken(Duration::from_secs_f64(wait)));
        assert_eq!(told, ["1 s", "30 s", "119 s", "3 min", "20 min", "120 min", "3 h"]);
    }
}
