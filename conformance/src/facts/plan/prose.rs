//! A plan's text as segments: which zone each stretch belongs to, and what governs it.

use super::code_blocks::code_blocks;
use super::lexis::{covers, overlapping};
use super::section::BlockKind;
use super::{Item, Plan, SectionKind, Span, Task, notes};
use crate::prose::{Before, Prose, Reader, Segment, Zone};

/// Reads all of a plan's text.
pub(super) fn read(plan: &Plan) -> Prose {
    let mut walk = Walk {
        plan,
        reader: Reader::default(),
        zone: Zone::Title,
        phase: None,
        headings: Vec::new(),
        announcement: None,
    };
    walk.sections();
    let mut prose = walk.reader.finish();
    notes::sort(&mut prose);
    prose
}

struct Walk<'p> {
    plan: &'p Plan,
    reader: Reader,
    zone: Zone,
    phase: Option<usize>,
    /// Open sub-headings: level and segment.
    headings: Vec<(u8, usize)>,
    /// A paragraph or table head that announces what follows.
    announcement: Option<usize>,
}

impl Walk<'_> {
    fn sections(&mut self) {
        let plan = self.plan;
        let mut sections = plan.sections.iter().peekable();
        let mut tasks = plan.tasks().peekable();
        let mut heading = None;
        for block in &plan.blocks {
            while let Some(section) =
                sections.next_if(|section| section.heading.start <= block.span.start)
            {
                self.enter(section.kind, &section.heading);
                heading = Some(section.heading.start);
            }
            if heading == Some(block.span.start) {
                continue;
            }
            match tasks.next_if(|task| task.span.start == block.span.start) {
                Some(task) => self.task(task),
                None => self.block(&block.kind, &block.span),
            }
        }
    }

    fn enter(&mut self, kind: SectionKind, heading: &Span) {
        self.headings.clear();
        self.announcement = None;
        let (zone, of_heading) = match kind {
            SectionKind::Title => (Zone::Protocol, Zone::Title),
            SectionKind::Goal => (Zone::Goal, Zone::Title),
            SectionKind::Notes => (Zone::Note, Zone::Title),
            SectionKind::Phase(_) => (Zone::PhaseText, Zone::PhaseHeading),
            SectionKind::Contract => (Zone::Contract, Zone::Title),
            SectionKind::Other => (Zone::Protocol, Zone::Protocol),
        };
        self.phase = match kind {
            SectionKind::Phase(phase) => Some(phase),
            _ => None,
        };
        self.zone = of_heading;
        let segment = self.text(std::slice::from_ref(heading), None);
        self.zone = zone;
        if kind == SectionKind::Other {
            self.headings.push((2, segment));
        }
    }

    /// What governs a stretch of the section: an announcement, or the nearest heading.
    fn governor(&self) -> Option<usize> {
        self.announcement
            .or_else(|| self.headings.last().map(|(_, segment)| *segment))
    }

    fn text(&mut self, pieces: &[Span], task: Option<usize>) -> usize {
        self.pieces(pieces, Before::Nothing, self.zone, task, self.governor())
    }

    fn pieces(
        &mut self,
        pieces: &[Span],
        between: Before,
        zone: Zone,
        task: Option<usize>,
        governor: Option<usize>,
    ) -> usize {
        let plan = self.plan;
        let mut shown: Vec<(Span, Before)> = Vec::new();
        for piece in pieces {
            push_without(&plan.comments, piece, between, &mut shown);
        }
        let segment = Segment {
            zone,
            task,
            phase: self.phase,
            governor,
            sentences: 0..0,
        };
        let code = &plan.code;
        self.reader
            .read(&plan.source, &shown, segment, |at| covers(code, at))
    }

    fn block(&mut self, kind: &BlockKind, span: &Span) {
        match kind {
            BlockKind::Heading(level) => {
                self.announcement = None;
                self.headings.retain(|(open, _)| open < level);
                let segment = self.text(std::slice::from_ref(span), None);
                self.headings.push((*level, segment));
            }
            BlockKind::Paragraph => {
                if self.plan.announces(span) {
                    self.announcement = None;
                    self.announcement = Some(self.text(std::slice::from_ref(span), None));
                } else {
                    self.announcement = None;
                    let segment = self.text(std::slice::from_ref(span), None);
                    // A paragraph leads the list below it: until something else follows.
                    self.announcement = Some(segment);
                }
            }
            BlockKind::Item => self.items(span),
            BlockKind::Row(cells, true) => {
                let segment = self.row(cells);
                self.announcement = self.announcement.or(Some(segment));
            }
            BlockKind::Row(cells, false) => {
                self.row(cells);
            }
            BlockKind::Other => {
                self.text(std::slice::from_ref(span), None);
            }
        }
    }

    /// A row reads as one sentence: what its first cell names, the others say.
    fn row(&mut self, cells: &[Span]) -> usize {
        self.pieces(cells, Before::Colon, self.zone, None, self.governor())
    }

    /// An outermost item that is no task, with those below it.
    fn items(&mut self, span: &Span) {
        let plan = self.plan;
        let first = plan
            .items
            .partition_point(|item| item.span.start < span.start);
        let inside = plan.items[first..]
            .iter()
            .take_while(|item| item.span.start < span.end);
        let mut open: Vec<(usize, usize)> = Vec::new();
        for item in inside {
            close(&mut open, item.depth);
            let governor = open.last().map(|(_, segment)| *segment).or(self.governor());
            let segment = self.pieces(&own(item), Before::Nothing, self.zone, None, governor);
            open.push((item.depth, segment));
            self.codes_of(item, segment);
        }
    }

    /// Code blocks below an item, which are none of its own text.
    fn codes_of(&mut self, item: &Item, governor: usize) {
        for block in code_blocks(self.plan, item) {
            self.pieces(&[block], Before::Nothing, self.zone, None, Some(governor));
        }
    }

    fn task(&mut self, task: &Task) {
        self.announcement = None;
        let plan = self.plan;
        let at = plan
            .items
            .binary_search_by_key(&task.span.start, |item| item.span.start);
        let Some(item) = at.ok().and_then(|at| plan.items.get(at)) else {
            return;
        };
        let index = Some(task.index);
        let end = task.fields.first().map(|field| field.span.start);
        let text: Vec<Span> = own(item)
            .into_iter()
            .filter_map(|own| {
                let start = own.start.max(task.text_start);
                let stop = end.map_or(own.end, |end| own.end.min(end));
                (start < stop).then_some(start..stop)
            })
            .collect();
        let head = self.pieces(&text, Before::Nothing, Zone::TaskText, index, None);
        let mut parts = parts_of_task(plan, task, item);
        // In the order of the source, so that what is asked for by place can be found.
        parts.sort_by_key(|part| part.span.start);
        let mut open: Vec<(usize, usize)> = vec![(item.depth, head)];
        for part in parts {
            if let Some(depth) = part.depth {
                close(&mut open, depth);
            }
            let governor = match part.zone {
                Zone::TaskDetail => open.last().map(|(_, segment)| *segment),
                _ => None,
            };
            let segment = self.pieces(&part.pieces, Before::Nothing, part.zone, index, governor);
            if let Some(depth) = part.depth {
                open.push((depth, segment));
            }
        }
    }
}

