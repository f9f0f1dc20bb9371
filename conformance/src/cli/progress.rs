//! Showing a run's progress: a bar to somebody who watches, and elsewhere a line for each play that is over,
//! so that a log is never silent.

use std::fmt::Write as _;
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::engine::{CaseOutcome, CaseReport};
use crate::gate::Gate;
use crate::report::{duration, plural};
use crate::runner::Event;
use crate::visible;

/// What is told of a play that is over, at most so many codes of rules.
const MOST_CODES: usize = 4;

/// Longest reason that is told in a line, in characters.
const LONGEST_REASON: usize = 120;

/// How many of the plays that go on are named.
const MOST_NAMES: usize = 2;

/// A run's progress on standard error.
#[derive(Debug)]
pub(super) struct Progress {
    tally: Mutex<Tally>,
    gate: Gate,
    /// Absent where nobody watches.
    bar: Option<ProgressBar>,
}

/// How far a run is.
#[derive(Debug, Default)]
struct Tally {
    /// How many outcomes there will be at most.
    outcomes: usize,
    judged: usize,
    failed: usize,
    playing: Vec<String>,
}

impl Progress {
    /// With a bar where there is a terminal to draw one upon.
    pub(super) fn new(has_bar: bool, gate: Gate) -> Self {
        let bar = has_bar.then(|| {
            let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
            // The template is fixed, so that there is always a style.
            let style = ProgressStyle::with_template("{bar:24} {pos}/{len} {wide_msg}").ok();
            match style {
                Some(style) => bar.with_style(style.progress_chars("━╸ ")),
                None => bar,
            }
        });
        Self {
            tally: Mutex::default(),
            gate,
            bar,
        }
    }

    /// Shows one event. Progress that cannot be shown is no reason to stop.
    pub(super) fn show(&self, event: &Event<'_>, to: &mut impl Write) {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        tally.hear(event);
        let line = tally.line(event, self.gate);
        let Some(bar) = &self.bar else {
            if let Some(line) = line {
                let _ = writeln!(to, "{line}");
            }
            return;
        };
        if let Event::Ended = event {
            bar.finish_and_clear();
            return;
        }
        // Somebody who watches sees from the bar that all is well.
        let is_well =
            matches!(event, Event::CaseJudged { report, .. } if !report.outcome.is_failure());
        if let Some(line) = line.filter(|_| !is_well) {
            bar.println(line);
        }
        bar.set_length(tally.outcomes as u64);
        bar.set_position(tally.judged as u64);
        bar.set_message(tally.message());
    }
}

impl Tally {
    fn hear(&mut self, event: &Event<'_>) {
        match event {
            Event::Started { outcomes, .. } => self.outcomes = *outcomes,
            Event::NotNeeded { outcomes } => {
                self.outcomes = self.outcomes.saturating_sub(*outcomes);
            }
            Event::CaseStarted { name } => self.playing.push((*name).to_owned()),
            Event::CaseJudged { name, report, .. } => {
                self.playing.retain(|other| other != name);
                self.judged += 1;
                self.failed += usize::from(report.outcome.is_failure());
            }
            Event::Halted { .. }
            | Event::NotCommitted { .. }
            | Event::LeftBehind { .. }
            | Event::Ended => {}
        }
    }

    /// What is told of an event in a line of its own.
    fn line(&self, event: &Event<'_>, gate: Gate) -> Option<String> {
        match event {
            Event::CaseJudged { name, report, took } => Some(self.over(name, report, *took, gate)),
            Event::NotCommitted { name, why } => Some(format!(
                "note: what {} left was not committed: {}",
                visible::line(name),
                visible::line(why)
            )),
            Event::LeftBehind { what } => {
                Some(format!("note: {}", visible::line(&what.to_string())))
            }
            // What is counted below are outcomes.
            Event::Started { plays, outcomes } if plays != outcomes => Some(format!(
                "note: {plays} {} up to {outcomes} outcomes, as each iteration has its own",
                plural(*plays, "play has", "plays have")
            )),
            Event::Started { .. }
            | Event::NotNeeded { .. }
            | Event::Halted { .. }
            | Event::CaseStarted { .. }
            | Event::Ended => None,
        }
    }

