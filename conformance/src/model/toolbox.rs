//! Which of the tools that are offered does what is wanted, and with which arguments.
//!
//! What the tools of agent programs are called is data (`toolbox.toml`), and a script can name more.

use std::path::Path;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::filler::filler;
use super::reader;
use super::talk::{Refusal, Said, Talk, Tool, Turn};

/// What a step wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Deed {
    /// A shell command.
    Run(String),
    /// A file is read.
    Read(String),
    /// A file is written.
    Write {
        /// Where.
        path: String,
        /// What.
        content: String,
    },
    /// The turn ends with this text.
    Answer(String),
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Toolbox {
    shell: Shell,
    read: Read,
    write: Write,
    also: Map<String, Value>,
    submission: Vec<Submission>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shell {
    names: Vec<String>,
    command: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    names: Vec<String>,
    path: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Write {
    names: Vec<String>,
    path: Vec<String>,
    content: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Submission {
    told: String,
    command: String,
}

static TOOLBOX: LazyLock<Toolbox> =
    LazyLock::new(|| toml::from_str(include_str!("toolbox.toml")).unwrap_or_default());

/// Has `deed` done with the tools of `talk`; `shells` are names that a script adds.
pub(super) fn turn(
    say: String,
    deed: Deed,
    talk: &Talk,
    shells: &[String],
) -> Result<Turn, Refusal> {
    let tools = &talk.tools;
    match deed {
        Deed::Answer(text) => match submission(talk) {
            Some(submission) => {
                let command = submission.command.replace("{answer}", &text);
                shell(say, &command, tools, shells)
            }
            None => Ok(Turn::Text(text)),
        },
        Deed::Run(command) => shell(say, &command, tools, shells),
        Deed::Read(path) => match offered(tools, &TOOLBOX.read.names) {
            Some(tool) => {
                let key = argument(tool, &TOOLBOX.read.path);
                Ok(call(say, tool, [(key, json!(path))]))
            }
            None => shell(say, &format!("cat '{}'", quoted(&path)), tools, shells),
        },
        Deed::Write { path, content } => match offered(tools, &TOOLBOX.write.names) {
            Some(tool) => {
                let path_key = argument(tool, &TOOLBOX.write.path);
                let content_key = argument(tool, &TOOLBOX.write.content);
                let arguments = [(path_key, json!(path)), (content_key, json!(content))];
                Ok(call(say, tool, arguments))
            }
            None => shell(say, &here_document(&path, &content), tools, shells),
        },
    }
}

/// How the program wants to be given the last words, where it is not as a text.
fn submission(talk: &Talk) -> Option<&'static Submission> {
    let is_told = |submission: &&Submission| {
        let by_user = |said: &Said| match said {
            Said::User(text) => text.contains(&submission.told),
            Said::Result(_) => false,
        };
        talk.system.contains(&submission.told) || talk.said.iter().any(by_user)
    };
    TOOLBOX.submission.iter().find(is_told)
}

fn shell(say: String, command: &str, tools: &[Tool], more: &[String]) -> Result<Turn, Refusal> {
    let known = || more.iter().chain(&TOOLBOX.shell.names);
    let Some(tool) = known().find_map(|name| tools.iter().find(|tool| tool.name == *name)) else {
        let offered: Vec<&str> = tools.iter().map(|tool| tool.name.as_str()).collect();
        let known: Vec<&str> = known().map(String::as_str).collect();
        return Err(Refusal::bad(format!(
            "the script wants to run a command, and none of the tools that are offered is known as a \
             shell: {}. Known are {}; a script file names more with `shells = [\"NAME\"]`",
            offered.join(", "),
            known.join(", ")
        )));
    };
    let key = argument(tool, &TOOLBOX.shell.command);
    let value = match properties(tool).and_then(|all| all.get(&key)) {
        Some(shape) if is_list(shape) && key == "commands" => json!([command]),
        Some(shape) if is_list(shape) => json!(["bash", "-lc", command]),
        _ => json!(command),
    };
    let also = TOOLBOX
        .also
        .iter()
        .filter(|(name, _)| properties(tool).is_some_and(|all| all.contains_key(name.as_str())));
    let also = also.map(|(name, value)| (name.clone(), value.clone()));
    Ok(call(say, tool, also.chain([(key, value)])))
}

fn offered<'t>(tools: &'t [Tool], names: &[String]) -> Option<&'t Tool> {
    let find = |name: &String| tools.iter().find(|tool| tool.name == *name);
    names.iter().find_map(find)
}

/// Which of `names` a tool calls its argument; the first one where it has no such.
fn argument(tool: &Tool, names: &[String]) -> String {
    let has = |name: &&String| properties(tool).is_some_and(|all| all.contains_key(*name));
    let name = names.iter().find(has).or(names.first());
    name.cloned().unwrap_or_default()
}

fn properties(tool: &Tool) -> Option<&Map<String, Value>> {
    tool.schema.get("properties")?.as_object()
}

/// Whether an argument is a list and cannot be a text.
fn is_list(shape: &Value) -> bool {
    let kinds = |shape: &Value| -> Vec<String> {
        let one = |kind: &Value| kind.as_str().map(str::to_lowercase);
        match shape.get("type") {
            Some(Value::Array(kinds)) => kinds.iter().filter_map(one).collect(),
            Some(kind) => one(kind).into_iter().collect(),
            None => Vec::new(),
        }
    };
    let mut all = kinds(shape);
    for key in ["anyOf", "oneOf"] {
        all.extend(reader::list(shape, key).iter().flat_map(kinds));
    }
    all.iter().any(|kind| kind == "array") && !all.iter().any(|kind| kind == "string")
}

