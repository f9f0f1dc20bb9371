//! The prompts as an agent gets them.
//!
//! The texts are the mock server's own skills `wild_v2_planning` and `wild_v2_iteration`, so that what
//! the server serves and what the harness judges can't drift apart; `--prompt FILE` and
//! `--iteration-prompt FILE` replace them. All are templates with the placeholders that [`Variables`]
//! lists.

use std::collections::BTreeMap;
use std::path::Path;

use wild_mock_server::skills;

use crate::case::{Case, Kind};
use crate::catalog;

/// Id of the skill whose text is the planning prompt.
const PLANNING_SKILL: &str = "wild_v2_planning";

/// Id of the skill whose text is the prompt of later iterations.
const ITERATION_SKILL: &str = "wild_v2_iteration";

/// How many iterations a session has, as execution prompts state it.
const MAX_ITERATIONS: u32 = 20;

/// Largest template that is read from a file, in bytes.
const LARGEST_TEMPLATE: u64 = 4 * 1024 * 1024;

/// Why there is no prompt.
#[derive(Debug, thiserror::Error)]
pub enum PromptError {
    /// The mock server ships no such prompt.
    #[error("the mock server ships no skill `{0}`; this build is incomplete")]
    NoBuiltin(&'static str),
    /// The user's template could not be read.
    #[error("cannot read the prompt template {file}: {source}")]
    Read {
        /// Its path.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The user's template is too long.
    #[error("the prompt template {file} has {size} bytes; at most {LARGEST_TEMPLATE} are read")]
    TooLarge {
        /// Its path.
        file: String,
        /// Its size in bytes.
        size: u64,
    },
}

/// The prompts of a run, by the kind of case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompts {
    /// For planning cases.
    pub planning: Template,
    /// For execution cases.
    pub execution: Template,
}

impl Prompts {
    /// The built-in prompts.
    ///
    /// # Errors
    /// Fails when the mock server was built without them.
    pub fn builtin() -> Result<Self, PromptError> {
        Ok(Self {
            planning: Template::builtin(PLANNING_SKILL)?,
            execution: Template::builtin(ITERATION_SKILL)?,
        })
    }

    /// The prompt for a kind of case.
    pub fn of(&self, kind: Kind) -> &Template {
        match kind {
            Kind::Planning => &self.planning,
            Kind::Execution => &self.execution,
        }
    }
}

/// A prompt with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(String);

impl Template {
    fn builtin(skill: &'static str) -> Result<Self, PromptError> {
        skills::builtin(skill)
            .map(|text| Self(text.to_owned()))
            .ok_or(PromptError::NoBuiltin(skill))
    }

    /// A user's own template. A YAML front matter, as skill files have, is left out.
    ///
    /// # Errors
    /// Fails when the file cannot be read, is too long or is not UTF-8.
    pub fn from_file(path: &Path) -> Result<Self, PromptError> {
        let file = path.display().to_string();
        let read = |source| PromptError::Read {
            file: file.clone(),
            source,
        };
        let size = std::fs::metadata(path).map_err(read)?.len();
        if size > LARGEST_TEMPLATE {
            return Err(PromptError::TooLarge { file, size });
        }
        let text = std::fs::read_to_string(path).map_err(read)?;
        Ok(Self(without_front_matter(&text).to_owned()))
    }

    /// The prompt with every placeholder filled in.
    pub fn render(&self, variables: &Variables) -> String {
        let pairs: Vec<(&str, &str)> = variables
            .0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        skills::render(&self.0, &pairs)
    }
}

fn without_front_matter(text: &str) -> &str {
    text.strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---\n"))
        .map_or(text, |(_, body)| body.trim_start_matches('\n'))
}

/// Where a case is played: what only the runner knows.
#[derive(Debug, Clone, Copy)]
pub struct Stage<'a> {
    /// The agent's working directory, absolute.
    pub workdir: &'a str,
    /// Where the plan belongs, absolute.
    pub tasks_path: &'a str,
    /// Base address of the server, without a final slash.
    pub server_url: &'a str,
    /// The wild session.
    pub session_id: &'a str,
    /// Where the iteration log is kept, absolute.
    pub log_path: &'a str,
}

/// The values of the prompt's placeholders, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variables(BTreeMap<String, String>);

