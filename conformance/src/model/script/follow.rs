//! Following a script: which step is due, and with which words.

use std::collections::BTreeMap;

use super::context::ScriptContext;
use super::form::Step;
use super::{Script, template};
use crate::model::facts::Facts;
use crate::model::filler::filler;
use crate::model::talk::{Refusal, Talk, Turn};
use crate::model::toolbox::{self, Deed};

/// The answer to requests that offer no tools: programs ask so for titles and summaries.
const ASIDE: &str = "A session";

/// The answer where there is no prompt of ours.
const STRANGE: &str = "This is a scripted model. It follows the planning and execution prompts of \
                       wild-conformance, and finds none in this request.";

/// Longest text of a step with its placeholders filled in, in bytes.
const LONGEST: usize = 1024 * 1024;

impl Script {
    /// What the model answers, and the name of the step.
    pub(in crate::model) fn turn(&self, talk: &Talk) -> Result<(Turn, &str), Refusal> {
        if talk.tools.is_empty() {
            let text = talk.shape.as_ref().map(|shape| filler(shape).to_string());
            return Ok((
                Turn::Text(text.unwrap_or_else(|| ASIDE.to_owned())),
                "aside",
            ));
        }
        let Some(context) = ScriptContext::find(talk, &self.plan_edits)? else {
            return Ok((Turn::Text(STRANGE.to_owned()), "no prompt"));
        };
        let (step, facts) = self.due(&context)?;
        let mut values = Values {
            context: &context,
            facts: &facts,
            known: BTreeMap::new(),
        };
        let say = values.fill(&step.say)?;
        let turn = toolbox::turn(say, values.deed(step)?, talk, &self.shells)?;
        Ok((turn, &step.name))
    }

    /// Walks through the steps as the agent has: a step is taken while its conditions hold by what was
    /// told ahead of it, and uses up one result each time. The first without a result is due.
    fn due(&self, context: &ScriptContext<'_>) -> Result<(&Step, Facts), Refusal> {
        let steps = if context.is_execution() {
            &self.execution
        } else {
            &self.planning
        };
        let mut used = 0;
        let mut told = Facts::default();
        let mut facts = told.clone();
        for step in steps {
            for _ in 0..step.times {
                if !is_due(step, &facts) {
                    break;
                }
                if used == context.results() || step.answer.is_some() {
                    return Ok((step, facts));
                }
                told.read(context.result(used));
                facts = ScriptContext::concluded(&told);
                used += 1;
            }
        }
        Err(Refusal::bad(format!(
            "script {} has no step for this request",
            self.name
        )))
    }
}

fn is_due(step: &Step, facts: &Facts) -> bool {
    step.when.iter().all(|condition| facts.has(condition))
        && !step.unless.iter().any(|condition| facts.has(condition))
}

/// The values of placeholders, each looked up once.
struct Values<'s> {
    context: &'s ScriptContext<'s>,
    facts: &'s Facts,
    known: BTreeMap<String, String>,
}

impl Values<'_> {
    fn deed(&mut self, step: &Step) -> Result<Deed, Refusal> {
        if let Some(text) = &step.answer {
            return Ok(Deed::Answer(self.fill(text)?));
        }
        if let Some(path) = &step.read {
            return Ok(Deed::Read(self.fill(path)?));
        }
        if let Some(file) = &step.write {
            return Ok(Deed::Write {
                path: self.fill(&file.path)?,
                content: self.fill(&file.content)?,
            });
        }
        let mut command = self.fill(step.run.as_deref().unwrap_or_default())?;
        if let Some(text) = &step.each_run {
            let pins = ScriptContext::pins(self.facts);
            let mut pins = pins.iter().map(String::as_str).cycle();
            for run in ScriptContext::runs(self.facts)? {
                let pinned = format!("{}{}", pins.next().unwrap_or_default(), run.command);
                command.push_str(&template::fill(text, |name| match name {
                    "run.name" => Ok(run.name.clone()),
                    "run.command" => Ok(pinned.clone()),
                    _ => self.of(name),
                })?);
                fits(&command)?;
            }
        }
        Ok(Deed::Run(command))
    }

    fn fill(&mut self, text: &str) -> Result<String, Refusal> {
        let filled = template::fill(text, |name| self.of(name))?;
        fits(&filled)?;
        Ok(filled)
    }

    fn of(&mut self, name: &str) -> Result<String, Refusal> {
        if let Some(value) = self.known.get(name) {
            return Ok(value.clone());
        }
        let value = self.context.value(name, self.facts)?;
        self.known.insert(name.to_owned(), value.clone());
        Ok(value)
    }
}

