//! Words that mean something by standing near each other.
//!
//! `add a debugging task` and `put two more checks into a new phase` have no phrase in common, and
//! still say the same: a verb of adding, and what is added shortly behind it.

use super::folded;

/// Whether one of `first` is followed by one of `then`, with no more than `reach` words from the one
/// to the other. Words are compared as topics compare theirs: a star stands for the rest of a word.
///
/// ```
/// use wild_conformance::vocabulary::follows;
///
/// assert!(follows("Put a debugging task into phase 3", &["put", "add*"], &["task*"], 4));
/// assert!(!follows("The task puts it there", &["put"], &["task*"], 4));
/// ```
pub fn follows(text: &str, first: &[&str], then: &[&str], reach: usize) -> bool {
    let text = folded(text);
    let words: Vec<&str> = text.split_whitespace().collect();
    words.iter().enumerate().any(|(at, word)| {
        is_one_of(word, first)
            && words[at + 1..]
                .iter()
                .take(reach)
                .any(|next| is_one_of(next, then))
    })
}

/// The same in either order.
pub fn near(text: &str, some: &[&str], others: &[&str], reach: usize) -> bool {
    follows(text, some, others, reach) || follows(text, others, some, reach)
}

fn is_one_of(word: &str, terms: &[&str]) -> bool {
    terms.iter().any(|term| match term.strip_suffix('*') {
        Some(stem) => word.starts_with(stem),
        None => word == *term,
    })
}
