use super::*;
use crate::case;
use crate::engine::Trouble;
use crate::gate::{Doubts, Gate};
use crate::rules;
use crate::verdict::Verdict;

#[test]
fn what_is_no_baseline_is_refused() {
    let message = |text: &str| {
        Baseline::parse(Path::new("b.toml"), text)
            .unwrap_err()
            .to_string()
    };
    assert!(message("[[known]]\ncase = 'x'\nrule = 'task-totl'").contains("did you mean PLN006"));
    assert!(message("[[knwon]]\ncase = 'x'").contains("knwon"));
    assert!(message("[[known]]\nrule = 'PLN006'").contains("case"));
}

#[test]
fn a_day_is_a_text_or_a_date() {
    let of = |day: &str| {
        let entry = format!("[[known]]\ncase = 'x'\nrule = 'PLN006'\nexpires = {day}");
        Baseline::parse(Path::new("b.toml"), &entry).map(|read| read.known[0].expires)
    };
    assert_eq!(of("2027-01-31").unwrap(), of("'2027-01-31'").unwrap());
    for wrong in ["5", "2027-01-31T10:00:00Z", "'soon'"] {
        let error = of(wrong).unwrap_err().to_string();
        assert!(
            error.contains("is no day; write it as 2027-01-31"),
            "{error}"
        );
    }
}

#[test]
fn a_doubt_can_be_listed_only_where_doubts_fail() {
    let case = case::select(&["planning-healthy".to_owned()]).unwrap();
    let entry = "[[known]]\ncase = 'planning-healthy'\nrule = 'LAY002'";
    let known = Baseline::parse(Path::new("b.toml"), entry).unwrap();
    for (doubts, outcome, problems) in [
        (Doubts::Fail, CaseOutcome::Conformant, 0),
        (Doubts::Pass, CaseOutcome::Conformant, 1),
    ] {
        let gate = Gate {
            strict: true,
            doubts,
        };
        let mut judged = engine::unjudged(
            &case[0],
            1,
            "an agent",
            1,
            engine::CaseOutcome::HarnessError(String::new()),
        );
        let rule = rules::find("LAY002").unwrap();
        judged.verdicts = vec![(rule, Verdict::doubtful("is it so?", None))];
        judged.outcome = engine::weigh(&judged.verdicts, &crate::gate::Known::default(), gate);
        let mut report = engine::conclude(vec![judged], gate);
        known.apply(&mut report, Day::today());
        assert_eq!(report.cases[0].outcome, outcome, "{doubts:?}");
        assert_eq!(report.baseline_problems.len(), problems, "{doubts:?}");
    }
}

fn day(text: &str) -> Day {
    Day::read(text).unwrap()
}

/// A report of two cases with a finding of PLN006 and one of PLN001 in the second.
fn report() -> RunReport {
    let gate = Gate::STRICT;
    let patterns = ["abort-docs-503", "planning-healthy"].map(str::to_owned);
    let cases = case::select(&patterns).unwrap();
    let judged = cases.iter().map(|case| {
        let outcome = CaseOutcome::HarnessError(String::new());
        let mut judged = engine::unjudged(case, 1, "an agent", 1, outcome);
        let codes: &[&str] = match case.id.as_str() {
            "planning-healthy" => &["PLN006", "PLN001"],
            _ => &["PLN006"],
        };
        judged.verdicts = codes
            .iter()
            .map(|code| {
                let finding = Verdict::fail("it is not so", Vec::new());
                (rules::find(code).unwrap(), finding)
            })
            .collect();
        judged.outcome = engine::weigh(&judged.verdicts, &judged.known, gate);
        judged
    });
    engine::conclude(judged.collect(), gate)
}

fn applied(entries: &str, today: &str) -> (RunReport, Vec<String>) {
    let known = Baseline::parse(Path::new("b.toml"), entries).unwrap();
    let mut report = report();
    known.apply(&mut report, day(today));
    let problems = report.baseline_problems.iter();
    let told = problems.map(BaselineProblem::message).collect();
    (report, told)
}

