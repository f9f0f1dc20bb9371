//! What verdicts say, and where what they point at is shown.

use std::collections::BTreeSet;

use super::super::groups;
use super::room::{cut, size};
use crate::verdict::{Reference, Verdict};
use crate::visible;

/// What a verdict says.
pub(super) struct Told {
    pub(super) code: &'static str,
    pub(super) slug: &'static str,
    pub(super) level: &'static str,
    pub(super) class: &'static str,
    pub(super) standing: &'static str,
    pub(super) entries: Vec<Entry>,
}

/// One finding, doubt or reason.
pub(super) struct Entry {
    pub(super) message: String,
    pub(super) nearest: Option<String>,
    pub(super) places: Vec<(Option<String>, String)>,
}

/// What evidence a case's verdicts point at, so that there is room for it first.
#[derive(Default)]
pub(super) struct Wanted {
    pub(super) requests: BTreeSet<u64>,
    pub(super) execs: BTreeSet<u64>,
    pub(super) lines: BTreeSet<usize>,
    pub(super) transcript: BTreeSet<usize>,
}

/// What verdicts point at.
pub(super) fn wanted<'v>(verdicts: impl Iterator<Item = &'v Verdict>, tasks_file: &str) -> Wanted {
    let mut wanted = Wanted::default();
    for reference in verdicts.flat_map(references) {
        let _is_new = match reference {
            Reference::Exchange { seq, .. } => wanted.requests.insert(*seq),
            Reference::Process { seq, .. } => wanted.execs.insert(*seq),
            Reference::Transcript { line, .. } => wanted.transcript.insert(*line),
            Reference::Place { path, line, .. }
            | Reference::File {
                path,
                line: Some(line),
            } if path == tasks_file => wanted.lines.insert(*line),
            _ => false,
        };
    }
    wanted
}

/// All places that a verdict points at.
pub(super) fn references(verdict: &Verdict) -> Vec<&Reference> {
    match verdict {
        Verdict::Pass(evidence) => evidence.iter().collect(),
        Verdict::Fail(findings) => findings
            .iter()
            .flat_map(|finding| &finding.evidence)
            .collect(),
        Verdict::Doubtful(doubts) => {
            let nearest = doubts.iter().filter_map(|doubt| doubt.nearest.as_ref());
            let nearest = nearest.map(|nearest| &nearest.at);
            nearest
                .chain(doubts.iter().flat_map(|doubt| &doubt.evidence))
                .collect()
        }
        Verdict::NotApplicable(_) | Verdict::NotLookedAt(_) | Verdict::Untestable(_) => Vec::new(),
    }
}

/// What a verdict says, as far as there is room; the first entry of each is told anyway.
pub(super) fn entries(
    verdict: &Verdict,
    name: &str,
    tasks_file: &str,
    wanted: &Wanted,
    left: &mut usize,
) -> Vec<Entry> {
    let entry = |message: &str, nearest: Option<&str>, references: Vec<&Reference>| Entry {
        message: cut(&visible::line(message)),
        nearest: nearest.map(|text| cut(&visible::line(text))),
        places: references
            .into_iter()
            .take(MOST_PLACES)
            .map(|place| {
                (
                    target(place, name, tasks_file, wanted),
                    cut(&visible::line(&place.to_string())),
                )
            })
            .collect(),
    };
    let all: Vec<Entry> = match verdict {
        Verdict::Fail(findings) => findings
            .iter()
            .take(MOST_ENTRIES)
            .map(|finding| entry(&finding.message, None, finding.evidence.iter().collect()))
            .collect(),
        Verdict::Doubtful(doubts) => doubts
            .iter()
            .take(MOST_ENTRIES)
            .map(|doubt| {
                let nearest = doubt.nearest.as_ref();
                let places = nearest
                    .map(|nearest| &nearest.at)
                    .into_iter()
                    .chain(&doubt.evidence);
                entry(
                    &doubt.question,
                    nearest.map(|n| n.text.as_str()),
                    places.collect(),
                )
            })
            .collect(),
        _ => vec![entry(groups::message(verdict), None, Vec::new())],
    };
    let fits = |entry: &Entry| {
        let places = entry
            .places
            .iter()
            .map(|(_, place)| size(place, 80))
            .sum::<usize>();
        let own = size(&entry.message, 150) + places;
        let fits = own <= *left;
        *left -= if fits { own } else { 0 };
        fits
    };
    all.into_iter().filter(fits).collect()
}

/// How many entries of a verdict are told, and how many places of an entry.
const MOST_ENTRIES: usize = 50;
const MOST_PLACES: usize = 8;

/// Where in the section a place is shown.
fn target(place: &Reference, name: &str, tasks_file: &str, wanted: &Wanted) -> Option<String> {
    match place {
        Reference::Exchange { seq, .. } => Some(format!("#{name}/request-{seq}")),
        Reference::Process { seq, .. } => Some(format!("#{name}/process-{seq}")),
        Reference::Place { path, line, .. }
        | Reference::File {
            path,
            line: Some(line),
        } if path == tasks_file && wanted.lines.contains(line) => {
            Some(format!("#{name}/line-{line}"))
        }
        Reference::Transcript { line, .. } => Some(format!("#{name}/transcript-{line}")),
        _ => None,
    }
}
