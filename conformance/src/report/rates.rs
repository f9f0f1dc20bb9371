//! Rates with their intervals, and what became of claims.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::totals::plural;
use crate::engine::{CaseRates, Claimed, Judgement, RunReport, Standing, rates};
use crate::rules::{self, Rule};
use crate::statistics::{Interval, Tally, pass_all, pass_any, pooled};
use crate::visible;

/// Of how many plays text tells the chance that one of them, or all, come out well.
const SHOWN: [u32; 4] = [1, 2, 4, 8];

/// Of how many at most programs are told.
const MOST: u32 = 16;

/// The part of a text report that is about rates; empty where nothing was played twice and nothing claimed.
pub(super) fn text(report: &RunReport) -> String {
    let mut text = String::new();
    let cases = rates(report);
    if !cases.is_empty() {
        text.push_str("\nrates of what was played more than once, with intervals of 95 %:\n");
        for case in cases.iter().filter(|case| case.plays.all() > 0) {
            push_case(&mut text, case);
        }
        if cases.len() > 1 {
            push_pooled(&mut text, &cases);
        }
    }
    push_claims(&mut text, report);
    visible::text(&text)
}

fn push_case(text: &mut String, case: &CaseRates) {
    let of = case.plays.all();
    let (plays, share) = (plural(of as usize, "play", "plays"), told(case.plays));
    // Writing to a String cannot fail, here and below.
    let _ = writeln!(text, "  {}  {of} {plays}, conformant {share}", case.id);
    if of > 1 {
        let chances = |name: &str, chance: fn(u32, u32, u32) -> Option<f64>| {
            let all = SHOWN.iter().filter_map(|k| {
                let chance = chance(case.plays.kept, of, *k)?;
                Some(format!("{name}{k} {chance:.2}"))
            });
            all.collect::<Vec<_>>().join(", ")
        };
        let (any, all) = (chances("pass@", pass_any), chances("pass^", pass_all));
        let _ = writeln!(text, "      {any}; {all}");
    }
    push_rules(text, &case.rules);
}

fn push_pooled(text: &mut String, cases: &[CaseRates]) {
    let plays: Vec<Tally> = cases.iter().map(|case| case.plays).collect();
    let sum: Tally = plays.iter().copied().sum();
    let share = told_in(sum, pooled(&plays));
    let (count, of) = (cases.len(), sum.all());
    let _ = writeln!(text, "  all {count} cases  {of} plays, conformant {share}");
    for (rule, tallies) in by_rule(cases) {
        let sum: Tally = tallies.iter().copied().sum();
        if sum.violated + sum.undecided > 0 {
            let _ = writeln!(
                text,
                "      {}  {}",
                rule.code,
                told_in(sum, pooled(&tallies))
            );
        }
    }
}

/// The tallies of each rule, case by case, in the order of the catalogue.
fn by_rule(cases: &[CaseRates]) -> Vec<(&'static Rule, Vec<Tally>)> {
    let of = |rule: &'static Rule| {
        let all = cases.iter().flat_map(|case| &case.rules);
        let own = all.filter(|(own, _)| own.code == rule.code);
        (rule, own.map(|(_, tally)| *tally).collect::<Vec<_>>())
    };
    let all = rules::all().map(of);
    all.filter(|(_, tallies)| !tallies.is_empty()).collect()
}