#[test]
fn a_glob_excuses_in_all_cases_and_what_was_not_selected_is_no_error() {
    let (report, problems) = applied("[[known]]\ncase = '*'\nrule = 'PLN006'", "2026-01-01");
    assert_eq!(problems, [""; 0]);
    assert_eq!(report.cases[0].outcome, CaseOutcome::Conformant);
    assert_eq!(report.cases[1].outcome, CaseOutcome::NonConformant);
    for (case, word) in [
        ("planning-healthy", "stale"),
        ("{planning-healthy,abort-docs-503}", "stale"),
        ("planning-*", ""),
        ("abort-docs-reset", ""),
        ("execution-*", ""),
        ("campaign-tiny-lm-iteration-00", ""),
        ("elsewhere", "unknown: there is no case `elsewhere`"),
        ("elsewhere-*", "unknown"),
    ] {
        let entry = format!("[[known]]\ncase = '{case}'\nrule = 'PLN002'");
        let (_, problems) = applied(&entry, "2026-01-01");
        assert_eq!(problems.is_empty(), word.is_empty(), "{case}: {problems:?}");
        assert!(problems.concat().contains(word), "{case}: {problems:?}");
    }
}

#[test]
fn an_entry_excuses_until_its_day_is_over() {
    let entry = "[[known]]\ncase = 'abort-docs-503'\nrule = 'PLN006'\nexpires = '2026-02-28'";
    let (report, problems) = applied(entry, "2026-02-28");
    assert_eq!((report.cases[0].known.len(), problems.len()), (1, 0));
    let (report, problems) = applied(entry, "2026-03-01");
    assert_eq!(report.cases[0].known.len(), 0);
    assert!(
        problems[0].starts_with("expired on 2026-02-28"),
        "{problems:?}"
    );
    let wrong = entry.replace("02-28", "02-30");
    let error = Baseline::parse(Path::new("b.toml"), &wrong).unwrap_err();
    assert!(error.to_string().contains("is no day"), "{error}");
}

#[test]
fn what_is_written_excuses_what_was_found_and_keeps_reasons() {
    let known = "[[known]]\ncase = 'planning-*'\nrule = 'PLN006'\nreason = 'short \"plans\"'\n\
                 expires = '2027-01-31'\n[[known]]\ncase = 'planning-healthy'\nrule = 'PLN002'\n\
                 [[known]]\ncase = 'execution-grid'\nrule = 'TRK001'";
    let known = Baseline::parse(Path::new("b.toml"), known).unwrap();
    let text = renewed(&known, &report(), "2026-01-01");
    let (report, problems) = applied(&text, "2026-01-01");
    assert_eq!(problems, [""; 0], "{text}");
    assert!(
        report
            .cases
            .iter()
            .all(|case| case.outcome == CaseOutcome::Conformant)
    );
    for (part, count) in [
        ("[[known]]", 4),
        ("PLN002", 0),
        ("execution-grid", 1),
        ("expires = \"2027-01-31\"", 1),
        ("short \"plans\"", 1),
    ] {
        assert_eq!(
            text.matches(part).count(),
            count + usize::from(part.starts_with("expires")),
            "{part}: {text}"
        );
    }
}

fn renewed(known: &Baseline, report: &RunReport, today: &str) -> String {
    let none = Baseline::default();
    known
        .renewed(&none, report, day(today), Path::new("."))
        .text
}

/// What is told of a case that was not played, or not in all plays, holds until somebody looks.
#[test]
fn what_was_not_played_stays_in_the_file_that_is_written() {
    let entries = "[[known]]\ncase = 'planning-*'\nrule = 'PLN002'\nreason = 'so'\n\
                   [[known]]\ncase = 'planning-slurm-nlp'\nrule = 'PLN002'\nreason = 'so'\n\
                   [[known]]\ncase = 'planning-healthy'\nrule = 'PLN002'\nreason = 'so'\n\
                   [[known]]\ncase = 'planning-healthy'\nrule = 'PLN001'\nreason = 'so'\n";
    let there = Baseline::parse(Path::new("b.toml"), entries).unwrap();
    let written = |known: &Baseline, report: &RunReport| {
        let renewed = known.renewed(&there, report, day("2026-01-01"), Path::new("."));
        let reasons = renewed.text.matches("reason = \"so\"").count();
        (reasons, renewed.entries, renewed.new, renewed.left_out)
    };
    // Two of the three findings are new, and one entry is stale.
    let mut report = report();
    assert_eq!(written(&Baseline::default(), &report), (3, 5, 2, 1));
    // What stands in both files is kept once.
    let given = Baseline::parse(Path::new("c.toml"), entries).unwrap();
    assert_eq!(written(&given, &report), (3, 5, 2, 1));
    // Of several plays, one that was not judged may have it.
    let mut second = report.cases[1].clone();
    second.verdicts.clear();
    report.cases.push(second);
    assert_eq!(written(&Baseline::default(), &report), (4, 6, 2, 0));
}

