//! Why a difference between two runs may not be the agent's.

use std::collections::BTreeSet;

use serde::Serialize;

use super::side::{File, Side, SideCase};

/// Something that was not the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// What it is.
    pub kind: MarkKind,
    /// In a sentence.
    pub message: String,
}

/// What was not the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// The prompt.
    Prompt,
    /// What a case sets up.
    Case,
    /// Which cases were played.
    Suite,
    /// The version of the harness.
    Version,
    /// How severely was judged.
    Severity,
    /// What rules weigh.
    Levels,
    /// What was known.
    Baseline,
    /// Which rules were asked.
    Rules,
    /// Not everything was played or judged.
    Unjudged,
}

/// How many names are told before the rest is counted.
const NAMED: usize = 3;

/// Everything that was not the same.
pub(super) fn of(base: &Side, new: &Side, common: &BTreeSet<&str>) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut push = |kind, message: Option<String>| {
        marks.extend(message.map(|message| Mark { kind, message }));
    };
    let prompts = |case: &SideCase| case.prompts.clone();
    let set_ups = |case: &SideCase| case.set_ups.clone();
    push(
        MarkKind::Prompt,
        otherwise(base, new, common, prompts).map(|cases| format!("other prompts in {cases}")),
    );
    push(
        MarkKind::Case,
        otherwise(base, new, common, set_ups).map(|cases| format!("set up otherwise: {cases}")),
    );
    push(MarkKind::Prompt, unknown(base, new, common));
    push(MarkKind::Suite, suites(base, new));
    push(MarkKind::Version, versions(base, new));
    push(MarkKind::Severity, severity(base, new));
    push(MarkKind::Levels, levels(base, new, common));
    push(MarkKind::Baseline, baselines(base, new));
    push(MarkKind::Rules, rules_files(base, new));
    push(MarkKind::Rules, rules(base, new, common));
    for (name, side) in [("BASE", base), ("NEW", new)] {
        push(MarkKind::Unjudged, unjudged(name, side));
    }
    marks
}

/// The cases in which something that is known on both sides is not the same.
fn otherwise(
    base: &Side,
    new: &Side,
    common: &BTreeSet<&str>,
    of: impl Fn(&SideCase) -> BTreeSet<String>,
) -> Option<String> {
    let differs = |id: &&&str| {
        let (old, now) = (base.cases.get(**id).map(&of), new.cases.get(**id).map(&of));
        let known = old.zip(now).filter(|(a, b)| !a.is_empty() && !b.is_empty());
        known.is_some_and(|(a, b)| a != b)
    };
    named(common.iter().filter(differs).copied())
}

/// The cases of which nobody knows the prompt.
fn unknown(base: &Side, new: &Side, common: &BTreeSet<&str>) -> Option<String> {
    let is_unknown = |side: &Side, id: &str| {
        let case = side.cases.get(id);
        case.is_some_and(|case| case.prompts.is_empty() && !case.tallies.is_empty())
    };
    let unknown = |id: &&&str| is_unknown(base, id) || is_unknown(new, id);
    let cases = named(common.iter().filter(unknown).copied())?;
    Some(format!(
        "whether the prompts are the same is not known of {cases}: a report of an earlier version does not tell"
    ))
}

fn suites(base: &Side, new: &Side) -> Option<String> {
    let only = |side: &Side, other: &Side, name: &str| {
        let cases = named(side.ids().filter(|id| !other.has(id)))?;
        Some(format!("only in {name}: {cases}"))
    };
    let told: Vec<String> = [only(base, new, "BASE"), only(new, base, "NEW")]
        .into_iter()
        .flatten()
        .collect();
    (!told.is_empty()).then(|| format!("other cases were played; {}", told.join("; ")))
}

