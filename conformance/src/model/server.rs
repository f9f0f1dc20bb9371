//! The model behind a socket.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::Response;
use bytes::BytesMut;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc::Sender;

use super::dialect::{Dialect, Event};
use super::script::Script;
use super::talk::{Refusal, Talk, Turn};
use crate::cancel::Cancel;

/// Largest request, in bytes.
const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// Bytes of a larger one that are read and thrown away.
const THROWN_AWAY: usize = 64 * 1024 * 1024;

/// Longest name of a model, in bytes. Each event of a stream repeats it.
const LONGEST_NAME: usize = 256;

/// How long answers under way may take once serving is to end.
const GRACE: Duration = Duration::from_secs(1);

/// What was answered, for whoever looks on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Played {
    /// The wire format; none for requests that ask the model for nothing.
    pub dialect: Option<Dialect>,
    /// Method and path.
    pub request: String,
    /// How many tools had answered.
    pub results: usize,
    /// What came of it.
    pub told: String,
}

struct Model {
    script: Script,
    onlooker: Sender<Played>,
}

/// Serves `script` until `cancel` is raised; tells `onlooker` of every request. What is under way then
/// has a second to be answered; a client that stalls keeps its connection until the runtime ends.
///
/// # Errors
/// Fails when the socket does.
pub async fn serve(
    listener: TcpListener,
    script: Script,
    onlooker: Sender<Played>,
    cancel: &Cancel,
) -> std::io::Result<()> {
    let model = Arc::new(Model { script, onlooker });
    let app = Router::new().fallback(answer).with_state(model);
    let raised = cancel.clone();
    let served =
        axum::serve(listener, app).with_graceful_shutdown(async move { raised.raised().await });
    let patience = async {
        cancel.raised().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        result = served => result,
        () = patience => Ok(()),
    }
}

async fn answer(
    State(model): State<Arc<Model>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let path = uri.path();
    let dialect = Dialect::of(path).filter(|_| method == Method::POST);
    let (results, outcome) = match (dialect, whole(body).await) {
        (Some(dialect), Ok(body)) => model.turn(dialect, path, &headers, &body),
        (_, Err(refusal)) => (0, Err(refusal)),
        (None, Ok(_)) => (0, beside(&method, path)),
    };
    let (told, response) = match outcome {
        Ok((told, response)) => (told, response),
        Err(refusal) => {
            let dialect = dialect.unwrap_or(Dialect::Chat);
            let body = dialect.error(refusal.status, &refusal.message);
            let response = json_response(refusal.status, &body);
            (format!("refused: {}", refusal.message), response)
        }
    };
    // Nobody has to look on, and who is slow misses something.
    let _ = model.onlooker.try_send(Played {
        dialect,
        request: format!("{method} {path}"),
        results,
        told,
    });
    response
}

/// A request's body. One that is too large is read on all the same: a client that is still sending when the
/// connection closes does not see the answer.
async fn whole(mut body: Body) -> Result<Bytes, Refusal> {
    let mut read = BytesMut::new();
    let mut size = 0;
    while let Some(frame) = body.frame().await {
        let broken = |error| Refusal::bad(format!("the body cannot be read: {error}"));
        let Ok(data) = frame.map_err(broken)?.into_data() else {
            continue;
        };
        size += data.len();
        if size <= LARGEST_BODY {
            read.extend_from_slice(&data);
        } else {
            read = BytesMut::new();
        }
        if size > LARGEST_BODY + THROWN_AWAY {
            break;
        }
    }
    if size > LARGEST_BODY {
        return Err(Refusal {
            status: StatusCode::PAYLOAD_TOO_LARGE.as_u16(),
            message: format!("at most {LARGEST_BODY} bytes are read"),
        });
    }
    Ok(read.freeze())
}

type Answered = Result<(String, Response), Refusal>;

impl Model {
    /// What the script does about a request, and how many tools had answered.
    fn turn(
        &self,
        dialect: Dialect,
        path: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> (usize, Answered) {
        let talk = match parsed(headers, body) {
            Ok(body) => dialect.read(path, &body),
            Err(refusal) => return (0, Err(refusal)),
        };
        if talk.model.len() > LONGEST_NAME {
            let message = format!("the model's name is longer than {LONGEST_NAME} bytes");
            return (talk.results(), Err(Refusal::bad(message)));
        }
        let outcome = self.script.turn(&talk).map(|(turn, step)| {
            let response = if talk.is_stream {
                stream(dialect, dialect.events(&turn, &talk))
            } else {
                json_response(200, &dialect.plain(&turn, &talk))
            };
            (told(&turn, step, &talk), response)
        });
        (talk.results(), outcome)
    }
}

fn parsed(headers: &HeaderMap, body: &[u8]) -> Result<Value, Refusal> {
    if let Some(encoding) = headers.get(header::CONTENT_ENCODING) {
        return Err(Refusal {
            status: 415,
            message: format!("bodies are read plain, and this one is encoded: {encoding:?}"),
        });
    }
    serde_json::from_slice(body)
        .map_err(|error| Refusal::bad(format!("the body is no JSON: {error}")))
}

fn told(turn: &Turn, step: &str, talk: &Talk) -> String {
    let how = if talk.is_stream { "streamed" } else { "plain" };
    match turn.call() {
        Some((name, _)) => format!("{step}: calls {name}, {how}"),
        None => format!("{step}: ends the turn, {how}"),
    }
}

/// What programs ask beside the model's turns: which models there are, how long a prompt is.
fn beside(method: &Method, path: &str) -> Answered {
    let answered = |told: &str, body: Value| Ok((told.to_owned(), json_response(200, &body)));
    let is_post = method == Method::POST;
    if is_post && path.ends_with("/count_tokens") {
        answered("tokens are counted", json!({"input_tokens": 100}))
    } else if is_post && path.ends_with(":countTokens") {
        answered("tokens are counted", json!({"totalTokens": 100}))
    } else if !is_post && path.ends_with("/models") {
        let model = json!({"id": "scripted", "object": "model", "created": 0, "owned_by": "wild"});
        answered(
            "the models are listed",
            json!({"object": "list", "data": [model]}),
        )
    } else if !is_post && path == "/" {
        answered("is there", json!({}))
    } else {
        Err(Refusal {
            status: 404,
            message: format!(
                "{method} {path} is nothing that a scripted model answers; it answers POST to paths that \
                 end with /chat/completions, /responses, /messages, :generateContent and \
                 :streamGenerateContent"
            ),
        })
    }
}

fn json_response(status: u16, body: &Value) -> Response {
    response(status, "application/json", Body::from(body.to_string()))
}

/// Each event is sent by itself, as a model sends them.
fn stream(dialect: Dialect, events: Vec<Event>) -> Response {
    let lines = events.into_iter().map(|event| {
        let name = event.name.map(|name| format!("event: {name}\n"));
        format!("{}data: {}\n\n", name.unwrap_or_default(), event.data)
    });
    let last = Some(dialect.last_words().to_owned()).filter(|last| !last.is_empty());
    let sent = lines.chain(last).map(Ok::<_, Infallible>);
    let body = Body::from_stream(futures_util::stream::iter(sent.collect::<Vec<_>>()));
    response(200, "text/event-stream", body)
}

fn response(status: u16, kind: &'static str, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let kind = header::HeaderValue::from_static(kind);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
