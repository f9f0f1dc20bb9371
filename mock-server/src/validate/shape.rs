//! What a value must look like.

use std::sync::Arc;

use serde_json::Value;

use super::{Findings, Loc, coerce};
use crate::json::{Json, Object};

/// What a value must look like.
#[derive(Debug, Clone)]
pub enum Shape {
    /// Anything.
    Any,
    /// A string.
    Str,
    /// A boolean.
    Bool,
    /// A whole number, perhaps with a least value.
    Int {
        /// Least value that is allowed.
        ge: Option<i64>,
    },
    /// A number, perhaps with bounds.
    Number {
        /// The value must be above this.
        gt: Option<f64>,
        /// The value must not be above this.
        le: Option<f64>,
    },
    /// A list of values of one shape.
    List(Box<Self>),
    /// An object with any keys and values of one shape.
    Dict(Box<Self>),
    /// An object with known fields; unknown keys are ignored.
    Model(Arc<Model>),
    /// Null, or a value of a shape.
    Nullable(Box<Self>),
}

/// An object's fields, in the order in which faults are told.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// The fields.
    pub fields: Vec<Field>,
}

/// A field of a [`Model`].
#[derive(Debug, Clone)]
pub struct Field {
    /// Its key.
    pub name: String,
    /// What its value must look like.
    pub shape: Shape,
    /// Whether it must be there.
    pub required: bool,
    /// What it is when it is not there.
    pub default: Option<Json>,
}

impl Shape {
    /// Compiles a schema of the published document; `schemas` are the document's components.
    ///
    /// A schema of a form that this project does not publish is taken as "anything".
    pub fn compile(schema: &Value, schemas: &Value) -> Self {
        if let Some(name) = schema["$ref"]
            .as_str()
            .and_then(|path| path.rsplit('/').next())
        {
            return Self::compile(&schemas[name], schemas);
        }
        if let Some(options) = schema["anyOf"].as_array() {
            return options
                .iter()
                .find(|option| option["type"] != "null")
                .map_or(Self::Any, |option| {
                    Self::Nullable(Box::new(Self::compile(option, schemas)))
                });
        }
        match schema["type"].as_str() {
            Some("string") => Self::Str,
            Some("boolean") => Self::Bool,
            Some("integer") => Self::Int {
                ge: schema["minimum"].as_f64().map(|min| min as i64),
            },
            Some("number") => Self::Number {
                gt: schema["exclusiveMinimum"].as_f64(),
                le: schema["maximum"].as_f64(),
            },
            Some("array") => Self::List(Box::new(Self::compile(&schema["items"], schemas))),
            Some("object") if schema["properties"].is_object() => {
                Self::Model(Arc::new(Model::compile(schema, schemas)))
            }
            Some("object") => Self::Dict(Box::new(Self::compile(
                &schema["additionalProperties"],
                schemas,
            ))),
            _ => Self::Any,
        }
    }

    /// The value as the handler gets it, coerced, or `None` when a fault was found.
    pub fn check(&self, value: &Json, found: &mut Findings) -> Option<Json> {
        match self {
            Self::Any => Some(value.clone()),
            Self::Str => coerce::string(value, found),
            Self::Bool => coerce::boolean(value, found),
            Self::Int { ge } => coerce::integer(value, *ge, found),
            Self::Number { gt, le } => coerce::number(value, *gt, *le, found),
            Self::List(item) => check_list(item, value, found),
            Self::Dict(item) => check_dict(item, value, found),
            Self::Model(model) => model.check(value, found),
            Self::Nullable(_) if *value == Json::Null => Some(Json::Null),
            Self::Nullable(shape) => shape.check(value, found),
        }
    }
}

fn check_list(item: &Shape, value: &Json, found: &mut Findings) -> Option<Json> {
    let Some(items) = value.as_array() else {
        return found.refuse("list_type", "Input should be a valid list", value);
    };
    // Every item is looked at, so that all faults are told at once.
    let checked: Vec<Option<Json>> = items
        .iter()
        .enumerate()
        .map(|(i, each)| found.within(Loc::Index(i), |found| item.check(each, found)))
        .collect();
    checked
        .into_iter()
        .collect::<Option<Vec<_>>>()
        .map(Json::Array)
}

fn check_dict(item: &Shape, value: &Json, found: &mut Findings) -> Option<Json> {
    let Some(object) = value.as_object() else {
        return found.refuse("dict_type", "Input should be a valid dictionary", value);
    };
    let checked: Vec<Option<(String, Json)>> = object
        .iter()
        .map(|(key, each)| {
            let checked = found.within(key.as_str().into(), |found| item.check(each, found));
            checked.map(|checked| (key.clone(), checked))
        })
        .collect();
    checked
        .into_iter()
        .collect::<Option<Object>>()
        .map(Json::Object)
}

impl Model {
    fn compile(schema: &Value, schemas: &Value) -> Self {
        let required: Vec<&str> = schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let fields = schema["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, property)| Field {
                name: name.clone(),
                shape: Shape::compile(property, schemas),
                required: required.contains(&name.as_str()),
                default: property.get("default").map(Json::from),
            })
            .collect();
        Self { fields }
    }

    fn check(&self, value: &Json, found: &mut Findings) -> Option<Json> {
        let Some(object) = value.as_object() else {
            return found.refuse(
                "model_attributes_type",
                "Input should be a valid dictionary or object to extract fields from",
                value,
            );
        };
        self.check_fields(object, value, found)
    }

    /// Checks the fields of an object; a missing field's fault shows `whole`.
    pub fn check_fields(
        &self,
        object: &Object,
        whole: &Json,
        found: &mut Findings,
    ) -> Option<Json> {
        let mut checked = Object::with_capacity(self.fields.len());
        let mut complete = true;
        for field in &self.fields {
            match (object.get(&field.name), &field.default) {
                (Some(value), _) => {
                    let step = Loc::Key(field.name.clone());
                    match found.within(step, |found| field.shape.check(value, found)) {
                        Some(value) => {
                            checked.insert(field.name.clone(), value);
                        }
                        None => complete = false,
                    }
                }
                (None, Some(default)) => {
                    checked.insert(field.name.clone(), default.clone());
                }
                (None, None) if field.required => {
                    found.missing(&field.name, whole.clone());
                    complete = false;
                }
                (None, None) => {}
            }
        }
        complete.then_some(Json::Object(checked))
    }
}
