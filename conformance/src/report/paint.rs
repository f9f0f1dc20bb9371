//! Colour for a terminal: on outcomes, levels and codes of a report for people, and on nothing that others wrote.

use crate::engine::CaseOutcome;

const RED: &str = "\u{1b}[31m";
const GREEN: &str = "\u{1b}[32m";
const YELLOW: &str = "\u{1b}[33m";
const CYAN: &str = "\u{1b}[36m";
const BOLD: &str = "\u{1b}[1m";
const PLAIN: &str = "\u{1b}[0m";

/// Words that say how bad something is, at the beginning of a line.
const LABELS: [(&str, &str); 8] = [
    ("error", RED),
    ("untestable", RED),
    ("warning", YELLOW),
    ("unseen", YELLOW),
    ("doubt", CYAN),
    ("known", CYAN),
    ("met", GREEN),
    ("pass", GREEN),
];

/// What came of a gate.
const GATES: [(&str, &str); 4] = [
    (" holds: ", GREEN),
    (" fails: ", RED),
    (" is inconclusive: ", YELLOW),
    (" is untried: ", YELLOW),
];

/// The same text in colour.
pub fn painted(text: &str) -> String {
    text.split_inclusive('\n').map(line).collect()
}

fn line(line: &str) -> String {
    case(line)
        .or_else(|| finding(line))
        .or_else(|| group(line))
        .or_else(|| counts(line))
        .or_else(|| gate(line))
        .unwrap_or_else(|| line.to_owned())
}

/// `✗ planning-healthy  non-conformant  ...`
fn case(line: &str) -> Option<String> {
    let mark = line.chars().next()?;
    let color = match mark {
        '✓' => GREEN,
        '✗' => RED,
        '!' => YELLOW,
        _ => return None,
    };
    let rest = line.get(mark.len_utf8()..)?.strip_prefix(' ')?;
    let mark = in_color(color, &mark.to_string());
    let (name, behind) = rest.split_once("  ")?;
    let gap = behind.len() - behind.trim_start().len();
    let (blanks, behind) = behind.split_at(gap);
    let word = behind.split_whitespace().next()?;
    let told = if CaseOutcome::WORDS.contains(&word) {
        format!("{}{}", in_color(color, word), behind.get(word.len()..)?)
    } else {
        behind.to_owned()
    };
    Some(format!("{mark} {name}  {blanks}{told}"))
}

/// `    error       TRK001 slug (MUST)`, or `error[TRK001]: ...`
fn finding(line: &str) -> Option<String> {
    let (blanks, rest) = line.split_at(line.len() - line.trim_start_matches(' ').len());
    let (label, color) = LABELS.iter().find(|(label, _)| rest.starts_with(label))?;
    let behind = rest.get(label.len()..)?;
    if let Some(behind) = behind.strip_prefix('[').filter(|_| blanks.is_empty()) {
        let (code, _) = behind.split_once(']')?;
        let told = in_color(color, &format!("{label}[{code}]"));
        return is_code(code).then(|| format!("{told}{}", &behind[code.len() + 1..]));
    }
    let gap = behind.len() - behind.trim_start_matches(' ').len();
    let (gap, behind) = behind.split_at(gap);
    let code = behind.split(' ').next().filter(|code| is_code(code))?;
    let told = in_color(color, label);
    let rest = behind.get(code.len()..)?;
    (blanks.len() == 4 && gap.len() > 1)
        .then(|| format!("{blanks}{told}{gap}{}{rest}", in_color(BOLD, code)))
}

/// `  TRK001 x 3: slug, in ...`
fn group(line: &str) -> Option<String> {
    let rest = line.strip_prefix("  ")?;
    let (code, behind) = rest.split_once(" x ")?;
    is_code(code).then(|| format!("  {} x {behind}", in_color(BOLD, code)))
}

/// `3 conformant, 1 non-conformant`
fn counts(line: &str) -> Option<String> {
    let bare = line.strip_suffix('\n').unwrap_or(line);
    let parts = bare.split(", ").map(|part| {
        let (count, word) = part.split_once(' ')?;
        let color = match word {
            "conformant" => GREEN,
            "non-conformant" => RED,
            "known" => CYAN,
            _ if CaseOutcome::WORDS.contains(&word) => YELLOW,
            _ => return None,
        };
        let is_count = count.bytes().all(|byte| byte.is_ascii_digit());
        is_count.then(|| format!("{count} {}", in_color(color, word)))
    });
    let parts: Option<Vec<String>> = parts.collect();
    Some(format!("{}{}", parts?.join(", "), &line[bare.len()..]))
}

/// `gate TRK001>=0.95 fails: ...`
fn gate(line: &str) -> Option<String> {
    let rest = line.strip_prefix("gate ")?;
    let found = GATES.iter().find_map(|(word, color)| {
        let at = rest.find(word)?;
        Some((at, *word, *color))
    });
    let (at, word, color) = found?;
    let (claim, behind) = (&rest[..at], &rest[at + word.len()..]);
    let told = word.trim_start().trim_end_matches(": ");
    Some(format!("gate {claim} {}: {behind}", in_color(color, told)))
}

fn is_code(text: &str) -> bool {
    let letters = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let are_letters = letters.bytes().all(|byte| byte.is_ascii_uppercase());
    are_letters && letters.len() > 1 && text.len() == letters.len() + 3
}

fn in_color(color: &str, text: &str) -> String {
    format!("{color}{text}{PLAIN}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with its colours as letters.
    fn shown(text: &str) -> String {
        let colors = [
            (RED, "{r}"),
            (GREEN, "{g}"),
            (YELLOW, "{y}"),
            (CYAN, "{c}"),
            (BOLD, "{b}"),
            (PLAIN, "{}"),
        ];
        let painted = painted(text);
        colors
            .iter()
            .fold(painted, |text, (color, letter)| text.replace(color, letter))
    }

    #[test]
    fn outcomes_levels_and_codes_have_colours() {
        for (plain, wanted) in [
            ("✓ a  preflight passed\n", "{g}✓{} a  preflight passed\n"),
            (
                "✗ a    non-conformant  Title\n",
                "{r}✗{} a    {r}non-conformant{}  Title\n",
            ),
            ("! a  could-not-run   x", "{y}!{} a  {y}could-not-run{}   x"),
            (
                "    error       TRK001 s (MUST)\n",
                "    {r}error{}       {b}TRK001{} s (MUST)\n",
            ),
            (
                "    doubt       TEAM001 s (MUST)\n",
                "    {c}doubt{}       {b}TEAM001{} s (MUST)\n",
            ),
            (
                "error[PLN001]: no title\n",
                "{r}error[PLN001]{}: no title\n",
            ),
            ("  TRK001 x 3: s, in a\n", "  {b}TRK001{} x 3: s, in a\n"),
            (
                "2 conformant, 1 non-conformant, 4 known\n",
                "2 {g}conformant{}, 1 {r}non-conformant{}, 4 {c}known{}\n",
            ),
            (
                "gate pass>=0.9 fails: 1 of 9\n",
                "gate pass>=0.9 {r}fails{}: 1 of 9\n",
            ),
        ] {
            assert_eq!(shown(plain), wanted);
        }
    }

    #[test]
    fn all_else_stays_as_it_is() {
        for plain in [
            "                error       TRK001 said so\n",
            "    error of the agent\n",
            "{\"error\": 1}\n",
            "3 conformant agents\n",
            "error: no such file\n",
            "\n",
            "",
        ] {
            assert_eq!(painted(plain), plain);
        }
    }
}
