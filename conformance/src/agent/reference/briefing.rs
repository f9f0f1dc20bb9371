//! Reading the prompt: what the agent knows, it knows from here.
//!
//! The built-in prompt states paths on labelled lines. A user's own template may only mention them in
//! its sentences, so that each fact is looked for in several ways, the plainest first.

use std::collections::HashSet;

/// What the prompt tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Briefing {
    /// Base address of the server, without a final slash.
    pub(crate) server_url: String,
    /// The addresses to probe, in order.
    pub(crate) probes: Vec<String>,
    /// Working directory.
    pub(crate) workdir: String,
    /// Where the plan belongs.
    pub(crate) tasks_path: String,
    /// The goal alone, without steering.
    pub(crate) goal: String,
    /// The wild session, where it is told.
    pub(crate) session_id: String,
    /// The token, where one is told.
    pub(crate) token: Option<String>,
    /// Whether the prompt is that of a later iteration.
    pub(crate) is_execution: bool,
    /// Whether the prompt speaks of evolutionary sweeps.
    pub(crate) evo_sweep: bool,
}

/// The prompt lacks something.
#[derive(Debug, thiserror::Error)]
#[error("the prompt does not tell {0}")]
pub struct BriefingError(&'static str);

impl Briefing {
    /// Reads a rendered prompt.
    pub(crate) fn read(prompt: &str) -> Result<Self, BriefingError> {
        let probes = probes(prompt);
        let server_url = probes
            .iter()
            .find_map(|url| url.strip_suffix("/docs"))
            .ok_or(BriefingError(
                "the server's address: there is no `curl -sf URL/docs`",
            ))?
            .to_owned();
        let workdir = workdir(prompt).ok_or(BriefingError("the working directory"))?;
        let tasks_path = tasks_path(prompt).ok_or(BriefingError("where the plan belongs"))?;
        let goal = goal(prompt).ok_or(BriefingError("the goal"))?;
        Ok(Self {
            server_url,
            probes,
            workdir,
            tasks_path,
            goal,
            session_id: session_id(prompt).unwrap_or_default(),
            token: between(prompt, "X-Auth-Token: ", '"'),
            is_execution: labelled(prompt, "Iteration log: ").is_some(),
            evo_sweep: prompt.contains("Evolutionary mode is on"),
        })
    }
}

/// The addresses of the lines `curl -sf URL >/dev/null`.
fn probes(prompt: &str) -> Vec<String> {
    let mut known = HashSet::new();
    let mut probes = Vec::new();
    for line in prompt.lines() {
        let Some((_, command)) = line.split_once("curl -sf ") else {
            continue;
        };
        let url = command
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .trim_matches(['"', '\'']);
        if url.starts_with("http") && known.insert(url) {
            probes.push(url.to_owned());
        }
    }
    probes
}

fn workdir(prompt: &str) -> Option<String> {
    labelled(prompt, "Working directory: ").or_else(|| {
        prompt.lines().find_map(|line| {
            let (_, path) = line.split_once("tart with cd ")?;
            path_of(path)
        })
    })
}

fn tasks_path(prompt: &str) -> Option<String> {
    labelled(prompt, "Tasks file: ")
        .or_else(|| path_of(&between(prompt, "(write this to ", ')')?))
        .or_else(|| path_of(prompt.split_once("After writing ")?.1))
}

fn session_id(prompt: &str) -> Option<String> {
    labelled(prompt, "Session id: ").or_else(|| between(prompt, "\"chat_session_id\": \"", '"'))
}

/// The value of a line that starts with `label`, emphasis and list markers aside.
fn labelled(prompt: &str, label: &str) -> Option<String> {
    prompt.lines().find_map(|line| {
        let line = line.trim_start_matches(['-', '*', ' ']).replace("**", "");
        let value = line
            .strip_prefix(label)?
            .trim()
            .trim_matches('`')
            .to_owned();
        (!value.is_empty()).then_some(value)
    })
}

fn between(prompt: &str, before: &str, after: char) -> Option<String> {
    let (_, rest) = prompt.split_once(before)?;
    let (value, _) = rest.split_once(after)?;
    Some(value.trim().to_owned())
}

/// The path at the beginning of `text`: up to blank space, without the sentence's punctuation.
fn path_of(text: &str) -> Option<String> {
    let word = text.split_whitespace().next()?;
    let path = word
        .trim_matches(['`', '"', '\''])
        .trim_end_matches(['.', ',', ';', ':', '`']);
    path.starts_with('/').then(|| path.to_owned())
}

/// The text below the first heading `Goal`, up to the next heading.
fn goal(prompt: &str) -> Option<String> {
    let mut lines = prompt
        .lines()
        .skip_while(|line| line.trim_matches(['#', ' ']) != "Goal");
    lines.next()?;
    let text: Vec<&str> = lines.take_while(|line| !ends_goal(line)).collect();
    let text = text.join("\n").trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// Whether a line belongs to what follows the goal: a heading, or the words that follow it in prompts
/// without Markdown headings.
fn ends_goal(line: &str) -> bool {
    line.starts_with("# ")
        || line.starts_with("## ")
        || line.trim() == "Project Root"
        || line.contains("Working directory: ")
        || line.contains("working directory is ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROBES: &str = "curl -sf http://127.0.0.1:8/docs >/dev/null\n\
                          curl -sf http://127.0.0.1:8/openapi.json >/dev/null\n";

    #[test]
    fn labelled_lines_are_read() {
        let prompt = format!(
            "Hello.\n\n## Goal\n\nBeat it.\nBy much.\n\n## Steering\n\nBe quick.\n\n\
             Working directory: /w\nTasks file: `/w/t.md`\nSession id: s1\n```bash\n{PROBES}```\n\
             -H \"X-Auth-Token: secret\"\n"
        );
        let briefing = Briefing::read(&prompt).unwrap();
        assert_eq!(briefing.goal, "Beat it.\nBy much.");
        assert_eq!(briefing.server_url, "http://127.0.0.1:8");
        assert_eq!(briefing.probes.len(), 2);
        assert_eq!(
            (briefing.workdir.as_str(), briefing.tasks_path.as_str()),
            ("/w", "/w/t.md")
        );
        assert_eq!(briefing.token.as_deref(), Some("secret"));
        assert!(!briefing.evo_sweep);
    }

    #[test]
    fn sentences_are_read_too() {
        let prompt = format!(
            "Goal\nBeat it. \nProject Root\nIMPORTANT: Your working directory is /w/x. \
             Start with cd /w/x.\n{PROBES}\
             Required Plan Structure (write this to /w/x/t.md)\n\"chat_session_id\": \"s2\"\n"
        );
        let briefing = Briefing::read(&prompt).unwrap();
        assert_eq!(briefing.goal, "Beat it.");
        assert_eq!(
            (briefing.workdir.as_str(), briefing.tasks_path.as_str()),
            ("/w/x", "/w/x/t.md")
        );
        assert_eq!(briefing.session_id, "s2");
    }

    #[test]
    fn what_is_missing_is_named() {
        let message = Briefing::read("Goal\nx\n").unwrap_err().to_string();
        assert!(message.contains("server's address"), "{message}");
    }
}
