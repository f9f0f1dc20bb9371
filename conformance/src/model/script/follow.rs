//! Following a script: which step is due, and with which words.

use super::form::Step;
use super::scene::Scene;
use super::{Script, template};
use crate::model::facts::Facts;
use crate::model::talk::{Refusal, Talk, Turn};
use crate::model::toolbox::{self, Deed};

/// The answer to requests that offer no tools: programs ask so for titles and summaries.
const ASIDE: &str = "A session";

/// The answer where there is no prompt of ours.
const STRANGE: &str = "This is a scripted model. It follows the planning and execution prompts of \
                       wild-conformance, and finds none in this request.";

impl Script {
    /// What the model answers, and the name of the step.
    pub(in crate::model) fn turn(&self, talk: &Talk) -> Result<(Turn, &str), Refusal> {
        if talk.tools.is_empty() {
            let text = talk
                .shape
                .as_ref()
                .map(|shape| toolbox::filler(shape).to_string());
            return Ok((
                Turn::Text(text.unwrap_or_else(|| ASIDE.to_owned())),
                "aside",
            ));
        }
        let Some(scene) = Scene::find(talk, &self.plan_edits) else {
            return Ok((Turn::Text(STRANGE.to_owned()), "no prompt"));
        };
        let (step, facts) = self.due(&scene)?;
        let say = fill(&step.say, &scene, &facts)?;
        let turn = toolbox::turn(say, deed(step, &scene, &facts)?, talk, &self.shells)?;
        Ok((turn, &step.name))
    }

    /// Walks through the steps as the agent has: a step is taken while its conditions hold by what was
    /// told ahead of it, and uses up one result each time. The first without a result is due.
    fn due(&self, scene: &Scene<'_>) -> Result<(&Step, Facts), Refusal> {
        let steps = if scene.is_execution() {
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
                if used == scene.results() || step.answer.is_some() {
                    return Ok((step, facts));
                }
                told.read(scene.result(used));
                facts = Scene::concluded(&told);
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

fn deed(step: &Step, scene: &Scene<'_>, facts: &Facts) -> Result<Deed, Refusal> {
    let filled = |text: &String| fill(text, scene, facts);
    if let Some(text) = &step.answer {
        return Ok(Deed::Answer(filled(text)?));
    }
    if let Some(path) = &step.read {
        return Ok(Deed::Read(filled(path)?));
    }
    if let Some(file) = &step.write {
        return Ok(Deed::Write {
            path: filled(&file.path)?,
            content: filled(&file.content)?,
        });
    }
    let mut command = step
        .run
        .as_ref()
        .map(filled)
        .transpose()?
        .unwrap_or_default();
    if let Some(text) = &step.each_run {
        for (index, run) in Scene::runs(facts)?.iter().enumerate() {
            command.push_str(&template::fill(text, &|name| match name {
                "run.name" => Some(run.name.clone()),
                "run.command" => Some(format!("{}{}", Scene::pin(index, facts), run.command)),
                _ => scene.value(name, facts),
            }));
        }
    }
    Ok(Deed::Run(command))
}

fn fill(text: &str, scene: &Scene<'_>, facts: &Facts) -> Result<String, Refusal> {
    let plan = if text.contains("{plan}") {
        scene.plan(facts)?
    } else {
        String::new()
    };
    Ok(template::fill(text, &|name| match name {
        "plan" => Some(plan.clone()),
        _ => scene.value(name, facts),
    }))
}
