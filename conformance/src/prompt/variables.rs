//! The values that placeholders of a prompt get.

use std::collections::BTreeMap;

use crate::case::Case;
use crate::catalog;

/// How many iterations a session has, as execution prompts state it.
const MAX_ITERATIONS: u32 = 20;

/// Where a case is played: what only the runner knows.
#[derive(Debug, Clone, Copy)]
pub struct SessionValues<'a> {
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

#[cfg(test)]
impl SessionValues<'static> {
    /// One that no test depends on.
    pub(super) const SOME: Self = Self {
        workdir: "/w",
        tasks_path: "/w/.agents/wild/s/tasks.md",
        server_url: "http://127.0.0.1:9",
        session_id: "wild-1",
        log_path: "/w/.agents/wild/s/iteration_log.md",
    };
}

/// The names of all placeholders.
pub const NAMES: [&str; 14] = [
    "goal",
    "steer_section",
    "workdir",
    "server_url",
    "tasks_path",
    "session_id",
    "api_catalog",
    "auth_header",
    "evo_sweep_section",
    "memories",
    "iteration",
    "max_iterations",
    "log_path",
    "struggle_section",
];

/// The values of the prompt's placeholders, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variables(BTreeMap<String, String>);

impl Variables {
    /// The values for `case`, played in such a session.
    pub fn new(case: &Case, session: SessionValues<'_>) -> Self {
        let pairs: [(&str, String); NAMES.len()] = [
            ("goal", case.goal.clone()),
            ("steer_section", steer_section(&case.steer)),
            ("workdir", session.workdir.to_owned()),
            ("server_url", session.server_url.to_owned()),
            ("tasks_path", session.tasks_path.to_owned()),
            ("session_id", session.session_id.to_owned()),
            ("api_catalog", catalog::text()),
            ("auth_header", auth_header(case.auth_token.as_deref())),
            (
                "evo_sweep_section",
                evo_sweep_section(case.evo_sweep).to_owned(),
            ),
            ("memories", String::new()),
            ("iteration", case.iteration.to_string()),
            ("max_iterations", MAX_ITERATIONS.to_string()),
            ("log_path", session.log_path.to_owned()),
            ("struggle_section", String::new()),
        ];
        Self(
            pairs
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    }

    /// Names and values, by name.
    pub(super) fn pairs(&self) -> Vec<(&str, &str)> {
        let pairs = self.0.iter();
        pairs
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
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
        Variables::new(&case, SessionValues::SOME)
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
    fn every_placeholder_has_a_value() {
        let map = variables(|_| {}).into_map();
        assert_eq!(map.len(), NAMES.len());
        assert!(NAMES.iter().all(|name| map.contains_key(*name)));
    }
}
