//! What is told of one case: its verdicts, and what of its evidence shows them.

use std::collections::BTreeSet;

use askama::Template;

use super::super::groups::Standing;
use super::super::{duration, text};
use super::beside::{Beside, Compared, Pair};
use super::links::{Links, text_of};
use super::marks::{class, class_of, words};
use super::observed::{self, Exec, Line};
use super::plan::{self, Covered, PlanLine};
use super::room::{Piece, Room, cut, cut_to, size};
use super::shown::Shown;
use super::timeline::Timeline;
use super::told::{Places, Told, entries, wanted};
use crate::engine::{CaseReport, Control, RunReport};
use crate::evidence::Evidence;
use crate::rules::Rule;
use crate::verdict::Verdict;
use crate::visible;

/// Of what a section may take, the hundredths that each of its parts may, with what the parts before it left.
mod share {
    pub(super) const HEAD: usize = 10;
    pub(super) const EXECS: usize = 5;
    pub(super) const TRANSCRIPT: usize = 5;
    pub(super) const CHANGES: usize = 3;
    pub(super) const BESIDE: usize = 8;
    pub(super) const PLAN: usize = 22;
    pub(super) const COVERAGE: usize = 8;
    pub(super) const TIMELINE: usize = 19;
    pub(super) const VERDICTS: usize = 20;
}

#[derive(Template)]
#[template(path = "section.html")]
pub(super) struct Section {
    name: String,
    title: String,
    text: String,
    /// What the filter looks through.
    words: String,
    class: &'static str,
    mark: char,
    outcome: &'static str,
    is_open: bool,
    reason: Option<String>,
    how: Vec<String>,
    control: Option<(String, &'static str)>,
    notes: Vec<String>,
    notes_left: usize,
    verdicts: Vec<Told>,
    verdicts_left: usize,
    passed: Vec<&'static str>,
    counts: String,
    tasks_file: String,
    plan: Vec<Piece<PlanLine>>,
    coverage: Vec<Covered>,
    coverage_left: usize,
    timeline: Option<Timeline>,
    beside: Option<Beside>,
    execs: Vec<Piece<Exec>>,
    transcript: Vec<Piece<Line>>,
    changes: Vec<Piece<String>>,
}

/// What there is of a case beside its verdicts.
#[derive(Clone, Copy)]
pub(super) struct Observed<'e> {
    pub(super) evidence: &'e Evidence,
    /// The play and its control, where that was played.
    pub(super) beside: Option<Compared<'e>>,
}

/// The verdicts of a case that are more than fine, with how they stand.
fn told<'r>(
    report: &RunReport,
    case: &'r CaseReport,
) -> impl Iterator<Item = (Standing, &'static Rule, &'r Verdict)> {
    case.verdicts.iter().filter_map(|(rule, verdict)| {
        let standing = Standing::of(report.gate, rule, verdict, &case.known)?;
        Some((standing, *rule, verdict))
    })
}

impl Section {
    /// The section of the case `at` this place, in so many bytes.
    pub(super) fn new(
        report: &RunReport,
        links: &Links<'_>,
        at: usize,
        observed: Option<Observed<'_>>,
        room: usize,
    ) -> Self {
        let case = &report.cases[at];
        let tasks_file = observed.map_or("", |own| own.evidence.record.tasks_file.as_str());
        let told: Vec<_> = told(report, case).collect();
        let wanted = wanted(told.iter().map(|(_, _, verdict)| *verdict), tasks_file);
        let hundredth = room / 100;
        let mut room = Room::of(room);
        let mut head = room.part(hundredth * share::HEAD, &Room::of(0));
        let title = head.line(&case.title);
        let words = head.line(&words(case, told.iter().map(|(_, rule, _)| rule.code)));
        let reason = case.outcome.reason().map(|reason| head.line(reason));
        let how = how(case, &mut head);
        let notes = case.notes.iter().map(|note| cut(&visible::line(note)));
        let (notes, notes_left) = head.first(notes, |note| size(note, 10));
        let mut section = Self {
            title,
            text: text_of(case),
            words,
            class: class_of(&case.outcome),
            mark: text::mark(&case.outcome),
            outcome: case.outcome.word(),
            is_open: report.cases.len() == 1,
            reason,
            how,
            control: control(case),
            notes,
            notes_left,
            verdicts: Vec::new(),
            verdicts_left: 0,
            passed: passed(case),
            counts: text::tally(case, super::super::Detail::Everything),
            tasks_file: cut_to(&visible::line(tasks_file), LONGEST_PATH),
            plan: Vec::new(),
            coverage: Vec::new(),
            coverage_left: 0,
            timeline: None,
            beside: None,
            execs: Vec::new(),
            transcript: Vec::new(),
            changes: Vec::new(),
            name: links.name(at).to_owned(),
        };
        let mut own = head;
        if let Some(observed) = observed {
            let part = |share: usize, earlier: Room| room.part(hundredth * share, &earlier);
            own = section.observe(case, observed, &wanted, part, own);
        }
        own = room.part(hundredth * share::VERDICTS, &own);
        section.tell(case, &told, tasks_file, own);
        section
    }

