//! Walks every built-in plan that is carried out: what is ticked is there, what is named is made before.

use std::collections::BTreeSet;
use std::path::Path;

use super::super::play_folder::PlayFolder;
use super::look;
use crate::case::{Case, Workspace, builtin_cases};
use crate::evidence::FolderSnapshot;
use crate::facts::{Checkbox, Plan, Task};
use crate::scratch::Leftovers;

/// Paths of the experiment root that a text names, without what stands in braces.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| c.is_whitespace() || "`,;()|".contains(c));
    let words = words.map(|word| word.trim_end_matches('.'));
    words.filter(|word| word.starts_with(".wild/") && !word.contains('{'))
}

/// The commands of a task, each with its script and options.
fn commands(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted.filter(|quoted| quoted.contains(".py "))
}

/// Where a task's deliverable lies.
fn deliverable(task: &Task, tasks_file: &str) -> String {
    let value = &task.deliverable().unwrap().value;
    match value.strip_suffix(" beside this file") {
        Some(name) => Path::new(tasks_file)
            .with_file_name(name)
            .display()
            .to_string(),
        None => value.clone(),
    }
}

/// How many runs a task's text spells out.
fn configurations(text: &str) -> usize {
    let sets = text.split(" in {").skip(1);
    let sizes = sets.map(|set| set.split('}').next().unwrap().split(',').count());
    sizes.product()
}

/// Every option in the commands of a task is one of its script.
fn options_are_known(case: &Case, text: &str, at: &str) {
    let dir = tempfile::tempdir().unwrap();
    let workspace = Workspace::find(&case.workspace).unwrap();
    workspace.unpack(dir.path()).unwrap();
    for command in commands(text) {
        let is_script = |word: &&str| Path::new(word).extension() == Some("py".as_ref());
        let words = || command.split_whitespace();
        let script = words().find(is_script).unwrap();
        let source = std::fs::read_to_string(dir.path().join(script)).unwrap();
        let of_script = words().skip_while(|word| *word != script);
        for option in of_script.filter(|word| word.starts_with("--")) {
            let is_known = source.contains(&format!("\"{option}\""));
            assert!(is_known, "{at}: {script} has no {option}");
        }
    }
}

/// What the done-when of a task asks for can be reached: as many runs as the task spells out, and the files
/// that it makes.
fn can_be_done(case: &Case, task: &Task, made: &BTreeSet<String>, at: &str) {
    let count = configurations(task.full_text());
    let id = task.id().unwrap().to_string();
    if let Some(declared) = case.tasks.iter().find(|own| own.id == id) {
        let asked = declared.finished_runs;
        assert!(
            asked.is_none_or(|asked| usize::try_from(asked) == Ok(count)),
            "{at} spells out {count} runs, and the case's `tasks` ask for {asked:?}"
        );
        let made = |file: &String| made.contains(file);
        assert!(
            declared.files.iter().all(made),
            "{at}: `tasks` of the case ask for {:?}, which no task makes",
            declared.files
        );
    }
    let done_when = &task.done_when().unwrap().value;
    if let Some(asked) = done_when.strip_prefix("`GET /runs` shows ") {
        let asked: usize = asked.split(' ').next().unwrap().parse().unwrap();
        assert_eq!(asked, count, "{at} can never be done");
    }
}

fn walk(case: &Case, there: &FolderSnapshot, tasks_file: &str) {
    let plan = Plan::parse(&case.placeholder);
    let mut made: BTreeSet<String> = BTreeSet::new();
    for task in plan.tasks() {
        let text = task.full_text();
        let at = format!("{}: {}", case.id, task.id().unwrap());
        let own = deliverable(task, tasks_file);
        let is_ticked = task.checkbox == Some(Checkbox::Checked);
        let is_there = there.get(&own).is_some();
        assert!(
            !is_ticked || is_there,
            "{at} is ticked without {own}: conformance/pasts.py has the task make it, and `make pasts` writes it down"
        );
        // What a run of the task writes is made by it.
        let written: BTreeSet<&str> = commands(text)
            .flat_map(|command| command.split("--out ").chain(command.split("> ")).skip(1))
            .filter_map(|rest| rest.split_whitespace().next())
            .collect();
        made.insert(own);
        for path in paths(text) {
            let is_there = made.contains(path) || written.contains(path) || path.ends_with('/');
            assert!(is_there, "{at} names {path}, which no task before it makes");
        }
        options_are_known(case, text, &at);
        can_be_done(case, task, &made, &at);
    }
    let contract = plan.source().split("Required artifacts:").nth(1).unwrap();
    let missing = paths(contract).find(|path| !made.contains(*path));
    assert_eq!(
        missing, None,
        "{}: an artifact of the contract that no task makes",
        case.id
    );
}

#[test]
fn every_plan_holds_together_and_has_what_it_ticks() {
    let cases = builtin_cases().unwrap();
    let carried_out = |case: &&Case| case.is_execution() && case.placeholder.contains("## Goal");
    let mut count = 0;
    for case in cases.iter().filter(carried_out) {
        let place = PlayFolder::lay_out(case, 1, 1, &Leftovers::default()).unwrap();
        let there = look(place.workdir()).unwrap();
        walk(case, &there, place.tasks_file());
        let ticked = case.placeholder.matches("- [x] [").count();
        let begun = case.placeholder.matches("- [/] [").count();
        let iteration = u32::try_from(1 + ticked + begun).unwrap();
        assert_eq!(
            case.iteration, iteration,
            "{}: `iteration` of the case is 1 and what its plan has ticked or begun",
            case.id
        );
        // The log has a line for planning and one for each that is done.
        let log = std::fs::read_to_string(place.log_path()).unwrap_or_default();
        assert_eq!(
            log.matches("\n- ").count(),
            1 + ticked + begun,
            "{}: {log}",
            case.id
        );
        count += 1;
    }
    assert!(count > 15, "{count}");
}

#[test]
fn commits_show_how_the_plan_went_on() {
    let cases = builtin_cases().unwrap();
    let case = cases.iter().find(|case| case.id == "execution-waiting");
    let case = case.unwrap();
    let place = PlayFolder::lay_out(case, 1, 1, &Leftovers::default()).unwrap();
    let count = case.past().len();
    assert!(count > 1 && !case.begun().is_empty());
    let git = |args: &[&str]| {
        let mut command = std::process::Command::new("git");
        let command = command
            .args(["-c", "safe.directory=*", "-C"])
            .arg(place.workdir());
        let output = command.args(args).output().ok()?;
        Some(String::from_utf8(output.stdout).unwrap())
    };
    let Some(status) = git(&["status", "--porcelain"]) else {
        return;
    };
    assert_eq!(status, "");
    for back in 0..count + 2 {
        let at = format!("HEAD~{back}");
        let of = |file: &str| git(&["show", &format!("{at}:{file}")]).unwrap();
        let done = count + 1 - back;
        let message = git(&["log", "-1", "--format=%s", &at]).unwrap();
        assert_eq!(message, format!("Iteration {done}\n"));
        let tasks = of(place.tasks_file());
        assert_eq!(tasks.matches("- [x] [").count(), done.min(count));
        assert_eq!(tasks.contains("- [/] ["), back == 0);
        assert_eq!(of(place.log_file()), case.log_after(done));
    }
}
