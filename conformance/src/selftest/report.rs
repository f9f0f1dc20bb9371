//! Telling the kill matrix, to people and to programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Kill, Matrix, Played, Trial};

/// The matrix for people: what went wrong stands behind `!`.
pub fn text(matrix: &Matrix) -> String {
    let mut text = format!(
        "{} {}: self-test\n\n",
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_VERSION")
    );
    for trial in &matrix.reference {
        push_trial(&mut text, trial);
    }
    // Writing to a String cannot fail, here and below.
    let _ = writeln!(
        text,
        "\n  {:8} {:10} {:9} {:18} {:18} what the mutant does, and where",
        "rule", "mutant", "verdict", "also fired", "declared"
    );
    for kill in &matrix.mutants {
        push_kill(&mut text, kill);
    }
    for code in &matrix.unproven {
        let _ = writeln!(text, "! {code} has no mutant");
    }
    push_totals(&mut text, matrix);
    text
}

fn push_trial(text: &mut String, trial: &Trial) {
    let wrong: Vec<&Played> = trial
        .cases
        .iter()
        .filter(|played| !played.is_as_declared())
        .collect();
    let mark = if wrong.is_empty() { ' ' } else { '!' };
    let count = trial.cases.len();
    let verdict = match wrong.len() {
        0 => "clean".to_owned(),
        wrong => format!("not clean in {wrong}"),
    };
    let _ = writeln!(
        text,
        "{mark} reference agent, abort mode {}: {count} {}, {verdict}",
        trial.mode,
        if trial.is_abort_only() {
            "cases (those to be aborted, and their healthy twins)"
        } else {
            "cases"
        },
    );
    for played in wrong {
        push_problems(text, played);
    }
}

fn push_kill(text: &mut String, kill: &Kill) {
    let is_right = kill.is_killed() && kill.played.is_as_declared();
    let mark = if is_right { ' ' } else { '!' };
    let verdict = if kill.is_killed() {
        "killed"
    } else {
        "SURVIVES"
    };
    let _ = writeln!(
        text,
        "{mark} {:8} {:10} {verdict:9} {:18} {:18} {} ({})",
        kill.mutant.code,
        kill.name,
        listed(also_fired(kill)),
        listed(kill.mutant.implies.iter().copied()),
        kill.mutant.summary,
        kill.mutant.case,
    );
    if !kill.played.is_as_declared() {
        push_problems(text, &kill.played);
    }
}

fn push_problems(text: &mut String, played: &Played) {
    if let Some(reason) = &played.unjudged {
        let _ = writeln!(text, "    {}: not judged: {reason}", played.case);
    }
    let undeclared: Vec<&str> = played.undeclared().collect();
    if !undeclared.is_empty() {
        let _ = writeln!(
            text,
            "    {}: undeclared: {}",
            played.case,
            undeclared.join(", ")
        );
    }
    if !played.doubtful.is_empty() {
        let codes = listed(played.doubtful.iter().copied());
        let _ = writeln!(text, "    {}: doubtful: {codes}", played.case);
    }
    if !played.untestable.is_empty() {
        let codes = listed(played.untestable.iter().copied());
        let _ = writeln!(text, "    {}: untestable: {codes}", played.case);
    }
}

fn push_totals(text: &mut String, matrix: &Matrix) {
    let killed = matrix.mutants.iter().filter(|kill| kill.is_killed());
    let killed = killed.count();
    let verdict = if matrix.is_sound() {
        "sound"
    } else {
        "NOT SOUND"
    };
    let _ = writeln!(
        text,
        "\n{verdict}: {killed} of {} mutants killed, {} rules without a mutant",
        matrix.mutants.len(),
        matrix.unproven.len(),
    );
}

fn also_fired(kill: &Kill) -> impl Iterator<Item = &'static str> {
    let fired = kill.played.fired.iter().copied();
    fired.filter(|code| *code != kill.mutant.code)
}

fn listed<'a>(codes: impl Iterator<Item = &'a str>) -> String {
    let codes: Vec<&str> = codes.collect();
    if codes.is_empty() {
        "-".to_owned()
    } else {
        codes.join(", ")
    }
}

/// The matrix for programs.
pub fn json(matrix: &Matrix) -> Value {
    json!({
        "format": 1,
        "tool": {"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")},
        "sound": matrix.is_sound(),
        "reference": matrix.reference.iter().map(|trial| json!({
            "abort_mode": trial.mode,
            "cases": trial.cases.iter().map(played_json).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "mutants": matrix.mutants.iter().map(kill_json).collect::<Vec<_>>(),
        "rules_without_mutant": matrix.unproven,
    })
}

fn kill_json(kill: &Kill) -> Value {
    json!({
        "rule": kill.mutant.code,
        "mutant": kill.name,
        "summary": kill.mutant.summary,
        "killed": kill.is_killed(),
        "also_fired": also_fired(kill).collect::<Vec<_>>(),
        "implies": kill.mutant.implies,
        "played": played_json(&kill.played),
    })
}

fn played_json(played: &Played) -> Value {
    json!({
        "case": played.case,
        "as_declared": played.is_as_declared(),
        "fired": played.fired,
        "doubtful": played.doubtful,
        "undeclared": played.undeclared().collect::<Vec<_>>(),
        "untestable": played.untestable,
        "unjudged": played.unjudged,
    })
}
