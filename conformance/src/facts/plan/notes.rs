//! Which notes of a plan describe, and which decide.

use crate::prose::{Before, Prose, Topic, Zone};

/// Longest label of a note, in tokens.
const LONGEST_LABEL: usize = 8;

/// Notes that are labelled as findings or risks describe; all others decide.
pub(super) fn sort(prose: &mut Prose) {
    for index in 0..prose.segments.len() {
        if prose.segments[index].zone != Zone::Note || prescribes_flow(prose, index) {
            continue;
        }
        let governor = prose.segments[index].governor;
        let is_governed = governor
            .and_then(|at| prose.segments.get(at))
            .is_some_and(|governor| governor.zone == Zone::Finding);
        if is_governed || is_labelled(prose, index) {
            prose.segments[index].zone = Zone::Finding;
        }
    }
}

/// Whether a note says how sweeps and runs are made, whatever its label.
fn prescribes_flow(prose: &Prose, segment: usize) -> bool {
    let sentences = prose.segments[segment].sentences.clone();
    sentences
        .flat_map(|sentence| prose.hits_of(sentence))
        .any(|hit| hit.is_said(Topic::Create) || hit.is_said(Topic::Sweep))
}

/// Whether a note's label speaks of findings or risks, and not of root and layout.
fn is_labelled(prose: &Prose, segment: usize) -> bool {
    let Some(sentence) = prose.segments[segment].sentences.clone().next() else {
        return false;
    };
    let tokens = &prose.sentences[sentence].tokens;
    let label_end = tokens.clone().skip(1).find(|at| {
        prose
            .tokens
            .get(*at)
            .is_some_and(|token| matches!(token.before, Before::Colon | Before::Dash))
    });
    let end = label_end
        .unwrap_or(tokens.end)
        .min(tokens.start + LONGEST_LABEL);
    let has = |topic: Topic| {
        prose
            .hits_of(sentence)
            .iter()
            .any(|hit| hit.topic == topic && hit.tokens.start < end)
    };
    (has(Topic::Findings) || has(Topic::Risks)) && !has(Topic::Root)
}
