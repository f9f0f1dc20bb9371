//! What tasks depend on.

use std::collections::{BTreeMap, BTreeSet};

use super::{Dependency, Field, Plan, Span, Task, TaskId};

/// Names of fields that list dependencies.
const FIELDS: [&str; 8] = [
    "depends",
    "depends-on",
    "dependencies",
    "dependency",
    "deps",
    "dep",
    "after",
    "requires",
];

/// Words that open a parenthesis with dependencies, the longer ones first.
const OPENERS: [&str; 7] = [
    "depends on",
    "dependent on",
    "depends",
    "deps",
    "after",
    "requires",
    "needs",
];

/// Words that may stand between such a word and the first id.
const FILLERS: [&str; 4] = ["tasks", "task", "both", "on"];

/// The dependencies of a task: those of its fields, and those of parentheses in `own`.
pub(super) fn read(source: &str, fields: &[Field], own: &[Span]) -> Vec<Dependency> {
    let mut found = Vec::new();
    for field in fields
        .iter()
        .filter(|field| FIELDS.contains(&field.key.as_str()))
    {
        ids(source, &field.value_span, &mut found);
    }
    for span in own {
        parentheses(source, span, &mut found);
    }
    found.sort_by_key(|dependency| dependency.span.start);
    found.dedup();
    found
}

fn parentheses(source: &str, span: &Span, found: &mut Vec<Dependency>) {
    let text = source.get(span.clone()).unwrap_or_default();
    let mut from = 0;
    while let Some(open) = text[from..].find('(').map(|at| from + at) {
        let inner_start = open + 1;
        let rest = &text[inner_start..];
        // Looking no further than the next parenthesis keeps the search linear.
        let end = rest.find(['(', ')']).unwrap_or(rest.len());
        if opens_dependencies(&rest[..end]) {
            let inner = (span.start + inner_start)..(span.start + inner_start + end);
            ids(source, &inner, found);
        }
        from = inner_start + end;
    }
}

/// Whether a parenthesis begins with a word of dependence and an id: `after P1-T2`.
fn opens_dependencies(inner: &str) -> bool {
    let head: String = inner
        .trim_start()
        .chars()
        .take(60)
        .collect::<String>()
        .to_lowercase();
    let Some(mut rest) = OPENERS.iter().find_map(|word| head.strip_prefix(word)) else {
        return false;
    };
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || ":`[*".contains(c));
        match FILLERS.iter().find_map(|word| rest.strip_prefix(word)) {
            Some(shorter) => rest = shorter,
            None => break,
        }
    }
    id_at(rest).is_some()
}

/// Collects the ids within `span`.
fn ids(source: &str, span: &Span, found: &mut Vec<Dependency>) {
    let text = source.get(span.clone()).unwrap_or_default();
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if !before.is_alphanumeric()
            && before != '-'
            && let Some((id, length)) = id_at(&text[at..])
        {
            let start = span.start + at;
            found.push(Dependency {
                id,
                span: start..start + length,
            });
        }
        before = c;
    }
}

/// The id at the beginning of `text`, whatever the case of its letters, and its length.
fn id_at(text: &str) -> Option<(TaskId, usize)> {
    let bytes = text.as_bytes();
    let digits = |from: usize| {
        bytes[from..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    if !bytes.first()?.eq_ignore_ascii_case(&b'p') {
        return None;
    }
    let phase_end = 1 + digits(1);
    if bytes.get(phase_end) != Some(&b'-') || !bytes.get(phase_end + 1)?.eq_ignore_ascii_case(&b't')
    {
        return None;
    }
    let end = phase_end + 2 + digits(phase_end + 2);
    let id = TaskId {
        phase: text[1..phase_end].parse().ok()?,
        task: text[phase_end + 2..end].parse().ok()?,
    };
    let is_whole = !bytes.get(end).is_some_and(u8::is_ascii_alphanumeric);
    is_whole.then_some((id, end))
}

impl Plan {
    /// The first task with this id.
    pub fn task(&self, id: TaskId) -> Option<&Task> {
        self.tasks.get(*self.by_id.get(&id)?)
    }

    /// The tasks that `task` names as its dependencies, as far as they exist.
    pub fn dependencies<'p>(&'p self, task: &'p Task) -> impl Iterator<Item = &'p Task> {
        task.dependencies
            .iter()
            .filter_map(|dependency| self.task(dependency.id))
    }

    /// Whether `later` depends on `earlier`, through other tasks or at once.
    ///
    /// ```
    /// use wild_conformance::facts::Plan;
    ///
    /// let plan = Plan::parse(
    ///     "## Phase 1 - A\n- [ ] [P1-T1] a\n- [ ] [P1-T2] b | depends: P1-T1\n- [ ] [P1-T3] c (after P1-T2)\n",
    /// );
    /// let tasks: Vec<_> = plan.tasks().collect();
    /// assert!(plan.depends_transitively(tasks[2], tasks[0]));
    /// assert!(!plan.depends_transitively(tasks[0], tasks[2]));
    /// ```
    pub fn depends_transitively(&self, later: &Task, earlier: &Task) -> bool {
        let mut seen = BTreeSet::new();
        let mut pending = vec![later];
        while let Some(task) = pending.pop() {
            for next in self.dependencies(task) {
                if next.index == earlier.index {
                    return true;
                }
                if seen.insert(next.index) {
                    pending.push(next);
                }
            }
        }
        false
    }
}

/// Where each id is first found.
pub(super) fn index(tasks: &[Task]) -> BTreeMap<TaskId, usize> {
    let mut by_id = BTreeMap::new();
    for task in tasks {
        if let Some(id) = task.id() {
            by_id.entry(id).or_insert(task.index);
        }
    }
    by_id
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Vec<String> {
        let plan = Plan::parse(&format!("## Phase 1 - A\n- [ ] [P1-T9] {line}\n"));
        plan.tasks[0]
            .dependencies
            .iter()
            .map(|d| d.id.to_string())
            .collect()
    }

    #[test]
    fn fields_and_parentheses_are_dependencies() {
        assert_eq!(of("x | depends: P1-T2, [P2-T1]"), ["P1-T2", "P2-T1"]);
        assert_eq!(of("x | deps: [`P1-T2`]"), ["P1-T2"]);
        assert_eq!(of("x (after P1-T2 and P1-T3)"), ["P1-T2", "P1-T3"]);
        assert_eq!(of("x | Depends on: p1-t2"), ["P1-T2"]);
        assert_eq!(of("x (after: tasks P1-T2/P1-T3)"), ["P1-T2", "P1-T3"]);
    }

    #[test]
    fn other_mentions_are_prose() {
        assert_eq!(of("x as in P1-T2 | depends: none"), [""; 0]);
        assert_eq!(of("x (see P1-T2) (after reading P1-T2)"), [""; 0]);
        assert_eq!(of("x | depends: MP1-T2, P1-T2b, P1-"), [""; 0]);
    }
}