/// Closes the items that one at `depth` is not below: the open ones are nested ever deeper.
fn close(open: &mut Vec<(usize, usize)>, depth: usize) {
    while open.pop_if(|(above, _)| *above >= depth).is_some() {}
}

/// A field, detail or code block of a task.
struct TaskPart {
    span: Span,
    pieces: Vec<Span>,
    zone: Zone,
    /// How deep a detail is nested.
    depth: Option<usize>,
}

fn parts_of_task(plan: &Plan, task: &Task, item: &Item) -> Vec<TaskPart> {
    let fields = task.fields.iter().map(|field| TaskPart {
        span: field.value_span.clone(),
        pieces: vec![field.value_span.clone()],
        zone: match field.key.as_str() {
            "deliverable" => Zone::Deliverable,
            "done-when" => Zone::DoneWhen,
            _ => Zone::TaskField,
        },
        depth: None,
    });
    let first = plan
        .items
        .partition_point(|i| i.span.start <= item.span.start);
    let nested: Vec<&Item> = plan.items[first..]
        .iter()
        .take_while(|nested| nested.span.start < item.span.end)
        .collect();
    let details = nested.iter().map(|nested| TaskPart {
        span: nested.span.clone(),
        pieces: own(nested),
        zone: Zone::TaskDetail,
        depth: Some(nested.depth),
    });
    let owners = std::iter::once(item).chain(nested.iter().copied());
    let codes = owners
        .flat_map(|owner| code_blocks(plan, owner))
        .map(|block| TaskPart {
            span: block.clone(),
            pieces: vec![block],
            zone: Zone::TaskDetail,
            depth: None,
        });
    fields.chain(details).chain(codes).collect()
}

/// The own text of an item behind marker and box.
fn own(item: &Item) -> Vec<Span> {
    let from = item.text_span.start;
    item.own
        .iter()
        .filter(|own| own.end > from)
        .map(|own| own.start.max(from)..own.end)
        .collect()
}

/// Appends a piece without the comments in it.
fn push_without(comments: &[Span], piece: &Span, between: Before, shown: &mut Vec<(Span, Before)>) {
    let mut at = piece.start;
    let mut before = between;
    for comment in overlapping(comments, piece) {
        if at < comment.start {
            shown.push((at..comment.start, before));
            before = Before::Nothing;
        }
        at = comment.end.max(at);
    }
    if at < piece.end {
        shown.push((at..piece.end, before));
    }
}
