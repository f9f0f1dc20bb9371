//! Why a rule is decided as it is, for people.

use std::fmt::Write as _;

use super::coverage::place;
use crate::demand::{Row, State, Why};
use crate::prose::{Polarity, Strength};
use crate::rules::Rule;
use crate::visible;

/// What a sign is worth, in words.
pub(crate) fn worth(strength: Strength, polarity: Polarity) -> String {
    let strength = match strength {
        Strength::Strong => "strong",
        Strength::Weak => "weak",
        Strength::Counter => "counter",
        Strength::Instead => "instead",
    };
    let polarity = match polarity {
        Polarity::Affirmed => "",
        Polarity::Hedged => ", left open",
        Polarity::Denied => ", denied",
    };
    format!("{strength}{polarity}")
}

/// What a rule asks and what it says, and for a demand on prose what was looked for, what was found
/// where, and what tipped it.
pub fn why_text(rule: &Rule, row: &Row, why: Option<&Why>) -> String {
    let mut text = format!(
        "{} {} ({}): {}\n",
        rule.code,
        rule.slug,
        rule.level.word(),
        row.asks
    );
    if let Some(why) = why {
        push_search(&mut text, why);
    }
    // Writing to a String cannot fail, here and below.
    let _ = write!(text, "\n{}", row.state.word());
    let _ = match &row.remark {
        Some(remark) => writeln!(text, ": {remark}"),
        None => writeln!(text),
    };
    for passage in &row.passages {
        let _ = writeln!(text, "  {}: \"{}\"", place(passage), passage.text);
    }
    if let Some(why) = why {
        push_reason(&mut text, row, why);
    }
    visible::text(&text)
}

fn push_search(text: &mut String, why: &Why) {
    text.push_str("\nlooked for:\n");
    for (topic, about) in &why.topics {
        let _ = writeln!(text, "  {topic}: {about}");
    }
    if why.found.is_empty() {
        text.push_str("\nfound: no sign of it in the whole plan\n");
        return;
    }
    text.push_str("\nfound:\n");
    let mut last = None;
    for found in &why.found {
        if last.as_ref() != Some(&found.sentence.span) {
            let zone = found.sentence.zone_word();
            let place = place(&found.sentence);
            let _ = match &found.sentence.task {
                Some(_) => writeln!(text, "  {place} ({zone}): \"{}\"", found.sentence.text),
                None => writeln!(text, "  {place}: \"{}\"", found.sentence.text),
            };
            last = Some(found.sentence.span.clone());
        }
        let (topic, worth) = (&found.topic, worth(found.strength, found.polarity));
        let _ = writeln!(text, "    {topic} ({worth}): \"{}\"", found.words);
    }
}

fn push_reason(text: &mut String, row: &Row, why: &Why) {
    if !why.counted.is_empty() {
        text.push_str("\ncounted:\n");
    }
    for (what, passages) in &why.counted {
        let places: Vec<String> = passages.iter().map(place).collect();
        let _ = writeln!(text, "  {what}: line {}", places.join("; line "));
    }
    let _ = match (row.state, row.state == why.state) {
        (State::NotAsked, _) => {
            writeln!(
                text,
                "\nif it were asked it would be {}: {}",
                why.state.word(),
                why.reason
            )
        }
        (_, true) => writeln!(text, "\ntipped by: {}", why.reason),
        // The rule looks at more than the demand, or somebody settled the doubt.
        (_, false) => writeln!(
            text,
            "\nby the words alone it would be {}: {}",
            why.state.word(),
            why.reason
        ),
    };
}