impl Variables {
    /// The values for `case`, played at `stage`.
    pub fn new(case: &Case, stage: Stage<'_>) -> Self {
        let pairs = [
            ("goal", case.goal.clone()),
            ("steer_section", steer_section(&case.steer)),
            ("workdir", stage.workdir.to_owned()),
            ("server_url", stage.server_url.to_owned()),
            ("tasks_path", stage.tasks_path.to_owned()),
            ("session_id", stage.session_id.to_owned()),
            ("api_catalog", catalog::text()),
            ("auth_header", auth_header(case.auth_token.as_deref())),
            (
                "evo_sweep_section",
                evo_sweep_section(case.evo_sweep).to_owned(),
            ),
            ("memories", String::new()),
            ("iteration", case.iteration.to_string()),
            ("max_iterations", MAX_ITERATIONS.to_string()),
            ("log_path", stage.log_path.to_owned()),
            ("struggle_section", String::new()),
        ];
        Self(
            pairs
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    }

    /// The values by placeholder, for the evidence.
    pub fn into_map(self) -> BTreeMap<String, String> {
        self.0
    }
}

/// Steering text stands below a heading of its own, on a line of its own even where a template puts
/// the placeholder behind the goal.
fn steer_section(steer: &str) -> String {
    if steer.trim().is_empty() {
        return String::new();
    }
    format!("\n## Steering\n\n{}\n", steer.trim())
}

fn auth_header(token: Option<&str>) -> String {
    token
        .map(|token| format!("-H \"X-Auth-Token: {token}\""))
        .unwrap_or_default()
}

fn evo_sweep_section(enabled: bool) -> &'static str {
    if !enabled {
        return "";
    }
    "#### Evolutionary mode is on\n\n\
     Plan one task that has a later iteration print an `<evo_sweep>` block, which holds one JSON \
     object:\n\n\
     ```text\n\
     <evo_sweep>\n\
     {\"name\": \"lr-and-warmup\", \"command\": \"python train.py --lr {lr} --warmup {warmup}\",\n \
     \"fitness_metric\": \"val_loss\", \"direction\": \"minimize\",\n \
     \"search_space\": {\"lr\": [0.001, 0.03], \"warmup\": [0, 10]},\n \
     \"population\": 8, \"generations\": 4, \"stop_after\": 2}\n\
     </evo_sweep>\n\
     ```\n\n\
     Let that task name:\n\n\
     - the fitness metric and whether more or less of it is better\n\
     - the search space: every parameter with its range or its values\n\
     - the budget: population, generations and the condition to stop, here so many generations without a \
     better one\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::builtin_cases;

    fn variables(change: impl FnOnce(&mut Case)) -> Variables {
        let mut case = builtin_cases()
            .unwrap()
            .into_iter()
            .find(|c| c.id == "planning-healthy")
            .unwrap();
        change(&mut case);
        let stage = Stage {
            workdir: "/w",
            tasks_path: "/w/.agents/wild/s/tasks.md",
            server_url: "http://127.0.0.1:9",
            session_id: "wild-1",
            log_path: "/w/.agents/wild/s/iteration_log.md",
        };
        Variables::new(&case, stage)
    }

    #[test]
    fn the_builtin_prompts_leave_no_placeholder() {
        let prompts = Prompts::builtin().unwrap();
        for kind in [Kind::Planning, Kind::Execution] {
            let prompt = prompts.of(kind).render(&variables(|_| {}));
            assert!(!prompt.contains("{{"), "{prompt}");
        }
        let prompt = prompts.planning.render(&variables(|_| {}));
        assert!(prompt.contains("curl -sf http://127.0.0.1:9/docs"));
    }

    #[test]
    fn a_token_becomes_a_curl_argument() {
        let map = variables(|case| case.auth_token = Some("t".to_owned())).into_map();
        assert_eq!(map["auth_header"], "-H \"X-Auth-Token: t\"");
        assert_eq!(variables(|_| {}).into_map()["auth_header"], "");
    }

    #[test]
    fn steering_and_evolution_have_headings_only_when_there_is_something_to_say() {
        let map = variables(|case| {
            case.steer = "Prefer short runs.".to_owned();
            case.evo_sweep = true;
        })
        .into_map();
        assert!(map["steer_section"].starts_with("\n## Steering\n\nPrefer short runs."));
        assert!(map["evo_sweep_section"].contains("<evo_sweep>"));
        assert_eq!(variables(|_| {}).into_map()["steer_section"], "");
    }

    #[test]
    fn front_matter_is_no_part_of_a_template() {
        assert_eq!(
            without_front_matter("---\nname: x\n---\n\nText\n"),
            "Text\n"
        );
        assert_eq!(without_front_matter("Text\n---\nmore"), "Text\n---\nmore");
    }
}
