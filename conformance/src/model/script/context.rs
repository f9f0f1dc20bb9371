//! What a script can speak of: the prompt, what tools told, and what follows from both.

use std::collections::HashSet;
use std::path::Path;

use super::form::Edit;
use crate::agent::reference::{
    self, Briefing, Cluster, Configuration, Order, Skill, Survey, Tasks,
};
use crate::model::facts::Facts;
use crate::model::talk::{Refusal, Said, Talk};

/// Largest text that is read as a prompt, in bytes.
const LARGEST_PROMPT: usize = 256 * 1024;

/// Most tasks of a plan that are looked at, and their size in bytes.
const MOST_TASKS: usize = 200;
const LARGEST_PLAN: usize = 64 * 1024;

/// Most files of a project that are looked at.
const MOST_FILES: usize = 2_000;

/// Most runs that one task can ask for.
const MOST_RUNS: usize = 256;

/// Most devices among which runs are told apart.
const MOST_DEVICES: u64 = 1024;

/// The names of placeholders, beside `fact.NAME`.
pub(super) const NAMES: [&str; 15] = [
    "server_url",
    "workdir",
    "tasks_path",
    "folder",
    "session_id",
    "goal",
    "token",
    "auth",
    "iteration",
    "results",
    "plan",
    "slots",
    "task.id",
    "task.text",
    "task.deliverable",
];

/// The names of those that stand for a run, where a text is about one.
pub(super) const RUN_NAMES: [&str; 2] = ["run.name", "run.command"];

/// One session of an agent, as far as it has come.
pub(super) struct ScriptContext<'t> {
    briefing: Briefing,
    iteration: String,
    results: Vec<&'t str>,
    edits: &'t [Edit],
}

/// The task in hand, read from what the tools showed of the tasks file.
#[derive(Default)]
struct Task {
    id: String,
    text: String,
    deliverable: String,
}

