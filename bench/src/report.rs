//! What was measured: a table to read and JSON to keep.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::{
    faults::Faults,
    options::Options,
    row::{FIRST, Row, short},
    scenario::Scenario,
};

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

    /// Things to know, each printed once.
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

/// What stands last in a table; what is neither here nor in [`FIRST`] stands between.
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
}
