//! What verdicts say, and where what they point at is shown.

use std::collections::BTreeSet;

use super::super::groups;
use super::room::{Room, cut, size};
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
    /// How many entries there was no room for.
    pub(super) left_out: usize,
}

/// One finding, doubt or reason.
pub(super) struct Entry {
    pub(super) message: String,
    pub(super) nearest: Option<String>,
    pub(super) places: Vec<(Option<String>, String)>,
}

/// Places in a case's evidence: those that verdicts point at, for which there is room first, or those that
/// are shown.
#[derive(Default)]
pub(super) struct Places {
    pub(super) requests: BTreeSet<u64>,
    pub(super) execs: BTreeSet<u64>,
    pub(super) lines: BTreeSet<usize>,
    pub(super) transcript: BTreeSet<usize>,
}

/// What verdicts point at.
pub(super) fn wanted<'v>(verdicts: impl Iterator<Item = &'v Verdict>, tasks_file: &str) -> Places {
    let mut wanted = Places::default();
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
fn references(verdict: &Verdict) -> Vec<&Reference> {
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

/// What a verdict says, as far as there is room, and how many entries there is none for.
pub(super) fn entries(
    verdict: &Verdict,
    name: &str,
    tasks_file: &str,
    shown: &Places,
    room: &mut Room,
) -> (Vec<Entry>, usize) {
    let place = |place: &Reference| {
        let href = target(place, name, tasks_file, shown);
        (href, cut(&visible::line(&place.to_string())))
    };
    let entry = |message: &str, nearest: Option<&str>, references: Vec<&Reference>| Entry {
        message: cut(&visible::line(message)),
        nearest: nearest.map(|text| cut(&visible::line(text))),
        places: references
            .into_iter()
            .take(MOST_PLACES)
            .map(place)
            .collect(),
    };
    let count = match verdict {
        Verdict::Fail(findings) => findings.len(),
        Verdict::Doubtful(doubts) => doubts.len(),
        _ => 1,
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
    let (told, _) = room.first(all, size_of);
    let left_out = count - told.len();
    (told, left_out)
}

/// What an entry takes with its places.
fn size_of(entry: &Entry) -> usize {
    let places = entry.places.iter();
    let places: usize = places
        .map(|(href, place)| taken(href.as_deref(), place))
        .sum();
    let nearest = entry.nearest.as_ref().map_or(0, |text| size(text, 50));
    size(&entry.message, 60) + nearest + places
}

/// What a place takes with what leads to it.
fn taken(href: Option<&str>, place: &str) -> usize {
    size(place, 50) + href.map_or(0, |href| size(href, 0))
}

/// How many entries of a verdict are told, and how many places of an entry.
const MOST_ENTRIES: usize = 50;
const MOST_PLACES: usize = 8;

/// Where in the section a place is shown, if it is.
fn target(place: &Reference, name: &str, tasks_file: &str, shown: &Places) -> Option<String> {
    let (is_shown, target) = match place {
        Reference::Exchange { seq, .. } => (shown.requests.contains(seq), format!("request-{seq}")),
        Reference::Process { seq, .. } => (shown.execs.contains(seq), format!("process-{seq}")),
        Reference::Transcript { line, .. } => (
            shown.transcript.contains(line),
            format!("transcript-{line}"),
        ),
        Reference::Place { path, line, .. }
        | Reference::File {
            path,
            line: Some(line),
        } if path == tasks_file => (shown.lines.contains(line), format!("line-{line}")),
        _ => return None,
    };
    is_shown.then(|| format!("#{name}/{target}"))
}
