//! Rules that are not of the catalogue: a team's own demands on plans, from files.
//!
//! A process has one set of rules. What is added to it is added once, before anything is read that names
//! rules; from then on it is among all of them.

use std::path::Path;
use std::sync::OnceLock;

use super::{Check, FAMILIES, Rule, applicability};
use crate::demand::own::{OwnDemand, OwnError, OwnFile, When};
use crate::demand::{self, Demand};
use crate::evidence::RulesFile;
use crate::facts::{PlanFacts, Source};
use crate::verdict::Verdict;

/// What was added.
static BOOK: OnceLock<OwnBook> = OnceLock::new();

/// The same as rules.
static RULES: OnceLock<Vec<Rule>> = OnceLock::new();

/// Files of rules that fit together, and the catalogue.
#[derive(Debug)]
pub struct OwnBook {
    files: Vec<OwnFile>,
    rules: Vec<OwnRule>,
}

/// A demand as a rule.
#[derive(Debug)]
pub struct OwnRule {
    file: usize,
    at: usize,
    documentation: String,
}

impl OwnBook {
    /// Puts files together.
    ///
    /// # Errors
    /// Fails when one has a code or a name that another or the catalogue has, or a code that begins like those
    /// of the catalogue.
    pub fn new(files: Vec<OwnFile>) -> Result<Self, OwnError> {
        let mut seen: Vec<(&OwnFile, &OwnDemand)> = Vec::new();
        let mut rules = Vec::new();
        for (file, own) in files.iter().enumerate() {
            for (at, demand) in own.demands.iter().enumerate() {
                if let Some(problem) = taken(demand).or_else(|| twice(demand, &seen)) {
                    return Err(OwnError {
                        file: own.file.clone(),
                        line: Some(demand.line),
                        problem,
                    });
                }
                seen.push((own, demand));
                rules.push(OwnRule {
                    file,
                    at,
                    documentation: documentation(own, demand),
                });
            }
        }
        Ok(Self { files, rules })
    }

    /// The files, as evidence keeps them.
    pub fn told(&self) -> Vec<RulesFile> {
        let file = |own: &OwnFile| RulesFile {
            file: own.file.display().to_string(),
            sha256: own.sha256.clone(),
            codes: own
                .demands
                .iter()
                .map(|own| own.demand.code.clone())
                .collect(),
        };
        self.files.iter().map(file).collect()
    }

    fn demand(&self, rule: &OwnRule) -> Option<&OwnDemand> {
        self.files.get(rule.file)?.demands.get(rule.at)
    }
}

/// Adds rules to those of this process. It can be done once; whether it was.
pub fn adopt(book: OwnBook) -> bool {
    if BOOK.set(book).is_err() {
        return false;
    }
    let Some(book) = BOOK.get() else {
        return false;
    };
    let rule = |own: &'static OwnRule| {
        let demand = book.demand(own)?;
        Some(Rule {
            code: &demand.demand.code,
            slug: &demand.name,
            level: demand.level,
            summary: &demand.title,
            sources: &[Source::Journal, Source::Workspace],
            source_text: &own.documentation,
            check: Check::Own(own),
        })
    };
    RULES
        .set(book.rules.iter().filter_map(rule).collect())
        .is_ok()
}

/// What was added, if anything.
pub fn own() -> Option<&'static OwnBook> {
    BOOK.get()
}

pub(super) fn rules() -> impl Iterator<Item = &'static Rule> {
    RULES.get().into_iter().flatten()
}

impl OwnRule {
    /// What is demanded.
    pub(super) fn demand(&'static self) -> Option<&'static Demand> {
        own_demand(self).map(|own| &own.demand)
    }

    /// The file in which it stands.
    pub(super) fn file(&self) -> Option<&'static Path> {
        let file = BOOK.get()?.files.get(self.file)?;
        Some(&file.file)
    }

    /// What it says of a plan.
    pub(crate) fn judge(&'static self, facts: &PlanFacts<'_>) -> Verdict {
        let Some(own) = own_demand(self) else {
            return Verdict::not_applicable("there is no such demand");
        };
        applicability::unless_tasks(facts)
            .or_else(|| match own.when {
                When::Always => None,
                When::Experiments => applicability::unless_flow(facts),
            })
            .unwrap_or_else(|| {
                demand::verdict(facts, &own.demand, demand::decide(facts, &own.demand))
            })
    }
}

