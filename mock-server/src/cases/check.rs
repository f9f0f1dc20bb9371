//! What is wrong with a case file, all of it, each with its place.

use std::fmt;
use std::ops::Range;

use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

use super::form::{Form, Key};
use super::known::{CASE, ENTRY, FILE};
use super::limits;
use crate::fault::{Fault, When};
use crate::imitation::Program;

/// How much a key must resemble a known one to be taken for a slip.
const LIKENESS: f64 = 0.7;

/// Problems of one file that are told at most.
const MOST_PROBLEMS: usize = 100;

/// Something wrong with a case file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its line and column, counted from 1; none where it is something that is missing.
    pub place: Option<(usize, usize)>,
    /// What is wrong and what would be right.
    pub message: String,
}

impl Problem {
    /// A problem of a whole file.
    pub(super) fn of_whole(message: String) -> Self {
        Self {
            place: None,
            message,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((line, column)) = self.place {
            write!(f, "line {line}, column {column}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// The names of all keys that a file may have.
pub fn keys() -> impl Iterator<Item = &'static str> {
    CASE.iter().chain(FILE).map(|key| key.name)
}

/// What is wrong with the keys and values of a file, in the order of the file.
pub(super) fn problems(text: &str) -> Vec<Problem> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut found = Found {
        text,
        problems: Vec::new(),
    };
    for error in &errors {
        found.tell(error.span().unwrap_or_default(), error.message().to_owned());
    }
    // What follows a fault of the syntax may be read as anything.
    if errors.is_empty() {
        found.table(&[CASE, FILE], table.get_ref(), None);
    }
    let Found { mut problems, .. } = found;
    problems.sort_by_key(|(at, _)| *at);
    problems.truncate(MOST_PROBLEMS);
    let placed = |(at, message)| Problem {
        place: Some(place(text, at)),
        message,
    };
    problems.into_iter().map(placed).collect()
}

/// The format that a file states, whatever else it says.
pub(super) fn format(text: &str) -> Option<i64> {
    let (table, _) = DeTable::parse_recoverable(text);
    plain(table.get_ref().get("format")?.get_ref()).as_integer()
}

/// The line and the column of a byte.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let start = before.rsplit('\n').next().unwrap_or_default();
    (line, start.chars().count() + 1)
}

/// What is wrong with a case that is complete, twin and matrix worked in.
pub(super) fn of_case(keys: &Table) -> Vec<String> {
    let missing = CASE
        .iter()
        .filter(|key| key.is_needed && !keys.contains_key(key.name));
    let mut problems: Vec<String> = missing
        .map(|key| format!("missing key `{}`", key.name))
        .collect();
    let text = |key: &str| keys.get(key).and_then(Value::as_str);
    problems.extend(text("id").and_then(limits::id));
    let is_execution = text("kind") == Some("execution");
    if is_execution && text("plan").is_none() {
        problems.push("an execution case needs a `plan` to carry out".to_owned());
    }
    let iterations = keys.get("iterations").and_then(Value::as_integer);
    let is_campaign = text("kind") == Some("campaign");
    if text("kind") == Some("planning") && iterations.is_some_and(|iterations| iterations > 1) {
        let problem = "only execution cases and campaigns have several iterations";
        problems.push(problem.to_owned());
    }
    if is_campaign && iterations.is_none_or(|iterations| iterations < 2) {
        let problem = "a campaign plans and then carries out: give at least 2 `iterations`";
        problems.push(problem.to_owned());
    }
    if is_campaign && (text("plan").is_some() || text("prompt").is_some()) {
        let problem = "a campaign begins without a plan, and with the prompts of the run";
        problems.push(problem.to_owned());
    }
    let faults: Vec<Fault> = keys
        .get("faults")
        .and_then(|faults| faults.clone().try_into().ok())
        .unwrap_or_default();
    let declares = keys
        .get("expect")
        .is_some_and(|expect| expect.get("preflight").is_some());
    if faults.iter().any(|fault| fault.down_from().is_some()) && !declares {
        let problem =
            "requests to a server that is down cannot be observed: give `[expect] preflight`";
        problems.push(problem.to_owned());
    }
    problems
}

/// What was found in a text.
struct Found<'t> {
    text: &'t str,
    /// Each with the byte at which it stands.
    problems: Vec<(usize, String)>,
}

impl Found<'_> {
    fn tell(&mut self, span: Range<usize>, message: String) {
        self.problems.push((span.start, message));
    }

    /// `span` is that of a table whose needed keys must be there. A file's twin may lend them.
    fn table(&mut self, forms: &[&[Key]], table: &DeTable<'_>, span: Option<Range<usize>>) {
        let known = || forms.iter().copied().flatten();
        for (name, value) in table {
            match known().find(|key| key.name == name.get_ref()) {
                Some(key) => self.value(key.name, &key.form, value),
                None => self.tell(
                    name.span(),
                    unknown(name.get_ref(), known().map(|key| key.name)),
                ),
            }
        }
        let Some(span) = span else { return };
        for key in known().filter(|key| key.is_needed) {
            if !table.keys().any(|name| name.get_ref() == key.name) {
                self.tell(span.clone(), format!("missing key `{}`", key.name));
            }
        }
    }

