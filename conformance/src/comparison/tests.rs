use serde_json::{Value, json};

use super::{Comparison, MarkKind, NothingInCommon, Side, Trend, compare};

/// A play: case, outcome, verdict of TRK001.
type Play<'a> = (&'a str, &'a str, &'a str);

fn report(plays: &[Play<'_>]) -> Value {
    let cases = plays.iter().map(|(id, outcome, verdict)| {
        json!({
            "id": id, "agent": "an agent", "recorded_by": "1", "outcome": outcome,
            "fingerprint": {"prompt": "p", "case": "c"}, "untold": [], "ignored": [],
            "rules": [{"code": "TRK001", "verdict": verdict}],
        })
    });
    json!({
        "format": 1, "tool": {"name": "wild-conformance", "version": "1"}, "strict": false,
        "doubts": "pass", "cases": cases.collect::<Vec<_>>(),
    })
}

fn side(report: &Value) -> Side {
    Side::read(&report.to_string()).unwrap()
}

fn compared(base: &[Play<'_>], new: &[Play<'_>]) -> Comparison {
    compare(&side(&report(base)), &side(&report(new))).unwrap()
}

const WELL: Play<'_> = ("a", "conformant", "pass");
const ILL: Play<'_> = ("a", "non-conformant", "fail");

#[test]
fn a_difference_that_chance_would_not_make_is_worse() {
    let told = compared(&[WELL; 12], &[ILL; 12]);
    assert_eq!(told.exit_code(), 1);
    let pooled: Vec<&str> = told.pooled.iter().map(|row| row.subject.as_str()).collect();
    assert_eq!(pooled, ["pass", "TRK001"]);
    assert_eq!(told.by_case[0].difference, Some(-1.0));
    assert!(told.by_case[0].interval.high < 0.0);
    assert!(told.by_case[0].p < told.by_case[0].adjusted);
    // The other way round it is better, and nothing closes.
    assert_eq!(compared(&[ILL; 12], &[WELL; 12]).exit_code(), 0);
}

#[test]
fn a_single_flip_is_told_and_proves_nothing() {
    let told = compared(&[WELL], &[ILL]);
    assert_eq!(told.exit_code(), 0);
    let flips: Vec<_> = told
        .flips
        .iter()
        .map(|flip| (flip.subject.as_str(), flip.is_broken))
        .collect();
    assert_eq!(flips, [("TRK001", true), ("pass", true)]);
    assert!(!compared(&[ILL], &[WELL]).flips[0].is_broken);
    assert!(compared(&[WELL, ILL], &[ILL, ILL]).flips.is_empty());
}

/// One case each proves nothing, and ten of them do.
#[test]
fn cases_add_up() {
    let ids: Vec<String> = (0..10).map(|at| format!("case-{at}")).collect();
    let all = |outcome, verdict| -> Vec<Play<'_>> {
        ids.iter()
            .map(|id| (id.as_str(), outcome, verdict))
            .collect()
    };
    let told = compared(&all("conformant", "pass"), &all("non-conformant", "fail"));
    assert!(told.by_case.iter().all(|row| row.adjusted == 1.0));
    assert!((told.pooled[0].p - 2.0 / 1024.0).abs() < 1e-9);
    assert_eq!(told.exit_code(), 1);
}

#[test]
fn what_nobody_can_tell_makes_no_difference() {
    let doubtful = ("a", "conformant", "doubtful");
    let told = compared(&[WELL; 12], &[doubtful; 12]);
    assert_eq!(told.exit_code(), 0);
    let row = told.by_case.iter().find(|row| row.subject == "TRK001");
    let row = row.unwrap();
    assert_eq!((row.difference, row.p), (None, 1.0));
    let mut strict = report(&[doubtful; 12]);
    strict["doubts"] = "fail".into();
    let told = compare(&side(&report(&[WELL; 12])), &side(&strict)).unwrap();
    assert_eq!(told.exit_code(), 1);
    assert_eq!(told.marks[0].kind, MarkKind::Severity);
}

/// Both extremes may be rare, in opposite directions, and what lies between is not.
#[test]
fn what_rests_on_undecided_plays_alone_is_no_difference() {
    let unseen = ("a", "conformant", "untestable");
    let told = compared(&[unseen; 8], &[unseen; 8]);
    for row in told.by_case.iter().filter(|row| row.subject == "TRK001") {
        assert_eq!((row.trend, row.p, row.adjusted), (Trend::Neither, 1.0, 1.0));
    }
    let mut base = vec![WELL; 10];
    base.extend([("a", "conformant", "fail"); 10]);
    let mut new = vec![unseen; 19];
    new.push(("a", "conformant", "fail"));
    assert_eq!(compared(&base, &new).exit_code(), 0);
}

/// Each case is better or the same, and their sum is worse, as the hard one is played more often.
#[test]
fn the_cases_tell_which_way_it_goes_and_not_their_sum() {
    let plays = |easy: usize, hard_kept: usize, hard: usize| -> Vec<Play<'_>> {
        let mut all = vec![("easy", "conformant", "pass"); easy];
        all.extend(vec![("hard", "conformant", "pass"); hard_kept]);
        all.extend(vec![("hard", "conformant", "fail"); hard - hard_kept]);
        all
    };
    let told = compared(&plays(60, 0, 6), &plays(5, 20, 30));
    let row = told
        .pooled
        .iter()
        .find(|row| row.subject == "TRK001")
        .unwrap();
    assert!(row.difference.unwrap() < 0.0 && row.trend == Trend::Better);
    assert_eq!(told.worse().count(), 0);
    assert_eq!(told.exit_code(), 0);
}

