//! Gauges that count what is there: one up while it is, one down however it ends.

use metrics::Gauge;

/// One more in a gauge; dropped, also by a panic, one less.
pub(crate) struct Counted(Gauge);

impl Counted {
    pub(crate) fn by(gauge: Gauge) -> Self {
        gauge.increment(1);
        Self(gauge)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}

impl std::fmt::Debug for Counted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Counted")
    }
}

#[cfg(test)]
mod tests {
    use metrics::{gauge, with_local_recorder};
    use metrics_exporter_prometheus::PrometheusBuilder;

    use super::*;

    #[test]
    fn what_ends_by_a_panic_counts_no_more() {
        let recorder = PrometheusBuilder::new().build_recorder();
        let shown = recorder.handle();
        with_local_recorder(&recorder, || {
            let _stays = Counted::by(gauge!("things"));
            let panicked = std::panic::catch_unwind(|| {
                let _one = Counted::by(gauge!("things"));
                assert!(shown.render().contains("\nthings 2\n"), "{}", shown.render());
                panic!("on purpose");
            });
            assert!(panicked.is_err());
            assert!(shown.render().contains("\nthings 1\n"), "{}", shown.render());
        });
    }
}
