//! What the tasks of a plan speak of, worked out once for all rules.

use super::endpoint::{Endpoint, endpoints};
use super::{Plan, Task, language};
use crate::vocabulary::{Topic, Topics, affirms, follows};

/// What each task of a plan speaks of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    tasks: Vec<TaskReading>,
    /// Whether the tasks are in English, as far as can be told: where they are not, the absence of
    /// an English word says nothing.
    pub is_english: bool,
}

/// What one task speaks of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskReading {
    /// What is to be done, code left out: names of files and commands say little about a purpose.
    pub prose: Topics,
    /// What is to be done, code included.
    pub text: Topics,
    /// All that the task says, with fields, details and code.
    pub all: Topics,
    /// Whether it speaks of starting experiments, and does not forbid it.
    pub says_start: bool,
    /// Whether it counts the runs that it is about: `three separate runs`.
    pub counts_runs: bool,
    /// The endpoints that it names, anywhere.
    pub endpoints: Vec<Endpoint>,
}

/// Numbers of runs that plans speak of.
const NUMBERS: [&str; 14] = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "twelve",
    "more",
    "remaining",
    "other",
];

impl Reading {
    /// Reads all tasks of a plan.
    pub fn of(plan: &Plan) -> Self {
        Self {
            tasks: plan.tasks().map(read).collect(),
            is_english: language::is_english(plan.tasks()),
        }
    }

    /// What a task of the plan speaks of.
    pub fn task(&self, task: &Task) -> &TaskReading {
        static NOTHING: std::sync::LazyLock<TaskReading> =
            std::sync::LazyLock::new(TaskReading::default);
        self.tasks.get(task.index).unwrap_or(&NOTHING)
    }
}

impl TaskReading {
    /// Whether the task names this endpoint, or its path without any method.
    pub fn names(&self, method: &str, path: &str) -> bool {
        self.endpoints
            .iter()
            .any(|endpoint| endpoint.may_be(method, path))
    }

    /// Whether the task creates runs through their sweep.
    pub fn adds_to_sweep(&self) -> bool {
        self.endpoints.iter().any(|endpoint| {
            endpoint.method != Some("GET")
                && endpoint.path.starts_with("/sweeps/")
                && endpoint.path.ends_with("/runs")
        })
    }

    /// Whether the task reads a single run, its log or its metrics.
    pub fn reads_run(&self) -> bool {
        self.endpoints
            .iter()
            .any(|endpoint| endpoint.method == Some("GET") && endpoint.path.starts_with("/runs/"))
    }

    /// Whether the task starts runs: it says so, or sends the requests that do.
    pub fn starts_runs(&self) -> bool {
        let posts = |endpoint: &Endpoint| {
            endpoint.method == Some("POST")
                && (endpoint.path.starts_with("/runs") || endpoint.path.starts_with("/sweeps"))
        };
        self.says_start || self.endpoints.iter().any(posts)
    }

    /// Whether the task starts runs, and does not only create the sweep that they will belong to.
    pub fn makes_runs(&self) -> bool {
        let posts_run = |endpoint: &Endpoint| {
            endpoint.method == Some("POST") && endpoint.path.starts_with("/runs")
        };
        self.says_start || self.adds_to_sweep() || self.endpoints.iter().any(posts_run)
    }

    /// Whether the task runs something and does not merely look back at it.
    pub fn is_experiment(&self) -> bool {
        self.starts_runs() && !self.text.has(Topic::LookingBack)
    }
}

fn read(task: &Task) -> TaskReading {
    let prose: Vec<&str> = task.text.split('`').step_by(2).collect();
    let prose = prose.join(" ");
    let topics = Topics::of(&prose);
    TaskReading {
        says_start: topics.has(Topic::Starting) && affirms(&prose, Topic::Starting),
        counts_runs: follows(&prose, &NUMBERS, &["run", "runs"], 2),
        prose: topics,
        text: Topics::of(&task.text),
        all: Topics::of(task.full_text()),
        endpoints: endpoints(task.full_text()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(task: &str) -> TaskReading {
        let plan = Plan::parse(&format!("## Phase 1 - A\n- [ ] [P1-T1] {task}\n"));
        Reading::of(&plan).tasks.remove(0)
    }

    #[test]
    fn code_tells_no_purpose() {
        let reading = reading("Count rows of `baseline.csv` | done-when: the midpoint is noted");
        assert!(!reading.prose.has(Topic::Baseline) && reading.text.has(Topic::Baseline));
        assert!(!reading.text.has(Topic::Midpoint) && reading.all.has(Topic::Midpoint));
    }

    #[test]
    fn looking_back_is_no_experiment() {
        assert!(reading("Launch the sweep").is_experiment());
        assert!(reading("Attach each to its sweep with `POST /runs`").is_experiment());
        assert!(!reading("Launch the report").is_experiment());
        assert!(!reading("Watch them with `GET /runs`").starts_runs());
    }

    #[test]
    fn other_languages_are_told_apart() {
        let of = |text: &str| Reading::of(&Plan::parse(text)).is_english;
        assert!(of("## Phase 1 - A\n- [ ] [P1-T1] Read all of it\n"));
        assert!(!of("## Phase 1 - A\n- [ ] [P1-T1] Lies alles genau\n"));
    }
}
