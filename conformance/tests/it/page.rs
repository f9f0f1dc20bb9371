//! The page of a run, `report.html`, of evidence as plays leave it.

use std::collections::BTreeSet;

use wild_conformance::engine::{CaseReport, RunReport};
use wild_conformance::evidence::Evidence;
use wild_conformance::facts::Facts;
use wild_conformance::report::{Format, render};

use crate::play::{bash, case, play, reference};

/// The values of an attribute.
fn values<'p>(page: &'p str, attribute: &str) -> Vec<&'p str> {
    let start = format!(" {attribute}=\"");
    let parts = page.split(start.as_str()).skip(1);
    parts.map(|part| part.split('"').next().unwrap()).collect()
}

fn assert_links_hold(page: &str) {
    let ids = values(page, "id");
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len());
    for href in values(page, "href") {
        assert!(unique.contains(href.strip_prefix('#').unwrap()), "{href}");
    }
}

/// A part of a page from where it begins to where the next one does.
fn part<'p>(page: &'p str, start: &str, end: &str) -> &'p str {
    let (_, part) = page
        .split_once(start)
        .unwrap_or_else(|| panic!("{start}: {page}"));
    part.split(end).next().unwrap()
}

/// Three plays, a hundred times each.
fn multiplied(report: &RunReport) -> Vec<CaseReport> {
    let copies = (0..100).flat_map(|copy| report.cases.iter().map(move |case| (copy, case)));
    let copies = copies.map(|(copy, case)| CaseReport {
        id: format!("{}-{copy}", case.id),
        twin: case.twin.as_ref().map(|twin| format!("{twin}-{copy}")),
        ..case.clone()
    });
    copies.collect()
}

#[tokio::test]
async fn three_hundred_plays_keep_their_bounds_and_all_is_told_of_a_few() {
    let out = tempfile::tempdir().unwrap();
    let cases = ["abort-docs-503", "execution-grid", "planning-healthy"].map(case);
    let agent = reference(&["--break", "ABT006", "--break", "CAP001"]);
    let mut report = play(agent, &cases, out.path()).await;
    let page = render(&report, Format::Html);
    assert_links_hold(&page);

    // Of a few plays everything is told.
    let abort = part(&page, "<details id=\"abort-docs-503\"", "</details>");
    let timeline = part(abort, "<h3>Timeline", "<h3>");
    assert!(timeline.contains("fault: #1 status 503"), "{timeline}");
    let beside = part(abort, "<h3>Beside its control", "<h3>");
    for told in [
        "href=\"#planning-healthy\"",
        "<th scope=\"row\">ABT006</th><td class=\"bad\">fails: ",
        "<span class=\"mono\">GET /docs</span> 503</td><td><span class=\"mono\">GET /docs</span> 200",
        "<span class=\"dim\">not sent</span></td><td><span class=\"mono\">GET /openapi.json</span>",
    ] {
        assert!(beside.contains(told), "{told}: {beside}");
    }
    let grid = part(&page, "<details id=\"execution-grid\"", "</details>");
    let timeline = part(grid, "<h3>Timeline", "<h3>");
    for told in [
        "local_gpu, 2 GPUs",
        "of 2 that fit at once<",
        " launching",
        " finished",
        "class=\"waits\"",
    ] {
        assert!(timeline.contains(told), "{told}: {timeline}");
    }
    assert!(!timeline.contains("left out"), "{timeline}");
    // What is drawn of the cluster is what the rules about capacity rest on.
    let evidence = Evidence::load(&out.path().join("execution-grid")).unwrap();
    let judged = Facts::new(&evidence).execution.unwrap().timeline;
    let most = judged.moments.iter().map(|own| own.alive.len()).max();
    let told = format!("at most {} of {} that fit", most.unwrap(), judged.capacity);
    assert!(timeline.contains(&told), "{told}: {timeline}");
    // What was found leads to the request on the timeline.
    let found = part(grid, "<h3>Verdicts", "<h3>");
    let leads = values(found, "href")
        .into_iter()
        .find(|href| href.contains("/request-"));
    let row = format!("<tr id=\"{}\">", leads.unwrap().trim_start_matches('#'));
    assert!(timeline.contains(&row), "{row}: {timeline}");

    report.cases = multiplied(&report);
    let page = render(&report, Format::Html);
    assert!(page.len() < 10_000_000, "{}", page.len());
    assert_eq!(page.matches("<details id=").count(), 300);
    assert_links_hold(&page);
}

/// What an agent names its runs, asks for and prints stays text wherever it is told.
#[tokio::test]
async fn what_an_agent_calls_its_runs_is_no_markup() {
    let script = r#"
        name='"><svg onload=alert(1)></td></table><script>alert(2)</script>'
        json='\"><svg onload=alert(1)></td></table><script>alert(2)</script>'
        curl -sf $WILD_SERVER_URL/docs?q=%22%3E >/dev/null
        curl -s "$WILD_SERVER_URL/%3Cb%3E%22" >/dev/null
        curl -s -X POST -H 'content-type: application/json' \
            -d "{\"name\": \"$json\", \"command\": \"$json\"}" $WILD_SERVER_URL/runs >/dev/null
        echo "$name"
    "#;
    let out = tempfile::tempdir().unwrap();
    let cases = ["execution-baseline"].map(case);
    let report = play(bash(script), &cases, out.path()).await;
    let page = render(&report, Format::Html);
    let timeline = part(&page, "<h3>Timeline", "<h3>");
    let shown = "&#34;&#62;&#60;svg onload=alert(1)&#62;&#60;/td&#62;";
    // As the run's name and as its command.
    assert_eq!(timeline.matches(shown).count(), 2, "{timeline}");
    for hostile in ["<svg onload", "</td></table><script", "<b>"] {
        assert!(!page.contains(hostile), "{hostile}");
    }
    assert_eq!(page.matches("<script").count(), 1);
    assert_links_hold(&page);
}
