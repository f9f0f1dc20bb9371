//! Which headings are sections and phases, and which items are tasks.

use super::section::{BlockKind, Section, SectionKind};
use super::{Phase, Plan, Span, depend, fields, lexis};

/// A heading, or a line that stands for one.
struct Candidate {
    level: u8,
    text: String,
    span: Span,
    /// Whether tasks with ids stand below it and ahead of the next one.
    leads_tasks: bool,
}

/// Fills in sections, phases and tasks.
pub(super) fn find(plan: &mut Plan) {
    let candidates = candidates(plan);
    let kinds = kinds(&candidates);
    let starts: Vec<(usize, SectionKind)> = kinds
        .into_iter()
        .enumerate()
        .filter_map(|(index, kind)| kind.map(|kind| (index, kind)))
        .collect();
    for (position, (index, kind)) in starts.iter().enumerate() {
        let Some(heading) = candidates.get(*index) else {
            continue;
        };
        let next = starts
            .get(position + 1)
            .and_then(|(i, _)| candidates.get(*i));
        let end = next.map_or(plan.source.len(), |next| next.span.start);
        plan.sections.push(Section {
            kind: *kind,
            title: heading.text.clone(),
            level: heading.level,
            line: plan.line_of(heading.span.start),
            heading: heading.span.clone(),
            body: heading.span.end..end.max(heading.span.end),
        });
        if let SectionKind::Phase(_) = kind {
            let line = plan.line_of(heading.span.start);
            plan.phases.push(phase(heading, end, line));
        }
    }
    tasks(plan);
    plan.by_id = depend::index(&plan.tasks);
}

fn tasks(plan: &mut Plan) {
    let mut tasks = Vec::new();
    let mut items = plan.items.iter().peekable();
    let mut ranges = Vec::new();
    for (index, phase) in plan.phases.iter().enumerate() {
        let first = tasks.len();
        while items
            .next_if(|item| item.span.start < phase.span.start)
            .is_some()
        {}
        while let Some(item) = items.next_if(|item| item.span.start < phase.span.end) {
            if fields::is_task(plan, item) {
                tasks.push(fields::read(plan, item, tasks.len(), index));
            }
        }
        ranges.push(first..tasks.len());
    }
    for (phase, range) in plan.phases.iter_mut().zip(ranges) {
        phase.tasks = range;
    }
    plan.tasks = tasks;
}

/// Headings, and paragraphs of one line that are meant as phase headings: `**Phase 1 - Look**`,
/// `##Phase 1 - Look`.
fn candidates(plan: &Plan) -> Vec<Candidate> {
    let mut headings = plan.headings.iter();
    let mut found: Vec<Candidate> = Vec::new();
    for block in &plan.blocks {
        match block.kind {
            BlockKind::Heading(_) => found.extend(headings.next().map(|heading| Candidate {
                level: heading.level,
                text: heading.text.clone(),
                span: heading.span.clone(),
                leads_tasks: false,
            })),
            BlockKind::Paragraph => {
                let text = plan.source.get(block.span.clone()).unwrap_or_default();
                if let Some(text) = stands_for_heading(text) {
                    found.push(Candidate {
                        level: 0,
                        text,
                        span: block.span.clone(),
                        leads_tasks: false,
                    });
                }
            }
            _ => {}
        }
    }
    mark_leaders(plan, &mut found);
    found
}

fn stands_for_heading(paragraph: &str) -> Option<String> {
    if paragraph.len() > 200 || paragraph.contains('\n') {
        return None;
    }
    let text = paragraph.trim_start_matches('#').trim();
    let form = form(text)?;
    let is_meant = form.name.is_some() || paragraph.starts_with(['*', '_', '#']);
    (form.number.is_some() && is_meant).then(|| text.to_owned())
}

fn mark_leaders(plan: &Plan, candidates: &mut [Candidate]) {
    for item in plan.items.iter().filter(|item| item.id.is_some()) {
        if fields::is_task(plan, item) {
            let after = candidates.partition_point(|c| c.span.start <= item.span.start);
            if let Some(leader) = after.checked_sub(1).and_then(|i| candidates.get_mut(i)) {
                leader.leads_tasks = true;
            }
        }
    }
}