/// What the prompt says can come again for each of many runs.
fn fits(text: &str) -> Result<(), Refusal> {
    if text.len() <= LONGEST {
        return Ok(());
    }
    Err(Refusal::bad(format!(
        "a text of the step grows beyond {LONGEST} bytes with what the prompt and the tools say"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::talk::{Said, Tool};

    /// An execution session in which the tools have said `results`.
    fn talk(session: &str, results: &[&str]) -> Talk {
        let prompt = format!(
            "## Goal\n\nBeat \"it\".\n\n## Where you work\n\nWorking directory: /w\nTasks file: /w/tasks.md\n\
             Session id: {session}\nIteration log: /w/log.md\n\ncurl -sf http://127.0.0.1:8/docs >/dev/null\n"
        );
        let told = results.iter().map(|text| Said::Result((*text).to_owned()));
        let shell = Tool {
            name: "bash".to_owned(),
            schema: serde_json::Value::Null,
        };
        Talk {
            said: std::iter::once(Said::User(prompt)).chain(told).collect(),
            tools: vec![shell],
            ..Talk::default()
        }
    }

    /// The command of the step that is due.
    fn command(script: &Script, talk: &Talk) -> Result<String, Refusal> {
        let (turn, _) = script.turn(talk)?;
        let (_, arguments) = turn.call().unwrap();
        Ok(arguments["command"].as_str().unwrap().to_owned())
    }

    /// What the tools say until the runs of a task are to be created, with `taken` devices of eight.
    fn until_create(runs: usize, taken: &str) -> [String; 5] {
        let seeds: Vec<String> = (0..runs).map(|seed| seed.to_string()).collect();
        let task = format!(
            "@task@ - [ ] [P1-T1] `POST /runs` with the command `python3 x.py`: seed in {{{}}}\n@tasks@ shown",
            seeds.join(", ")
        );
        let room = format!("@cluster@ local_gpu\n@gpus@ 8\n{taken}");
        [
            "@guard@ passed".to_owned(),
            task,
            String::new(),
            room,
            "@sweep@ s1".to_owned(),
        ]
    }

    #[test]
    fn runs_take_the_devices_that_are_free_in_turn() {
        let script = Script::find("conforming").unwrap();
        let told = until_create(
            3,
            "@taken@ 0\n@taken@ 2\n@taken@ 3\n@taken@ 4\n@taken@ 6\n@taken@ 7",
        );
        let command = command(&script, &talk("s1", &told.each_ref().map(String::as_str))).unwrap();
        let devices: Vec<&str> = command
            .split("CUDA_VISIBLE_DEVICES=")
            .skip(1)
            .map(|rest| &rest[..1])
            .collect();
        assert_eq!(devices, ["1", "5", "1"], "{command}");
    }

    #[test]
    fn what_grows_with_each_run_is_refused_beyond_a_bound() {
        let script = Script::find("conforming").unwrap();
        let told = until_create(250, &"@taken@ 1\n".repeat(100_000));
        let told = told.each_ref().map(String::as_str);
        assert!(command(&script, &talk("s1", &told)).is_ok());
        let refusal = command(&script, &talk(&"s".repeat(100_000), &told)).unwrap_err();
        assert!(
            refusal.message.contains("grows beyond 1048576"),
            "{refusal}"
        );
        let refusal = command(&script, &talk(&"s".repeat(300_000), &told)).unwrap_err();
        assert!(
            refusal.message.contains("a prompt of at most 262144"),
            "{refusal}"
        );
    }

    #[test]
    fn every_placeholder_has_its_value_in_every_place() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mine.toml");
        let step = "name = \"a\"\ninstead = \"guard\"\nrun = '<{json:plan}><{json:goal}>'\n";
        let runs = "name = \"b\"\ninstead = \"create\"\nrun = 'x'\neach_run = '<{plan}|{json:run.name}>'\n";
        let text = format!(
            "about = \"x\"\nextends = \"conforming\"\n[[execution]]\n{step}[[execution]]\n{runs}"
        );
        std::fs::write(&file, text).unwrap();
        let script = Script::find(file.to_str().unwrap()).unwrap();
        let first = command(&script, &talk("s1", &[])).unwrap();
        assert!(
            first.starts_with("<# ") && first.contains("\\n\\n## "),
            "{first}"
        );
        assert!(first.ends_with(r#"><Beat \"it\".>"#), "{first}");
        let told = until_create(2, "");
        let each = command(&script, &talk("s1", &told.each_ref().map(String::as_str))).unwrap();
        assert_eq!(each.matches("\n## ").count() % 2, 0, "{each}");
        assert!(each.starts_with("x<# ") && !each.contains("|>"), "{each}");
    }
}
