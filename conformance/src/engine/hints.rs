//! What is to be said of how an agent was started, beside or in place of a verdict.
//!
//! A program that was started wrongly fails like a bad agent. What gives it away is told with what mends
//! it; it changes no verdict.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;

use crate::ending::Ending;
use crate::evidence::Evidence;
use crate::final_text::{fitting, is_json};
use crate::redact;

/// What stands ahead of what a program wrote to standard error.
pub(crate) const STDERR: &str = "stderr: ";

/// How many lines of standard error are told.
const MOST_LINES: usize = 5;

/// Shorter lines of a prompt stand in many answers.
const SHORTEST_LINE: usize = 40;

/// An echo has at least so many lines of the prompt.
const FEWEST_LINES: usize = 5;

/// What the output is taken for, if it seems to be taken wrongly.
pub(crate) fn of_output(evidence: &Evidence) -> Vec<String> {
    let problem = evidence.record.final_text.as_ref().and_then(|taken| {
        let problem = taken.problem.as_ref()?;
        Some(format!(
            "there is no final text at `{}`: {problem}; what was printed is in {}/stdout.txt",
            taken.source, evidence.name
        ))
    });
    let json = is_taken_for_text(evidence).then(|| {
        let source = fitting(&evidence.transcript)
            .map_or_else(|| "json:POINTER".to_owned(), |(shape, _)| shape.to_string());
        format!(
            "the output is JSON and was judged as text; `--final-text {source}` takes the answer out of it"
        )
    });
    let echo = has_echo(evidence).then(|| {
        "the output repeats the prompt, whose own tags may be taken for an answer; give the answer alone: \
         `--final-text file:PATH` or `file+json:PATH:POINTER` where the program writes it to a file"
            .to_owned()
    });
    [problem, json, echo].into_iter().flatten().collect()
}

/// Whether JSON was taken for text.
pub(crate) fn is_taken_for_text(evidence: &Evidence) -> bool {
    evidence.record.final_text.is_none() && is_json(&evidence.transcript)
}

/// Whether the agent's output repeats its prompt, wrapped and framed as it may be.
pub(crate) fn has_echo(evidence: &Evidence) -> bool {
    let (prompt, output) = (&evidence.prompt, &evidence.transcript);
    if output.len() < prompt.len() / 2 {
        return false;
    }
    let lines: BTreeSet<String> = prompt.lines().map(words).collect();
    let lines: Vec<String> = lines
        .into_iter()
        .filter(|line| line.len() >= SHORTEST_LINE)
        .collect();
    let Ok(search) = AhoCorasick::new(&lines) else {
        return false;
    };
    let output = words(output);
    let found: BTreeSet<_> = search
        .find_overlapping_iter(&output)
        .map(|found| found.pattern())
        .collect();
    found.len() >= FEWEST_LINES && found.len() * 2 >= lines.len()
}

/// A text's words alone: frames and line ends are gone.
fn words(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// What is said of an agent that never reached the server.
pub(super) fn of_silence(evidence: &Evidence) -> Vec<String> {
    let record = &evidence.record;
    let mut hints: Vec<String> = record.unfound.clone().into_iter().collect();
    hints.extend(of_failure(evidence));
    if has_printed_nothing(evidence) {
        hints.push("it printed nothing".to_owned());
    }
    hints
}

/// Whether an agent that was started printed nothing at all, on standard error neither.
pub(crate) fn has_printed_nothing(evidence: &Evidence) -> bool {
    let record = &evidence.record;
    let was_started = !matches!(record.ending, None | Some(Ending::CouldNotStart { .. }));
    let taken = record.final_text.as_ref();
    let stdout = taken.map_or(record.transcript, |taken| taken.stdout);
    was_started && stdout.written == 0 && record.stderr.written == 0
}

/// What a program that failed wrote last, and where the rest of it is.
pub(super) fn of_failure(evidence: &Evidence) -> Vec<String> {
    let token = evidence
        .record
        .case
        .auth_token
        .as_deref()
        .unwrap_or_default();
    let last = last_lines(&evidence.complaint);
    if last.is_empty() {
        return Vec::new();
    }
    let told = last
        .iter()
        .map(|line| format!("{STDERR}{}", redact::masked((*line).to_owned(), token)));
    let rest = format!("all of it is in {}/stderr.txt", evidence.name);
    told.chain([rest]).collect()
}

/// The end of what a program wrote to standard error, without blank lines.
pub(crate) fn last_lines(complaint: &str) -> Vec<&str> {
    let written = complaint.lines().rev();
    let written = written.filter(|line| !line.trim().is_empty());
    let mut last: Vec<&str> = written.take(MOST_LINES).collect();
    last.reverse();
    last
}
