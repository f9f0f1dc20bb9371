//! The differences, and which of them chance would not make.

use std::collections::{BTreeMap, BTreeSet};

use super::side::{PLAYS, Side};
use crate::statistics::{
    ALPHA, Interval, Pair, Tally, adjusted, difference, least_p, p_value, pooled_difference,
    surplus,
};

/// How often something was kept in both runs.
#[derive(Debug, Clone)]
pub struct Row {
    /// The case; absent where it is about all of them.
    pub case: Option<String>,
    /// A rule's code, or `pass` for whole plays.
    pub subject: String,
    /// The first run.
    pub base: Tally,
    /// The second run.
    pub new: Tally,
    /// The second rate less the first; absent where one cannot be told.
    pub difference: Option<f64>,
    /// Where that difference lies.
    pub interval: Interval,
    /// Which way it goes case by case, whatever the undecided plays were.
    pub trend: Trend,
    /// How probable so large a difference is where there is none.
    pub p: f64,
    /// The same with regard to how many differences were looked at.
    pub adjusted: f64,
}

impl Row {
    /// Whether it goes this way, and chance would not make it.
    pub(super) fn is(&self, trend: Trend) -> bool {
        self.trend == trend && self.adjusted <= ALPHA
    }
}

/// Which way a difference goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trend {
    /// More is kept.
    Better,
    /// Less is kept.
    Worse,
    /// Neither, or nobody can tell.
    Neither,
}

impl Trend {
    /// Its word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Neither => "neither",
        }
    }

    fn of(ways: &[Vec<Pair>]) -> Self {
        let all = |is: fn(f64) -> bool| ways.iter().all(|pairs| is(surplus(pairs)));
        if all(|surplus| surplus > 0.0) {
            Self::Better
        } else if all(|surplus| surplus < 0.0) {
            Self::Worse
        } else {
            Self::Neither
        }
    }
}

/// What most plays of one run kept, and most of the other did not.
#[derive(Debug, Clone)]
pub struct Flip {
    /// The case.
    pub case: String,
    /// A rule's code, or `pass` for whole plays.
    pub subject: String,
    /// Whether it was kept before.
    pub is_broken: bool,
    /// The first run.
    pub base: Tally,
    /// The second run.
    pub new: Tally,
}

/// A row with what it was made of.
pub(super) type Sourced = ((Tally, Tally), Row);

/// Case by case: whole plays and each rule that applied on both sides.
pub(super) fn by_case(base: &Side, new: &Side, common: &BTreeSet<&str>) -> Vec<Sourced> {
    let mut all = Vec::new();
    for id in common {
        let (Some(old), Some(now)) = (base.cases.get(*id), new.cases.get(*id)) else {
            continue;
        };
        for (subject, tally) in &old.tallies {
            if let Some(own) = now.tallies.get(subject) {
                let both = (*tally, *own);
                all.push((both, row(Some((*id).to_owned()), subject, &[both])));
            }
        }
    }
    corrected(all.iter_mut().map(|(both, row)| (vec![*both], row)));
    all
}

/// The same over all cases.
pub(super) fn pooled(by_case: &[Sourced]) -> Vec<Row> {
    let mut by_subject: BTreeMap<&str, Vec<(Tally, Tally)>> = BTreeMap::new();
    for (both, row) in by_case {
        by_subject.entry(&row.subject).or_default().push(*both);
    }
    let mut all: Vec<(Vec<(Tally, Tally)>, Row)> = by_subject
        .into_iter()
        .map(|(subject, cases)| {
            let row = row(None, subject, &cases);
            (cases, row)
        })
        .collect();
    all.sort_by_key(|(_, row)| row.subject != PLAYS);
    corrected(all.iter_mut().map(|(cases, row)| (cases.clone(), row)));
    all.into_iter().map(|(_, row)| row).collect()
}

/// Whatever flipped, what was broken first.
pub(super) fn flips(by_case: &[Sourced]) -> Vec<Flip> {
    let mut all: Vec<Flip> = by_case
        .iter()
        .filter_map(|((base, new), row)| {
            let (was, is) = (mostly(*base)?, mostly(*new)?);
            (was != is).then(|| Flip {
                case: row.case.clone().unwrap_or_default(),
                subject: row.subject.clone(),
                is_broken: was,
                base: *base,
                new: *new,
            })
        })
        .collect();
    all.sort_by_key(|flip| !flip.is_broken);
    all
}

/// Whether more than half of the plays kept it, or more than half did not.
fn mostly(tally: Tally) -> Option<bool> {
    let half = |count: u32| 2 * count > tally.all();
    match (half(tally.kept), half(tally.violated)) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

fn row(case: Option<String>, subject: &str, cases: &[(Tally, Tally)]) -> Row {
    let base: Tally = cases.iter().map(|(base, _)| *base).sum();
    let new: Tally = cases.iter().map(|(_, new)| *new).sum();
    let ways = ways(cases);
    let intervals = ways.iter().map(|pairs| match pairs.as_slice() {
        [only] => difference(*only),
        several => pooled_difference(several),
    });
    let interval = intervals.reduce(Interval::hull).unwrap_or(Interval {
        low: -1.0,
        high: 1.0,
    });
    let trend = Trend::of(&ways);
    // Where it goes this way at the one extreme and that way at the other, there is none somewhere between.
    let p = match trend {
        Trend::Neither => 1.0,
        _ => ways.iter().map(|pairs| p_value(pairs)).fold(0.0, f64::max),
    };
    Row {
        case,
        subject: subject.to_owned(),
        base,
        new,
        difference: base.rate().zip(new.rate()).map(|(base, new)| new - base),
        interval,
        trend,
        p,
        adjusted: p,
    }
}

/// What the plays may have been: of what nobody can tell, all was kept before and nothing is now, or the other
/// way round. What holds either way, holds.
fn ways(cases: &[(Tally, Tally)]) -> Vec<Vec<Pair>> {
    let as_if = |was_kept: bool, is_kept: bool| -> Vec<Pair> {
        let pair = |(base, new): &(Tally, Tally)| Pair {
            base: base.settled(was_kept),
            new: new.settled(is_kept),
        };
        cases.iter().map(pair).collect()
    };
    let is_sure = cases
        .iter()
        .all(|(base, new)| base.undecided + new.undecided == 0);
    if is_sure {
        return vec![as_if(false, false)];
    }
    vec![as_if(true, false), as_if(false, true)]
}

fn corrected<'a>(rows: impl Iterator<Item = (Vec<(Tally, Tally)>, &'a mut Row)>) {
    let (tests, rows): (Vec<(f64, f64)>, Vec<&mut Row>) = rows
        .map(|(cases, row)| {
            let ways = ways(&cases);
            let least = ways.iter().map(|pairs| least_p(pairs)).fold(0.0, f64::max);
            // Nothing could have been shown where one side decided nothing.
            let is_test = [true, false].into_iter().all(|is_base| {
                let decided =
                    |both: &(Tally, Tally)| if is_base { both.0 } else { both.1 }.decided();
                cases.iter().map(decided).sum::<u32>() > 0
            });
            let least = if is_test { least } else { 1.0 };
            ((row.p, least), row)
        })
        .unzip();
    for (row, p) in rows.into_iter().zip(adjusted(&tests)) {
        row.adjusted = p;
    }
}
