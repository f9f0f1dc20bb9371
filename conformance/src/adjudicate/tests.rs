use std::ffi::OsString;
use std::time::Duration;

use super::*;
use crate::facts::Plan;
use crate::rules::{self, Rule};
use crate::verdict::{Answer, Doubt, Nearest, Reference, Settled, Settler, Verdict};

const PLAN: &str = "# Tasks\n\n## Planning Notes\n- Codebase findings: seeds are recorded upstream.\n\n\
    ## Phase 1 - Look\n- [ ] [P1-T1] Record seed and commit of every run | deliverable: a.md | \
    done-when: 3 lines\n";

type Verdicts = Vec<(&'static Rule, Verdict)>;

fn nearest() -> Nearest {
    let start = PLAN.find("Record seed").unwrap();
    let end = start + "Record seed and commit of every run".len();
    Nearest {
        text: PLAN[start..end].to_owned(),
        at: Reference::Place {
            path: "tasks.md".to_owned(),
            line: 7,
            column: 16,
            end_line: 7,
            end_column: 51,
            start,
            end,
        },
    }
}

/// A rule with two doubts, a rule with one, one that passed and one that failed.
fn verdicts() -> Verdicts {
    let two = vec![
        Doubt::new("Is the seed recorded?", Some(nearest())),
        Doubt::new("Is the time recorded?", None),
    ];
    let rule = |code| rules::find(code).unwrap();
    vec![
        (rule("LAY002"), Verdict::Pass(vec![Reference::Journal])),
        (rule("LAY003"), Verdict::fail("not captured", Vec::new())),
        (rule("LAY004"), Verdict::Doubtful(two)),
        (
            rule("REF001"),
            Verdict::doubtful("Is there a reflection?", None),
        ),
    ]
}

fn sitting(verdicts: &Verdicts, kept: Kept) -> Sitting {
    let document = Document::new(Plan::parse(PLAN), "tasks.md", "");
    Sitting::new(verdicts, document, kept)
}

fn nothing_kept() -> Kept {
    Kept::open(None, String::new()).unwrap()
}

/// What comes of the answers of a program that prints `reply`.
async fn asked(reply: &str) -> (Verdicts, Vec<Settled>, Vec<String>) {
    asked_by(&format!("cat >/dev/null; cat <<'END'\n{reply}\nEND")).await
}

async fn asked_by(script: &str) -> (Verdicts, Vec<Settled>, Vec<String>) {
    let argv = ["bash", "-c", script].map(OsString::from).to_vec();
    let adjudicator = Adjudicator::new(argv, Duration::from_mins(1)).unwrap();
    let mut verdicts = verdicts();
    let mut sitting = sitting(&verdicts, nothing_kept());
    sitting.ask(&adjudicator).await;
    let (settled, notes) = sitting.conclude(&mut verdicts);
    (verdicts, settled, notes)
}

fn words(verdicts: &Verdicts) -> Vec<&'static str> {
    verdicts.iter().map(|(_, verdict)| verdict.word()).collect()
}

const UNTOUCHED: [&str; 4] = ["pass", "fail", "doubtful", "doubtful"];

#[tokio::test]
async fn questions_carry_rule_and_nearest_clause() {
    let verdicts = verdicts();
    let sitting = sitting(&verdicts, nothing_kept());
    let open = sitting.open();
    let ids: Vec<&str> = open
        .iter()
        .map(|(_, question)| question.id.as_str())
        .collect();
    assert_eq!(ids, ["LAY004-1", "LAY004-2", "REF001-1"]);
    let number = open[0].1.clause.unwrap();
    let clause = sitting.document().clause(number).unwrap();
    assert_eq!(clause.text, "Record seed and commit of every run");
    assert_eq!(open[1].1.clause, None);
}

#[tokio::test]
async fn a_quotation_that_counts_settles_and_says_by_whom() {
    let (verdicts, settled, notes) = asked(
        r#"{"answers": [
            {"id": "LAY004-1", "answer": "met", "quotation": "seed and  commit"},
            {"id": "LAY004-2", "answer": "met", "quotation": "Record seed"},
            {"id": "REF001-1", "answer": "unsure"}
        ]}"#,
    )
    .await;
    assert_eq!(words(&verdicts), ["pass", "fail", "pass", "doubtful"]);
    assert_eq!(notes, [""; 0]);
    let Verdict::Pass(evidence) = &verdicts[2].1 else {
        panic!()
    };
    let start = PLAN.find("seed and commit").unwrap();
    assert!(matches!(evidence[0], Reference::Place { start: at, line: 7, .. } if at == start));
    assert_eq!(settled[0].code, "LAY004");
    assert_eq!(settled[0].settlements[0].by, Settler::Adjudicator);
    assert_eq!(settled[1].settlements[0].answer, Answer::Unsure);
}

#[tokio::test]
async fn one_demand_that_is_not_met_is_a_finding_and_the_other_doubt_is_still_told() {
    let (verdicts, settled, _) = asked(
        r#"{"answers": [
            {"id": "LAY004-1", "answer": "not_met"},
            {"id": "LAY004-2", "answer": "unsure"},
            {"id": "REF001-1", "answer": "not_met", "quotation": "seeds are recorded upstream"}
        ]}"#,
    )
    .await;
    let Verdict::Fail(findings) = &verdicts[2].1 else {
        panic!()
    };
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].evidence, [nearest().at]);
    assert_eq!(
        findings[0].message,
        "Is the seed recorded? No, says the adjudicator"
    );
    assert_eq!(settled[0].open[0].question, "Is the time recorded?");
    let Verdict::Fail(findings) = &verdicts[3].1 else {
        panic!()
    };
    assert!(matches!(
        findings[0].evidence[0],
        Reference::Place { line: 4, .. }
    ));
}

