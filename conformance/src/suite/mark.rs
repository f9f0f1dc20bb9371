//! What a case touches, as words that can be counted.

use std::collections::BTreeSet;

use wild_mock_server::fault::{Action, Broken, PROBES, kinds};
use wild_mock_server::{Fault, fault};

use crate::case::{Case, Kind};
use crate::rules;

/// A class of faults that agents tend to treat alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultClass {
    /// Nothing listens.
    Refused,
    /// The connection breaks before there is an answer.
    BrokenConnection,
    /// The answer breaks in its body.
    BrokenBody,
    /// The answer is an error.
    ErrorStatus,
    /// The answer looks odd and is none the worse for it.
    OddSuccess,
    /// The first call fails, and another would succeed.
    Flapping,
    /// The server is gone after some probes.
    DyingBetweenProbes,
}

impl FaultClass {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Refused,
        Self::BrokenConnection,
        Self::BrokenBody,
        Self::ErrorStatus,
        Self::OddSuccess,
        Self::Flapping,
        Self::DyingBetweenProbes,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::BrokenConnection => "broken-connection",
            Self::BrokenBody => "broken-body",
            Self::ErrorStatus => "error-status",
            Self::OddSuccess => "odd-success",
            Self::Flapping => "flapping",
            Self::DyingBetweenProbes => "dying-between-probes",
        }
    }

    /// The class of a fault; nothing for one that strikes no probe, or at odd times.
    fn of(fault: &Fault) -> Option<Self> {
        match fault.down_from() {
            Some(1) => return Some(Self::Refused),
            Some(_) => return Some(Self::DyingBetweenProbes),
            None => {}
        }
        if !PROBES.contains(&fault.path.as_str()) {
            return None;
        }
        if fault.when.first.is_some() {
            return Some(Self::Flapping);
        }
        let is_always = fault.when == fault::When::default();
        let kind = kinds()
            .into_iter()
            .find(|kind| is_always && !kind.is_disputed && kind.action == fault.action)?;
        Some(match kind.action {
            _ if !kind.fails() => Self::OddSuccess,
            Action::Broken(
                Broken::TruncatedBody { .. }
                | Broken::WrongLength { .. }
                | Broken::CutChunk
                | Broken::BadChunk,
            ) => Self::BrokenBody,
            Action::Broken(_) => Self::BrokenConnection,
            Action::Answer(_) | Action::Delay(_) => Self::ErrorStatus,
        })
    }
}

const CLASS: &str = "fault ";
const FAMILY: &str = "family ";

pub(super) fn class(class: FaultClass) -> String {
    format!("{CLASS}{}", class.word())
}

pub(super) fn family(name: &str) -> String {
    format!("{FAMILY}{name}")
}

/// Whether the smallest suite is to have it.
pub(super) fn is_in_smoke(mark: &str) -> bool {
    mark.starts_with(CLASS) || (mark.starts_with(FAMILY) && mark != family(super::CAMPAIGNS))
}

/// What a play of `case` touches in which the rules of `codes` applied.
pub fn marks(case: &Case, codes: &BTreeSet<&str>) -> BTreeSet<String> {
    let rules = codes.iter().filter_map(|code| rules::find(code));
    let mut marks: BTreeSet<String> = rules
        .flat_map(|rule| [family(rule.family()), format!("rule {}", rule.code)])
        .collect();
    marks.extend(case.faults.iter().filter_map(FaultClass::of).map(class));
    let cluster = case.cluster.split(':').next().unwrap_or_default();
    let kind = match case.kind {
        Kind::Planning => "planning",
        Kind::Execution => "execution",
        // It costs too much to be chosen for a workspace or a cluster.
        Kind::Campaign => return marks,
    };
    marks.insert(format!("workspace {} in {kind}", case.workspace));
    marks.insert(format!("cluster {cluster} in {kind}"));
    let struck = case.faults.iter().map(|fault| fault.path.as_str());
    let probes = struck.filter(|path| PROBES.contains(path));
    marks.extend(probes.map(|path| format!("probe {path} in {kind}")));
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::builtin_cases;

    #[test]
    fn faults_have_the_class_that_their_case_is_named_for() {
        let cases = builtin_cases().unwrap();
        for (id, wanted) in [
            ("abort-server-down", FaultClass::Refused),
            ("abort-server-dies-after-2", FaultClass::DyingBetweenProbes),
            ("abort-docs-flapping-503", FaultClass::Flapping),
            ("abort-docs-reset", FaultClass::BrokenConnection),
            ("abort-docs-truncated-body", FaultClass::BrokenBody),
            ("abort-docs-status-500", FaultClass::ErrorStatus),
            ("proceed-docs-redirect-301", FaultClass::OddSuccess),
            ("proceed-docs-length-too-small", FaultClass::OddSuccess),
        ] {
            let case = cases.iter().find(|case| case.id == id).unwrap();
            let marks = marks(case, &BTreeSet::new());
            assert!(marks.contains(&class(wanted)), "{id}: {marks:?}");
        }
        let healthy = cases.iter().find(|case| case.id == "planning-healthy");
        let marks = marks(healthy.unwrap(), &BTreeSet::from(["PRE001"]));
        assert!(marks.contains("rule PRE001") && marks.contains("family PRE"));
        assert!(!marks.iter().any(|mark| mark.starts_with(CLASS)));
    }
}
