//! Answers on their way out, and what the journal keeps of them.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;
use hyper::body::Body as _;

use super::body::told_plainly;
use crate::exchange::{Open, kept_headers};
use crate::journal::{MAX_BODY, REDACTED, RawBody, RawHeaders, RawOutcome};

/// Files the exchange: at once when the body is known, otherwise when it has been sent.
pub(super) async fn record(open: Open, response: Response) -> hyper::Response<Recorded> {
    let (parts, body) = response.into_parts();
    let (status, headers) = (
        parts.status.as_u16(),
        kept_headers(&parts.headers, REDACTED),
    );
    let body = if body.size_hint().exact().is_some() {
        let bytes = body
            .collect()
            .await
            .map(http_body_util::Collected::to_bytes)
            .unwrap_or_default();
        let mut open = open;
        let plain = told_plainly(&open.app, &parts.headers, &bytes);
        let body = RawBody::whole(plain.as_ref().unwrap_or(&bytes));
        open.exchange().outcome = RawOutcome::Responded {
            status,
            headers,
            body,
        };
        Recorded::Whole(http_body_util::Full::new(bytes))
    } else {
        let tee = Tee {
            open,
            status,
            headers,
            kept: BytesMut::new(),
            size: 0,
            complete: false,
        };
        Recorded::Streamed(Box::new((body, tee)))
    };
    hyper::Response::from_parts(parts, body)
}

/// An answer's body that is recorded.
pub(crate) enum Recorded {
    /// Known from the start, and in the journal already.
    Whole(http_body_util::Full<Bytes>),
    /// Sent bit by bit; in the journal when it ends.
    Streamed(Box<(Body, Tee)>),
}

/// Keeps the first part of a streamed body for the journal.
pub(crate) struct Tee {
    open: Open,
    status: u16,
    headers: RawHeaders,
    kept: BytesMut,
    size: u64,
    complete: bool,
}

impl Tee {
    fn take(&mut self, bytes: &Bytes) {
        self.size += bytes.len() as u64;
        let room = MAX_BODY.saturating_sub(self.kept.len());
        self.kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }
}

impl Drop for Tee {
    /// What was sent is told of even when the client went away in the middle.
    fn drop(&mut self) {
        if self.complete {
            let body = RawBody::new(&self.kept.split().freeze(), self.size);
            let headers = std::mem::take(&mut self.headers);
            let status = self.status;
            self.open.exchange().outcome = RawOutcome::Responded {
                status,
                headers,
                body,
            };
        }
    }
}

impl hyper::body::Body for Recorded {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match self.get_mut() {
            Self::Whole(body) => Pin::new(body)
                .poll_frame(cx)
                .map(|frame| frame.map(|frame| frame.map_err(|never| match never {}))),
            Self::Streamed(streamed) => {
                let (body, tee) = &mut **streamed;
                let polled = Pin::new(body).poll_frame(cx);
                match &polled {
                    Poll::Ready(Some(Ok(frame))) => {
                        frame
                            .data_ref()
                            .into_iter()
                            .for_each(|bytes| tee.take(bytes));
                    }
                    Poll::Ready(None) => tee.complete = true,
                    Poll::Ready(Some(Err(_))) | Poll::Pending => {}
                }
                polled
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(body) => body.is_end_stream(),
            Self::Streamed(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => body.size_hint(),
            Self::Streamed(streamed) => streamed.0.size_hint(),
        }
    }
}
