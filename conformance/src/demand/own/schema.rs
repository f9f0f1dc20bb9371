//! A JSON Schema of files of demands, for editors.

use serde_json::{Map, Value, json};

/// The JSON Schema (draft 2020-12) of a file of demands.
pub fn schema() -> Value {
    let signs = || json!({"type": "array", "items": {"type": "string", "minLength": 1}});
    let topic = object(
        &[
            (
                "about",
                "What it is about, in a few words",
                json!({"type": "string", "minLength": 1}),
            ),
            ("strong", "Signs that say it", some(signs())),
            ("weak", "Signs that speak of the matter", signs()),
            ("counter", "Signs that say the opposite", signs()),
            (
                "instead",
                "Signs that something else is done in its place",
                signs(),
            ),
        ],
        &["about", "strong"],
    );
    let lists = json!({"type": "object", "additionalProperties": signs()});
    let demand = object(&demand(), &["code", "level", "title", "met"]);
    let topics = json!({"type": "object", "additionalProperties": topic});
    let mut schema = object(
        &[
            ("classes", "Word classes: <NAME> in signs", lists.clone()),
            ("endpoints", "Requests: @NAME in signs", lists),
            ("topic", "Things that a plan can speak of", topics),
            (
                "demand",
                "The rules",
                some(json!({"type": "array", "items": demand})),
            ),
        ],
        &["demand"],
    );
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["title"] = "Rules of one's own for wild-conformance".into();
    schema
}

/// The keys of a demand: name, what it says, the schema of its value. A table, one entry a key.
fn demand() -> Vec<(&'static str, &'static str, Value)> {
    let text = || json!({"type": "string", "minLength": 1});
    let topics = || json!({"type": "array", "items": {"type": "string"}});
    let switch = || json!({"type": "boolean"});
    vec![
        (
            "code",
            "The code of the rule",
            json!({"type": "string", "pattern": "^[A-Z]{2,10}[0-9]{3}$"}),
        ),
        (
            "name",
            "The name of the rule; its code in small letters unless given",
            json!({"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}),
        ),
        (
            "level",
            "What a violation weighs",
            json!({"enum": ["must", "should"]}),
        ),
        ("title", "The rule in one line", text()),
        ("why", "Why it is demanded", text()),
        ("asks", "What is asked, in a few words", text()),
        (
            "question",
            "What a person would have to answer where it is doubtful",
            text(),
        ),
        ("missing", "What is said where it is not met", text()),
        (
            "met",
            "Topics that meet it; of \"a + b\" both have to be said in the same place",
            some(topics()),
        ),
        (
            "names",
            "Topics that must be named wherever the matter is spoken of",
            topics(),
        ),
        (
            "work",
            "What has to do the work so that a rule outside of the tasks counts",
            json!({"enum": ["nothing", "runs", "launcher", "task"]}),
        ),
        (
            "when",
            "When it is asked",
            json!({"enum": ["always", "experiments"]}),
        ),
        (
            "examples",
            "Tasks, or whole plans, that meet it (+), violate it (-) or leave a doubt (?)",
            json!({"type": "array", "items": {"type": "string", "pattern": "^[-+?]\\s"}}),
        ),
        (
            "counter-decides",
            "A counter-sign decides even beside an affirmation",
            switch(),
        ),
        (
            "outside-reflections",
            "What reflections say is left out",
            switch(),
        ),
        ("subject", "It must be what a task is about", switch()),
        (
            "text-only",
            "Deliverables and done-whens say nothing on it",
            switch(),
        ),
    ]
}

/// A list that is not empty.
fn some(mut list: Value) -> Value {
    list["minItems"] = 1.into();
    list
}

fn object(keys: &[(&str, &str, Value)], required: &[&str]) -> Value {
    let mut properties = Map::new();
    for (key, about, value) in keys {
        let mut value = value.clone();
        value["description"] = (*about).into();
        properties.insert((*key).to_owned(), value);
    }
    json!({"type": "object", "additionalProperties": false, "required": required, "properties": properties})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demand::own::read::{DEMAND, FILE, TOPIC};

    #[test]
    fn the_schema_has_the_keys_that_are_read() {
        let schema = schema();
        let topic = &schema["properties"]["topic"]["additionalProperties"];
        let demand = &schema["properties"]["demand"]["items"];
        for (of, known) in [(&schema, &FILE[..]), (topic, &TOPIC), (demand, &DEMAND)] {
            let keys: Vec<&String> = of["properties"].as_object().unwrap().keys().collect();
            assert_eq!(keys, known);
        }
    }
}
