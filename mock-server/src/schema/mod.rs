//! Types of requests as the real server publishes them, and the shapes that follow: what is validated is
//! what the document says.

pub(crate) mod dialect;

use std::sync::Arc;

use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa::openapi::path::Parameter;

use crate::json::Json;
use crate::validate::{Field, Model, Shape};

/// The shape of a type that is a component of the document.
pub(crate) fn component_shape<T: ToSchema>() -> Shape {
    let mut named = Vec::new();
    T::schemas(&mut named);
    named.push((T::name().into_owned(), T::schema()));
    let schemas = named.into_iter().map(|(name, schema)| {
        // utoipa's own types always encode.
        let mut schema = serde_json::to_value(schema).unwrap_or_default();
        dialect::adapt_schema(&mut schema);
        (name, schema)
    });
    let schemas = Value::Object(schemas.collect::<Map<_, _>>());
    Shape::compile(&schemas[T::name().as_ref()], &schemas)
}

/// The shape of query parameters: an object with a field a parameter.
pub(crate) fn query_shape(parameters: &[Parameter]) -> Shape {
    let fields = parameters
        .iter()
        .filter_map(|parameter| {
            let mut parameter = serde_json::to_value(parameter).ok()?;
            dialect::adapt_parameter(&mut parameter);
            let schema = &parameter["schema"];
            Some(Field {
                name: parameter["name"].as_str()?.to_owned(),
                shape: Shape::compile(schema, &Value::Null),
                required: parameter["required"] == true,
                default: schema.get("default").map(Json::from),
            })
        })
        .collect();
    Shape::Model(Arc::new(Model { fields }))
}
