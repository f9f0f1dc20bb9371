//! In which language tasks are written, as far as it matters: whether the absence of an English word
//! says anything.

use super::Task;
use crate::vocabulary::folded;

/// Words of English that hardly any other language has.
const ENGLISH: [&str; 30] = [
    "the", "and", "of", "with", "for", "from", "each", "every", "until", "that", "which", "into",
    "its", "than", "are", "if", "or", "both", "all", "same", "this", "there", "then", "only",
    "not", "is", "per", "one", "to", "by",
];

/// Words of other languages that English does not have.
const FOREIGN: [&str; 52] = [
    "und", "der", "das", "mit", "für", "ist", "ein", "eine", "von", "zu", "den", "dem", "nicht",
    "oder", "bei", "auf", "je", "et", "le", "la", "les", "des", "pour", "avec", "une", "dans",
    "est", "sur", "par", "du", "el", "los", "las", "con", "para", "una", "del", "por", "que", "se",
    "il", "che", "di", "gli", "da", "os", "em", "het", "een", "met", "voor", "wird",
];

/// Whether the tasks are in English. Where that cannot be told they are not.
pub(super) fn is_english<'t>(tasks: impl Iterator<Item = &'t Task>) -> bool {
    let (mut english, mut foreign, mut count) = (0_usize, 0_usize, 0_usize);
    let (mut letters, mut other_letters) = (0_usize, 0_usize);
    for task in tasks {
        count += 1;
        let prose = prose(task);
        letters += prose.chars().filter(|c| c.is_alphabetic()).count();
        other_letters += prose
            .chars()
            .filter(|c| c.is_alphabetic() && !is_latin(*c))
            .count();
        for word in folded(&prose).split_whitespace() {
            english += usize::from(ENGLISH.contains(&word));
            foreign += usize::from(FOREIGN.contains(&word));
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
