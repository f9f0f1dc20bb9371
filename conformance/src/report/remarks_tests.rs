//! Gates and what is wrong with the baseline are told in every format, as its readers read it.

use serde_json::{Value, json};

use super::format_tests::{HOSTILE, assert_is_sarif, read_by_python, report};
use super::*;
use crate::engine;

/// A run with gates of every standing, and entries of a baseline that excuse nothing.
pub(super) fn with_remarks(demonstrate: bool) -> RunReport {
    let mut report = report();
    let all = [
        "TRK001>=0.5",
        "CAP002>=0.9",
        "pass>=0.9",
        "ABT004@[ab]>=0.99",
    ];
    let claims = engine::Claims {
        all: all.map(|claim| claim.parse().unwrap()).to_vec(),
        demonstrate,
    };
    claims.apply(&mut report);
    for (claimed, standing) in report.claims.claims.iter_mut().zip([
        engine::Standing::Untried,
        engine::Standing::Fails,
        engine::Standing::Inconclusive,
        engine::Standing::Holds,
    ]) {
        claimed.standing = standing;
    }
    for trouble in [
        engine::Trouble::Stale,
        engine::Trouble::Unknown,
        engine::Trouble::Expired("2020-01-01".to_owned()),
    ] {
        report.baseline_problems.push(engine::BaselineProblem {
            case: HOSTILE.to_owned(),
            rule: "PLN001",
            trouble,
            nearest: None,
        });
    }
    report
}

#[test]
fn gates_and_the_baseline_have_suites_of_their_own_in_junit() {
    let told = |demonstrate| read_by_python(&render(&with_remarks(demonstrate), Format::Junit));
    let read = told(false);
    assert_eq!(
        read["counts"],
        json!({"tests": 11, "failures": 5, "errors": 2})
    );
    let remarks = read["remarks"].as_array().unwrap();
    let states: Vec<&Value> = remarks.iter().map(|remark| &remark[2][0][0]).collect();
    let expected = json!([
        "error", "failure", null, null, "failure", "failure", "failure"
    ]);
    assert_eq!(json!(states), expected, "{read}");
    assert_eq!(remarks[2][1], "pass>=0.9");
    assert!(
        remarks[2][3]
            .as_str()
            .unwrap()
            .starts_with("is inconclusive: ")
    );
    assert_eq!(
        (&remarks[6][0], &remarks[6][2][0][1]),
        (&json!("baseline"), &json!("baseline"))
    );
    assert!(
        remarks[6][2][0][2]
            .as_str()
            .unwrap()
            .starts_with("expired on 2020-01-01: PLN001")
    );
    // What had to be shown and was not fails.
    assert_eq!(told(true)["remarks"][2][2][0][0], "failure");
}

#[test]
fn gates_and_the_baseline_are_notifications_in_sarif() {
    let log = assert_is_sarif(&render(&with_remarks(false), Format::Sarif));
    let invocation = &log["runs"][0]["invocations"][0];
    let levels = |kind: &str| -> Vec<Value> {
        let all = invocation[kind].as_array().unwrap().iter();
        let of_remarks = all.filter(|own| own.get("descriptor").is_some());
        of_remarks.map(|own| own["level"].clone()).collect()
    };
    assert_eq!(
        levels("toolExecutionNotifications"),
        ["error", "error", "note", "none"]
    );
    assert_eq!(levels("toolConfigurationNotifications"), ["error"; 3]);
    let text = invocation["toolConfigurationNotifications"][1]["message"]["text"].as_str();
    assert!(
        text.unwrap().contains("unknown: there is no case"),
        "{text:?}"
    );
}

#[test]
fn gates_and_the_baseline_are_annotated_first() {
    let text = render(&with_remarks(false), Format::Github);
    let lines: Vec<&str> = text.lines().collect();
    let kinds: Vec<&str> = lines[..7]
        .iter()
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    let expected = [
        "::error", "::error", "::notice", "::notice", "::error", "::error", "::error",
    ];
    assert_eq!(kinds, expected, "{text}");
    assert!(
        lines[0].contains("title=gate TRK001>=0.5::is untried"),
        "{text}"
    );
    assert!(lines[4].contains("title=baseline PLN001 in "), "{text}");
    assert!(!text.contains("##["), "{text}");
}

#[test]
fn gates_and_the_baseline_are_told_in_markdown_and_on_the_page() {
    let report = with_remarks(true);
    let text = render(&report, Format::Markdown);
    let page = render(&report, Format::Html);
    for (gate, state, sign) in [
        ("TRK001>=0.5", "**not judged** ", "! not judged"),
        ("CAP002>=0.9", "**fails** ", "✗ fails"),
        ("pass>=0.9", "**fails** ", "✗ fails"),
        ("ABT004@[ab]>=0.99", "", "✓ holds"),
    ] {
        assert!(
            text.contains(&format!("- {state}` {gate} ` ` ")),
            "{gate}: {text}"
        );
        let row = format!(
            "{sign}</td><td class=\"mono\">{}</td>",
            gate.replace('>', "&#62;")
        );
        assert!(page.contains(&row), "{row}: {page}");
    }
    for told in [
        "stale: ",
        "unknown: there is no case",
        "expired on 2020-01-01: ",
    ] {
        assert!(text.contains(told) && page.contains(told), "{told}");
    }
    for words in ["### Gates", "### Baseline", "as --gate-demonstrate says"] {
        assert!(text.contains(words), "{text}");
    }
}
