//! The JSON Schema of case files, for editors and for whoever writes such files by program. It follows from the table
//! by which files are checked, and from the types that parse what stands in it.

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use super::form::{Form, Key, Looks};
use super::known::{CASE, ENTRY, FILE};
use super::matrix::KINDS;
use crate::fault::{self, When};
use crate::imitation::Program;

/// Keys that no twin lends.
const OWN: [&str; 2] = ["id", "title"];

/// The JSON Schema (draft 2020-12) of a case file.
pub fn schema() -> Value {
    let mut schemas = Schemas {
        generator: SchemaSettings::draft2020_12().into_generator(),
    };
    let file = schemas.table(CASE.iter().chain(FILE), |key| OWN.contains(&key.name));
    let entry = schemas.table(CASE.iter().chain(ENTRY), |key| {
        key.is_needed && ENTRY.iter().any(|own| own.name == key.name)
    });
    let mut parts = schemas.generator.take_definitions(true);
    parts.insert("entry".to_owned(), entry);
    parts.insert("fault".to_owned(), fault_schema());
    parts.sort_keys();
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A case of wild-conformance",
    });
    if let (Some(schema), Value::Object(file)) = (schema.as_object_mut(), file) {
        schema.extend(file);
        schema.insert("$defs".to_owned(), parts.into());
    }
    schema
}

struct Schemas {
    generator: SchemaGenerator,
}

impl Schemas {
    /// The schema of a table with these keys and no others.
    fn table<'k>(
        &mut self,
        keys: impl Iterator<Item = &'k Key> + Clone,
        is_needed: impl Fn(&Key) -> bool,
    ) -> Value {
        let required: Vec<&str> = keys
            .clone()
            .filter(|key| is_needed(key))
            .map(|key| key.name)
            .collect();
        let properties: Map<String, Value> = keys
            .map(|key| (key.name.to_owned(), described(self.of(&key.form), key.says)))
            .collect();
        let mut table = json!({"type": "object"});
        if !required.is_empty() {
            table["required"] = required.into();
        }
        table["additionalProperties"] = false.into();
        table["properties"] = properties.into();
        table
    }

    fn of(&mut self, form: &Form) -> Value {
        match form {
            Form::Text(_, Looks::Anyhow) => json!({"type": "string"}),
            Form::Text(_, Looks::Filled) => json!({"type": "string", "minLength": 1}),
            Form::Text(_, Looks::Like(pattern)) => json!({"type": "string", "pattern": pattern}),
            Form::Text(_, Looks::OneOf(words)) | Form::Word(words) => json!({"enum": words}),
            Form::Flag => json!({"type": "boolean"}),
            Form::Whole(least, most) if least == most => json!({"const": least}),
            Form::Whole(least, most) => {
                json!({"type": "integer", "minimum": least, "maximum": most})
            }
            Form::Number(least, most) => {
                json!({"type": "number", "minimum": least, "maximum": most})
            }
            Form::List(each) => json!({"type": "array", "items": self.of(each)}),
            Form::Table(keys) => self.table(keys.iter(), |key| key.is_needed),
            Form::Free => json!({"type": "object"}),
            Form::Map(each) => json!({"type": "object", "additionalProperties": self.of(each)}),
            Form::Axis => json!({
                "oneOf": [
                    {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/entry"}},
                    {"enum": KINDS.map(|(name, _)| name)},
                ],
            }),
            Form::Fault => json!({"$ref": "#/$defs/fault"}),
            Form::When => self.parsed::<When>(),
            Form::Program => self.parsed::<Program>(),
        }
    }

    /// The schema of what is parsed into a type.
    fn parsed<T: JsonSchema>(&mut self) -> Value {
        self.generator.subschema_for::<T>().to_value()
    }
}

fn described(mut schema: Value, says: &str) -> Value {
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("description".to_owned(), says.into());
    }
    schema
}

/// A fault: one of the actions, each with its own keys, and the conditions that all take.
fn fault_schema() -> Value {
    let actions: Vec<&str> = fault::actions().map(|(name, _)| name).collect();
    let mut properties = Map::new();
    for (name, keys) in fault::actions() {
        for key in keys {
            let says = properties
                .entry((*key).to_owned())
                .or_insert_with(|| json!({"description": "Taken by:"}));
            if let Some(text) = says["description"].as_str() {
                says["description"] = format!("{text} {name}").into();
            }
        }
    }
    let when = SchemaSettings::draft2020_12().into_generator();
    let mut when = when.into_root_schema_for::<When>().to_value();
    if let Some(conditions) = when["properties"].as_object_mut() {
        properties.append(conditions);
    }
    let text = |says: &str| json!({"type": "string", "description": says});
    properties.insert("method".to_owned(), text("Only this method"));
    let path = "Only paths of this pattern; `*` and `**` stand for anything";
    properties.insert("path".to_owned(), text(path));
    properties.insert("action".to_owned(), json!({"enum": actions}));
    json!({
        "type": "object",
        "required": ["action"],
        "additionalProperties": false,
        "properties": properties,
    })
}
