//! Messages of JSON-RPC, as far as they are told apart.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

/// A message from the program.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Message {
    /// It wants something.
    Request {
        id: Value,
        method: String,
        params: Value,
    },
    /// It tells something.
    Notification { method: String, params: Value },
    /// It answers.
    Reply {
        id: Value,
        result: Result<Value, Incident>,
    },
}

/// An error in place of a result.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Incident {
    pub(super) code: i64,
    #[serde(default)]
    message: String,
    #[serde(default)]
    data: Value,
}

impl fmt::Display for Incident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (error {})", self.message, self.code)?;
        if self.data.is_null() {
            Ok(())
        } else {
            write!(f, ": {}", self.data)
        }
    }
}

#[derive(Deserialize)]
struct Shape {
    #[serde(default, deserialize_with = "given")]
    id: Option<Value>,
    method: Option<String>,
    #[serde(default)]
    params: Value,
    result: Option<Value>,
    error: Option<Incident>,
}

/// Tells a member that is null from one that is not there.
fn given<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl Message {
    pub(super) fn read(line: &[u8]) -> Result<Self, String> {
        let shape: Shape = serde_json::from_slice(line).map_err(|error| error.to_string())?;
        match shape {
            Shape {
                method: Some(method),
                params,
                id,
                ..
            } => Ok(match id {
                Some(id) => Self::Request { id, method, params },
                None => Self::Notification { method, params },
            }),
            Shape {
                id: Some(id),
                error: Some(incident),
                ..
            } => Ok(Self::Reply {
                id,
                result: Err(incident),
            }),
            Shape {
                id: Some(id),
                result,
                ..
            } => Ok(Self::Reply {
                id,
                result: Ok(result.unwrap_or_default()),
            }),
            Shape { .. } => Err("it has neither method nor id".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_told_apart() {
        let read = |text: &str| Message::read(text.as_bytes());
        assert!(matches!(
            read(r#"{"id":null,"method":"m"}"#),
            Ok(Message::Request { .. })
        ));
        assert!(matches!(
            read(r#"{"method":"m","params":[]}"#),
            Ok(Message::Notification { .. })
        ));
        assert!(matches!(
            read(r#"{"id":1,"result":null}"#),
            Ok(Message::Reply { result: Ok(_), .. })
        ));
        let refused = read(r#"{"id":"a","error":{"code":-32000,"message":"no","data":1}}"#);
        let Ok(Message::Reply {
            result: Err(incident),
            ..
        }) = refused
        else {
            panic!("{refused:?}")
        };
        assert_eq!(incident.to_string(), "no (error -32000): 1");
        for strange in ["", "[]", "{}", "3", "hello", r#"{"id":1,"error":"no"}"#] {
            assert!(read(strange).is_err(), "{strange}");
        }
    }
}