#[tokio::test]
async fn liars_settle_nothing() {
    for (answer, told) in [
        (
            r#""answer": "met", "quotation": "We look back in the middle""#,
            "nowhere",
        ),
        (
            r#""answer": "met", "quotation": "seeds are recorded""#,
            "findings",
        ),
        (r#""answer": "met", "quotation": "a""#, "too short"),
        (r#""answer": "met""#, "no quotation"),
        (
            r#""answer": "met", "quotation": "Record seed", "clause": 77"#,
            "no clause 77",
        ),
        (
            r#""answer": "not_met", "quotation": "There is no reflection""#,
            "nowhere",
        ),
        (r#""answer": "surely""#, "surely"),
    ] {
        let reply = format!(r#"{{"answers": [{{"id": "REF001-1", {answer}}}]}}"#);
        let (verdicts, settled, notes) = asked(&reply).await;
        assert_eq!(words(&verdicts), UNTOUCHED, "{answer}");
        assert!(settled.is_empty(), "{answer}");
        assert!(notes[0].contains(told), "{answer}: {notes:?}");
    }
}

#[tokio::test]
async fn what_was_not_asked_twice_or_never_answered_is_told() {
    let (verdicts, _, notes) = asked(
        r#"{"answers": [
            {"id": "LAY003-1", "answer": "met", "quotation": "Record seed and commit"},
            {"id": "LAY004-1", "answer": "met", "quotation": "Record seed and commit"},
            {"id": "LAY004-1", "answer": "not_met"}
        ]}"#,
    )
    .await;
    assert_eq!(words(&verdicts), UNTOUCHED);
    for told in [
        "`LAY003-1`, which was not asked",
        "LAY004-1 more than once",
        "not answer REF001-1",
    ] {
        assert!(
            notes.iter().any(|note| note.contains(told)),
            "{told}: {notes:?}"
        );
    }
}

#[tokio::test]
async fn a_broken_adjudicator_leaves_every_doubt_and_says_so() {
    for (script, told) in [
        ("echo I think that it is met", "not what it should be"),
        ("echo '{\"answers\": 7}'", "not what it should be"),
        ("echo out of credit >&2; exit 1", "out of credit"),
        ("kill -9 $$", "signal: 9"),
        ("exec yes", "printed more"),
    ] {
        let (verdicts, settled, notes) = asked_by(script).await;
        assert_eq!(words(&verdicts), UNTOUCHED, "{script}");
        assert!(settled.is_empty(), "{script}");
        assert!(
            notes.len() == 1 && notes[0].contains(told),
            "{script}: {notes:?}"
        );
    }
}

#[tokio::test]
async fn many_wrong_answers_do_not_fill_the_report() {
    let wrong = r#"{"id": "X", "answer": "met"}"#;
    let reply = format!(r#"{{"answers": [{}]}}"#, [wrong; 500].join(", "));
    let (_, _, notes) = asked(&reply).await;
    assert_eq!(notes.len(), 21);
}

fn person(answer: Answer, quotation: &str) -> Given {
    Given {
        answer,
        quotation: (!quotation.is_empty()).then(|| quotation.to_owned()),
        clause: None,
        by: Settler::Person,
    }
}

#[test]
fn kept_answers_settle_again_and_ask_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("answers.json");
    let open = |digest: &str| Kept::open(Some(&file), digest.to_owned()).unwrap();
    let mut first = sitting(&verdicts(), open("d"));
    first
        .answer(0, &person(Answer::Met, "Record seed"))
        .unwrap();
    first.answer(1, &person(Answer::Unsure, "")).unwrap();
    first.answer(2, &person(Answer::NotMet, "")).unwrap();
    let invented = first.answer(2, &person(Answer::Met, "We look back"));
    assert_eq!(invented, Err(Misquoted::Nowhere));
    first.keep().unwrap();

    let mut now = verdicts();
    let again = sitting(&now, open("d"));
    let left: Vec<usize> = again.open().iter().map(|(at, _)| *at).collect();
    assert_eq!(left, [1], "who is unsure leaves the question open");
    let (settled, notes) = again.conclude(&mut now);
    assert_eq!(words(&now), ["pass", "fail", "doubtful", "fail"]);
    assert_eq!(notes, [""; 0]);
    assert_eq!(settled[1].settlements[0].by, Settler::Person);

    let (_, notes) = sitting(&verdicts(), open("other")).conclude(&mut verdicts());
    assert!(notes[0].contains("3 kept answers are ignored"), "{notes:?}");
}

#[test]
fn kept_answers_that_fit_no_doubt_or_quote_nothing_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("answers.json");
    let answer = |code: &str, question: &str, quotation: &str| {
        format!(
            r#"{{"code": "{code}", "question": "{question}", "nearest": null, "answer": "met",
                "quotation": "{quotation}", "clause": null, "by": "person"}}"#
        )
    };
    let answers = [
        answer("REF001", "Is there a reflection?", "we look back"),
        answer("LAY003", "Is it captured?", "Record seed"),
    ];
    let text = format!(
        r#"{{"format": 1, "digest": "d", "answers": [{}]}}"#,
        answers.join(",")
    );
    std::fs::write(&file, text).unwrap();
    let kept = Kept::open(Some(&file), "d".to_owned()).unwrap();
    let mut now = verdicts();
    let (settled, notes) = sitting(&now, kept).conclude(&mut now);
    assert_eq!(words(&now), UNTOUCHED);
    assert!(settled.is_empty());
    assert!(notes[0].contains("REF001-1 is ignored"), "{notes:?}");
    assert!(
        notes[1].contains("LAY003 is ignored: there is no such doubt"),
        "{notes:?}"
    );
}
