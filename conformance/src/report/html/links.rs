//! What leads to the sections of cases, and to what stands in them.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::room::cut_to;
use crate::engine::{CaseReport, RunReport};
use crate::visible;

/// What needs no escape in a fragment.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Longest name of a case in links, in bytes, since it is repeated wherever something leads. What is longer is
/// called by its place.
const LONGEST_NAME: usize = 100;

/// Longest name of a case where it is shown, in characters.
const LONGEST_TEXT: usize = 200;

/// Where something leads, nowhere where that is empty, and what it is called.
#[derive(Template)]
#[template(path = "link.html")]
pub(super) struct Link {
    pub(super) href: String,
    pub(super) text: String,
}

/// The names of sections, and what can be led to in them.
pub(super) struct Links<'r> {
    report: &'r RunReport,
    /// By the case's place in the report, empty where it has no section.
    names: Vec<String>,
    /// The codes of the rules that are told in a section.
    told: BTreeMap<usize, BTreeSet<&'static str>>,
}

impl<'r> Links<'r> {
    /// To the sections of these cases, which are places in the report in order. No two are called alike.
    pub(super) fn new(report: &'r RunReport, sections: &[usize]) -> Self {
        let mut seen = BTreeMap::<String, usize>::new();
        let named = report.cases.iter().enumerate().map(|(at, case)| {
            if sections.binary_search(&at).is_err() {
                return String::new();
            }
            let mut name = utf8_percent_encode(&case.name(), PLAIN).to_string();
            if name.len() > LONGEST_NAME {
                name = format!("play~~{at}");
            }
            let count = seen.entry(name.clone()).or_default();
            *count += 1;
            match count {
                1 => name,
                more => format!("{name}~{more}"),
            }
        });
        Self {
            report,
            names: named.collect(),
            told: BTreeMap::new(),
        }
    }

    /// These rules are told in the section of a case.
    pub(super) fn add_told(&mut self, at: usize, codes: BTreeSet<&'static str>) {
        self.told.insert(at, codes);
    }

    /// What the section of a case is called; empty where it has none.
    pub(super) fn name(&self, at: usize) -> &str {
        self.names.get(at).map_or("", String::as_str)
    }

    /// To a case by its place.
    pub(super) fn to(&self, at: usize) -> Link {
        let name = self.name(at);
        let case = self.report.cases.get(at);
        Link {
            href: if name.is_empty() {
                String::new()
            } else {
                format!("#{name}")
            },
            text: case.map_or_else(String::new, text_of),
        }
    }

    /// To a case of the report.
    pub(super) fn to_case(&self, case: &CaseReport) -> Link {
        let mut cases = self.report.cases.iter();
        match cases.position(|other| std::ptr::eq(other, case)) {
            Some(at) => self.to(at),
            None => Link {
                href: String::new(),
                text: text_of(case),
            },
        }
    }

    /// To what a rule says in a case, or to the case where there was no room for that.
    pub(super) fn to_rule(&self, at: usize, code: &str) -> String {
        let is_told = self.told.get(&at).is_some_and(|told| told.contains(code));
        match self.name(at) {
            "" => String::new(),
            name if is_told => format!("#{name}/{code}"),
            name => format!("#{name}"),
        }
    }
}

/// What a case is called where it is shown.
pub(super) fn text_of(case: &CaseReport) -> String {
    cut_to(&visible::line(&case.name()), LONGEST_TEXT)
}