/// A call with these arguments, and something for each other one that the tool demands.
fn call(say: String, tool: &Tool, arguments: impl IntoIterator<Item = (String, Value)>) -> Turn {
    let mut arguments: Map<String, Value> = arguments.into_iter().collect();
    for name in reader::list(&tool.schema, "required") {
        let Some(name) = name.as_str().filter(|name| !arguments.contains_key(*name)) else {
            continue;
        };
        let shape = properties(tool).and_then(|all| all.get(name));
        let value = shape.map_or(Value::Null, filler);
        arguments.insert(name.to_owned(), value);
    }
    Turn::Call {
        say,
        name: tool.name.clone(),
        arguments,
    }
}

fn here_document(path: &str, content: &str) -> String {
    let end = "END_OF_THE_FILE";
    let folder = Path::new(path).parent().unwrap_or(Path::new("."));
    format!(
        "mkdir -p '{}' && cat > '{}' <<'{end}'\n{}\n{end}",
        quoted(&folder.display().to_string()),
        quoted(path),
        content.trim_end_matches('\n')
    )
}

/// For within single quotes of a shell.
fn quoted(text: &str) -> String {
    text.replace('\'', "'\\''")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn talk(tools: &Value) -> Talk {
        let tool = |(name, schema): (&String, &Value)| Tool {
            name: name.clone(),
            schema: schema.clone(),
        };
        Talk {
            tools: tools.as_object().unwrap().iter().map(tool).collect(),
            ..Talk::default()
        }
    }

    fn arguments(turn: &Turn) -> String {
        let (name, arguments) = turn.call().unwrap();
        format!("{name} {}", serde_json::to_string(arguments).unwrap())
    }

    fn asked(tools: &Value, deed: Deed) -> String {
        arguments(&turn(String::new(), deed, &talk(tools), &[]).unwrap())
    }

    #[test]
    fn commands_take_the_shape_that_the_tool_has() {
        let run = || Deed::Run("ls".to_owned());
        let text = json!({"properties": {"command": {"type": "string"}, "description": {"type": "string"}, "n": {"type": ["integer", "null"]}}, "required": ["command", "description", "n", 3]});
        assert_eq!(
            asked(&json!({"bash": text}), run()),
            r#"bash {"command":"ls","description":"as the script says","n":60000}"#
        );
        let list = json!({"properties": {"command": {"type": "array"}}});
        assert_eq!(
            asked(&json!({"shell": list}), run()),
            r#"shell {"command":["bash","-lc","ls"]}"#
        );
        let codex =
            json!({"properties": {"cmd": {"type": "STRING"}, "yield_time_ms": {"type": "number"}}});
        assert_eq!(
            asked(&json!({"exec_command": codex}), run()),
            r#"exec_command {"yield_time_ms":30000,"cmd":"ls"}"#
        );
        let either = json!({"properties": {"commands": {"anyOf": [{"type": "array"}]}}});
        assert_eq!(
            asked(&json!({"run_command": either}), run()),
            r#"run_command {"commands":["ls"]}"#
        );
    }

    #[test]
    fn files_go_through_the_tools_for_them_and_through_the_shell_without() {
        let write = || Deed::Write {
            path: "/w/it's.md".to_owned(),
            content: "a\n".to_owned(),
        };
        let tool = json!({"properties": {"file_path": {}, "contents": {}}});
        assert_eq!(
            asked(&json!({"bash": {}, "write_file": tool}), write()),
            r#"write_file {"file_path":"/w/it's.md","contents":"a\n"}"#
        );
        let by_shell = asked(&json!({"bash": {}}), write());
        assert!(
            by_shell.contains(r"cat > '/w/it'\\''s.md' <<'END_OF_THE_FILE'\na\nEND_OF_THE_FILE"),
            "{by_shell}"
        );
        let read = asked(&json!({"bash": {}}), Deed::Read("/w/a".to_owned()));
        assert_eq!(read, r#"bash {"command":"cat '/w/a'"}"#);
    }

    #[test]
    fn an_unknown_shell_is_told_and_can_be_named() {
        let talk = talk(&json!({"do_it": {}}));
        let run = Deed::Run("ls".to_owned());
        let refusal = turn(String::new(), run.clone(), &talk, &[]).unwrap_err();
        assert!(
            refusal.message.contains("shell: do_it. Known are bash"),
            "{refusal}"
        );
        let named = turn(String::new(), run, &talk, &["do_it".to_owned()]).unwrap();
        assert_eq!(arguments(&named), r#"do_it {"command":"ls"}"#);
    }

    #[test]
    fn a_program_that_wants_a_command_for_an_answer_gets_one() {
        let mut talk = talk(&json!({"bash": {}}));
        talk.said
            .push(Said::User(format!("Say {}.", TOOLBOX.submission[0].told)));
        let turn = turn(String::new(), Deed::Answer("bye".to_owned()), &talk, &[]).unwrap();
        assert!(arguments(&turn).contains(r"\nbye\n"), "{turn:?}");
    }
}
