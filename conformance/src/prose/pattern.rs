//! The little language in which the lexicon writes its signs down.
//!
//! ```text
//! stdout & stderr                two sequences anywhere in the same sentence
//! one|each ..3 run*              words with alternatives, stems with a star, a gap of up to 3 tokens
//! <each> ?tracked run            a class of words, a word that may be missing
//! #template  #number  #path      what a token is, whatever it says
//! @create                        one of the endpoints that the lexicon lists under this name
//! path: ablation*                a word inside a path
//! capture* & !screen             and not
//! ```

use std::collections::BTreeMap;

/// What a sequence looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Scope {
    /// The tokens of a sentence.
    Sentence,
    /// The words inside a path.
    Path,
}

/// One token of a sequence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Step {
    /// What the token must be.
    pub(super) element: Element,
    /// How many other tokens may stand in front of it.
    pub(super) gap: u8,
}

/// What a token must be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Element {
    /// One of these words; a star stands for the rest of a word.
    Words(Vec<String>),
    /// A token of this kind, by its name.
    Kind(String),
    /// An endpoint of this name.
    Endpoint(String),
}

/// Tokens that follow one another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sequence {
    pub(super) scope: Scope,
    pub(super) steps: Vec<Step>,
}

/// A sequence in all its alternatives; whether it must be missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) is_excluded: bool,
    pub(super) alternatives: Vec<Sequence>,
}

/// Most sequences that one part may stand for.
const MOST: usize = 4000;

/// Reads a sign.
///
/// # Errors
/// Says what is wrong with it.
pub(super) fn parse(
    sign: &str,
    classes: &BTreeMap<String, Vec<String>>,
) -> Result<Vec<Part>, String> {
    sign.split(" & ")
        .map(|part| self::part(part.trim(), classes))
        .collect::<Result<Vec<Part>, String>>()
        .map_err(|error| format!("`{sign}`: {error}"))
}

fn part(text: &str, classes: &BTreeMap<String, Vec<String>>) -> Result<Part, String> {
    let (is_excluded, text) = match text.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (scope, text) = match text.strip_prefix("path:") {
        Some(rest) => (Scope::Path, rest),
        None => (Scope::Sentence, text),
    };
    let mut all: Vec<Vec<Step>> = vec![Vec::new()];
    let mut gap = 0;
    for word in text.split_whitespace() {
        if let Some(reach) = word.strip_prefix("..") {
            gap = reach.parse().map_err(|_| format!("`{word}` is no gap"))?;
            continue;
        }
        let (is_optional, word) = match word.strip_prefix('?') {
            Some(rest) => (true, rest),
            None => (false, word),
        };
        let choices = choices(word, classes)?;
        let mut grown = if is_optional { all.clone() } else { Vec::new() };
        for steps in &all {
            grown.extend(choices.iter().map(|choice| longer(steps, choice, gap)));
            if grown.len() > MOST {
                return Err("too many alternatives".to_owned());
            }
        }
        all = grown;
        // A word that may be missing does not use up the gap in front of it.
        if !is_optional {
            gap = 0;
        }
    }
    let mut alternatives: Vec<Sequence> = all
        .into_iter()
        .filter(|steps| !steps.is_empty())
        .map(|steps| Sequence { scope, steps })
        .collect();
    alternatives.sort();
    alternatives.dedup();
    if alternatives.is_empty() {
        return Err("a part is empty".to_owned());
    }
    Ok(Part {
        is_excluded,
        alternatives,
    })
}

/// The steps with those of a choice behind them, the first of which may stand as far off as the gap is.
fn longer(steps: &[Step], choice: &[Element], gap: u8) -> Vec<Step> {
    let mut longer = steps.to_vec();
    for (index, element) in choice.iter().enumerate() {
        let stands_off = index == 0 && !steps.is_empty();
        longer.push(Step {
            element: element.clone(),
            gap: if stands_off { gap } else { 0 },
        });
    }
    longer
}

/// What a word of a pattern may be: single tokens together, and every phrase by itself.
fn choices(
    word: &str,
    classes: &BTreeMap<String, Vec<String>>,
) -> Result<Vec<Vec<Element>>, String> {
    let mut singles = Vec::new();
    let mut phrases = Vec::new();
    for alternative in word.split('|') {
        if let Some(kind) = alternative.strip_prefix('#') {
            phrases.push(vec![Element::Kind(kind.to_owned())]);
            continue;
        }
        if let Some(name) = alternative.strip_prefix('@') {
            phrases.push(vec![Element::Endpoint(name.to_owned())]);
            continue;
        }
        let Some(name) = alternative
            .strip_prefix('<')
            .and_then(|rest| rest.strip_suffix('>'))
        else {
            singles.push(alternative.to_owned());
            continue;
        };
        let members = classes
            .get(name)
            .ok_or_else(|| format!("there is no class `{name}`"))?;
        for member in members {
            if let Some(kind) = member.strip_prefix('#') {
                phrases.push(vec![Element::Kind(kind.to_owned())]);
            } else if member.contains(' ') {
                let words = member.split_whitespace();
                phrases.push(words.map(|w| Element::Words(vec![w.to_owned()])).collect());
            } else {
                singles.push(member.clone());
            }
        }
    }
    singles.sort();
    singles.dedup();
    if !singles.is_empty() {
        phrases.push(vec![Element::Words(singles)]);
    }
    Ok(phrases)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(sign: &str) -> Vec<usize> {
        let classes = BTreeMap::from([(
            "each".to_owned(),
            vec![
                "each".to_owned(),
                "every".to_owned(),
                "one by one".to_owned(),
            ],
        )]);
        let parts = parse(sign, &classes).unwrap();
        parts.iter().map(|part| part.alternatives.len()).collect()
    }

    #[test]
    fn alternatives_multiply_and_single_words_stay_together() {
        assert_eq!(count("a|b c"), [1]);
        assert_eq!(count("<each> ?new run & !x"), [4, 1]);
    }

    #[test]
    fn gaps_stand_in_front_of_the_next_word() {
        let parts = parse("a ..3 ?b c", &BTreeMap::new()).unwrap();
        let gaps: Vec<Vec<u8>> = parts[0]
            .alternatives
            .iter()
            .map(|sequence| sequence.steps.iter().map(|step| step.gap).collect())
            .collect();
        assert!(gaps.contains(&vec![0, 3]) && gaps.contains(&vec![0, 3, 3]));
    }

    #[test]
    fn what_is_wrong_is_told() {
        let error = parse("a <b>", &BTreeMap::new()).unwrap_err();
        assert_eq!(error, "`a <b>`: there is no class `b`");
    }
}