/// Of what nobody looked at, nobody knows whether it is still so.
#[test]
fn what_was_not_looked_at_stays_in_the_baseline() {
    let entry = "[[known]]\ncase = 'planning-healthy'\nrule = 'PLN006'\nreason = 'so'";
    let known = Baseline::parse(Path::new("b.toml"), entry).unwrap();
    for verdict in [
        Verdict::NotLookedAt("by choice".to_owned()),
        Verdict::Untestable("no trace".to_owned()),
    ] {
        let mut report = report();
        for case in &mut report.cases {
            case.verdicts[0].1 = verdict.clone();
        }
        let today = day("2026-01-01");
        assert!(renewed(&known, &report, "2026-01-01").contains("reason = \"so\""));
        known.apply(&mut report, today);
        assert_eq!(report.baseline_problems, []);
    }
}

#[test]
fn what_is_over_is_written_anew_without_its_reason() {
    let entry = "[[known]]\ncase = 'planning-healthy'\nrule = 'PLN006'\nreason = 'so'\nexpires = '2026-02-28'";
    let known = Baseline::parse(Path::new("b.toml"), entry).unwrap();
    let text = renewed(&known, &report(), "2026-03-01");
    assert!(
        !text.contains("2026-02-28") && !text.contains("\"so\""),
        "{text}"
    );
    let (_, problems) = applied(&text, "2026-03-01");
    assert_eq!(problems, [""; 0], "{text}");
}

/// A case of the user's own is known by its file, whether it is played or not.
#[test]
fn a_case_of_ones_own_that_is_not_played_is_no_error() {
    let dir = tempfile::tempdir().unwrap();
    let case = include_str!("../cli/init/first.toml").replace("first-docs-503", "mine");
    std::fs::write(dir.path().join("mine.toml"), case).unwrap();
    let own = || {
        let file = dir.path().join("mine.toml");
        let cases = case::load_file(&file).unwrap();
        vec![(file, cases)]
    };
    let file = dir.path().join("known.toml");
    let problems = |entry: &str, own: Vec<(PathBuf, Vec<Case>)>| {
        let mut report = report();
        let known = Baseline::parse(&file, entry).unwrap().with_cases(own);
        known.apply(&mut report, day("2026-01-01"));
        report.baseline_problems
    };
    let entry = "[[known]]\ncase = 'mine'\nrule = 'PLN002'\n";
    assert_eq!(problems(entry, Vec::new())[0].trouble, Trouble::Unknown);
    assert_eq!(problems(entry, own()), []);
    assert_eq!(
        problems(&format!("{entry}file = 'mine.toml'"), Vec::new()),
        []
    );
    let other = entry.replace("'mine'", "'mime'");
    assert_eq!(problems(&other, own())[0].trouble, Trouble::Unknown);
    let error = Baseline::parse(&file, &format!("{entry}file = 'nowhere.toml'")).unwrap_err();
    assert!(error.to_string().contains("nowhere.toml"), "{error}");
    // What is written names the file.
    let mut found = report();
    found.cases[0].id = "mine".to_owned();
    let (known, none) = (Baseline::default().with_cases(own()), Baseline::default());
    let text = known
        .renewed(&none, &found, day("2026-01-01"), dir.path())
        .text;
    assert_eq!(text.matches("file = \"mine.toml\"").count(), 1, "{text}");
    assert!(Baseline::parse(&file, &text).is_ok());
}

/// What a run's other shards play may be found there, iterations too.
#[test]
fn an_iteration_in_another_shard_is_no_stranger() {
    let mut case = case::select(&["execution-chain".to_owned()])
        .unwrap()
        .remove(0);
    case.id = "mine".to_owned();
    let mut report = report();
    report.elsewhere.plays.insert((case.id.clone(), 1));
    let iterations = crate::evidence::Iterations::of(&case).unwrap();
    report.elsewhere.iterations.insert(case.id, iterations);
    let entry = |case: &str| format!("[[known]]\ncase = '{case}'\nrule = 'PLN002'\n");
    let entries = ["mine-iteration-2", "mine-iteration-9"].map(entry).concat();
    let known = Baseline::parse(Path::new("b.toml"), &entries).unwrap();
    known.apply(&mut report, day("2026-01-01"));
    let told: Vec<&str> = report
        .baseline_problems
        .iter()
        .map(|problem| problem.case.as_str())
        .collect();
    assert_eq!(told, ["mine-iteration-9"]);
}
