//! HTTP without TLS to one server, also to one in a network namespace.

use std::io;
use std::str::FromStr;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming as Body;
use hyper::{Method, Request, Response, StatusCode, header};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use crate::agent::walls::Room;

/// Largest answer that is read, in bytes.
const LARGEST: usize = 64 * 1024 * 1024;

/// Where a server is: `http://HOST:PORT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    host: String,
    port: u16,
    /// As it was given.
    text: String,
}

impl Address {
    /// The address as it was given.
    pub fn shown(&self) -> &str {
        &self.text
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no address such as http://127.0.0.1:4096");
        let rest = text.strip_prefix("http://").ok_or_else(wrong)?;
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = authority.rsplit_once(':').unwrap_or((authority, "80"));
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
        if host.is_empty() || !host.chars().all(is_plain) {
            return Err(wrong());
        }
        Ok(Self {
            host: host.to_owned(),
            port: port.parse().map_err(|_| wrong())?,
            text: text.to_owned(),
        })
    }
}

/// A name and a password, ready for a header.
#[derive(Clone)]
pub(super) struct Login(String);

impl Login {
    pub(super) fn new(name: &str, password: &str) -> Self {
        let both = BASE64_STANDARD.encode(format!("{name}:{password}"));
        Self(format!("Basic {both}"))
    }
}

/// A request.
pub(in crate::agent) struct Letter<'a> {
    pub(in crate::agent) method: Method,
    /// Path and query.
    pub(in crate::agent) path: &'a str,
    pub(in crate::agent) headers: Vec<(&'a str, &'a str)>,
    pub(in crate::agent) body: Vec<u8>,
}

/// A server that is spoken with. Every request has a connection of its own.
pub(in crate::agent) struct Http {
    pub(super) address: Address,
    /// The namespace that the server listens in, where it is in one.
    pub(super) room: Option<Arc<Room>>,
    pub(super) login: Option<Login>,
}

/// The pieces of an answer that goes on. The connection ends when it is dropped.
pub(super) struct Pieces {
    body: Body,
}

impl Http {
    /// One that is reached from here without a login.
    pub(in crate::agent) fn to(address: Address) -> Self {
        Self {
            address,
            room: None,
            login: None,
        }
    }

    /// Sends a request and reads the whole answer, whatever it is.
    ///
    /// # Errors
    /// Fails when the server cannot be reached, or breaks off.
    pub(in crate::agent) async fn exchange(
        &self,
        letter: Letter<'_>,
    ) -> io::Result<(StatusCode, Bytes)> {
        let response = self.send(letter).await?;
        let status = response.status();
        let whole = Limited::new(response.into_body(), LARGEST).collect().await;
        Ok((status, whole.map_err(io::Error::other)?.to_bytes()))
    }

    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    /// Fails when the server cannot be reached, and when it answers otherwise than with success.
    pub(super) async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> io::Result<Bytes> {
        let wanted = format!("{method} {path}");
        let text = body.map(Value::to_string).unwrap_or_default();
        let letter = Letter::of_json(method, path, &text);
        let (status, body) = self.exchange(letter).await?;
        success(status, &wanted, &body)?;
        Ok(body)
    }

    /// Begins a request whose answer goes on.
    ///
    /// # Errors
    /// See [`Http::ask`].
    pub(super) async fn listen(&self, path: &str) -> io::Result<Pieces> {
        let letter = Letter::of_json(Method::GET, path, "");
        let response = self.send(letter).await?;
        success(response.status(), &format!("GET {path}"), &[])?;
        Ok(Pieces {
            body: response.into_body(),
        })
    }

    async fn send(&self, letter: Letter<'_>) -> io::Result<Response<Body>> {
        let stream = TokioIo::new(self.connect().await?);
        let handshake = hyper::client::conn::http1::handshake(stream).await;
        let (mut sender, connection) = handshake.map_err(io::Error::other)?;
        // It ends with the answer, or when nobody reads that any more.
        tokio::spawn(connection);
        let host = format!("{}:{}", self.address.host, self.address.port);
        let mut request = Request::builder()
            .method(letter.method)
            .uri(letter.path)
            .header(header::HOST, host);
        if let Some(Login(login)) = &self.login {
            request = request.header(header::AUTHORIZATION, login);
        }
        for (name, value) in letter.headers {
            request = request.header(name, value);
        }
        let request = request
            .body(Full::new(Bytes::from(letter.body)))
            .map_err(io::Error::other)?;
        sender.send_request(request).await.map_err(io::Error::other)
    }

    async fn connect(&self) -> io::Result<TcpStream> {
        match &self.room {
            Some(room) => {
                let stream = room.connect(self.address.port).await?;
                stream.set_nonblocking(true)?;
                TcpStream::from_std(stream)
            }
            None => {
                TcpStream::connect((
                    self.address.host.trim_matches(['[', ']']),
                    self.address.port,
                ))
                .await
            }
        }
    }
}

impl<'a> Letter<'a> {
    fn of_json(method: Method, path: &'a str, text: &str) -> Self {
        let mut headers = vec![("accept", "*/*")];
        if !text.is_empty() {
            headers.push(("content-type", "application/json"));
        }
        Self {
            method,
            path,
            headers,
            body: text.as_bytes().to_owned(),
        }
    }
}

impl super::incoming::Source for Pieces {
    async fn read_into(&mut self, buffer: &mut Vec<u8>) -> io::Result<usize> {
        while let Some(frame) = self.body.frame().await {
            let frame = frame.map_err(io::Error::other)?;
            if let Some(data) = frame.data_ref().filter(|data| !data.is_empty()) {
                buffer.extend_from_slice(data);
                return Ok(data.len());
            }
        }
        Ok(0)
    }
}

fn success(status: StatusCode, wanted: &str, body: &[u8]) -> io::Result<()> {
    if status.is_success() {
        return Ok(());
    }
    let hint = if status == StatusCode::UNAUTHORIZED {
        " (its password is taken from OPENCODE_SERVER_PASSWORD)"
    } else {
        ""
    };
    let body = super::in_short(&String::from_utf8_lossy(body));
    Err(io::Error::other(format!(
        "{wanted} was answered {status}{hint}: {body}"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_plain() {
        let address: Address = "http://127.0.0.1:4096/".parse().unwrap();
        assert_eq!((address.host.as_str(), address.port), ("127.0.0.1", 4096));
        let address: Address = "http://[::1]:4096".parse().unwrap();
        assert_eq!((address.host.as_str(), address.port), ("[::1]", 4096));
        for wrong in [
            "https://a:1",
            "http://",
            "a:1",
            "http://a:b",
            "http://u:p@h:1",
            "http://h:1/x",
        ] {
            assert!(wrong.parse::<Address>().is_err(), "{wrong}");
        }
    }
}
