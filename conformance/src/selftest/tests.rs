use super::*;
use crate::verdict::Verdict;

fn played(verdicts: [(&str, Verdict); 2], declared: &[&'static str]) -> Played {
    let case = &builtin_cases().unwrap()[0];
    let mut report = engine::unjudged(
        case,
        1,
        "an agent",
        1,
        engine::CaseOutcome::HarnessError(String::new()),
    );
    report.outcome = CaseOutcome::Conformant;
    let verdicts = verdicts.into_iter();
    report.verdicts = verdicts
        .map(|(code, verdict)| (rules::find(code).unwrap(), verdict))
        .collect();
    Played::new(&report, declared.iter().copied())
}

#[test]
fn a_doubt_kills_no_mutant_and_is_undeclared_unless_implied() {
    let mutant = all_mutants()
        .find(|mutant| mutant.code == "PLN001")
        .unwrap();
    let doubt = || Verdict::doubtful("is it so?", None);
    let fails = || Verdict::fail("it is not", Vec::new());
    let kill = |verdicts, declared: &[&'static str]| Kill {
        mutant,
        name: mutant_name(mutant),
        played: played(verdicts, declared),
    };
    let unsure = kill(
        [("PLN001", doubt()), ("LAY002", fails())],
        &["PLN001", "LAY002"],
    );
    assert!(!unsure.is_killed() && unsure.played.is_as_declared());
    let beside = [("PLN001", fails()), ("LAY002", doubt())];
    let sure = kill(beside.clone(), &["PLN001"]);
    assert!(sure.is_killed() && !sure.played.is_as_declared());
    assert_eq!(sure.played.undeclared().collect::<Vec<_>>(), ["LAY002"]);
    assert!(kill(beside, &["PLN001", "LAY002"]).played.is_as_declared());
}

#[test]
fn the_reference_agent_may_leave_no_doubt_and_nothing_unseen() {
    let pass = || Verdict::Pass(Vec::new());
    let clean = played([("PLN001", pass()), ("LAY002", pass())], &[]);
    assert!(clean.is_as_declared());
    let doubt = Verdict::doubtful("is it so?", None);
    assert!(!played([("PLN001", pass()), ("LAY002", doubt)], &[]).is_as_declared());
    let unseen = Verdict::NotLookedAt("switched off".to_owned());
    assert!(!played([("PLN001", pass()), ("INI003", unseen)], &[]).is_as_declared());
}
