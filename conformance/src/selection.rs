//! Which rules the user wants judged, and which not, whatever the prompt tells: `--select`, `--ignore`.

use std::fmt;
use std::str::FromStr;

use globset::{Glob, GlobMatcher};

use crate::rules::{self, Rule};
use crate::verdict::Level;

/// A rule by its code or slug, or all whose codes begin alike, such as a family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulePrefix(String);

impl RulePrefix {
    fn fits(&self, rule: &Rule) -> bool {
        rule.code.starts_with(&self.0)
    }
}

impl FromStr for RulePrefix {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let prefix = Self(match rules::find(text) {
            Some(rule) => rule.code.to_owned(),
            None => text.to_uppercase(),
        });
        if !text.is_empty() && rules::all().any(|rule| prefix.fits(rule)) {
            return Ok(prefix);
        }
        let hint = rules::nearest(text).map_or_else(
            || ";".to_owned(),
            |rule| format!("; did you mean {}?", rule.code),
        );
        Err(format!(
            "there is no rule or family `{text}`{hint} `wild-conformance rules` lists all"
        ))
    }
}

/// What the user chose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    picks: Vec<(RulePrefix, Choice)>,
    levels: Vec<OwnLevel>,
}

/// A level that rules have in some cases in place of the catalogue's: `PLN006=must`, `PLN@abort-*=should`.
#[derive(Debug, Clone)]
pub struct OwnLevel {
    rules: RulePrefix,
    cases: Option<GlobMatcher>,
    level: Level,
    text: String,
}

impl PartialEq for OwnLevel {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for OwnLevel {}

impl FromStr for OwnLevel {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("`{text}` is no level; write CODES=must, or CODES@CASES=should");
        let (about, word) = text.rsplit_once('=').ok_or_else(wrong)?;
        let level = match word.trim() {
            "must" => Level::Must,
            "should" => Level::Should,
            _ => return Err(wrong()),
        };
        let (rules, glob) = match about.split_once('@') {
            Some((rules, glob)) => (rules, Some(glob.trim())),
            None => (about, None),
        };
        let glob = glob.map(Glob::new).transpose();
        let glob = glob.map_err(|error| format!("`{text}`: {error}"))?;
        Ok(Self {
            rules: rules.parse()?,
            cases: glob.map(|glob| glob.compile_matcher()),
            level,
            text: text.to_owned(),
        })
    }
}

/// What the user chose for a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// It is judged, even if the given prompt does not tell its demand.
    Judge,
    /// It is left out.
    LeaveOut,
}

/// The same rules are selected and ignored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is both selected and ignored; name it once")]
pub struct SelectionError(String);

impl Selection {
    /// Puts together what is selected and what is ignored.
    ///
    /// # Errors
    /// Fails when something is both.
    pub fn new(select: &[RulePrefix], ignore: &[RulePrefix]) -> Result<Self, SelectionError> {
        if let Some(both) = select.iter().find(|prefix| ignore.contains(prefix)) {
            return Err(SelectionError(both.0.clone()));
        }
        let select = select.iter().map(|prefix| (prefix.clone(), Choice::Judge));
        let ignore = ignore
            .iter()
            .map(|prefix| (prefix.clone(), Choice::LeaveOut));
        Ok(Self {
            picks: select.chain(ignore).collect(),
            levels: Vec::new(),
        })
    }

    /// The same, with levels of the user's own.
    #[must_use]
    pub fn with_levels(mut self, levels: &[OwnLevel]) -> Self {
        self.levels = levels.to_vec();
        self
    }

    /// The rules that have a level of their own in a case. Of several that fit a rule the one counts that names
    /// cases, then the longest prefix, then the last.
    pub fn levels(&self, case: &str) -> Vec<(&'static str, Level)> {
        let own = |rule: &'static Rule| {
            let fitting = self.levels.iter().filter(|own| {
                let fits_case = own.cases.as_ref().is_none_or(|glob| glob.is_match(case));
                fits_case && own.rules.fits(rule)
            });
            let closest = fitting.max_by_key(|own| (own.cases.is_some(), own.rules.0.len()))?;
            Some((rule.code, closest.level))
        };
        if self.levels.is_empty() {
            return Vec::new();
        }
        rules::all().filter_map(own).collect()
    }

    /// What the user chose for `rule`, if anything. Of several prefixes the longest counts, so that one
    /// rule of a family can be told apart from the others.
    pub fn of(&self, rule: &Rule) -> Option<Choice> {
        let fitting = self.picks.iter().filter(|(prefix, _)| prefix.fits(rule));
        let closest = fitting.max_by_key(|(prefix, _)| prefix.0.len());
        closest.map(|(_, choice)| *choice)
    }
}

