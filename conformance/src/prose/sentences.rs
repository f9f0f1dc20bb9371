//! The lexicon held against the sentences that stand beside it in `lexicon/sentences.toml`.

use std::collections::BTreeMap;

use super::{Hit, Polarity, Prose, Strength, Topic, lexicon};

/// What a topic makes of a sentence that stands by itself, by the sign that the file has for it.
fn sign(topic: Topic, sentence: &str) -> char {
    let prose = Prose::of_text(sentence);
    let any = |fits: &dyn Fn(&Hit) -> bool| {
        let mut hits = prose.hits.iter().filter(|hit| hit.topic == topic);
        hits.any(fits)
    };
    let is_standing = |hit: &Hit| hit.polarity != Polarity::Denied;
    // What hedges is hedged by itself.
    let is_said = any(&|hit| hit.is_said(topic))
        || topic == Topic::Hedge && any(&|hit| hit.polarity == Polarity::Hedged);
    let is_opposed = any(&|hit| hit.strength == Strength::Counter && is_standing(hit));
    let is_denied = any(&|hit| hit.strength == Strength::Strong && !is_standing(hit));
    let is_replaced = any(&|hit| hit.strength == Strength::Instead && is_standing(hit));
    let is_touched = any(&|hit| hit.strength <= Strength::Strong && is_standing(hit));
    if is_opposed {
        '-'
    } else if is_said {
        '+'
    } else if is_touched && !is_denied && !is_replaced {
        '?'
    } else {
        '-'
    }
}

fn sentences() -> BTreeMap<String, Vec<String>> {
    toml::from_str(include_str!("lexicon/sentences.toml")).unwrap()
}

#[test]
fn topics_take_sentences_as_a_reader_does() {
    let sentences = sentences();
    let mut wrong = Vec::new();
    for topic in Topic::ALL {
        for line in sentences.get(topic.key()).into_iter().flatten() {
            let (expected, sentence) = line.split_at(1);
            let found = sign(*topic, sentence.trim_start());
            if !expected.starts_with(found) {
                wrong.push(format!("{}: {line} (is {found})", topic.key()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "sentences of prose/lexicon/sentences.toml, and what the signs make of them:\n{}",
        wrong.join("\n")
    );
}

/// A topic that only ever says yes, or only ever no, would pass as well without its signs.
#[test]
fn each_topic_has_sentences_of_all_kinds_that_it_can_tell_apart() {
    let sentences = sentences();
    for topic in Topic::ALL {
        let entry = lexicon().entry(*topic);
        let has = |sign: char| {
            let mut lines = sentences.get(topic.key()).into_iter().flatten();
            lines.any(|line| line.starts_with(sign))
        };
        let key = topic.key();
        let strong = "a topic with strong signs, and no other, has such a sentence in prose/lexicon/sentences.toml";
        assert_eq!(has('+'), !entry.strong.is_empty(), "{key} `+`: {strong}");
        assert_eq!(has('-'), !entry.strong.is_empty(), "{key} `-`: {strong}");
        assert!(
            has('?') || entry.weak.is_empty(),
            "{key} `?`: a topic with weak signs has such a sentence in prose/lexicon/sentences.toml"
        );
    }
    let is_topic = |key: &&String| Topic::ALL.iter().any(|topic| topic.key() == key.as_str());
    let strangers: Vec<&String> = sentences.keys().filter(|key| !is_topic(key)).collect();
    assert_eq!(strangers, [""; 0]);
}
