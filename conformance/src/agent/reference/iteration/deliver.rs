//! What the agent writes for a task that is no experiment, by the file that it is to deliver.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::json;

use super::super::session::Session;
use super::super::survey::Cluster;
use super::Choice;
use super::results::Results;

/// The text of a task's deliverable.
pub(super) fn text(session: &Session<'_>, choice: &Choice) -> String {
    let name = Path::new(&choice.deliverable).file_name();
    match name.and_then(|name| name.to_str()).unwrap_or_default() {
        "code_map.md" | "options.md" => code_map(session, choice),
        "environment.txt" => environment(session),
        "launch.sh" => LAUNCHER.to_owned(),
        "manifest.schema.json" => manifest(),
        "capacity.json" => capacity(session),
        "status.csv" => Results::collect(session).table(None),
        "summary.csv" => Results::collect(session).summary(session),
        "midpoint.md" => reflection(session, "Midpoint reflection", "Continue", "replan"),
        "ablation.md" => ablation(session),
        "statistics.md" => statistics(session),
        "report.md" => report(session),
        "final.md" => reflection(session, "Final reflection", "Yes", "no"),
        _ => format!("# {}\n\n{}\n", choice.id, choice.text),
    }
}

/// Captures both streams of a command in a file.
const LAUNCHER: &str = "#!/usr/bin/env bash\n# Usage: launch.sh LOG COMMAND...\nset -eu\nlog=$1\nshift\n\
    mkdir -p \"$(dirname \"$log\")\"\nexec \"$@\" > \"$log\" 2>&1\n";

/// The options of the script that the task names first.
fn code_map(session: &Session<'_>, choice: &Choice) -> String {
    let quoted = choice.text.split('`').skip(1).step_by(2);
    let script = quoted
        .clone()
        .find(|word| word.contains('.'))
        .unwrap_or_default();
    let source = read(session, script);
    let words = source.split('"').filter(|word| word.starts_with("--"));
    let mut text = format!("# `{script}`\n\n");
    for option in words {
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(text, "- `{option}`");
    }
    text
}

fn environment(session: &Session<'_>) -> String {
    let files = [
        "requirements.txt",
        "pyproject.toml",
        "environment.yml",
        "setup.py",
    ];
    let texts = files.map(|file| read(session, file));
    texts.concat()
}

fn manifest() -> String {
    let keys = ["command", "seed", "commit", "timestamp"];
    format!("{:#}\n", json!({"type": "object", "required": keys}))
}

fn capacity(session: &Session<'_>) -> String {
    session.post_json("/cluster/detect", &json!({}));
    let cluster = Cluster::read(session.get("/cluster").as_ref());
    let health = session.get("/wild/v2/system-health").unwrap_or_default();
    let places = cluster.places();
    let running = health["running"].as_u64().unwrap_or_default();
    let waiting = health["queued"].as_u64().unwrap_or_default();
    let most = waiting.min(places.saturating_sub(running));
    let numbers = json!({"g": places, "r": running, "q": waiting, "max_new_runs": most});
    format!("{numbers:#}\n")
}

/// The best configuration against the next one, and what follows.
fn reflection(session: &Session<'_>, title: &str, good: &str, bad: &str) -> String {
    let results = Results::collect(session);
    let mut text = format!("# {title}\n\n{}\n", results.comparison(session));
    let Some((best, others)) = results.best() else {
        let _ = writeln!(text, "No configuration has a result yet: {bad}.");
        return text;
    };
    let Some(next) = others.first() else {
        let _ = writeln!(
            text,
            "{good}: {} is the only one, {:.4}.",
            best.values.join(", "),
            best.mean()
        );
        return text;
    };
    let gap = (best.mean() - next.mean()).abs();
    let noise = best.spread().max(next.spread());
    let verdict = if gap > noise { good } else { "Undecided" };
    let _ = writeln!(
        text,
        "{verdict}: {} leads {} by {gap:.4}, and seeds of one configuration spread by {noise:.4}.",
        best.values.join(", "),
        next.values.join(", "),
    );
    text
}

/// The best configuration against those that differ from it in one parameter.
fn ablation(session: &Session<'_>) -> String {
    let results = Results::collect(session);
    let mut text =
        "# Ablation\n\nOne parameter at a time around the best configuration.\n\n".to_owned();
    let Some((best, others)) = results.best() else {
        return text;
    };
    let _ = writeln!(
        text,
        "- best: {}, {:.4}",
        best.values.join(", "),
        best.mean()
    );
    for other in others {
        let pairs = best.values.iter().zip(&other.values);
        if pairs.filter(|(a, b)| a != b).count() == 1 {
            let gap = other.mean() - best.mean();
            let _ = writeln!(
                text,
                "- {}: {:.4} ({gap:+.4})",
                other.values.join(", "),
                other.mean()
            );
        }
    }
    text
}

fn statistics(session: &Session<'_>) -> String {
    let results = Results::collect(session);
    let mut text = format!("# Statistics of {}\n\n", results.key);
    for group in results.groups() {
        // Two-sided, for the few seeds that there are.
        let half = 12.706 * group.spread() / 2_f64.sqrt();
        let values = group.values.join(", ");
        let _ = writeln!(
            text,
            "- {values}: {:.4}, 95% interval +- {half:.4}",
            group.mean()
        );
    }
    text
}

fn report(session: &Session<'_>) -> String {
    let results = Results::collect(session);
    format!(
        "# Report\n\n{}\n\n## Configurations\n\n{}\n## Runs\n\n{}",
        session.briefing.goal,
        results.comparison(session),
        results.listing(session)
    )
}

fn read(session: &Session<'_>, path: &str) -> String {
    let file = Path::new(&session.briefing.workdir).join(path);
    std::fs::read_to_string(file).unwrap_or_default()
}
