//! One measurement: a row of the report.

use std::fmt;

use crate::{faults::Faults, machine::Used};

/// What stands first in a table, and on the line that is shown while the others are still measured.
pub(crate) const FIRST: &[&str] = &["rate_per_s", "per_cpu_s", "cpu_us_each", "p50_us", "p99_us", "max_us"];

/// One measurement of a scenario: named numbers, in the order in which they are shown.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) name: String,
    values: Vec<(&'static str, f64)>,
    pub(crate) faults: Faults,
}

impl Row {
    /// Begins one; the name says what is counted, and how it was asked for.
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), values: Vec::new(), faults: Faults::default() }
    }

    /// What stands for a scenario that could not be measured.
    pub(crate) fn failure(error: &anyhow::Error) -> Self {
        Self::new(format!("{error:#}")).faults(Faults { failed: 1, ..Faults::default() })
    }

    /// One more number.
    pub(crate) fn with(mut self, key: &'static str, value: f64) -> Self {
        self.values.push((key, value));
        self
    }

    /// One more number, if it is known.
    pub(crate) fn with_known(self, key: &'static str, value: Option<f64>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// What that many of the things counted took of the machine.
    pub(crate) fn used(self, used: &Used, count: u64) -> Self {
        let count = count as f64;
        self.with_known("per_cpu_s", used.server_cpu.filter(|cpu| *cpu > 0.0).map(|cpu| count / cpu))
            .with_known("cpu_us_each", used.server_cpu.filter(|_| count > 0.0).map(|cpu| cpu * 1e6 / count))
            .with_known("server_cpu_s", used.server_cpu)
            .with_known("foreign_cpu_pct", used.foreign_pct)
    }

    /// What went wrong.
    pub(crate) fn faults(mut self, faults: Faults) -> Self {
        self.faults += faults;
        self
    }

    /// A number of it.
    pub(crate) fn value(&self, key: &str) -> Option<f64> {
        self.values.iter().find(|(name, _)| *name == key).map(|(_, value)| *value)
    }

    /// The numbers and the faults.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'static str, f64)> {
        let Faults { missing, doubled, out_of_order, failed } = self.faults;
        let faults = [("missing", missing), ("doubled", doubled), ("out_of_order", out_of_order), ("failed", failed)];
        self.values.iter().copied().chain(faults.map(|(key, count)| (key, count as f64)))
    }
}

/// On one line, while the others are still measured.
impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for key in FIRST {
            if let Some(value) = self.value(key) {
                write!(f, ", {key} {}", short(value))?;
            }
        }
        if self.faults == Faults::default() { Ok(()) } else { write!(f, ", {:?}", self.faults) }
    }
}

/// A number, to be read at a glance.
pub(crate) fn short(number: f64) -> String {
    match number.abs() {
        size if size >= 1e6 => format!("{:.2}M", number / 1e6),
        size if size >= 1e4 => format!("{:.1}k", number / 1e3),
        size if size >= 100.0 || number.fract() == 0.0 => format!("{number:.0}"),
        size if size >= 1.0 => format!("{number:.1}"),
        _ => format!("{number:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let shown: Vec<_> = [0.0, 0.25, 7.25, 42.0, 123.4, 12_345.0, 2_345_678.0].map(short).into();
        assert_eq!(shown, ["0", "0.250", "7.2", "42", "123", "12.3k", "2.35M"]);
    }
}
