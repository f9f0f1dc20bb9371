//! From what an agent did in one healthy play to what it suffers from. Pure.

use std::path::Path;

use super::ailment::{Ailment, Finding, History};
use super::signs;
use crate::ending::Ending;
use crate::engine::hints;
use crate::evidence::{Evidence, Refusal, SandboxRecord};
use crate::final_text::fitting;

/// Exit codes of shells and launchers that found no program, or none that can be executed.
const NOT_FOUND: [i32; 2] = [126, 127];

/// Longest line that is quoted, in characters.
const LONGEST: usize = 200;

/// What the agent suffers from, the likeliest cause first; nothing where it is well. `stdout` is what it
/// printed, where that is not its final text.
pub fn diagnose(evidence: &Evidence, stdout: &str, history: History<'_>) -> Vec<Finding> {
    let Some(ending) = &evidence.record.ending else {
        return Vec::new();
    };
    if let Some(missing) = missing(evidence, ending, history) {
        return vec![missing];
    }
    let mut found = Vec::new();
    if evidence.journal.is_empty() {
        found.extend(silence(evidence, ending, stdout, history));
    } else if !ending.is_regular() {
        found.push(failure(ending, history));
    }
    // A program that was kept from its work has nothing to say.
    if found.is_empty() {
        found.extend(answer(evidence, history));
    }
    found
}

fn plain(ailment: Ailment, sign: &str, history: History<'_>) -> Finding {
    Finding {
        ailment,
        sign: sign.chars().take(LONGEST).collect(),
        mend: signs::mend(ailment, history),
    }
}

/// An end that no program should come to that has reached the server.
fn failure(ending: &Ending, history: History<'_>) -> Finding {
    match ending {
        Ending::Broken { error } => match signs::line(Ailment::NotSignedIn, history, error) {
            Some(line) => plain(Ailment::NotSignedIn, line, history),
            None => plain(Ailment::BrokeOff, error, history),
        },
        Ending::TimedOut { .. } => plain(Ailment::TooSlow, &ending.to_string(), history),
        _ => plain(Ailment::EndedBadly, &format!("it {ending}"), history),
    }
}

fn missing(evidence: &Evidence, ending: &Ending, history: History<'_>) -> Option<Finding> {
    let sign = match ending {
        Ending::CouldNotStart { error } => error.clone(),
        Ending::Exited { code } if NOT_FOUND.contains(code) && evidence.journal.is_empty() => {
            let last = hints::last_lines(&evidence.complaint);
            format!("{ending}: {}", last.last().unwrap_or(&""))
        }
        _ => return None,
    };
    let mut finding = plain(Ailment::ProgramMissing, &sign, history);
    if let Some(preset) = history.preset {
        finding.mend.clone_from(&preset.install);
    }
    if let Some(hint) = &evidence.record.unfound {
        finding.mend = format!("{}; {hint}", finding.mend);
    }
    Some(finding)
}

/// Why nothing reached the server.
fn silence(
    evidence: &Evidence,
    ending: &Ending,
    stdout: &str,
    history: History<'_>,
) -> Vec<Finding> {
    // Who answers was served by a model; names are looked up for news and telemetry, too.
    let is_served = ending.is_regular() && !evidence.transcript.trim().is_empty();
    let is_telling =
        |sandbox: &SandboxRecord| !is_served || !sandbox.refused.iter().all(Refusal::is_lookup);
    let refused = evidence
        .record
        .sandbox
        .as_ref()
        .filter(|sandbox| is_telling(sandbox));
    let mut found: Vec<Finding> = refused
        .and_then(|sandbox| refusal(sandbox, history))
        .into_iter()
        .collect();
    let end = match ending {
        Ending::Broken { error } => error.clone(),
        _ => ending.to_string(),
    };
    let printed = [stdout, &evidence.transcript, &evidence.complaint, &end].join("\n");
    for ailment in [
        Ailment::NotSignedIn,
        Ailment::InnerSandbox,
        Ailment::ToolsBlocked,
    ] {
        if let Some(line) = signs::line(ailment, history, &printed) {
            found.push(plain(ailment, line.trim(), history));
        }
    }
    if !found
        .iter()
        .any(|finding| finding.ailment == Ailment::InnerSandbox)
    {
        found.extend(inner_sandbox(evidence, history));
    }
    if !found.is_empty() {
        return found;
    }
    if let Ending::Broken { .. } = ending {
        return vec![failure(ending, history)];
    }
    if hints::has_echo(evidence) {
        return vec![only_echo(history)];
    }
    let (ailment, sign) = if ending.is_regular() && hints::has_printed_nothing(evidence) {
        let sign = "it ended as if all were well, sent no request and printed nothing";
        (Ailment::NothingDone, sign.to_owned())
    } else if ending.is_regular() {
        let sign = "it ended as if all were well, and no request had reached the server";
        (Ailment::ToolsBlocked, sign.to_owned())
    } else {
        let last = hints::last_lines(&evidence.complaint);
        let last = last.last();
        let last = last.map_or_else(String::new, |line| format!(": {}", line.trim()));
        (
            Ailment::NothingDone,
            format!("it never reached the server and {ending}{last}"),
        )
    };
    vec![plain(ailment, &sign, history)]
}