    /// Adds what was observed. `part` gives each part its room, and the last one's is returned.
    fn observe(
        &mut self,
        case: &CaseReport,
        observed: Observed<'_>,
        wanted: &Places,
        mut part: impl FnMut(usize, Room) -> Room,
        own: Room,
    ) -> Room {
        let evidence = observed.evidence;
        let name = self.name.clone();
        let shown = Shown::of(evidence, &name);
        let mut own = part(share::EXECS, own);
        self.execs = observed::execs(evidence, &shown, wanted, &mut own);
        own = part(share::TRANSCRIPT, own);
        self.transcript = observed::transcript(evidence, &shown, wanted, &mut own);
        own = part(share::CHANGES, own);
        self.changes = observed::changes(evidence, &shown, &mut own);
        own = part(share::BESIDE, own);
        self.beside = observed.beside.map(|beside| beside.told(&mut own));
        own = part(share::PLAN, own);
        self.plan = plan::lines(case, evidence, &shown, wanted, &mut own);
        own = part(share::COVERAGE, own);
        (self.coverage, self.coverage_left) = plan::coverage(case, &self.plan, &name, &mut own);
        own = part(share::TIMELINE, own);
        self.timeline = Timeline::new(evidence, &shown, wanted, &mut own);
        own
    }

    /// Adds what verdicts say, in so many bytes, with links to what is shown of their evidence.
    fn tell(
        &mut self,
        case: &CaseReport,
        told: &[(Standing, &'static Rule, &Verdict)],
        tasks_file: &str,
        mut room: Room,
    ) {
        let shown = self.shown();
        for (standing, rule, verdict) in told {
            if !room.takes(size(&self.name, 200)) {
                self.verdicts_left += 1;
                continue;
            }
            let (entries, left_out) = entries(verdict, &self.name, tasks_file, &shown, &mut room);
            self.verdicts.push(Told {
                code: rule.code,
                slug: rule.slug,
                level: case.known.level(rule).word(),
                class: class(*standing),
                standing: standing.heading(),
                entries,
                left_out,
            });
        }
    }

    /// The codes of the rules of which something is told.
    pub(super) fn codes(&self) -> BTreeSet<&'static str> {
        self.verdicts.iter().map(|told| told.code).collect()
    }

    /// What of the evidence is shown, so that a place can lead to it.
    fn shown(&self) -> Places {
        fn of<T, K: Ord>(pieces: &[Piece<T>], key: impl Fn(&T) -> K) -> BTreeSet<K> {
            pieces.iter().filter_map(Piece::shown).map(key).collect()
        }
        let requests = self.timeline.as_ref().map_or(&[][..], |own| &own.requests);
        Places {
            requests: of(requests, |request| request.seq),
            execs: of(&self.execs, |exec| exec.seq),
            lines: of(&self.plan, |line| line.number),
            transcript: of(&self.transcript, |line| line.number),
        }
    }
}

/// Longest path of a plan that is repeated, in characters.
const LONGEST_PATH: usize = 200;

/// How it went, in a few words each.
fn how(case: &CaseReport, room: &mut Room) -> Vec<String> {
    let mut how = vec![room.line(&case.preflight)];
    if !case.ending.is_empty() {
        how.push(room.line(&format!("the agent {}", case.ending)));
    }
    how.extend(
        case.seconds
            .map(|seconds| format!("it took {}", duration(seconds))),
    );
    how.extend(case.usage.map(|usage| format!("it cost {usage}")));
    let sealed = case.seal.as_ref().and_then(|seal| seal.root());
    how.extend(sealed.map(|root| room.line(&format!("sealed, root {root}"))));
    how.retain(|part| !part.is_empty());
    how
}

/// The healthy twin, and what it says.
fn control(case: &CaseReport) -> Option<(String, &'static str)> {
    let said = match case.control? {
        Control::Proceeded => "there the same agent went to work",
        Control::Failed => {
            "there the same agent did not go to work, so that an abort does not count"
        }
        Control::Other => "it was not played; in another case the agent went to work",
        Control::Missing => "it was not played, and nothing shows that the agent ever goes to work",
        Control::Unplayed => "it was not played to its end; `--resume` plays it, and that decides",
        Control::Pending => "another shard tells whether the agent goes to work; `merge` decides",
    };
    let twin = case.twin.as_deref()?;
    Some((cut_to(&visible::line(twin), LONGEST_PATH), said))
}

fn passed(case: &CaseReport) -> Vec<&'static str> {
    let passed = case
        .verdicts
        .iter()
        .filter(|(_, verdict)| matches!(verdict, Verdict::Pass(_)));
    passed.map(|(rule, _)| rule.code).collect()
}
