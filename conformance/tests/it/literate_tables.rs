//! Tables of campaigns that nobody wrote by hand: what they can cost.

use std::fmt::Write as _;

use wild_conformance::engine;
use wild_conformance::gate::Gate;
use wild_conformance::rules;
use wild_conformance::verdict::Verdict;

use crate::literate::{alone, evidence};
use crate::literate_fixture::read;

/// A campaign whose runs have the same name.
fn campaign() -> String {
    let mut text = "## pass: large\n\n```campaign\n".to_owned();
    for run in 0..50 {
        let _ = writeln!(text, "r{run} finished a t.py --lr 0.{run} -- loss=0.5");
    }
    text + "```\n\n```context\ngrid = [{ name = \"lr\", values = [\"0.1\"] }]\n```\n"
}

#[test]
fn tables_that_are_too_large_are_untestable() {
    let scenario = &read(&campaign())[0];
    let rule = rules::all().find(|rule| rule.code == "CMP002").unwrap();
    let verdict = |text: String| {
        let mut evidence = evidence(scenario);
        evidence.files.insert("exp/a.csv".to_owned(), text);
        let report = engine::judge(&evidence, &alone(rule), Gate::STRICT);
        let mut verdicts = report.verdicts.into_iter();
        verdicts
            .find(|(judged, _)| judged.code == rule.code)
            .unwrap()
            .1
    };
    let small = verdict(format!("lr,loss\n{}", "0.1,0.5\n".repeat(50)));
    assert!(matches!(small, Verdict::Pass(_)), "{small:?}");
    let kinds = ["min", "max", "best", "worst", "median", "last", "mean"];
    let headings = (0..300).map(|at| {
        let [a, b, c] = [at / 49, at / 7 % 7, at % 7].map(|at| kinds[at]);
        format!("{a} {b} {c} loss,")
    });
    let names: Vec<String> = (0..25_000).map(|at| format!("a{at}")).collect();
    for text in [
        format!("lr,loss\n{}", "0.1,x\n".repeat(10_001)),
        format!("{}x\n", headings.collect::<String>()),
        names.join(","),
        format!(
            "{}loss\n{}",
            "run,".repeat(100),
            ("a,".repeat(100) + "1\n").repeat(2_000)
        ),
    ] {
        let begins: String = text.chars().take(40).collect();
        let found = verdict(text);
        assert!(
            matches!(found, Verdict::Untestable(_)),
            "{begins}: {found:?}"
        );
    }
}
