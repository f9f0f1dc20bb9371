//! Answers that are whole as HTTP goes, and wrong.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::token::{is_field_value, is_target, is_token};

/// An answer in place of the real one, or a change of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Answer {
    /// This status, and perhaps this body and these headers; the handler does not run.
    Status {
        /// HTTP status, 200 to 999.
        status: u16,
        /// Body; `{"detail": "<reason phrase>"}` when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<String>,
        /// Headers; `content-type` is `application/json` unless it is among them.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        headers: BTreeMap<String, String>,
    },
    /// A redirect; the handler does not run.
    Redirect {
        /// Where to.
        location: String,
        /// 300 to 399; 307 unless given.
        #[serde(default = "temporary_redirect")]
        status: u16,
    },
    /// An answer without a body; the handler does not run.
    EmptyBody {
        /// 200 unless given.
        #[serde(default = "ok")]
        status: u16,
    },
    /// 204; the handler does not run.
    NoContent,
    /// 200, JSON by its type, and a body that ends in the middle; the handler does not run.
    InvalidJson,
    /// An error page in HTML, as a proxy shows it; the handler does not run.
    HtmlError {
        /// 502 unless given.
        #[serde(default = "bad_gateway")]
        status: u16,
    },
    /// 429 with `retry-after`; the handler does not run.
    RateLimited {
        /// Seconds; 30 unless given.
        #[serde(default = "half_a_minute")]
        retry_after: u64,
    },
    /// 503 with a maintenance page in HTML and `retry-after`; the handler does not run.
    Maintenance {
        /// Seconds; 120 unless given.
        #[serde(default = "two_minutes")]
        retry_after: u64,
    },
    /// The real answer under another content type.
    WrongType {
        /// `application/octet-stream` unless given.
        #[serde(default = "octet_stream")]
        content_type: String,
    },
    /// What this method and target answered the first time, again and again; the handler runs the
    /// first time only.
    StaleBody,
    /// The answer of another path; the handler of that one runs.
    ForeignBody {
        /// The other path, with its query; `/health` unless given.
        #[serde(default = "health")]
        from: String,
    },
}

fn ok() -> u16 {
    200
}

fn temporary_redirect() -> u16 {
    307
}

fn bad_gateway() -> u16 {
    502
}

fn half_a_minute() -> u64 {
    30
}

fn two_minutes() -> u64 {
    120
}

fn octet_stream() -> String {
    "application/octet-stream".to_owned()
}

fn health() -> String {
    "/health".to_owned()
}

impl Answer {
    /// A forced status with the reason phrase for its body.
    pub fn status(status: u16) -> Self {
        Self::Status {
            status,
            body: None,
            headers: BTreeMap::new(),
        }
    }

    /// Says what is wrong with it.
    pub(super) fn check(&self) -> Result<(), String> {
        match self {
            Self::Status {
                status, headers, ..
            } => {
                check_status(*status, 200, 999)?;
                headers
                    .iter()
                    .try_for_each(|(name, value)| check_header(name, value))
            }
            Self::Redirect { location, status } => {
                check_status(*status, 300, 399)?;
                check_header("location", location)
            }
            Self::EmptyBody { status } | Self::HtmlError { status } => {
                check_status(*status, 200, 999)
            }
            Self::WrongType { content_type } => check_header("content-type", content_type),
            Self::ForeignBody { from } if !is_target(from) => Err(format!(
                "'from' is '{from}'; give a path of this server, such as '/health'"
            )),
            Self::ForeignBody { .. }
            | Self::NoContent
            | Self::InvalidJson
            | Self::RateLimited { .. }
            | Self::Maintenance { .. }
            | Self::StaleBody => Ok(()),
        }
    }

    /// How the journal names it.
    pub(super) fn label(&self) -> String {
        match self {
            Self::Status { status, .. } => format!("status {status}"),
            Self::Redirect { status, location } => format!("redirect {status} to {location}"),
            Self::EmptyBody { status } => format!("empty body {status}"),
            Self::NoContent => "no content".to_owned(),
            Self::InvalidJson => "invalid JSON".to_owned(),
            Self::HtmlError { status } => format!("HTML error {status}"),
            Self::RateLimited { retry_after } => format!("rate limited for {retry_after}s"),
            Self::Maintenance { retry_after } => format!("maintenance for {retry_after}s"),
            Self::WrongType { content_type } => format!("wrong type {content_type}"),
            Self::StaleBody => "stale body".to_owned(),
            Self::ForeignBody { from } => format!("foreign body of {from}"),
        }
    }
}

fn check_status(status: u16, least: u16, most: u16) -> Result<(), String> {
    if (least..=most).contains(&status) {
        return Ok(());
    }
    Err(format!("status {status} is outside {least} to {most}"))
}

fn check_header(name: &str, value: &str) -> Result<(), String> {
    if !is_token(name) {
        return Err(format!("'{name}' cannot be the name of a header"));
    }
    if ["content-length", "transfer-encoding", "connection"]
        .iter()
        .any(|framing| name.eq_ignore_ascii_case(framing))
    {
        return Err(format!(
            "'{name}' belongs to the transport; action 'wrong_length' and its like break it"
        ));
    }
    if !is_field_value(value) {
        return Err(format!(
            "the header '{name}' cannot have the value {value:?}"
        ));
    }
    Ok(())
}
