//! From a script file to a script: what it extends, its changes, and whether it makes sense.

use std::path::Path;

use super::form::{Form, Step};
use super::{Script, context, shipped, template};
use crate::bounded::read_text;

/// Largest script that is read, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024;

/// How many scripts one can stand on.
const DEEPEST: usize = 8;

/// A script that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {message}")]
pub struct ScriptError {
    name: String,
    message: String,
}

impl Script {
    /// A built-in script by its name, or the script in a file.
    ///
    /// # Errors
    /// Tells what is wrong with the file, or which names there are.
    pub fn find(name: &str) -> Result<Self, ScriptError> {
        let error = |message: String| ScriptError {
            name: name.to_owned(),
            message,
        };
        let text = match shipped::text(name) {
            Some(text) => text.to_owned(),
            None if Path::new(name).is_file() => {
                read_text(Path::new(name), LARGEST).map_err(|cause| error(cause.to_string()))?
            }
            None => {
                return Err(error(format!(
                    "no script is called so, and there is no such file; there are {}",
                    shipped::shipped().join(", ")
                )));
            }
        };
        Self::read(name, &text).map_err(error)
    }

    /// Reads a script.
    fn read(name: &str, text: &str) -> Result<Self, String> {
        let form = resolved(text, 0)?;
        let script = Self {
            name: name.to_owned(),
            about: form.about,
            breaks: form.breaks,
            case: form.case.unwrap_or_else(|| "planning-healthy".to_owned()),
            shells: form.shells,
            plan_edits: form.plan_edits,
            planning: form.planning,
            execution: form.execution,
        };
        check("planning", &script.planning)?;
        check("execution", &script.execution)?;
        Ok(script)
    }
}

/// A script with what it extends.
fn resolved(text: &str, depth: usize) -> Result<Form, String> {
    let form: Form = toml::from_str(text).map_err(|error| error.to_string())?;
    let Some(name) = &form.extends else {
        return alone(form);
    };
    let base = shipped::text(name)
        .filter(|_| depth < DEEPEST)
        .ok_or_else(|| {
            let names = shipped::shipped().join(", ");
            format!("`extends` names no built-in script: `{name}`; there are {names}")
        })?;
    extended(resolved(base, depth + 1)?, form)
}

/// A script that extends no other has nothing to leave out or change, and no place but its own order.
fn alone(form: Form) -> Result<Form, String> {
    let is_placed = |step: &&Step| {
        let places = [&step.before, &step.after, &step.instead];
        places.into_iter().any(Option::is_some)
    };
    let told = |what: &str| {
        Err(format!(
            "{what}, and the script does not say what it `extends`"
        ))
    };
    if !form.drop.is_empty() {
        return told("`drop` leaves steps out");
    }
    if !form.edits.is_empty() {
        return told("an `edit` changes a step");
    }
    if let Some(step) = form.planning.iter().chain(&form.execution).find(is_placed) {
        return told(&format!(
            "step `{}` comes `before`, `after` or `instead` of another",
            step.name
        ));
    }
    Ok(form)
}

fn extended(mut base: Form, form: Form) -> Result<Form, String> {
    for name in &form.drop {
        let before = base.planning.len() + base.execution.len();
        base.planning.retain(|step| step.name != *name);
        base.execution.retain(|step| step.name != *name);
        if before == base.planning.len() + base.execution.len() {
            return Err(format!("`drop` names no step: `{name}`"));
        }
    }
    for edit in &form.edits {
        let mut is_found = false;
        let steps = base.planning.iter_mut().chain(&mut base.execution);
        for text in steps
            .filter(|step| step.name == edit.step)
            .flat_map(Step::texts_mut)
        {
            is_found |= text.contains(&edit.replace);
            *text = text.replace(&edit.replace, &edit.with);
        }
        if !is_found {
            return Err(format!(
                "an `edit` replaces what does not stand in step `{}`: `{}`",
                edit.step, edit.replace
            ));
        }
    }
    place(&mut base.planning, form.planning)?;
    place(&mut base.execution, form.execution)?;
    base.plan_edits.extend(form.plan_edits);
    base.shells.extend(form.shells);
    Ok(Form {
        about: form.about,
        breaks: form.breaks,
        case: form.case,
        extends: None,
        ..base
    })
}

/// Puts steps where they say.
fn place(steps: &mut Vec<Step>, more: Vec<Step>) -> Result<(), String> {
    for step in more {
        let (name, offset, taken) = match (&step.before, &step.after, &step.instead) {
            (Some(name), None, None) => (name, 0, 0),
            (None, Some(name), None) => (name, 1, 0),
            (None, None, Some(name)) => (name, 0, 1),
            _ => {
                return Err(format!(
                    "step `{}` of a script that extends another has to say where it comes: one of \
                     `before`, `after` and `instead`",
                    step.name
                ));
            }
        };
        let Some(at) = steps.iter().position(|known| known.name == *name) else {
            return Err(format!(
                "step `{}` comes at an unknown step: `{name}`",
                step.name
            ));
        };
        steps.splice(at + offset..at + offset + taken, [step]);
    }
    Ok(())
}

