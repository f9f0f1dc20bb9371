//! One page that tells a run to people: an overview, and a section a case with what its verdicts rest on.
//!
//! It is one file, wants no network and can be read without its script, which only filters and moves. What it
//! holds of evidence is bounded ([`room`]), and what was left out is said. Texts of others are escaped by the
//! templates; a policy in the page's head lets no script run but its own.

mod observed;
mod overview;
mod plan;
mod room;
mod section;
#[cfg(test)]
mod tests;
mod told;

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

use crate::engine::{Outcome, RunReport};
use crate::evidence::Evidence;
use overview::Overview;
use section::Section;

/// What all sections may take, in bytes.
const ROOM: usize = 8_000_000;

/// What one section may take.
const MOST_ROOM: usize = 400_000;

/// How many cases have a section.
const MOST_SECTIONS: usize = 1_500;

/// How much more room there is for a case that is not conformant.
const WEIGHT: usize = 3;

const STYLE: &str = include_str!("../../../templates/report.css");
const SCRIPT: &str = include_str!("../../../templates/report.js");

/// What needs no escape in a fragment.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    version: &'static str,
    policy: String,
    style: &'static str,
    script: &'static str,
    overview: Overview,
    /// Each was rendered by a template that escapes.
    sections: &'a [String],
}

/// The page of a run, or of judged evidence. The evidence of each case is read where it lies; of one whose
/// evidence cannot be read any more there are the verdicts alone.
pub(super) fn run(report: &RunReport) -> String {
    let mut order: Vec<usize> = (0..report.cases.len()).collect();
    order.sort_by_key(|at| report.cases[*at].outcome == Outcome::Conformant);
    order.truncate(MOST_SECTIONS);
    order.sort_unstable();
    let names = names(report, &order);
    let rooms = rooms(report, &order);
    let sections = order.iter().zip(rooms).map(|(at, room)| {
        let case = &report.cases[*at];
        // One at a time, so that memory does not grow with the number of cases.
        let evidence = case.folder.as_deref().map(Evidence::load);
        let evidence = evidence.and_then(Result::ok);
        let section = Section::new(report, &names, *at, evidence.as_ref(), room);
        rendered(&section)
    });
    let sections: Vec<String> = sections.collect();
    let page = Page {
        version: env!("CARGO_PKG_VERSION"),
        policy: format!(
            "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
            digest(STYLE),
            digest(SCRIPT)
        ),
        style: STYLE,
        script: SCRIPT,
        overview: Overview::new(report, &names, &order),
        sections: &sections,
    };
    rendered(&page)
}

/// Writing to a String cannot fail, and nothing else in these templates can.
fn rendered(template: &impl Template) -> String {
    template.render().unwrap_or_else(|error| error.to_string())
}

/// As a policy names what it allows.
fn digest(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

/// What each section may take.
fn rooms(report: &RunReport, order: &[usize]) -> Vec<usize> {
    let weight = |at: &usize| match report.cases[*at].outcome {
        Outcome::Conformant => 1,
        _ => WEIGHT,
    };
    let all: usize = order.iter().map(weight).sum();
    let room = |at: &usize| (ROOM / all.max(1) * weight(at)).min(MOST_ROOM);
    order.iter().map(room).collect()
}

/// What each case is called in links, nothing where it has no section. No two are called alike.
fn names(report: &RunReport, told: &[usize]) -> Vec<String> {
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    let named = report.cases.iter().enumerate().map(|(at, case)| {
        if told.binary_search(&at).is_err() {
            return String::new();
        }
        let name = utf8_percent_encode(&case.name(), PLAIN).to_string();
        let count = seen.entry(name.clone()).or_default();
        *count += 1;
        match count {
            1 => name,
            more => format!("{name}~{more}"),
        }
    });
    named.collect()
}
