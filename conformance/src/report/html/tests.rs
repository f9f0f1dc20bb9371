//! What others wrote is no markup, what is linked is there, and the page keeps its bounds.

use std::collections::BTreeSet;

use super::super::format_tests::report;
use super::super::remarks_tests::with_remarks;
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

/// The names of the elements that are opened, with those of their attributes, as a reader of markup gets them.
fn markup(page: &str) -> BTreeSet<String> {
    let body = page.split("</style>").nth(1).unwrap();
    let body = body.split("<script>").next().unwrap();
    let mut found = BTreeSet::new();
    for tag in body.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap();
        let tag = tag.trim_end_matches('/');
        // What is quoted is a value; what is not is the element and its attributes.
        let bare: String = tag.split('"').step_by(2).collect::<Vec<_>>().join("");
        found.extend(bare.split_whitespace().map(str::to_owned));
    }
    found
}

/// What others write changes no element and no attribute of the page.
#[test]
fn hostile_texts_are_no_markup() {
    let plain = markup(&run(&report()));
    let mut report = report();
    report.cases[0].twin = Some("b".to_owned());
    let with_control = markup(&run(&report));
    for case in &mut report.cases {
        case.title = "<img src=x onerror=alert(1)>\" onload='x".to_owned();
        case.notes
            .push("</details><script>alert(2)</script>".to_owned());
        case.agent = "a</code><style>*{}</style>".to_owned();
        case.preflight = "\" onload=alert(4) x=\"".to_owned();
    }
    report.cases[3].id = "\"><svg onload=alert(3)>".to_owned();
    report
        .baseline_problems
        .push(crate::engine::BaselineProblem {
            case: "<iframe>\" x='".to_owned(),
            rule: "PLN001",
            trouble: crate::engine::Trouble::Stale,
            nearest: None,
        });
    let page = run(&report);
    let added: Vec<String> = markup(&page).difference(&with_control).cloned().collect();
    assert!(
        plain.contains("th") && plain.contains("scope="),
        "{plain:?}"
    );
    // Notes and the baseline have no elements that nothing else has.
    assert_eq!(added, [""; 0]);
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
    assert_eq!(page.matches("<details id=").count(), 4);
    assert_eq!(
        page.matches("<details").count(),
        page.matches("</details>").count()
    );
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

/// The row of a rule in the grid, without what stands ahead of its first cell.
fn cells<'p>(page: &'p str, code: &str) -> &'p str {
    let grid = page.split("<div class=\"grid\"").nth(1).unwrap();
    let grid = grid.split("</table>").next().unwrap();
    let row = grid
        .split("<tr>")
        .find(|row| row.contains(&format!("\">{code}</span>")));
    row.unwrap().split_once("</th>").unwrap().1
}

#[test]
fn a_grid_tells_how_each_rule_stands_in_each_case_and_doubts_apart() {
    let mut report = report();
    let well = crate::engine::CaseReport {
        id: "well".to_owned(),
        verdicts: vec![(
            crate::rules::find("ABT004").unwrap(),
            crate::verdict::Verdict::Pass(Vec::new()),
        )],
        ..report.cases[0].clone()
    };
    report.cases.push(well);
    let page = run(&report);
    let (certain, doubts) = page.split_once(" id=\"doubts\">").unwrap();
    assert!(!certain.contains("LAY002</span>"), "{certain}");
    assert!(doubts.contains("LAY002</span>"));
    let dash = "<td class=\"dim\">–<small>n/a</small></td>";
    let link = |href: &str, class: &str, mark: &str, word: &str| {
        format!("<td class=\"{class}\"><a href=\"#{href}\">{mark}<small>{word}</small></a></td>")
    };
    for (code, expected) in [
        (
            "ABT004",
            dash.to_owned() + &link("b/ABT004", "bad", "✗", "fails"),
        ),
        (
            "SEC001",
            dash.to_owned() + &link("b/SEC001", "bad", "∅", "untestable"),
        ),
        (
            "PLN011",
            dash.to_owned() + &link("b/PLN011", "known", "≈", "known"),
        ),
        ("CAP002", link("a/CAP002", "warn", "▲", "warns") + dash),
        ("LAY002", link("a/LAY002", "doubt", "?", "doubt") + dash),
    ] {
        let cells = cells(&page, code);
        assert!(cells.starts_with(&expected), "{code}: {cells}");
    }
    // What has nothing to tell shares a column.
    assert!(cells(&page, "ABT004").contains("<td class=\"rest\">✓ 1 ok</td>"));
    assert!(cells(&page, "SEC001").contains("<td class=\"rest\">– 1 n/a</td>"));
    assert!(page.contains("1 without findings</th>"));
    assert!(page.contains("<h2 id=\"unjudged\">"));
    assert_links_hold(&page);
}

