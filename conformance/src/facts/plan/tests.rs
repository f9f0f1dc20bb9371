use super::*;
use proptest::prelude::*;

const PLAN: &str = "\
# Tasks

## Goal

Win.

## Phase 1 - Look
- [ ] [P1-T1] Read `a|b` | deliverable: notes.md | done-when: it lists 3 files | depends: P1-T2
  - a detail
- [/] [P1-T2] Run
  it | deliverable: x
## Phase 2: Do
* [X] [P2-T1] Done
";

fn tasks_of(source: &str) -> Vec<(String, String)> {
    Plan::parse(source)
        .tasks()
        .map(|task| (task.name(), task.text.clone()))
        .collect()
}

#[test]
fn headings_phases_and_tasks_are_found() {
    let plan = Plan::parse(PLAN);
    assert_eq!(plan.headings.len(), 4);
    let numbers: Vec<_> = plan.phases.iter().map(|p| (p.number, p.line)).collect();
    assert_eq!(numbers, [(Some(1), 7), (Some(2), 12)]);
    let tasks: Vec<_> = plan
        .tasks()
        .map(|t| (t.name(), t.checkbox, t.phase))
        .collect();
    assert_eq!(
        tasks,
        [
            ("P1-T1".to_owned(), Some(Checkbox::Open), 0),
            ("P1-T2".to_owned(), Some(Checkbox::InProgress), 0),
            ("P2-T1".to_owned(), Some(Checkbox::Checked), 1),
        ]
    );
}

#[test]
fn fields_are_split_at_bars_outside_code() {
    let plan = Plan::parse(PLAN);
    let tasks: Vec<_> = plan.tasks().collect();
    assert_eq!(tasks[0].text, "Read `a|b`");
    assert_eq!(tasks[0].field("deliverable"), Some("notes.md"));
    assert_eq!(tasks[0].field("done-when"), Some("it lists 3 files"));
    assert_eq!(tasks[0].field("depends"), Some("P1-T2"));
    assert_eq!(tasks[1].text, "Run it");
    let value = &tasks[0].deliverable().unwrap().value_span;
    assert_eq!(&plan.source()[value.clone()], "notes.md");
}

#[test]
fn names_of_fields_are_read_in_many_ways() {
    let plan = Plan::parse(
        "## Phase 1 - A\n- [ ] [P1-T1] a | **Deliverable:** `x.md` | Done When: `a | b` | c | done_x:\n",
    );
    let task = plan.tasks().next().unwrap();
    assert_eq!(task.field("deliverable"), Some("`x.md`"));
    assert_eq!(task.field("done-when"), Some("`a | b` | c"));
    assert_eq!(task.field("done-x"), Some(""));
}

#[test]
fn fields_may_have_lines_of_their_own() {
    let plan = Plan::parse(
        "## Phase 1 - A\n- [ ] [P1-T1] Read\n  the code\n  deliverable: a.md\n  **done-when:** 3 lines\n",
    );
    let task = plan.tasks().next().unwrap();
    assert_eq!(task.text, "Read the code");
    assert_eq!(task.field("deliverable"), Some("a.md"));
    assert_eq!(task.field("done-when"), Some("3 lines"));
}

#[test]
fn columns_are_counted_anywhere_in_a_long_line() {
    let line = "ä b ".repeat(5_000);
    let plan = Plan::parse(&format!("\u{feff}# Tasks\n{line}\n"));
    let start = "\u{feff}# Tasks\n".len();
    for characters in [0, 1, 4_000, 19_999] {
        let before: usize = line.chars().take(characters).map(char::len_utf8).sum();
        let place = plan.place(&(start + before..start + before));
        assert_eq!((place.line, place.column), (2, characters + 1));
    }
    assert_eq!(plan.place(&(3..4)).column, 1);
}

#[test]
fn fenced_code_comments_quotations_and_front_matter_are_no_plan() {
    for source in [
        "```\n## Phase 1 - x\n- [ ] [P1-T1] y\n```\n",
        "<!--\n## Phase 1 - x\n\n- [ ] [P1-T1] y\n-->\n",
        "> ## Phase 1 - x\n> - [ ] [P1-T1] y\n",
        "---\ntitle: x\nnote: |\n## Phase 1 - x\n---\n",
    ] {
        let plan = Plan::parse(source);
        assert!(plan.tasks.is_empty() && plan.phases.is_empty(), "{source}");
    }
    let plan = Plan::parse("---\ntitle: x\n---\n# Tasks\n");
    assert_eq!(
        (plan.headings[0].text.as_str(), plan.headings[0].line),
        ("Tasks", 4)
    );
    // What is left of a fence would be a bullet.
    assert!(plan.items.is_empty());
}

