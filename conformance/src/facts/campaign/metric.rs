//! Which metrics a heading may name, and what it gives of them.

/// Words beside a metric's name in a heading, and what they make of several values.
const KINDS: [(&str, Kind); 17] = [
    ("mean", Kind::Mean),
    ("avg", Kind::Mean),
    ("average", Kind::Mean),
    ("final", Kind::Mean),
    ("last", Kind::Mean),
    ("score", Kind::Mean),
    ("over", Kind::Mean),
    ("seeds", Kind::Mean),
    ("median", Kind::Any),
    ("min", Kind::Any),
    ("max", Kind::Any),
    ("best", Kind::Any),
    ("worst", Kind::Any),
    ("std", Kind::Spread),
    ("sd", Kind::Spread),
    ("stdev", Kind::Spread),
    ("ci", Kind::Spread),
];

/// Most words of a heading that names a metric.
const MOST_WORDS: usize = 16;

/// Longest heading that names a metric, in bytes.
const LONGEST: usize = 256;

/// What a column gives of several values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Their mean.
    Mean,
    /// One of them, or what lies between two.
    Any,
    /// How far they lie apart, which is not held against anything.
    Spread,
}

/// A name in lower case, with one underscore for whatever separates its words.
pub(super) fn folded(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("_")
}

/// The metrics that a folded heading may name, the longest first: any of its words in a row, where each of
/// the others says what is given of several values.
pub(super) fn candidates(heading: &str) -> Vec<(&str, Kind)> {
    let mut starts = vec![0];
    starts.extend(heading.match_indices('_').map(|(at, _)| at + 1));
    if heading.is_empty() || heading.len() > LONGEST || starts.len() > MOST_WORDS {
        return Vec::new();
    }
    let ends: Vec<usize> = starts[1..].iter().map(|start| start - 1).collect();
    let ends: Vec<usize> = ends.into_iter().chain([heading.len()]).collect();
    let words = starts.iter().zip(&ends);
    let kinds: Vec<Option<Kind>> = words
        .map(|(start, end)| kind(&heading[*start..*end]))
        .collect();
    let count = starts.len();
    let ranges = (0..count).flat_map(|first| (first..count).map(move |last| (first, last)));
    let mut found: Vec<(&str, Kind)> = ranges
        .filter_map(|(first, last)| {
            let outside = kinds[..first].iter().chain(&kinds[last + 1..]).copied();
            let outside: Vec<Kind> = outside.collect::<Option<_>>()?;
            Some((&heading[starts[first]..ends[last]], strongest(&outside)))
        })
        .collect();
    found.sort_by_key(|(key, _)| std::cmp::Reverse(key.len()));
    found
}

fn kind(word: &str) -> Option<Kind> {
    let found = KINDS.iter().find(|(known, _)| *known == word);
    found.map(|(_, kind)| *kind)
}

fn strongest(kinds: &[Kind]) -> Kind {
    let order = [Kind::Spread, Kind::Any];
    let mut found = order.into_iter().filter(|kind| kinds.contains(kind));
    found.next().unwrap_or(Kind::Mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_name_metrics_beside_words_that_say_what_is_given() {
        let of = |heading: &str| -> Vec<(String, Kind)> {
            let heading = folded(heading);
            let found = candidates(&heading).into_iter();
            found.map(|(key, kind)| (key.to_owned(), kind)).collect()
        };
        let has = |heading: &str, key: &str, kind| of(heading).contains(&(key.to_owned(), kind));
        assert_eq!(of("Val BPC"), [("val_bpc".to_owned(), Kind::Mean)]);
        let best = of("best val_bpc");
        assert_eq!(best[0], ("best_val_bpc".to_owned(), Kind::Mean));
        assert!(has("best val_bpc", "val_bpc", Kind::Any) && best.len() == 2);
        assert!(has("loss (std)", "loss", Kind::Spread));
        assert!(!has("gain in loss", "loss", Kind::Mean));
        assert!(of(&"a ".repeat(17)).is_empty() && of("").is_empty());
    }
}