fn check(kind: &str, steps: &[Step]) -> Result<(), String> {
    for step in steps {
        let told = |message: &str| Err(format!("step `{}` of `{kind}` {message}", step.name));
        if step.deeds() != 1 {
            return told("needs one of `run`, `read`, `write` and `answer`, and no two");
        }
        if step.each_run.is_some() && step.run.is_none() {
            return told("has `each_run` without `run`");
        }
        if step.times == 0 || step.times > 1 && step.answer.is_some() {
            return told("is taken `times` that make no sense");
        }
        let is_of_run = |name: &str| is_known(name) || context::RUN_NAMES.contains(&name);
        let checked = step
            .texts()
            .try_for_each(|text| template::check(text, is_known))
            .and_then(|()| {
                let text = step.each_run.as_deref().unwrap_or_default();
                template::check(text, is_of_run)
            });
        if let Err(name) = checked {
            return told(&format!(
                "has an unknown placeholder: `{{{name}}}`; known are {}, fact.NAME, and in `each_run` {}. \
                 Put blanks within braces that are none",
                context::NAMES.join(", "),
                context::RUN_NAMES.join(", ")
            ));
        }
    }
    match steps.last() {
        Some(last) if last.answer.is_some() && last.when.is_empty() && last.unless.is_empty() => {
            Ok(())
        }
        Some(last) => Err(format!(
            "`{kind}` ends with step `{}`, and has to end with an `answer` without conditions",
            last.name
        )),
        None => Err(format!(
            "there is no step of `{kind}`; `extends` takes them from a built-in script"
        )),
    }
}

fn is_known(name: &str) -> bool {
    let is_fact = name
        .strip_prefix("fact.")
        .is_some_and(|name| !name.is_empty());
    is_fact || context::NAMES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        Script::read("mine", text).unwrap_err()
    }

    const ANSWER: &str = "[[planning]]\nname = \"a\"\nanswer = \"x\"\n";

    #[test]
    fn every_built_in_script_is_one() {
        for name in shipped::shipped() {
            let script = Script::find(name).unwrap();
            assert!(!script.about.is_empty(), "{name}");
        }
    }

    #[test]
    fn a_script_in_a_file_can_extend_a_built_in_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mine.toml");
        let text =
            "about = \"x\"\nextends = \"question\"\ndrop = [\"read-tasks\"]\nshells = [\"do\"]\n";
        std::fs::write(&file, text).unwrap();
        let script = Script::find(file.to_str().unwrap()).unwrap();
        assert_eq!(script.shells, ["do"]);
        let names: Vec<&str> = script
            .planning
            .iter()
            .map(|step| step.name.as_str())
            .collect();
        assert!(!names.contains(&"read-tasks"), "{names:?}");
        let answer = script.planning.last().unwrap().answer.as_ref().unwrap();
        assert!(answer.contains("Shall I go on"), "{answer}");
    }

    #[test]
    fn what_is_wrong_with_a_script_is_told() {
        let extending =
            |rest: &str| told(&format!("about = \"x\"\nextends = \"conforming\"\n{rest}"));
        for (told, words) in [
            (told("about = \"x\"\n"), "no step of `planning`"),
            (
                told(&format!("about = \"x\"\n{ANSWER}")),
                "no step of `execution`",
            ),
            (
                told("about = \"x\"\nextends = \"no\"\n"),
                "no built-in script: `no`",
            ),
            (
                told(&format!("about = \"x\"\n{ANSWER}when = [\"b\"]\n")),
                "without conditions",
            ),
            (
                told(&format!("about = \"x\"\n{ANSWER}run = \"ls\"\n")),
                "and no two",
            ),
            (
                told(&format!("about = \"x\"\n{ANSWER}say = \"{{nope}}\"\n")),
                "placeholder: `{nope}`",
            ),
            (
                told(&format!(
                    "about = \"x\"\n{ANSWER}say = \"{{json:run.name}}\"\n"
                )),
                "placeholder: `{json:run.name}`; known are server_url",
            ),
            (
                told(&format!("about = \"x\"\ndrop = [\"no\"]\n{ANSWER}")),
                "`drop` leaves steps out, and",
            ),
            (
                told(&format!(
                    "about = \"x\"\n{ANSWER}[[edit]]\nstep = \"a\"\nreplace = \"x\"\nwith = \"y\"\n"
                )),
                "an `edit` changes a step, and",
            ),
            (
                told(&format!("about = \"x\"\n{ANSWER}instead = \"b\"\n")),
                "step `a` comes `before`, `after` or `instead` of another, and",
            ),
            (extending("drop = [\"no\"]\n"), "`drop` names no step: `no`"),
            (
                extending("[[edit]]\nstep = \"answer\"\nreplace = \"q\\u0000\"\nwith = \"\"\n"),
                "step `answer`",
            ),
            (extending(ANSWER), "where it comes"),
            (
                extending(&format!("{ANSWER}after = \"no\"\n")),
                "unknown step: `no`",
            ),
        ] {
            assert!(told.contains(words), "{told}");
        }
    }
}
