//! One page that tells a run to people: an overview, and a section a case with what its verdicts rest on.
//!
//! It is one file, wants no network and can be read without its script, which only filters and moves. What it
//! holds of evidence is bounded ([`room`]), and what was left out is said. Texts of others are escaped by the
//! templates; a policy in the page's head lets no script run but its own.

mod axis;
mod beside;
mod grid;
mod links;
mod lives;
mod marks;
mod observed;
mod overview;
mod plan;
mod room;
mod section;
mod shown;
#[cfg(test)]
mod tests;
mod timeline;
mod told;

use std::collections::BTreeMap;

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::engine::{CaseOutcome, CaseReport, RunReport};
use crate::evidence::Evidence;
use beside::{Compared, Gist};
use links::Links;
use overview::Overview;
use section::{Observed, Section};

/// What all sections may take of texts of others, in bytes.
const ROOM: usize = 6_000_000;

/// What one section may take.
const MOST_ROOM: usize = 400_000;

/// How many cases have a section.
const MOST_SECTIONS: usize = 1_000;

/// How much more room there is for a case that is not conformant.
const WEIGHT: usize = 3;

const STYLE: &str = include_str!("../../../templates/report.css");
const SCRIPT: &str = include_str!("../../../templates/report.js");

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
    order.sort_by_key(|at| report.cases[*at].outcome == CaseOutcome::Conformant);
    order.truncate(MOST_SECTIONS);
    order.sort_unstable();
    let mut links = Links::new(report, &order);
    let mut controls = Controls::default();
    let mut sections = Vec::new();
    for (at, room) in order.iter().zip(rooms(report, &order)) {
        let case = &report.cases[*at];
        // One at a time, so that memory does not grow with the number of cases.
        let evidence = load(case);
        let beside = beside::control(report, case).filter(|_| !case.verdicts.is_empty());
        let other = beside.and_then(|control| Some((control, controls.gist(report, control)?)));
        let own = evidence.as_ref().map(Gist::of).unwrap_or_default();
        let observed = evidence.as_ref().map(|evidence| Observed {
            evidence,
            beside: other.map(|(control, other)| Compared {
                report,
                links: &links,
                own: (*at, &own),
                control: (control, other),
            }),
        });
        let section = Section::new(report, &links, *at, observed, room);
        links.add_told(*at, section.codes());
        sections.push(rendered(&section));
    }
    let page = Page {
        version: env!("CARGO_PKG_VERSION"),
        policy: format!(
            "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
            digest(STYLE),
            digest(SCRIPT)
        ),
        style: STYLE,
        script: SCRIPT,
        overview: Overview::new(report, &links, &order),
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
        CaseOutcome::Conformant => 1,
        _ => WEIGHT,
    };
    let all: usize = order.iter().map(weight).sum();
    let room = |at: &usize| (ROOM / all.max(1) * weight(at)).min(MOST_ROOM);
    order.iter().map(room).collect()
}

/// The evidence of a case, where it can be read.
fn load(case: &CaseReport) -> Option<Evidence> {
    Evidence::load(case.folder.as_deref()?).ok()
}

/// What was sent in the plays that are controls of others, each of which is read once.
#[derive(Default)]
struct Controls(BTreeMap<usize, Option<Gist>>);

impl Controls {
    fn gist(&mut self, report: &RunReport, at: usize) -> Option<&Gist> {
        let own = self.0.entry(at);
        let own = own.or_insert_with(|| load(&report.cases[at]).as_ref().map(Gist::of));
        own.as_ref()
    }
}
