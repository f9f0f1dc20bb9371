//! What others wrote is no markup, what is linked is there, and the page keeps its bounds.

use std::collections::BTreeSet;

use super::super::format_tests::report;
use super::*;

/// The values of an attribute, as a reader of markup gets them.
fn values<'p>(page: &'p str, attribute: &str) -> Vec<&'p str> {
    let start = format!(" {attribute}=\"");
    let parts = page.split(start.as_str()).skip(1);
    parts.map(|part| part.split('"').next().unwrap()).collect()
}

/// Whether every link leads to something, and no two things are called alike.
fn assert_links_hold(page: &str) {
    let ids = values(page, "id");
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len());
    for href in values(page, "href") {
        let id = href.strip_prefix('#').unwrap();
        assert!(unique.contains(id), "{href}");
    }
}

#[test]
fn hostile_texts_are_no_markup() {
    let mut report = report();
    for case in &mut report.cases {
        case.title = "<img src=x onerror=alert(1)>\" onload='x".to_owned();
        case.notes
            .push("</details><script>alert(2)</script>".to_owned());
        case.agent = "a</code><style>*{}</style>".to_owned();
    }
    report.cases[3].id = "\"><svg onload=alert(3)>".to_owned();
    let page = run(&report);
    for markup in [
        "<img",
        "<svg",
        "<script>alert",
        "<style>*",
        "</failure>",
        "<x a=",
    ] {
        assert!(!page.contains(markup), "{markup}");
    }
    assert_eq!(page.matches("<script").count(), 1);
    assert_eq!(page.matches("</script").count(), 1);
    assert_eq!(page.matches("<details").count(), 4);
    assert_eq!(page.matches("</details>").count(), 4);
    assert!(
        page.contains("&#60;img src=x onerror=alert(1)&#62;&#34; onload=&#39;x"),
        "{page}"
    );
    assert!(!page.contains('\u{1b}') && !page.contains('\u{202e}'));
    assert_links_hold(&page);
}

#[test]
fn only_its_own_script_and_style_are_allowed_and_nothing_is_fetched() {
    let page = run(&report());
    let policy = values(&page, "content")[0];
    for part in [
        "default-src &#39;none&#39;",
        "script-src &#39;sha256-",
        "style-src &#39;sha256-",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    let script = page
        .split("<script>")
        .nth(1)
        .unwrap()
        .split("</script>")
        .next()
        .unwrap();
    assert!(
        policy.contains(&digest(script).replace('+', "&#43;")) || policy.contains(&digest(script))
    );
    for fetched in ["src=", "url(", "@import", "<link", "http://", "https://"] {
        assert!(!page.contains(fetched), "{fetched}");
    }
    // No attribute that the policy would refuse.
    assert!(!page.contains(" style=") && !page.contains(" onclick="));
}

#[test]
fn an_overview_tells_what_failed_and_doubts_apart() {
    let page = run(&report());
    let (certain, doubts) = page.split_once("<h2 id=\"doubts\">").unwrap();
    assert!(
        certain.contains("href=\"#b/ABT004\"") && !certain.contains("LAY002"),
        "{certain}"
    );
    assert!(
        doubts
            .split("<h2")
            .next()
            .unwrap()
            .contains("href=\"#a/LAY002\"")
    );
    assert!(page.contains("<h2 id=\"unjudged\">"));
}

/// Evidence that is larger than a page may be.
#[test]
fn three_hundred_plays_keep_their_bounds() {
    let mut report = report();
    let long = crate::verdict::Finding::new("<&> ".repeat(2_000), Vec::new());
    let finding = crate::verdict::Verdict::Fail(vec![long; 5]);
    report.cases[1].verdicts[0].1 = finding;
    let case = report.cases[1].clone();
    report.cases = (0..300)
        .map(|at| crate::engine::CaseReport {
            id: format!("case-{at}"),
            ..case.clone()
        })
        .collect();
    let page = run(&report);
    assert!(page.len() < 10_000_000, "{}", page.len());
    assert_eq!(page.matches("<details").count(), 300);
    assert_links_hold(&page);
}

/// Of very many cases not all have a section, and nothing leads to those that have none.
#[test]
fn what_failed_has_a_section_first() {
    let mut report = report();
    let (well, ill) = (report.cases[0].clone(), report.cases[1].clone());
    let named = |case: &crate::engine::CaseReport, id: String| crate::engine::CaseReport {
        id,
        folder: None,
        ..case.clone()
    };
    report.cases = (0..MOST_SECTIONS)
        .map(|at| named(&well, format!("well-{at}")))
        .collect();
    report.cases.push(named(&ill, "ill".to_owned()));
    let page = run(&report);
    assert_eq!(page.matches("<details").count(), MOST_SECTIONS);
    assert!(page.contains("<details id=\"ill\""));
    assert!(
        page.contains("Of 1501 cases 1 have no section here"),
        "{}",
        &page[..2000]
    );
    assert_links_hold(&page);
}