#[test]
fn what_was_not_the_same_is_marked() {
    assert_eq!(compared(&[WELL], &[WELL]).marks, []);
    let base = report(&[WELL, ("b", "conformant", "pass")]);
    let marked = |change: &dyn Fn(&mut Value)| -> Vec<(MarkKind, String)> {
        let mut new = report(&[WELL, ("b", "conformant", "pass")]);
        change(&mut new);
        let told = compare(&side(&base), &side(&new)).unwrap();
        let marks = told.marks.into_iter();
        marks.map(|mark| (mark.kind, mark.message)).collect()
    };
    for (path, value, kind, word) in [
        (
            "/cases/1/fingerprint/prompt",
            json!("q"),
            MarkKind::Prompt,
            "other prompts in b",
        ),
        (
            "/cases/1/fingerprint/case",
            json!("d"),
            MarkKind::Case,
            "set up otherwise: b",
        ),
        (
            "/cases/1/fingerprint",
            json!(null),
            MarkKind::Prompt,
            "not known of b",
        ),
        (
            "/cases/1/id",
            json!("c"),
            MarkKind::Suite,
            "only in BASE: b; only in NEW: c",
        ),
        (
            "/cases/0/recorded_by",
            json!("2"),
            MarkKind::Version,
            "NEW recorded by 1, 2",
        ),
        (
            "/tool/version",
            json!("2"),
            MarkKind::Version,
            "judged by 2",
        ),
        ("/strict", json!(true), MarkKind::Severity, "NEW strictly"),
        (
            "/cases/0/untold",
            json!(["REF001"]),
            MarkKind::Rules,
            "REF001",
        ),
        (
            "/cases/0/outcome",
            json!("could-not-run"),
            MarkKind::Unjudged,
            "of NEW",
        ),
    ] {
        let marks = marked(&|new| *new.pointer_mut(path).unwrap() = value.clone());
        assert_eq!(marks.len(), 1, "{path}: {marks:?}");
        assert_eq!(marks[0].0, kind, "{path}");
        assert!(marks[0].1.contains(word), "{path}: {marks:?}");
    }
}

#[test]
fn what_was_not_judged_is_no_good_news() {
    let could_not = ("a", "could-not-run", "pass");
    let told = compared(&[WELL], &[WELL, could_not]);
    assert_eq!((told.exit_code(), told.unjudged), (3, 1));
    assert_eq!(told.by_case[0].new.all(), 1);
    let nothing = compare(
        &side(&report(&[WELL])),
        &side(&report(&[("b", "conformant", "pass")])),
    );
    assert_eq!(nothing.unwrap_err(), NothingInCommon);
    let unjudged = side(&report(&[("a", "could-not-run", "pass")]));
    let nothing = compare(&unjudged, &side(&report(&[WELL])));
    assert_eq!(nothing.unwrap_err(), NothingInCommon);
}

#[test]
fn what_passed_counts_once_wherever_it_stands() {
    let mut second = report(&[WELL]);
    second["format"] = 2.into();
    second["cases"][0]["passed"] = serde_json::json!(["TRK001", "TRK002"]);
    let compared = compare(&side(&report(&[WELL])), &side(&second)).unwrap();
    assert_eq!(compared.exit_code(), 0);
    let case = &side(&second).cases["a"];
    let kept = |code: &str| case.tallies[code].kept;
    assert_eq!((kept("TRK001"), kept("TRK002")), (1, 1));
}

#[test]
fn what_is_no_report_is_refused() {
    assert!(Side::read("[]").is_err());
    let mut other = report(&[WELL]);
    other["format"] = 3.into();
    let error = Side::read(&other.to_string()).unwrap_err().to_string();
    assert!(
        error.contains("report format 3, written by wild-conformance 1, is newer"),
        "{error}"
    );
    other.as_object_mut().unwrap().remove("format");
    let error = Side::read(&other.to_string()).unwrap_err().to_string();
    assert!(error.contains("no format version"), "{error}");
}

#[test]
fn what_was_judged_otherwise_is_marked() {
    let plain = report(&[WELL]);
    let marks = |change: fn(&mut Value)| {
        let mut other = plain.clone();
        change(&mut other);
        let told = compare(&side(&plain), &side(&other)).unwrap();
        let marks = told.marks.into_iter();
        marks
            .map(|mark| (mark.kind, mark.message))
            .collect::<Vec<_>>()
    };
    assert_eq!(marks(|_| {}), []);
    let levels = marks(|report| report["cases"][0]["levels"] = json!({"TRK001": "SHOULD"}));
    let wanted = "other levels are in force; in one run only: TRK001=SHOULD".to_owned();
    assert_eq!(levels, [(MarkKind::Levels, wanted)]);
    let baseline =
        marks(|report| report["baseline"] = json!({"file": "k.toml", "sha256": "0123456789"}));
    let wanted = "BASE was judged with no baseline, NEW with k.toml (01234567)".to_owned();
    assert_eq!(baseline, [(MarkKind::Baseline, wanted)]);
    let rules = marks(|report| {
        report["rules_files"] = json!([{"file": "t.toml", "sha256": "abc", "codes": ["TEAM001"]}]);
    });
    let wanted = "BASE was judged by no rules of somebody's own, NEW by t.toml (abc)".to_owned();
    assert_eq!(rules, [(MarkKind::Rules, wanted)]);
}