/// A program that does nothing but print its prompt.
fn only_echo(history: History<'_>) -> Finding {
    let sign =
        "at least half of the prompt's lines stand in it, and no request had reached the server";
    Finding {
        mend: "name the program that does what the prompt says, with what lets it begin; this one only prints it"
            .to_owned(),
        ..plain(Ailment::EchoedPrompt, sign, history)
    }
}

/// Connections that were refused, with what allows them.
fn refusal(sandbox: &SandboxRecord, history: History<'_>) -> Option<Finding> {
    let refusals = &sandbox.refused;
    refusals.first()?;
    let is_allowed = |refusal: &&&Refusal| {
        let mut allowed = history.allowed.iter();
        allowed.any(|end| end.to_string() == refusal.to)
    };
    let (lookups, others): (Vec<_>, Vec<_>) =
        refusals.iter().partition(|refusal| refusal.is_lookup());
    let told = others.iter().chain(&lookups).map(ToString::to_string);
    let told = told.collect::<Vec<_>>().join(", ");
    let mut finding = plain(Ailment::Refused, &told, history);
    finding.mend = if let Some(dead) = others.iter().find(is_allowed) {
        format!(
            "it may connect to {}, and nobody answered there: is the endpoint up?",
            dead.to
        )
    } else if others.is_empty() {
        let hosts = history.preset.map_or(&[][..], |preset| &preset.hosts);
        let hosts = hosts.iter().map(|host| format!("--allow-net {host}"));
        let hosts = hosts.collect::<Vec<_>>().join(" ");
        let given = if hosts.is_empty() {
            "--allow-net HOST:PORT"
        } else {
            &hosts
        };
        format!("it looked up a name; allow its endpoint by name: {given}")
    } else {
        let ends = others
            .iter()
            .map(|refusal| format!("--allow-net {}", refusal.to));
        ends.collect::<Vec<_>>().join(" ")
    };
    Some(finding)
}

fn inner_sandbox(evidence: &Evidence, history: History<'_>) -> Option<Finding> {
    let execs = &evidence.processes.as_ref()?.execs;
    let program = execs.iter().find_map(|exec| {
        // Of a script, its interpreter comes first.
        let mut words = exec.argv.iter().take(2);
        words.find_map(|word| {
            let name = Path::new(word).file_name()?.to_str()?;
            signs::is_program(Ailment::InnerSandbox, name).then_some(name)
        })
    })?;
    let sign = format!("it started `{program}`, and no request reached the server");
    Some(plain(Ailment::InnerSandbox, &sign, history))
}

/// What is wrong with the final text.
fn answer(evidence: &Evidence, history: History<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let problem = evidence.record.final_text.as_ref().and_then(|taken| {
        let problem = taken.problem.as_ref()?;
        Some(format!("at {}: {problem}", taken.source))
    });
    let is_empty = || {
        let empty = evidence.transcript.trim().is_empty();
        empty.then(|| "it is empty".to_owned())
    };
    if let Some(sign) = problem.or_else(is_empty) {
        found.push(plain(Ailment::NoFinalText, &sign, history));
    }
    if hints::is_taken_for_text(evidence) {
        let sign = evidence.transcript.lines().next().unwrap_or_default();
        let mut finding = plain(Ailment::JsonOutput, sign, history);
        // Over a protocol the option is refused.
        if let Some((shape, _)) = fitting(&evidence.transcript).filter(|_| !history.is_spoken_with)
        {
            finding.mend = format!("--final-text {shape}");
        }
        found.push(finding);
    }
    if hints::has_echo(evidence) {
        let sign = "at least half of the prompt's lines stand in it";
        found.push(plain(Ailment::EchoedPrompt, sign, history));
    }
    found
}