/// As on a command line; nothing where nothing was chosen. The same choice has the same text.
impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words: Vec<String> = self
            .picks
            .iter()
            .map(|(prefix, choice)| match choice {
                Choice::Judge => format!("--select {}", prefix.0),
                Choice::LeaveOut => format!("--ignore {}", prefix.0),
            })
            .collect();
        words.sort_unstable();
        words.dedup();
        let levels = self
            .levels
            .iter()
            .map(|own| format!("--level {}", own.text));
        words.extend(levels);
        f.write_str(&words.join(" "))
    }
}

/// Which rules are asked of evidence or a plan: what the user chose, and what the given prompt tells.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// What the user chose, which overrules the prompt.
    pub selection: &'a Selection,
    /// The codes of the rules whose demands the given prompt does not tell.
    pub untold: &'a [String],
}

impl Asked<'_> {
    /// Why a rule is not asked, if so.
    pub fn leaves_out(self, rule: &Rule) -> Option<LeftOut> {
        let is_untold = || self.untold.iter().any(|code| code == rule.code);
        match self.selection.of(rule) {
            Some(Choice::Judge) => None,
            Some(Choice::LeaveOut) => Some(LeftOut::Ignored),
            None => is_untold().then_some(LeftOut::Untold),
        }
    }
}

/// Why a rule is not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// The given prompt does not tell its demand.
    Untold,
    /// The user ignores it.
    Ignored,
}

impl LeftOut {
    /// All of them, in the order in which reports tell them.
    pub const ALL: [Self; 2] = [Self::Untold, Self::Ignored];

    /// Behind a number of rules.
    pub fn words(self) -> &'static str {
        match self {
            Self::Untold => "not asked, as the given prompt does not tell them",
            Self::Ignored => "ignored, as --ignore says",
        }
    }

    /// As the reason of a verdict.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Untold => {
                "the given prompt does not tell it; `wild-conformance prompt FILE` shows what it tells"
            }
            Self::Ignored => "ignored, as --ignore says",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selection(select: &[&str], ignore: &[&str]) -> Result<Selection, SelectionError> {
        let read = |texts: &[&str]| -> Vec<RulePrefix> {
            texts.iter().map(|text| text.parse().unwrap()).collect()
        };
        Selection::new(&read(select), &read(ignore))
    }

    #[test]
    fn the_longest_prefix_counts() {
        let selection = selection(&["LAY", "pln00"], &["LAY005", "PLN", "docs-probed"]).unwrap();
        for (code, choice) in [
            ("LAY001", Some(Choice::Judge)),
            ("LAY005", Some(Choice::LeaveOut)),
            ("PLN001", Some(Choice::Judge)),
            ("PLN011", Some(Choice::LeaveOut)),
            ("PRE001", Some(Choice::LeaveOut)),
            ("PRE002", None),
        ] {
            assert_eq!(selection.of(rules::find(code).unwrap()), choice, "{code}");
        }
    }

    #[test]
    fn what_is_both_or_nothing_is_refused() {
        let error = selection(&["REF"], &["ref"]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`REF` is both selected and ignored; name it once"
        );
        let error = "LAX001".parse::<RulePrefix>().unwrap_err();
        assert!(error.contains("did you mean LAY001?"), "{error}");
        assert!("".parse::<RulePrefix>().is_err());
    }

    #[test]
    fn levels_go_by_rule_and_case() {
        let own: Vec<OwnLevel> = ["PLN=should", "PLN006=must", "PLN006@abort-*=should"]
            .iter()
            .map(|text| text.parse().unwrap())
            .collect();
        let selection = Selection::default().with_levels(&own);
        let level = |case: &str, code: &str| {
            let levels = selection.levels(case);
            let found = levels.into_iter().find(|(own, _)| *own == code);
            found.map(|(_, level)| level)
        };
        assert_eq!(level("planning-healthy", "PLN001"), Some(Level::Should));
        assert_eq!(level("planning-healthy", "PLN006"), Some(Level::Must));
        assert_eq!(level("abort-docs-503", "PLN006"), Some(Level::Should));
        assert_eq!(level("abort-docs-503", "LAY001"), None);
        for wrong in ["PLN006", "PLN006=error", "PLX=must", "PLN@[=must"] {
            assert!(wrong.parse::<OwnLevel>().is_err(), "{wrong}");
        }
    }
}
