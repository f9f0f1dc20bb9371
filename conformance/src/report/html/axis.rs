//! The axis of the timeline: the server's clock from the first moment to the last.

use wild_mock_server::Timestamp;

use crate::evidence::Evidence;

/// What happens in no time is drawn so wide, in hundredths of the axis.
const THINNEST: f64 = 0.4;

/// How many parts the axis has.
const QUARTERS: u32 = 4;

/// A part of a row's strip.
pub(super) struct Bar {
    pub(super) class: &'static str,
    /// In hundredths of the axis.
    pub(super) from: String,
    pub(super) width: String,
}

/// What all of what happened lies in.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Axis {
    start: Timestamp,
    end: Timestamp,
}

impl Axis {
    /// From the first moment to the last; nothing where nothing happened.
    pub(super) fn of(evidence: &Evidence) -> Option<Self> {
        let exchanges = evidence.journal.iter();
        let spans = exchanges.flat_map(|own| [own.received_at, own.completed_at]);
        let effects = evidence.effects().map(|(_, effect)| effect.at);
        let moments: Vec<Timestamp> = spans.chain(effects).collect();
        Some(Self {
            start: *moments.iter().min()?,
            end: *moments.iter().max()?,
        })
    }

    /// Seconds since the beginning.
    pub(super) fn seconds(self, at: Timestamp) -> f64 {
        at.as_secs_f64() - self.start.as_secs_f64()
    }

    pub(super) fn told(self, at: Timestamp) -> String {
        format!("{:.2} s", self.seconds(at))
    }

    /// Where on the axis a moment is, in hundredths.
    fn place(self, at: Timestamp) -> f64 {
        let all = self.seconds(self.end);
        if all > 0.0 {
            (self.seconds(at) / all * 100.0).clamp(0.0, 100.0)
        } else {
            0.0
        }
    }

    /// From one moment to another, or to the end of the axis.
    pub(super) fn bar(
        self,
        class: &'static str,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
    ) -> Bar {
        let from = from.map_or(0.0, |from| self.place(from));
        let to = to.map_or(100.0, |to| self.place(to));
        let width = (to - from).max(THINNEST);
        Bar {
            class,
            from: format!("{:.2}", from.min(100.0 - width)),
            width: format!("{width:.2}"),
        }
    }

    pub(super) fn ticks(self) -> Vec<String> {
        let all = self.seconds(self.end);
        if all <= 0.0 {
            return vec![self.told(self.start)];
        }
        let ticks = (0..=QUARTERS).map(|at| {
            let seconds = all * f64::from(at) / f64::from(QUARTERS);
            if all < 10.0 {
                format!("{seconds:.2} s")
            } else {
                format!("{seconds:.0} s")
            }
        });
        ticks.collect()
    }
}