/// Whatever is foreign is as long as it can be, in as many cases as have a section, and more.
#[test]
fn hostile_lengths_keep_the_bounds() {
    let long = "<&> ".repeat(300);
    let rules: Vec<_> = crate::rules::all().step_by(2).collect();
    let at = crate::verdict::Reference::line("x".repeat(600), 1);
    let finding = crate::verdict::Finding::new(long.clone(), vec![at.clone(); 2]);
    let nearest = crate::verdict::Nearest {
        text: long.clone(),
        at: at.clone(),
    };
    let doubt = crate::verdict::Doubt {
        question: "why?".to_owned(),
        nearest: Some(nearest),
        evidence: vec![at],
    };
    let verdict = |place: usize| match place % 2 {
        0 => crate::verdict::Verdict::Fail(vec![finding.clone()]),
        _ => crate::verdict::Verdict::Doubtful(vec![doubt.clone()]),
    };
    let mut case = report().cases[1].clone();
    case.verdicts = rules
        .iter()
        .zip(0..)
        .map(|(rule, at)| (*rule, verdict(at)))
        .collect();
    case.title.clone_from(&long);
    case.ending.clone_from(&long);
    case.preflight.clone_from(&long);
    case.notes = vec![long.clone(); 50];
    case.folder = None;
    case.twin = Some(format!("{}-7", "c".repeat(300)));
    for count in [1, 300] {
        let mut report = report();
        report.cases = (0..count)
            .map(|at| crate::engine::CaseReport {
                id: format!("{}-{at}", "c".repeat(300)),
                ..case.clone()
            })
            .collect();
        let page = run(&report);
        assert!(page.len() < 10_000_000, "{count}: {}", page.len());
        assert_eq!(page.matches("<details id=").count(), count);
        assert_links_hold(&page);
    }
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
    assert_eq!(page.matches("<details id=").count(), MOST_SECTIONS);
    assert!(page.contains("<details id=\"ill\""));
    assert!(
        page.contains(&format!(
            "Of {} cases 1 are not told here",
            MOST_SECTIONS + 1
        )),
        "{}",
        &page[..2000]
    );
    assert!(page.len() < 10_000_000, "{}", page.len());
    assert_links_hold(&page);
}

/// Of more gates and entries of a baseline than there is room for those that are left out are counted.
#[test]
fn what_is_said_of_the_run_is_counted_where_there_is_no_room() {
    const COUNT: usize = 3_000;
    let told = |report: &RunReport, from: &str, row: &str| {
        let page = run(report);
        let (_, part) = page.split_once(from).unwrap();
        let part = part.split("<h2").next().unwrap();
        let more = part.split_once("class=\"left\">and ");
        let more = more.map_or(0, |(_, more)| {
            more.split(' ').next().unwrap().parse().unwrap()
        });
        (part.matches(row).count(), more)
    };
    let few = with_remarks(false);
    let gates = ("<h2 id=\"gates\">", "<td class=\"mono\">");
    let baseline = ("<h2 id=\"baseline\">", "<span class=\"tag");
    assert_eq!(told(&few, gates.0, gates.1), (4, 0));
    assert_eq!(told(&few, baseline.0, baseline.1), (3, 0));

    let mut many = with_remarks(false);
    let claims = many.claims.claims.iter().cycle().take(COUNT);
    many.claims.claims = claims.cloned().collect();
    let (shown, more) = told(&many, gates.0, gates.1);
    assert!(shown > 100 && more > 100, "{shown} {more}");
    assert_eq!(shown + more, COUNT);
    // What is told behind them keeps its count, though nothing of it is told.
    let (shown, more) = told(&many, baseline.0, baseline.1);
    assert_eq!(shown + more, 3);

    let mut many = with_remarks(false);
    let entries = many.baseline_problems.iter().cycle().take(COUNT);
    many.baseline_problems = entries.cloned().collect();
    let (shown, more) = told(&many, baseline.0, baseline.1);
    assert!(shown > 100 && more > 100, "{shown} {more}");
    assert_eq!(shown + more, COUNT);
}