    /// How a play ended.
    fn over(&self, name: &str, report: &CaseReport, took: Duration, gate: Gate) -> String {
        let width = self.outcomes.to_string().len();
        let mut line = format!(
            "[{:>width$}/{}] {}: {}",
            self.judged,
            self.outcomes,
            visible::line(name),
            report.outcome.word()
        );
        if let Some(why) = why(report, gate) {
            // Writing to a String cannot fail, here and below.
            let _ = write!(line, " ({why})");
        }
        let _ = write!(line, ", {}", duration(took.as_secs_f64()));
        line
    }

    /// What stands beside the bar.
    fn message(&self) -> String {
        let mut parts = Vec::new();
        if self.failed > 0 {
            parts.push(format!("{} failed", self.failed));
        }
        let names = self.playing.iter().take(MOST_NAMES);
        let mut names: Vec<String> = names.map(|name| visible::line(name)).collect();
        let more = self.playing.len().saturating_sub(MOST_NAMES);
        if more > 0 {
            names.push(format!("{more} more"));
        }
        if !names.is_empty() {
            parts.push(format!("playing {}", names.join(", ")));
        }
        parts.join(", ")
    }
}

/// The rules by which a case fails, or why it was not judged.
fn why(report: &CaseReport, gate: Gate) -> Option<String> {
    if let Some(reason) = report.outcome.reason() {
        let reason = visible::line(reason);
        return Some(match reason.char_indices().nth(LONGEST_REASON) {
            Some((end, _)) => format!("{}…", &reason[..end]),
            None => reason,
        });
    }
    if report.outcome != CaseOutcome::NonConformant {
        return None;
    }
    let failing = report.failing(gate);
    let mut codes: Vec<String> = failing
        .iter()
        .take(MOST_CODES)
        .map(|c| (*c).to_owned())
        .collect();
    if failing.len() > MOST_CODES {
        codes.push(format!("{} more", failing.len() - MOST_CODES));
    }
    (!codes.is_empty()).then(|| codes.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine;

    fn judged(outcome: CaseOutcome) -> CaseReport {
        engine::unknown("a".to_owned(), outcome)
    }

    fn told(progress: &Progress, events: &[Event<'_>]) -> String {
        let mut told = Vec::new();
        for event in events {
            progress.show(event, &mut told);
        }
        String::from_utf8(told).unwrap()
    }

    #[test]
    fn where_nobody_watches_each_play_that_is_over_has_a_line() {
        let progress = Progress::new(false, Gate::default());
        let (well, ill) = (
            judged(CaseOutcome::Conformant),
            judged(CaseOutcome::CouldNotRun(
                "it \u{1b}[31mdid\n nothing".to_owned(),
            )),
        );
        let took = Duration::from_millis(1_240);
        let text = told(
            &progress,
            &[
                Event::Started {
                    plays: 9,
                    outcomes: 12,
                },
                Event::CaseStarted { name: "a" },
                Event::CaseJudged {
                    name: "a",
                    report: &well,
                    took,
                },
                Event::NotNeeded { outcomes: 2 },
                Event::CaseJudged {
                    name: "b\u{7}",
                    report: &ill,
                    took: took * 100,
                },
                Event::NotCommitted {
                    name: "b",
                    why: "no\nroom",
                },
                Event::Ended,
            ],
        );
        let expected = "note: 9 plays have up to 12 outcomes, as each iteration has its own
[ 1/12] a: conformant, 1.2 s
[ 2/10] b␇: could-not-run (it ␛[31mdid␊ nothing), 2 min 4 s
note: what b left was not committed: no␊room
";
        assert_eq!(text, expected);
    }

    #[test]
    fn the_bar_tells_what_failed_and_what_plays() {
        let mut tally = Tally::default();
        let started = Event::Started {
            plays: 5,
            outcomes: 5,
        };
        tally.hear(&started);
        assert_eq!(tally.line(&started, Gate::default()), None);
        for name in ["a", "b", "c", "d"] {
            tally.hear(&Event::CaseStarted { name });
        }
        assert_eq!(tally.message(), "playing a, b, 2 more");
        let report = judged(CaseOutcome::NonConformant);
        tally.hear(&Event::CaseJudged {
            name: "b",
            report: &report,
            took: Duration::ZERO,
        });
        assert_eq!(tally.message(), "1 failed, playing a, c, 1 more");
        assert_eq!((tally.judged, tally.outcomes), (1, 5));
    }
}
