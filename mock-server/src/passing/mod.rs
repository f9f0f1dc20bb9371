//! Another server, and how to pass on what it says. It is spoken to over plain HTTP, a connection for each
//! request.

mod pass;
mod plain;

use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue};
use hyper::http::uri::{Authority, PathAndQuery};
use hyper::{Method, Request, Response, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::fault::Broken;
use crate::journal::TOKEN_HEADER;

pub(crate) use pass::{AsItCame, Passing};
pub(crate) use plain::plain;

/// What the journal's name of a broken connection that was passed on starts with; its JSON follows.
pub(crate) const LABEL: &str = "upstream: ";

/// How the journal names a connection that broke upstream.
pub(crate) fn label(broken: &Broken) -> String {
    let form = serde_json::to_string(broken).unwrap_or_default();
    format!("{LABEL}{form}")
}

/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The address of a real server: `http://HOST[:PORT]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    authority: Authority,
}

impl From<SocketAddr> for Upstream {
    fn from(addr: SocketAddr) -> Self {
        let authority = addr.to_string().parse();
        Self {
            // An address with its port always is an authority.
            authority: authority.unwrap_or_else(|_| Authority::from_static("127.0.0.1")),
        }
    }
}

/// Why an address names no upstream.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UpstreamAddressError {
    /// It asks for TLS.
    #[error(
        "'{0}' asks for TLS, which wild-mock does not speak; give an http:// address, such as that \
         of an SSH tunnel or of a proxy in front of the server"
    )]
    Tls(String),
    /// Its port is none.
    #[error("'{0}' has no port from 1 to 65535; give http://HOST:PORT")]
    Port(String),
    /// It is no address of this form.
    #[error("'{0}' is no address of a server; give http://HOST:PORT without a path")]
    Form(String),
}

impl FromStr for Upstream {
    type Err = UpstreamAddressError;

    fn from_str(text: &str) -> Result<Self, UpstreamAddressError> {
        let form = || UpstreamAddressError::Form(text.to_owned());
        let uri: Uri = text.parse().map_err(|_| form())?;
        match uri.scheme_str() {
            Some("http") => {}
            Some("https") => return Err(UpstreamAddressError::Tls(text.to_owned())),
            _ => return Err(form()),
        }
        let authority = uri.authority().ok_or_else(form)?.clone();
        let port = authority.as_str().strip_prefix(authority.host());
        let port_fits = match port.unwrap_or_default().strip_prefix(':') {
            Some(port) => port.parse::<u16>().is_ok_and(|port| port > 0),
            None => true,
        };
        if !port_fits {
            return Err(UpstreamAddressError::Port(text.to_owned()));
        }
        let has_user = authority.as_str().contains('@');
        if has_user || !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(form());
        }
        Ok(Self { authority })
    }
}

impl std::fmt::Display for Upstream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "http://{}", self.authority)
    }
}

/// Why the upstream has given no answer.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// No connection came about.
    #[error("cannot reach {upstream}: {source}; is it running, and is the address right?")]
    Unreachable {
        /// Its address.
        upstream: Upstream,
        /// What the system says.
        source: std::io::Error,
    },
    /// The connection broke before an answer was there.
    #[error("{upstream} gave no answer: {source}")]
    NoAnswer {
        /// Its address.
        upstream: Upstream,
        /// What went wrong.
        source: hyper::Error,
    },
}

/// A request in one piece.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) method: Method,
    pub(crate) target: PathAndQuery,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Question {
    /// A POST of JSON to a path of plain characters.
    pub(crate) fn json(path: &str, body: &serde_json::Value, token: &'static str) -> Self {
        let json = HeaderValue::from_static("application/json");
        let token = HeaderValue::from_static(token);
        let headers = [
            (CONTENT_TYPE, json),
            (HeaderName::from_static(TOKEN_HEADER), token),
        ];
        Self {
            method: Method::POST,
            target: path.parse().unwrap_or(PathAndQuery::from_static("/")),
            headers: HeaderMap::from_iter(headers),
            body: body.to_string().into(),
        }
    }
}

/// A whole answer.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Upstream {
    /// Asks, and returns as soon as the head of the answer is there.
    async fn send(&self, question: Question) -> Result<Response<Incoming>, UpstreamError> {
        let unreachable = |source| UpstreamError::Unreachable {
            upstream: self.clone(),
            source,
        };
        let no_answer = |source| UpstreamError::NoAnswer {
            upstream: self.clone(),
            source,
        };
        let port = self.authority.port_u16().unwrap_or(80);
        // The brackets of an IPv6 address belong to the URL.
        let host = self.authority.host().trim_matches(['[', ']']);
        let connecting = TcpStream::connect((host, port));
        let stream = tokio::time::timeout(CONNECT_TIMEOUT, connecting)
            .await
            .unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))
            .map_err(unreachable)?;
        let _ = stream.set_nodelay(true);
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(no_answer)?;
        // Ends when the answer has been read or is no longer wanted.
        tokio::spawn(connection);
        let mut request = Request::new(Full::new(question.body));
        *request.method_mut() = question.method;
        *request.uri_mut() = Uri::from(question.target);
        *request.headers_mut() = question.headers;
        if !request.headers().contains_key(HOST)
            && let Ok(host) = HeaderValue::from_str(self.authority.as_str())
        {
            request.headers_mut().insert(HOST, host);
        }
        sender.send_request(request).await.map_err(no_answer)
    }

    /// Asks, and returns the whole answer.
    pub(crate) async fn ask(&self, question: Question) -> Result<Reply, UpstreamError> {
        let (parts, body) = self.send(question).await?.into_parts();
        let collected = body.collect().await;
        let body = collected.map_err(|source| UpstreamError::NoAnswer {
            upstream: self.clone(),
            source,
        })?;
        Ok(Reply {
            status: parts.status,
            headers: parts.headers,
            body: body.to_bytes(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_http_is_spoken() {
        let upstream: Upstream = "http://10.0.0.1:10000/".parse().unwrap();
        assert_eq!(upstream.to_string(), "http://10.0.0.1:10000");
        for (text, advice) in [
            ("https://host", "TLS"),
            ("http://127.0.0.1:99999", "65535"),
            ("http://127.0.0.1:0", "65535"),
            ("http://[::1]:65536", "65535"),
            ("http://host:", "65535"),
            ("host:80", "http://HOST:PORT"),
            ("http://host/path", "without a path"),
            ("http://user:secret@host", "http://HOST:PORT"),
            ("", "http://HOST:PORT"),
        ] {
            let error = text.parse::<Upstream>().unwrap_err().to_string();
            assert!(error.contains(advice), "{text}: {error}");
        }
    }
}
