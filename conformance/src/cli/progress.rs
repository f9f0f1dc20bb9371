//! Showing a run's progress to somebody who watches.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::runner::Event;

/// Draws progress, on a terminal only.
#[derive(Debug)]
pub(super) struct Progress {
    is_terminal: bool,
    plays: AtomicUsize,
    judged: AtomicUsize,
}

impl Progress {
    pub(super) fn new(is_terminal: bool) -> Self {
        Self {
            is_terminal,
            plays: AtomicUsize::new(0),
            judged: AtomicUsize::new(0),
        }
    }

    /// Shows one event. What is left on the machine is told even where nobody watches.
    pub(super) fn show(&self, event: &Event<'_>, to: &mut impl Write) {
        if self.is_terminal
            || matches!(event, Event::LeftBehind { .. } | Event::NotCommitted { .. })
        {
            // Progress that cannot be shown is no reason to stop.
            let _ = self.draw(event, to);
        }
    }

    fn draw(&self, event: &Event<'_>, to: &mut impl Write) -> io::Result<()> {
        match event {
            Event::Started { plays } => {
                self.plays.store(*plays, Ordering::Relaxed);
                Ok(())
            }
            Event::NotCommitted { name, why } => {
                writeln!(to, "note: what {name} left was not committed: {why}")
            }
            Event::LeftBehind { what } => writeln!(to, "note: {what}"),
            Event::CaseStarted { name } => writeln!(to, "        playing {name}"),
            Event::CaseJudged { name, report } => {
                let judged = self.judged.fetch_add(1, Ordering::Relaxed) + 1;
                let plays = self.plays.load(Ordering::Relaxed);
                writeln!(
                    to,
                    "[{judged:>2}/{plays}] {name}: {}",
                    report.outcome.word()
                )
            }
        }
    }
}