fn versions(base: &Side, new: &Side) -> Option<String> {
    let of = |side: &Side| {
        let recorded: Vec<&str> = side.recorded_by.iter().map(String::as_str).collect();
        format!(
            "recorded by {} and judged by {}",
            recorded.join(", "),
            side.judged_by
        )
    };
    let (old, now) = (of(base), of(new));
    (old != now).then(|| format!("other versions of the harness: BASE was {old}, NEW {now}"))
}

fn severity(base: &Side, new: &Side) -> Option<String> {
    let of = |side: &Side| {
        let strict = if side.strict {
            "strictly"
        } else {
            "not strictly"
        };
        format!("{strict} and with --doubts {}", side.doubts)
    };
    let (old, now) = (of(base), of(new));
    (old != now).then(|| format!("BASE was judged {old}, NEW {now}"))
}

fn rules(base: &Side, new: &Side, common: &BTreeSet<&str>) -> Option<String> {
    let codes = in_one_only(base, new, common, |case| &case.not_asked)?;
    Some(format!(
        "asked in one run only, as the prompt or --ignore says: {codes}"
    ))
}

/// What is in the one set or the other for the cases that are in both.
fn in_one_only(
    base: &Side,
    new: &Side,
    common: &BTreeSet<&str>,
    of: impl Fn(&SideCase) -> &BTreeSet<String>,
) -> Option<String> {
    let mut differing: BTreeSet<&str> = BTreeSet::new();
    for id in common {
        if let (Some(old), Some(now)) = (base.cases.get(*id), new.cases.get(*id)) {
            differing.extend(of(old).symmetric_difference(of(now)).map(String::as_str));
        }
    }
    named(differing.into_iter())
}

fn levels(base: &Side, new: &Side, common: &BTreeSet<&str>) -> Option<String> {
    let levels = in_one_only(base, new, common, |case| &case.levels)?;
    Some(format!(
        "other levels are in force; in one run only: {levels}"
    ))
}

fn baselines(base: &Side, new: &Side) -> Option<String> {
    let of = |side: &Side| {
        side.baseline
            .as_ref()
            .map_or("no baseline".to_owned(), named_file)
    };
    let digest = |side: &Side| side.baseline.as_ref().map(|file| file.sha256.clone());
    let differs = digest(base) != digest(new);
    differs.then(|| format!("BASE was judged with {}, NEW with {}", of(base), of(new)))
}

fn rules_files(base: &Side, new: &Side) -> Option<String> {
    let of = |side: &Side| {
        let files: Vec<String> = side.rules_files.iter().map(named_file).collect();
        if files.is_empty() {
            "no rules of somebody's own".to_owned()
        } else {
            files.join(", ")
        }
    };
    let digests = |side: &Side| -> BTreeSet<String> {
        side.rules_files
            .iter()
            .map(|file| file.sha256.clone())
            .collect()
    };
    let differs = digests(base) != digests(new);
    differs.then(|| format!("BASE was judged by {}, NEW by {}", of(base), of(new)))
}

/// A file with the beginning of its digest, as two of one name may differ.
fn named_file(file: &File) -> String {
    const SHOWN: usize = 8;
    let digest: String = file.sha256.chars().take(SHOWN).collect();
    format!("{} ({digest})", file.file)
}

fn unjudged(name: &str, side: &Side) -> Option<String> {
    let count = side.unjudged();
    let mut told = Vec::new();
    if count > 0 {
        told.push(format!(
            "plays of {name} that could not be judged and enter no rate: {count}"
        ));
    }
    if !side.is_whole {
        told.push(format!("{name} was not played to its end"));
    }
    (!told.is_empty()).then(|| told.join("; "))
}

/// Some names, and how many more there are.
fn named<'a>(names: impl Iterator<Item = &'a str>) -> Option<String> {
    let all: Vec<&str> = names.collect();
    let first = all.get(..NAMED.min(all.len()))?.join(", ");
    match all.len().saturating_sub(NAMED) {
        _ if all.is_empty() => None,
        0 => Some(first),
        more => Some(format!("{first} and {more} more")),
    }
}