#[test]
fn line_endings_and_a_mark_at_the_start_make_no_difference() {
    let windows = format!("\u{feff}{}", PLAN.replace('\n', "\r\n"));
    assert_eq!(tasks_of(&windows), tasks_of(PLAN));
    let plan = Plan::parse(&windows);
    assert_eq!(plan.place(&plan.headings[0].span).column, 1);
    let ends: Vec<_> = plan
        .tasks()
        .map(|task| plan.place(&task.first_line))
        .collect();
    assert_eq!((ends[0].line, ends[0].column), (8, 1));
}

#[test]
fn details_and_continuations_belong_to_the_task() {
    let plan = Plan::parse(
        "## Phase 1 - A\n\n- [ ] [P1-T1] Do\n  - detail `x`\n\n    ```sh\n    - [ ] [P1-T9] no\n    ```\n\n  \
         | deliverable: a.md <!-- hm --> | done-when: 2 lines\n- [ ] [P1-T2] Next\n",
    );
    let task = plan.tasks().next().unwrap();
    assert_eq!(plan.tasks().count(), 2);
    assert_eq!(task.text, "Do");
    assert_eq!(task.field("deliverable"), Some("a.md"));
    assert!(task.full_text().contains("detail `x`"));
    assert_eq!(task.code_spans(), ["x", "- [ ] [P1-T9] no"]);
}

#[test]
fn labels_are_ids_malformed_or_missing() {
    let label = |line: &str| {
        let plan = Plan::parse(&format!("## Phase 1 - A\n- {line}\n"));
        plan.tasks().next().unwrap().label.clone()
    };
    let id = Label::Id(TaskId { phase: 1, task: 2 });
    assert_eq!(label("[ ] [P1-T2] x"), id);
    assert_eq!(label("[ ] **[P1-T2]** x"), id);
    assert_eq!(label("[ ][P1-T2] x"), id);
    assert_eq!(label("[ ] [P1T2] x"), Label::Malformed("[P1T2]".to_owned()));
    assert_eq!(label("[ ] P1-T2: x"), Label::Malformed("P1-T2:".to_owned()));
    assert_eq!(
        label("[ ] [P+1-T2] x"),
        Label::Malformed("[P+1-T2]".to_owned())
    );
    assert_eq!(label("[ ] [x](y) z"), Label::Missing);
    assert_eq!(label("[ ] x"), Label::Missing);
}

#[test]
fn the_text_begins_behind_the_label() {
    for label in ["[P1-T2]", "**[P1-T2]**", "[P1T2]", "P1-T2:", "**P1-T2**"] {
        let tasks = tasks_of(&format!("## Phase 1 - A\n- [ ] {label} Read it\n"));
        assert_eq!(tasks[0].1, "Read it", "{label}");
    }
}

#[test]
fn malformed_phase_headings_are_phases_still() {
    for heading in [
        "### Phase 2 - B",
        "**Phase 2 - B**",
        "##Phase 2 - B",
        "## Phase 2",
        "## Phase Two - B",
        "## Stage 2 - B",
        "## 2. B",
    ] {
        let plan = Plan::parse(&format!(
            "# Tasks\n## Phase 1 - A\n- [ ] [P1-T1] a\n\n{heading}\n\n- [ ] [P2-T1] b\n"
        ));
        assert_eq!(plan.phases.len(), 2, "{heading}");
        assert!(!plan.phases[1].is_well_formed, "{heading}");
        assert_eq!(plan.tasks_of(&plan.phases[1]).len(), 1, "{heading}");
    }
    for heading in ["## Phase 2: B", "## Phase 2 — B", "## Phase 2 – B (x: y)"] {
        let plan = Plan::parse(&format!("{heading}\n- [ ] [P2-T1] b\n"));
        assert!(plan.phases[0].is_well_formed, "{heading}");
    }
}

#[test]
fn sub_headings_of_a_phase_group_its_tasks() {
    let plan = Plan::parse(
        "## Phase 1 - A\n### First\n- [ ] [P1-T1] a\n### Phase 1 notes\nwords\n### Then\n- [ ] [P1-T2] b\n## Other\n- [ ] c\n",
    );
    assert_eq!(plan.phases.len(), 1);
    assert_eq!(plan.tasks().count(), 2);
}

proptest! {
    #[test]
    fn any_text_has_a_plan_whose_spans_are_in_it(
        text in r"([#\-*+ \[\]xPT0-9|`<>:!\n\r\t]|Phase|deliverable: |\PC){0,200}"
    ) {
        let plan = Plan::parse(&text);
        for task in plan.tasks() {
            for span in task.fields.iter().flat_map(|f| [&f.span, &f.value_span]).chain([&task.span]) {
                prop_assert!(text.get(span.clone()).is_some());
                plan.place(span);
            }
        }
        for section in &plan.sections {
            plan.parts(section);
        }
    }
}