/// What each candidate is; nothing for those that are part of the section around them.
fn kinds(candidates: &[Candidate]) -> Vec<Option<SectionKind>> {
    let mut phases = 0;
    let mut within_phase = false;
    candidates
        .iter()
        .enumerate()
        .map(|(index, candidate)| {
            let kind = kind(index, candidate, within_phase, phases);
            if let Some(kind) = kind {
                within_phase = matches!(kind, SectionKind::Phase(_));
                phases += usize::from(within_phase);
            }
            kind
        })
        .collect()
}

fn kind(
    index: usize,
    candidate: &Candidate,
    within_phase: bool,
    phases: usize,
) -> Option<SectionKind> {
    let is_section = candidate.level <= 2;
    let form = form(&candidate.text);
    let is_phase = form.is_some_and(|form| {
        let is_stated = form.number.is_some() || form.separator.is_some();
        candidate.leads_tasks || (is_section && is_stated && (index > 0 || candidate.level != 1))
    });
    if is_phase {
        return Some(SectionKind::Phase(phases));
    }
    if !is_section {
        // Sub-headings group the tasks of a phase; elsewhere tasks below them make them phases.
        return (candidate.leads_tasks && !within_phase).then_some(SectionKind::Phase(phases));
    }
    if let Some(kind) = well_known(&candidate.text) {
        return Some(kind);
    }
    if candidate.leads_tasks && index > 0 {
        return Some(SectionKind::Phase(phases));
    }
    Some(if index == 0 && candidate.level == 1 {
        SectionKind::Title
    } else {
        SectionKind::Other
    })
}

/// The sections that the prompt names, whatever the case of the letters, with or without a number,
/// emphasis or colon.
fn well_known(text: &str) -> Option<SectionKind> {
    let plain = lexis::searchable(text);
    let plain = plain.trim_matches(|c: char| !c.is_alphabetic());
    match plain {
        "goal" => Some(SectionKind::Goal),
        "planning notes" => Some(SectionKind::Notes),
        "shared metrics and analytics contract" | "shared metrics & analytics contract" => {
            Some(SectionKind::Contract)
        }
        _ => None,
    }
}

fn phase(heading: &Candidate, end: usize, line: usize) -> Phase {
    let form = form(&heading.text).unwrap_or_default();
    let (number, name, separator) = (form.number, form.name, form.separator);
    Phase {
        title: heading.text.clone(),
        is_well_formed: heading.level == 2 && number.is_some() && name.is_some(),
        number,
        name,
        separator,
        line,
        heading: heading.span.clone(),
        span: heading.span.start..end,
        tasks: 0..0,
    }
}

/// What a heading that starts with the word `Phase` states.
#[derive(Default)]
struct Form {
    number: Option<u32>,
    separator: Option<char>,
    name: Option<String>,
}

fn form(text: &str) -> Option<Form> {
    let text = text.trim_matches(|c: char| c == '*' || c == '_' || c.is_whitespace());
    let rest = text
        .get(..5)
        .filter(|word| word.eq_ignore_ascii_case("phase"));
    let rest = rest.and_then(|_| text.get(5..))?;
    if rest.starts_with(char::is_alphanumeric) && !rest.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let is_separator = |c: char| matches!(c, '-' | ':' | '–' | '—');
    let stated = rest.trim_start().trim_start_matches(['#', '-']);
    let digits = stated.bytes().take_while(u8::is_ascii_digit).count();
    let number = stated[..digits].parse().ok();
    let behind = stated[digits..].trim_start();
    let separator = rest.chars().find(|c| is_separator(*c));
    let has_blank = rest.starts_with(char::is_whitespace)
        && rest.trim_start().starts_with(|c: char| c.is_ascii_digit());
    let name = behind
        .strip_prefix(is_separator)
        .map(|name| name.trim_start_matches(|c: char| is_separator(c) || c.is_whitespace()))
        .filter(|name| number.is_some() && has_blank && name.contains(char::is_alphanumeric))
        .map(str::to_owned);
    Some(Form {
        number,
        separator,
        name,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_line_alone_may_be_a_heading() {
        assert!(stands_for_heading("**Phase 1 - Look**").is_some());
        assert!(stands_for_heading("Phase 1 - Look").is_some());
        assert!(stands_for_heading("1 - Look").is_none());
        assert!(stands_for_heading("**Phase 1 - Look**\nand on").is_none());
        let long = format!("**Phase 1 - {}**", "look ".repeat(50));
        assert!(stands_for_heading(&long).is_none());
    }
}