/// What was not always kept by name, and of the rest how many rules there are.
fn push_rules(text: &mut String, rules: &[(&'static Rule, Tally)]) {
    let mut kept: BTreeMap<u32, usize> = BTreeMap::new();
    for (rule, tally) in rules {
        if tally.violated + tally.undecided > 0 {
            let _ = writeln!(text, "      {}  {}", rule.code, told(*tally));
        } else {
            *kept.entry(tally.kept).or_default() += 1;
        }
    }
    for (of, count) in kept.iter().rev() {
        let tally = Tally {
            kept: *of,
            ..Tally::default()
        };
        let rules = plural(*count, "rule", "rules");
        let _ = writeln!(text, "      {count} {rules} kept {}", told(tally));
    }
}

fn told(tally: Tally) -> String {
    told_in(tally, tally.interval())
}

/// `3 of 5 (60 %, 23 to 88 %)`.
fn told_in(tally: Tally, interval: Interval) -> String {
    let (kept, of) = (tally.kept, tally.decided());
    let range = format!("{} to {} %", percent(interval.low), percent(interval.high));
    let share = match tally.rate() {
        Some(rate) => format!("{kept} of {of} ({} %, {range})", percent(rate)),
        None => format!("in no play that can be told ({range})"),
    };
    match tally.undecided {
        0 => share,
        unsure => format!("{share}, {unsure} undecided"),
    }
}

/// A share in hundredths, to one place where whole ones would hide something.
fn percent(share: f64) -> String {
    let hundredths = share * 100.0;
    if share == 0.0 || share == 1.0 {
        format!("{hundredths:.0}")
    } else {
        format!("{hundredths:.1}")
    }
}

fn push_claims(text: &mut String, report: &RunReport) {
    if report.claims.claims.is_empty() {
        return;
    }
    text.push('\n');
    for claim in &report.claims.claims {
        let _ = writeln!(text, "gate {} {}", claim.claim, sentence(claim));
    }
    let _ = writeln!(text, "{}", manner(&report.claims));
}

/// What gates mean for the run.
pub(super) fn manner(claims: &Judgement) -> &'static str {
    if claims.demonstrate {
        "the gates decide, and no single play; what is inconclusive fails, as --gate-demonstrate says"
    } else {
        "the gates decide, and no single play; what is inconclusive fails nothing"
    }
}

/// What came of a claim, to stand behind it.
pub(super) fn sentence(claim: &Claimed) -> String {
    let over = match claim.cases {
        0 | 1 => String::new(),
        cases => format!(" over {cases} cases"),
    };
    let share = format!("{}{over}", told_in(claim.tally, claim.interval));
    match claim.standing {
        Standing::Holds => format!("holds: {share}"),
        Standing::Fails => format!("fails: {share}"),
        Standing::Inconclusive => format!("is inconclusive: {share}; {}", advice(claim)),
        Standing::Untried => "is untried: it applied to no play that was judged".to_owned(),
        Standing::Pending => format!("is pending, as other shards have plays of it: {share}"),
    }
}

/// How many plays it would take.
fn advice(claim: &Claimed) -> String {
    let Some(all) = claim.needed.all_kept else {
        return "no number of plays can show a rate of 1".to_owned();
    };
    let least = format!("it takes at least {all} plays, all kept, to show it");
    match claim.needed.at_this_rate {
        Some(plays) if plays != all => {
            format!("{least}, and about {plays} at this rate to decide it")
        }
        _ => least,
    }
}

/// The rates for programs; null where nothing was played twice.
pub(super) fn json(report: &RunReport) -> Value {
    let cases = rates(report);
    if cases.is_empty() {
        return Value::Null;
    }
    let plays: Vec<Tally> = cases.iter().map(|case| case.plays).collect();
    let sum: Tally = plays.iter().copied().sum();
    let rules = by_rule(&cases).into_iter().map(|(rule, tallies)| {
        let sum: Tally = tallies.iter().copied().sum();
        rate_of(rule, sum, pooled(&tallies))
    });
    json!({
        "confidence": 0.95,
        "cases": cases.iter().map(case_json).collect::<Vec<_>>(),
        "pooled": {
            "plays": rate_json(sum, pooled(&plays)),
            "rules": rules.collect::<Vec<_>>(),
        },
    })
}

fn case_json(case: &CaseRates) -> Value {
    let of = case.plays.all();
    let chances = |chance: fn(u32, u32, u32) -> Option<f64>| -> Vec<f64> {
        let all = (1..=of.min(MOST)).filter_map(|k| chance(case.plays.kept, of, k));
        all.map(rounded).collect()
    };
    let rules = case.rules.iter();
    json!({
        "id": case.id,
        "plays": rate_json(case.plays, case.plays.interval()),
        "pass_any": chances(pass_any),
        "pass_all": chances(pass_all),
        "rules": rules
            .map(|(rule, tally)| rate_of(rule, *tally, tally.interval()))
            .collect::<Vec<_>>(),
    })
}

fn rate_of(rule: &Rule, tally: Tally, interval: Interval) -> Value {
    let mut value = rate_json(tally, interval);
    if let Some(fields) = value.as_object_mut() {
        fields.shift_insert(0, "code".to_owned(), rule.code.into());
    }
    value
}

/// `{kept, violated, undecided, rate, low, high}`.
pub(super) fn rate_json(tally: Tally, interval: Interval) -> Value {
    json!({
        "kept": tally.kept,
        "violated": tally.violated,
        "undecided": tally.undecided,
        "rate": tally.rate().map(rounded),
        "low": rounded(interval.low),
        "high": rounded(interval.high),
    })
}

/// The claims for programs.
pub(super) fn claims_json(report: &RunReport) -> Value {
    let claim = |claim: &Claimed| {
        let mut value = rate_json(claim.tally, claim.interval);
        if let Some(fields) = value.as_object_mut() {
            fields.shift_insert(0, "gate".to_owned(), json!(claim.claim));
            fields.shift_insert(1, "standing".to_owned(), claim.standing.word().into());
            fields.insert("cases".to_owned(), claim.cases.into());
            fields.insert("plays_needed".to_owned(), json!(claim.needed.all_kept));
            fields.insert(
                "plays_needed_at_this_rate".to_owned(),
                json!(claim.needed.at_this_rate),
            );
        }
        value
    };
    report.claims.claims.iter().map(claim).collect()
}

/// To six places: what lies behind them differs from machine to machine.
pub(super) fn rounded(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}