    fn value(&mut self, name: &str, form: &Form, value: &Spanned<DeValue<'_>>) {
        let wrong = match (form, value.get_ref()) {
            (Form::Text(problem, _), DeValue::String(text)) => problem(text),
            (Form::Flag, DeValue::Boolean(_)) | (Form::Free, DeValue::Table(_)) => None,
            (Form::Word(words), DeValue::String(text)) => {
                let fits = words.contains(&text.as_ref());
                (!fits).then(|| {
                    format!(
                        "{name} is {}; give one of: {}",
                        limits::shown(text),
                        words.join(", ")
                    )
                })
            }
            (Form::Whole(least, most), DeValue::Integer(_)) => {
                let number = plain(value.get_ref()).as_integer();
                let fits = number.is_some_and(|number| (*least..=*most).contains(&number));
                (!fits).then(|| out_of_range(name, value, self.text, *least, *most))
            }
            (Form::Number(least, most), DeValue::Integer(_) | DeValue::Float(_)) => {
                let fits = as_number(value.get_ref())
                    .is_some_and(|number| (*least..=*most).contains(&number));
                (!fits).then(|| out_of_range(name, value, self.text, *least, *most))
            }
            (Form::Fault, DeValue::Table(_)) => match plain(value.get_ref()).try_into::<Fault>() {
                Ok(fault) => limits::served(&fault.path),
                Err(error) => Some(error.message().to_owned()),
            },
            (Form::Program, DeValue::Table(_)) => {
                let program = plain(value.get_ref()).try_into::<Program>();
                let problem = program
                    .map_err(|error| error.message().to_owned())
                    .and_then(|program| program.check());
                problem.err().map(|problem| format!("{name}: {problem}"))
            }
            (Form::When, DeValue::Table(_)) => {
                let when = plain(value.get_ref()).try_into::<When>();
                let problem = when
                    .map_err(|error| error.message().to_owned())
                    .and_then(|when| when.check());
                problem.err().map(|problem| format!("{name}: {problem}"))
            }
            (Form::List(_) | Form::Axis, DeValue::Array(_))
            | (Form::Table(_) | Form::Map(_), DeValue::Table(_)) => {
                return self.inside(name, form, value);
            }
            (Form::Axis, DeValue::String(text)) if super::matrix::is_kinds(text) => None,
            _ => Some(format!(
                "{name} is {}; give {}",
                what(value.get_ref()),
                wanted(form)
            )),
        };
        if let Some(message) = wrong {
            self.tell(value.span(), message);
        }
    }

    fn inside(&mut self, name: &str, form: &Form, value: &Spanned<DeValue<'_>>) {
        match (form, value.get_ref()) {
            (Form::List(each), DeValue::Array(items)) => {
                for item in items {
                    self.value(name, each, item);
                }
            }
            (Form::Axis, DeValue::Array(entries)) => {
                for entry in entries {
                    match entry.get_ref() {
                        DeValue::Table(entry) => self.table(&[CASE, ENTRY], entry, None),
                        other => self.tell(
                            entry.span(),
                            format!("an entry of {name} is {}; give a table", what(other)),
                        ),
                    }
                }
            }
            (Form::Table(keys), DeValue::Table(table)) => {
                self.table(&[keys], table, Some(value.span()));
            }
            (Form::Map(each), DeValue::Table(table)) => {
                for (name, value) in table {
                    self.value(name.get_ref(), each, value);
                }
            }
            _ => {}
        }
    }
}

fn unknown(name: &str, known: impl Iterator<Item = &'static str>) -> String {
    let nearest = known
        .map(|known| (strsim::jaro_winkler(known, name), known))
        .filter(|(likeness, _)| *likeness > LIKENESS)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let hint = nearest.map(|(_, known)| format!("; did you mean `{known}`?"));
    format!(
        "unknown key {}{}",
        limits::shown(name),
        hint.unwrap_or_default()
    )
}

fn out_of_range(
    name: &str,
    value: &Spanned<DeValue<'_>>,
    text: &str,
    least: impl fmt::Display,
    most: impl fmt::Display,
) -> String {
    let given = text.get(value.span()).unwrap_or_default();
    format!("{name} is {given}; give a number from {least} to {most}")
}

fn what(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn wanted(form: &Form) -> &'static str {
    match form {
        Form::Text(..) | Form::Word(_) => "a text",
        Form::Flag => "true or false",
        Form::Whole(..) => "a whole number",
        Form::Number(..) => "a number",
        Form::List(_) => "a list",
        Form::Table(_) | Form::Free | Form::Map(_) | Form::Fault | Form::When | Form::Program => {
            "a table"
        }
        Form::Axis => "a list of tables, or one of the words `failures` and `successes`",
    }
}

fn as_number(value: &DeValue<'_>) -> Option<f64> {
    match plain(value) {
        Value::Integer(number) => Some(number as f64),
        Value::Float(number) => Some(number),
        _ => None,
    }
}

/// A value without its places. What fits no type of ours becomes a number that fits no range.
fn plain(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(Value::Float(f64::NAN), Value::Integer),
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(flag) => Value::Boolean(*flag),
        DeValue::Datetime(moment) => Value::Datetime(*moment),
        DeValue::Array(items) => {
            Value::Array(items.iter().map(|item| plain(item.get_ref())).collect())
        }
        DeValue::Table(table) => Value::Table(
            table
                .iter()
                .map(|(name, value)| (name.get_ref().to_string(), plain(value.get_ref())))
                .collect(),
        ),
    }
}

#[cfg(test)]
mod tests;