impl<'t> ScriptContext<'t> {
    /// Finds the prompt of the contract in a request: the last thing said by the user that is one.
    /// What tools told ahead of it belongs to another session.
    pub(super) fn find(talk: &'t Talk, edits: &'t [Edit]) -> Result<Option<Self>, Refusal> {
        let mut results = Vec::new();
        for said in talk.said.iter().rev() {
            match said {
                Said::Result(text) => results.push(text.as_str()),
                Said::User(text) if text.len() > LARGEST_PROMPT => {
                    return Err(Refusal::bad(format!(
                        "the user says {} bytes at once, and a prompt of at most {LARGEST_PROMPT} is read",
                        text.len()
                    )));
                }
                Said::User(text) => {
                    if let Ok(briefing) = Briefing::read(text) {
                        results.reverse();
                        return Ok(Some(Self {
                            iteration: iteration(text),
                            briefing,
                            results,
                            edits,
                        }));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Whether the plan is carried out, and not made.
    pub(super) fn is_execution(&self) -> bool {
        self.briefing.is_execution
    }

    /// How many tools have answered.
    pub(super) fn results(&self) -> usize {
        self.results.len()
    }

    /// What the tool number `at` said.
    pub(super) fn result(&self, at: usize) -> &str {
        self.results.get(at).copied().unwrap_or_default()
    }

    /// What was told, and what follows from it: `next` is the id of the task in hand, `work` is what it
    /// takes (`runs`, `playbook`, `notes`, or `none` where no task is left), `last` is told where no
    /// other is open.
    pub(super) fn concluded(told: &Facts) -> Facts {
        let mut facts = told.clone();
        if facts.has("tasks shown") {
            let tasks = tasks(&facts);
            let task = task(&tasks);
            let work = match &task {
                None => "none",
                Some(task) if Order::of(&task.text).is_some() => "runs",
                Some(task) if task.deliverable.starts_with("prompt_skill_playbook.md") => {
                    "playbook"
                }
                Some(_) => "notes",
            };
            facts.tell("work", work);
            if let Some(task) = task {
                facts.tell("next", task.id);
            }
            if tasks.open() < 2 {
                facts.tell("last", "yes");
            }
        }
        facts
    }

    /// The runs that the task in hand asks for.
    pub(super) fn runs(facts: &Facts) -> Result<Vec<Configuration>, Refusal> {
        let task = task(&tasks(facts)).unwrap_or_default();
        let Some(order) = Order::of(&task.text) else {
            return Ok(Vec::new());
        };
        if order.count() > MOST_RUNS {
            return Err(Refusal::bad(format!(
                "task {} asks for more than {MOST_RUNS} runs, which is more than the script creates",
                task.id
            )));
        }
        Ok(order.configurations())
    }

    /// The value of a placeholder.
    pub(super) fn value(&self, name: &str, facts: &Facts) -> Result<String, Refusal> {
        let briefing = &self.briefing;
        let task = || task(&tasks(facts)).unwrap_or_default();
        Ok(match name {
            "server_url" => briefing.server_url.clone(),
            "workdir" => briefing.workdir.clone(),
            "tasks_path" => briefing.tasks_path.clone(),
            "folder" => self.folder(),
            "session_id" => briefing.session_id.clone(),
            "goal" => briefing.goal.clone(),
            "token" => briefing.token.clone().unwrap_or_default(),
            "auth" => match &briefing.token {
                Some(token) => format!("-H \"X-Auth-Token: {token}\""),
                None => String::new(),
            },
            "iteration" => self.iteration.clone(),
            "results" => self.results.len().to_string(),
            "plan" => self.plan(facts)?,
            "slots" => slots(facts).to_string(),
            "task.id" => task().id,
            "task.text" => task().text,
            "task.deliverable" => task().deliverable,
            _ => {
                let told = name.strip_prefix("fact.").and_then(|fact| facts.last(fact));
                told.unwrap_or_default().to_owned()
            }
        })
    }

    fn folder(&self) -> String {
        let folder = Path::new(&self.briefing.tasks_path).parent();
        folder.unwrap_or(Path::new(".")).display().to_string()
    }

    /// The plan that the reference agent would write over what the tools showed, with the script's
    /// changes.
    fn plan(&self, facts: &Facts) -> Result<String, Refusal> {
        let all = |name| -> Vec<String> {
            let told = facts.all(name).take(MOST_FILES);
            told.map(str::to_owned).collect()
        };
        let mut files = all("file");
        files.sort();
        files.dedup();
        let survey = Survey {
            files,
            has_exp: facts.has("exp"),
            cluster: cluster(facts),
            slurm_options: all("slurm"),
        };
        let skill = |name: &str| Skill {
            name: name.to_owned(),
            description: String::new(),
        };
        let skills: Vec<Skill> = facts.all("skill").take(MOST_FILES).map(skill).collect();
        let plan = reference::plan(&self.briefing, &survey, &skills);
        self.edits.iter().try_fold(plan, |plan, edit| {
            if plan.contains(&edit.replace) {
                return Ok(plan.replacen(&edit.replace, &edit.with, 1));
            }
            Err(Refusal::bad(format!(
                "the script changes `{}` in the plan, which has no such text",
                edit.replace
            )))
        })
    }

    /// How the commands of runs begin, in turn: with devices that nobody else has, where a machine has
    /// several.
    pub(super) fn pins(facts: &Facts) -> Vec<String> {
        let cluster = cluster(facts);
        if cluster.kind != "local_gpu" || cluster.gpus < 2 {
            return Vec::new();
        }
        let taken: HashSet<&str> = facts.all("taken").collect();
        let devices = (0..cluster.gpus.min(MOST_DEVICES)).map(|device| device.to_string());
        let free = devices.filter(|device| !taken.contains(device.as_str()));
        free.map(|device| format!("CUDA_VISIBLE_DEVICES={device} "))
            .collect()
    }
}

fn iteration(prompt: &str) -> String {
    let digits = |rest: &str| {
        rest.chars()
            .take_while(char::is_ascii_digit)
            .collect::<String>()
    };
    let line = prompt
        .lines()
        .find_map(|line| line.trim().strip_prefix("Iteration "));
    let number = line.map(digits).filter(|digits| !digits.is_empty());
    number.unwrap_or_else(|| "0".to_owned())
}

fn cluster(facts: &Facts) -> Cluster {
    Cluster {
        kind: facts.last("cluster").unwrap_or("unknown").to_owned(),
        gpus: facts
            .last("gpus")
            .and_then(|gpus| gpus.parse().ok())
            .unwrap_or_default(),
    }
}

/// How many runs there is room for, beside those that were alive before.
fn slots(facts: &Facts) -> usize {
    let cluster = cluster(facts);
    let gpus = usize::try_from(cluster.gpus).unwrap_or(1);
    let places = match cluster.kind.as_str() {
        "unknown" => 1,
        "slurm" if gpus == 0 => 4,
        _ => gpus.max(1),
    };
    places.saturating_sub(facts.all("taken").count())
}

fn tasks(facts: &Facts) -> Tasks {
    let mut room = LARGEST_PLAN;
    let fits = |line: &&str| {
        let is_room = line.len() <= room;
        room = room.saturating_sub(line.len());
        is_room
    };
    let lines: Vec<&str> = facts
        .all("task")
        .take(MOST_TASKS)
        .take_while(fits)
        .collect();
    Tasks::read(&lines.join("\n"))
}

fn task(tasks: &Tasks) -> Option<Task> {
    let choice = tasks.choose()?;
    Some(Task {
        id: choice.id,
        text: choice.text,
        deliverable: choice.deliverable,
    })
}
