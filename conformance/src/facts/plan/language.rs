//! In which language tasks are written, as far as it matters: whether the absence of an English word
//! says anything.

use super::Task;
use crate::vocabulary::folded;

/// Words of English that hardly any other language has, sorted.
const ENGLISH: [&str; 30] = [
    "all", "and", "are", "both", "by", "each", "every", "for", "from", "if", "into", "is", "its",
    "not", "of", "one", "only", "or", "per", "same", "than", "that", "the", "then", "there",
    "this", "to", "until", "which", "with",
];

/// Words of other languages that English does not have, sorted.
const FOREIGN: [&str; 52] = [
    "auf", "avec", "bei", "che", "con", "da", "dans", "das", "del", "dem", "den", "der", "des",
    "di", "du", "een", "ein", "eine", "el", "em", "est", "et", "für", "gli", "het", "il", "ist",
    "je", "la", "las", "le", "les", "los", "met", "mit", "nicht", "oder", "os", "par", "para",
    "por", "pour", "que", "se", "sur", "una", "und", "une", "von", "voor", "wird", "zu",
];

/// Whether the tasks are in English. Where that cannot be told they are not.
pub(super) fn is_english<'t>(tasks: impl Iterator<Item = &'t Task>) -> bool {
    let (mut english, mut foreign, mut count) = (0_usize, 0_usize, 0_usize);
    let (mut letters, mut other_letters) = (0_usize, 0_usize);
    for task in tasks {
        count += 1;
        let prose = prose(task);
        for c in prose.chars().filter(|c| c.is_alphabetic()) {
            letters += 1;
            other_letters += usize::from(!is_latin(c));
        }
        for word in folded(&prose).split_whitespace() {
            english += usize::from(ENGLISH.binary_search(&word).is_ok());
            foreign += usize::from(FOREIGN.binary_search(&word).is_ok());
        }
    }
    other_letters * 5 <= letters && english * 2 >= count && english >= foreign * 2
}

/// What is to be done and when it is done, without code. Names of fields are English everywhere.
fn prose(task: &Task) -> String {
    let done_when = task.field("done-when").unwrap_or_default();
    let parts = [task.text.as_str(), done_when];
    parts
        .into_iter()
        .flat_map(|text| text.split('`').step_by(2))
        .flat_map(|text| text.split_whitespace())
        .filter(|word| !word.contains('/'))
        .collect::<Vec<_>>()
        .join(" ")
}

fn is_latin(c: char) -> bool {
    c < '\u{250}'
}
