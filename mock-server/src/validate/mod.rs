//! Request validation driven by the published schema.
//!
//! A [`Shape`] is compiled from the OpenAPI schema of a body or of the query parameters, so that
//! what `/openapi.json` promises and what is accepted cannot differ. Values are coerced and faults
//! are worded as Pydantic does it in its lax mode (wire contract, "Validation errors").

mod coerce;
mod shape;

use serde::Serialize;

use crate::json::Json;

pub use shape::{Field, Model, Shape};

/// One fault of a request, in the key order of the wire.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fault {
    /// Kind of the fault, such as `missing`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// Where it is, from the outside in.
    loc: Vec<Loc>,
    /// What is wrong, for people.
    msg: String,
    /// The value at fault; for a missing field the object that lacks it.
    input: Json,
    /// The bound that was violated, or the decoder's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    ctx: Option<Json>,
}

/// A step on the way to a faulty value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Loc {
    /// A part of the request or a key.
    Key(String),
    /// An index or a character offset.
    Index(usize),
}

impl From<&str> for Loc {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl Fault {
    /// A body or a parameter that is needed and not there.
    pub fn missing(loc: Vec<Loc>, input: Json) -> Self {
        Self {
            kind: "missing",
            loc,
            msg: "Field required".to_owned(),
            input,
            ctx: None,
        }
    }

    /// A body that is no JSON.
    pub fn json_invalid(position: usize, message: &str) -> Self {
        let ctx = Json::Object([("error".to_owned(), message.into())].into_iter().collect());
        Self {
            kind: "json_invalid",
            loc: vec!["body".into(), Loc::Index(position)],
            msg: "JSON decode error".to_owned(),
            input: Json::Object(crate::json::Object::new()),
            ctx: Some(ctx),
        }
    }
}

/// Collects the faults of one request.
#[derive(Debug)]
pub struct Findings {
    loc: Vec<Loc>,
    faults: Vec<Fault>,
}

impl Findings {
    /// Nothing found yet; `part` is `body` or `query`.
    pub fn in_part(part: &str) -> Self {
        Self {
            loc: vec![part.into()],
            faults: Vec::new(),
        }
    }

    /// The value if nothing was found, or what was found.
    pub fn finish(self, value: Option<Json>) -> Result<Json, Vec<Fault>> {
        match value {
            Some(value) if self.faults.is_empty() => Ok(value),
            _ => Err(self.faults),
        }
    }

    fn within<R>(&mut self, step: Loc, f: impl FnOnce(&mut Self) -> R) -> R {
        self.loc.push(step);
        let result = f(self);
        self.loc.pop();
        result
    }

    fn refuse(&mut self, kind: &'static str, msg: impl Into<String>, input: &Json) -> Option<Json> {
        self.refuse_with(kind, msg, input, None)
    }

    fn refuse_with(
        &mut self,
        kind: &'static str,
        msg: impl Into<String>,
        input: &Json,
        ctx: Option<Json>,
    ) -> Option<Json> {
        let (loc, msg, input) = (self.loc.clone(), msg.into(), input.clone());
        self.faults.push(Fault {
            kind,
            loc,
            msg,
            input,
            ctx,
        });
        None
    }

    fn missing(&mut self, key: &str, input: Json) {
        let mut loc = self.loc.clone();
        loc.push(key.into());
        self.faults.push(Fault::missing(loc, input));
    }
}
