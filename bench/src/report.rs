//! What was measured: a table to read and JSON to keep.

use std::{collections::BTreeMap, fmt, fs, path::Path};

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::{fleet::Faults, machine::Used, options::Options, scenarios::Scenario};

/// One measurement of a scenario: named numbers, in the order in which they are shown.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    name: String,
    values: Vec<(&'static str, f64)>,
    faults: Faults,
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
    fn all(&self) -> impl Iterator<Item = (&'static str, f64)> {
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

/// Everything that was measured.
#[derive(Debug)]
pub(crate) struct Report {
    settings: Value,
    notes: Vec<String>,
    rows: Vec<(Scenario, u32, Row)>,
}

impl Report {
    pub(crate) fn new(options: &Options) -> Self {
        let settings = json!({
            "runs": options.runs,
            "seconds": options.seconds,
            "scale": options.scale,
            "body_bytes": options.body_bytes,
            "version": env!("CARGO_PKG_VERSION"),
        });
        Self { settings, notes: Vec::new(), rows: Vec::new() }
    }

    /// Things to know, each told once.
    pub(crate) fn note(&mut self, notes: Vec<String>) {
        for note in notes {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
    }

    /// What a scenario gave in one run.
    pub(crate) fn add(&mut self, scenario: Scenario, run: u32, rows: Vec<Row>) {
        self.rows.extend(rows.into_iter().map(|row| (scenario, run, row)));
    }

    /// How much went wrong in all.
    pub(crate) fn faults(&self) -> u64 {
        let mut all = Faults::default();
        for (_, _, row) in &self.rows {
            all += row.faults;
        }
        all.missing + all.doubled + all.out_of_order + all.failed
    }

    /// Prints a table for each scenario: medians, and the least and the most where there were several runs.
    pub(crate) fn print(&self) {
        for scenario in Scenario::ALL {
            let groups = self.groups(*scenario);
            if groups.is_empty() {
                continue;
            }
            println!("\n{}: {}", scenario.name(), scenario.about());
            let names = ["".to_owned()].into_iter().chain(groups.iter().map(|(name, _)| name.clone()));
            let mut lines = vec![names.collect::<Vec<_>>()];
            for key in keys(&groups) {
                let cells =
                    groups.iter().map(|(_, values)| values.get(key).map_or_else(String::new, |values| cell(values)));
                lines.push([key.to_owned()].into_iter().chain(cells).collect());
            }
            print_aligned(&lines);
        }
        println!();
        for note in &self.notes {
            println!("note: {note}");
        }
    }

    /// Writes everything, run by run, and the medians.
    pub(crate) fn write(&self, file: &Path) -> anyhow::Result<()> {
        let row = |(scenario, run, row): &(Scenario, u32, Row)| {
            let values: serde_json::Map<_, _> = row.all().map(|(key, value)| (key.to_owned(), json!(value))).collect();
            json!({ "scenario": scenario.name(), "name": row.name, "run": run, "values": values })
        };
        let mut medians = Vec::new();
        for scenario in Scenario::ALL {
            for (name, values) in self.groups(*scenario) {
                let values: serde_json::Map<_, _> = values
                    .into_iter()
                    .map(|(key, all)| {
                        let (least, median, most) = middle(&all);
                        (key.to_owned(), json!({ "median": median, "min": least, "max": most }))
                    })
                    .collect();
                medians.push(json!({ "scenario": scenario.name(), "name": name, "values": values }));
            }
        }
        let report = json!({
            "settings": self.settings,
            "notes": self.notes,
            "faults": self.faults(),
            "medians": medians,
            "runs": self.rows.iter().map(row).collect::<Vec<_>>(),
        });
        fs::write(file, format!("{report:#}\n")).with_context(|| format!("cannot write {}", file.display()))
    }

    /// The measurements of a scenario by name, each number with its values of all runs.
    fn groups(&self, scenario: Scenario) -> Vec<(String, BTreeMap<&'static str, Vec<f64>>)> {
        let mut groups: Vec<(String, BTreeMap<_, Vec<_>>)> = Vec::new();
        for (_, _, row) in self.rows.iter().filter(|(of, _, _)| *of == scenario) {
            let index = groups.iter().position(|(name, _)| *name == row.name).unwrap_or_else(|| {
                groups.push((row.name.clone(), BTreeMap::new()));
                groups.len() - 1
            });
            for (key, value) in row.all() {
                groups[index].1.entry(key).or_default().push(value);
            }
        }
        groups
    }
}

/// The order of the lines of a table; what is not named here stands between.
const FIRST: &[&str] = &["rate_per_s", "per_cpu_s", "cpu_us_each", "p50_us", "p99_us", "max_us"];
const LAST: &[&str] =
    &["server_cpu_s", "generator_busy_pct", "foreign_cpu_pct", "missing", "doubled", "out_of_order", "failed"];

fn keys(groups: &[(String, BTreeMap<&'static str, Vec<f64>>)]) -> Vec<&'static str> {
    let mut keys: Vec<_> = groups.iter().flat_map(|(_, values)| values.keys().copied()).collect();
    let place = |list: &[&str], key: &str| list.iter().position(|known| *known == key);
    keys.sort_by_key(|key| match (place(FIRST, key), place(LAST, key)) {
        (Some(place), _) => (0, place, *key),
        (None, None) => (1, 0, *key),
        (None, Some(place)) => (2, place, *key),
    });
    keys.dedup();
    keys
}

fn cell(values: &[f64]) -> String {
    let (least, median, most) = middle(values);
    if values.len() > 1 && least < most {
        format!("{} ({}–{})", short(median), short(least), short(most))
    } else {
        short(median)
    }
}

/// The least, the median and the most.
fn middle(values: &[f64]) -> (f64, f64, f64) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |index: usize| sorted.get(index).copied().unwrap_or_default();
    let last = sorted.len().saturating_sub(1);
    (at(0), (at(last / 2) + at(last.div_ceil(2))) / 2.0, at(last))
}

fn short(number: f64) -> String {
    match number.abs() {
        size if size >= 1e6 => format!("{:.2}M", number / 1e6),
        size if size >= 1e4 => format!("{:.1}k", number / 1e3),
        size if size >= 100.0 || number.fract() == 0.0 => format!("{number:.0}"),
        size if size >= 1.0 => format!("{number:.1}"),
        _ => format!("{number:.3}"),
    }
}

fn print_aligned(lines: &[Vec<String>]) {
    let columns = lines.first().map_or(0, Vec::len);
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<_> = (0..columns).map(width).collect();
    for line in lines {
        print!("  {:<1$}", line[0], widths[0]);
        for (cell, width) in line.iter().zip(&widths).skip(1) {
            print!("  {cell:>width$}");
        }
        println!();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_several_runs() {
        assert_eq!(middle(&[3.0, 1.0, 2.0]), (1.0, 2.0, 3.0));
        assert_eq!(middle(&[4.0, 1.0]), (1.0, 2.5, 4.0));
        assert_eq!(middle(&[7.0]), (7.0, 7.0, 7.0));
    }

    #[test]
    fn numbers_are_short() {
        let shown: Vec<_> = [0.0, 0.25, 7.25, 42.0, 123.4, 12_345.0, 2_345_678.0].map(short).into();
        assert_eq!(shown, ["0", "0.250", "7.2", "42", "123", "12.3k", "2.35M"]);
    }
}
