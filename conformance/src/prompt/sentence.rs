//! By which signs a template tells the demand of a rule, as a sentence for people.

use super::sign::Sign;
use super::table::table;
use crate::prose::Signs;
use crate::rules::Rule;

/// By which signs a template tells the demand of a rule; nothing of demands that somebody added, which are
/// asked whatever the template says.
pub fn told_by(rule: &Rule) -> Option<String> {
    let table = table();
    let row = table.rows.get(rule.code)?;
    if let Some(reason) = &row.granted {
        return Some(format!("A prompt of your own need not tell it: {reason}."));
    }
    let told = one_of(&row.told, &table.signs);
    let under = if row.under.is_empty() {
        String::new()
    } else {
        let under = one_of(&row.under, &table.signs);
        format!(", where the same paragraph or item, or what announces it, has {under}")
    };
    Some(format!("A prompt of your own tells it by: {told}{under}."))
}

fn one_of(signs: &[Sign], known: &Signs) -> String {
    let mut phrases: Vec<String> = signs.iter().flat_map(|sign| phrases(sign, known)).collect();
    match phrases.pop() {
        Some(last) if !phrases.is_empty() => format!("{} or {last}", phrases.join(", ")),
        last => last.unwrap_or_default(),
    }
}

fn phrases(sign: &Sign, known: &Signs) -> Vec<String> {
    match sign {
        Sign::Pattern {
            text, is_denied, ..
        } => {
            let endpoints = text.strip_prefix('@').and_then(|name| known.endpoint(name));
            let texts = endpoints.unwrap_or(std::slice::from_ref(text)).iter();
            let said = if *is_denied { "the denial of " } else { "" };
            texts.map(|text| format!("{said}{}", code(text))).collect()
        }
        Sign::Topics(topics) => {
            let topics: Vec<String> = topics.iter().map(|topic| code(topic.key())).collect();
            vec![format!("a sentence on {}", topics.join(" and "))]
        }
        Sign::Line(line) => vec![format!("the line {}", code(line))],
        Sign::Text(text) => vec![format!("the text {}", code(text))],
        Sign::Placeholder(name) => vec![format!("the placeholder `{{{{{name}}}}}`")],
    }
}

/// Text as code in Markdown.
fn code(text: &str) -> String {
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules;

    #[test]
    fn signs_are_told_in_words() {
        for (code, told) in [
            (
                "OUT007",
                "A prompt of your own need not tell it: an agent that does not come to its end has given no answer.",
            ),
            (
                "FLW004",
                "A prompt of your own tells it by: `GET /runs` or `monitor*|watch*|poll*|track ..3 run|runs`.",
            ),
            (
                "PRE005",
                "A prompt of your own tells it by: `GET /wild/v2/system-health`, where the same paragraph or item, \
                 or what announces it, has `preflight*|probe*|verif*|before ..4 plan*|anything|else` or the text \
                 `curl -sf`.",
            ),
            (
                "REF001",
                "A prompt of your own tells it by: a sentence on `midpoint` and `reflection`.",
            ),
            (
                "PLN001",
                "A prompt of your own tells it by: the line `# Tasks` or `title|heading ..4 tasks`.",
            ),
        ] {
            assert_eq!(told_by(rules::find(code).unwrap()).unwrap(), told);
        }
        for (code, told) in [
            ("TRK016", "the text `` `[x]` `` or the denial of `task* ..5"),
            ("SEC001", "the placeholder `{{auth_header}}`, "),
        ] {
            let own = told_by(rules::find(code).unwrap()).unwrap();
            assert!(own.contains(told), "{own}");
        }
    }
}
