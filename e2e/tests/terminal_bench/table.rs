//! What was measured, beside what is wanted.

use std::time::Duration;

#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
}

struct Row {
    what: String,
    measured: f64,
    bar: Option<f64>,
    unit: &'static str,
    remark: String,
}

impl Table {
    /// Something that must be below its bar.
    pub(crate) fn bar(&mut self, what: &str, measured: f64, bar: f64, unit: &'static str, remark: String) {
        eprintln!("{what}: {measured:.1} {unit} ({remark})");
        self.rows.push(Row { what: what.to_owned(), measured, bar: Some(bar), unit, remark });
    }

    /// Something that is good to know.
    pub(crate) fn note(&mut self, what: &str, measured: f64, unit: &'static str, remark: String) {
        eprintln!("{what}: {measured:.1} {unit} ({remark})");
        self.rows.push(Row { what: what.to_owned(), measured, bar: None, unit, remark });
    }

    pub(crate) fn print(&self) {
        println!("{:<46} {:>10} {:>10}  ", "", "measured", "bar");
        for Row { what, measured, bar, unit, remark } in &self.rows {
            let wanted = bar.map_or(String::new(), |bar| format!("{bar:.0} {unit}"));
            let verdict = if bar.is_some_and(|bar| *measured > bar) { "MISSED  " } else { "" };
            println!("{what:<46} {:>10} {wanted:>10}  {verdict}{remark}", format!("{measured:.1} {unit}"));
        }
    }

    pub(crate) fn is_met(&self) -> bool {
        self.rows.iter().all(|row| row.bar.is_none_or(|bar| row.measured <= bar))
    }
}

/// The value below which this part of all are.
pub(crate) fn quantile(all: &mut [Duration], part: f64) -> f64 {
    all.sort_unstable();
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "few")]
    let place = ((all.len() as f64 * part).ceil() as usize).clamp(1, all.len()) - 1;
    all[place].as_secs_f64() * 1000.0
}