fn own_demand(rule: &'static OwnRule) -> Option<&'static OwnDemand> {
    BOOK.get()?.demand(rule)
}

/// Why the catalogue leaves no room for a demand, if so.
fn taken(own: &OwnDemand) -> Option<String> {
    let code = &own.demand.code;
    let letters = code.trim_end_matches(|c: char| c.is_ascii_digit());
    let mut families = FAMILIES.iter();
    // `--select` takes the beginnings of codes.
    let alike = families.find(|f| f.name.starts_with(letters) || letters.starts_with(f.name));
    if let Some(family) = alike {
        return Some(format!(
            "{code} begins like the catalogue's codes, {}... ({}); begin yours otherwise, such as TEAM001",
            family.name, family.title
        ));
    }
    let rule = super::catalogue().find(|rule| rule.slug == own.name)?;
    Some(format!(
        "{code} `name`: {} is called `{}` already; give yours another name",
        rule.code, own.name
    ))
}

/// Why another demand leaves no room for one, if so.
fn twice(own: &OwnDemand, seen: &[(&OwnFile, &OwnDemand)]) -> Option<String> {
    let is_same =
        |other: &OwnDemand| other.demand.code == own.demand.code || other.name == own.name;
    let (file, other) = seen.iter().find(|(_, other)| is_same(other))?;
    Some(format!(
        "{} `{}`: {}:{} has {} `{}` already; codes and names are there once",
        own.demand.code,
        own.name,
        file.file.display(),
        other.line,
        other.demand.code,
        other.name
    ))
}

/// What is told of a rule, in the form of the catalogue's own files.
fn documentation(file: &OwnFile, own: &OwnDemand) -> String {
    let title = format!("# {} {} ({})", own.demand.code, own.name, own.level.word());
    let from = format!("From {}, line {}.", file.file.display(), own.line);
    let mut parts = vec![title, own.title.clone()];
    parts.extend(own.why.clone());
    parts.push(from);
    for (word, sign) in [("Conforming", "+"), ("Violating", "-"), ("In doubt", "?")] {
        let own = own.examples.iter().filter(|example| example.sign() == sign);
        let told: Vec<String> = own.map(|example| example.text.clone()).collect();
        if !told.is_empty() {
            parts.push(format!("{word}:\n- {}", told.join("\n- ")));
        }
    }
    let text = parts.join("\n\n");
    let lines = text.lines().map(|line| format!("//! {line}\n"));
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, codes: &[&str]) -> OwnFile {
        let demand = |code: &&str| {
            format!(
                "[[demand]]\ncode = \"{code}\"\nlevel = \"must\"\ntitle = \"t\"\nmet = [\"capture\"]\n"
            )
        };
        let text: String = codes.iter().map(demand).collect();
        OwnFile::parse(Path::new(name), &text).unwrap()
    }

    #[test]
    fn codes_are_no_one_elses() {
        let book = |files: Vec<OwnFile>| OwnBook::new(files).map_err(|error| error.to_string());
        assert!(
            book(vec![
                file("a", &["TEAM001", "TEAM002"]),
                file("b", &["OURS001"])
            ])
            .is_ok()
        );
        for code in ["PLN999", "PLN001", "PL001", "PLNX001"] {
            let error = book(vec![file("a", &[code])]).unwrap_err();
            let wanted = format!("a:1: {code} begins like the catalogue's codes, PLN...");
            assert!(error.starts_with(&wanted), "{error}");
        }
        let error = book(vec![
            file("a", &["TEAM001"]),
            file("b", &["OURS001", "TEAM001"]),
        ]);
        let error = error.unwrap_err();
        assert!(
            error.starts_with("b:6: TEAM001 `team001`: a:1 has TEAM001 `team001` already"),
            "{error}"
        );
        let text = "[[demand]]\ncode = \"TEAM001\"\nname = \"docs-probed\"\nlevel = \"must\"\ntitle = \"t\"\nmet = [\"capture\"]";
        let error = book(vec![OwnFile::parse(Path::new("a"), text).unwrap()]).unwrap_err();
        assert!(
            error.contains("PRE001 is called `docs-probed` already"),
            "{error}"
        );
    }
}
