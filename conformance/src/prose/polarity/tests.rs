use super::*;
use crate::prose::Prose;

fn polarity(text: &str, topic: Topic) -> Option<Polarity> {
    let prose = Prose::of_text(text);
    let hits = prose
        .hits
        .iter()
        .filter(|hit| hit.topic == topic && hit.strength == Strength::Strong);
    hits.map(|hit| hit.polarity).min()
}

#[test]
fn what_is_denied_in_a_condition_is_supposed() {
    for (text, expected) in [
        (
            "Plan anew if a number cannot be traced or the ablation differs",
            true,
        ),
        ("If no ablation is there, stop", true),
        ("Note whether the ablation is skipped", true),
        ("If time is short, no ablation is run", false),
        ("No ablation is planned", false),
        ("An ablation is planned", false),
    ] {
        let prose = Prose::of_text(text);
        let mut hits = prose.hits.iter().filter(|hit| hit.topic == Topic::Ablation);
        assert_eq!(hits.any(|hit| hit.is_supposed), expected, "{text}");
    }
}

#[test]
fn denials_reach_as_far_as_a_reader_takes_them() {
    use Polarity::{Affirmed, Denied, Hedged};
    for (text, expected) in [
        ("An ablation is planned", Affirmed),
        ("No ablation is planned", Denied),
        ("The ablation is skipped", Denied),
        ("Ablation: none", Denied),
        ("Out of scope: an ablation", Denied),
        ("If time permits, run an ablation", Hedged),
        (
            "There is no exp folder, so the ablation goes elsewhere",
            Affirmed,
        ),
        ("Not only the baseline but also an ablation", Affirmed),
        ("No report without an ablation", Affirmed),
        ("Do not run it locally; do an ablation", Affirmed),
        ("We never stop, and the ablation is run", Affirmed),
        ("No tuning, no ablation", Denied),
        ("No plots, tables or ablation", Denied),
        ("Never use an ablation", Denied),
        ("Runs without noise (an ablation)", Affirmed),
        ("An ablation if the cache is ignored", Affirmed),
        ("A record (there is no other) and an ablation", Affirmed),
        ("An ablation, as in the paper, is not acceptable", Denied),
        ("Run an ablation, the table is skipped", Affirmed),
    ] {
        assert_eq!(polarity(text, Topic::Ablation), Some(expected), "{text}");
    }
}
