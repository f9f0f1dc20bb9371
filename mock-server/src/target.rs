//! Request targets as clients write them: with signs that belong in no URL, which the real server's parser takes as they
//! stand (`curl "$URL/prompt-skills/search?q=<query>"`) and ours refuses.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection from which such signs are read as they would be written properly: `<` as `%3C`.
#[derive(Debug)]
pub(crate) struct Targets<S> {
    stream: S,
    place: Place,
    /// What was read and found no room yet.
    ahead: Vec<u8>,
}

/// Where in a request what is read next stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Method,
    /// Behind the method: a target begins with a slash.
    Begin,
    Target,
    Elsewhere,
}

impl Place {
    fn behind(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::Method, b' ') => Self::Begin,
            (Self::Begin, b'/') => Self::Target,
            (Self::Method, b'A'..=b'Z') => Self::Method,
            (Self::Target, byte) if !byte.is_ascii_whitespace() => Self::Target,
            _ => Self::Elsewhere,
        }
    }
}

/// How a sign is written in a URL, if it does not stand for itself there.
fn written(byte: u8) -> Option<&'static [u8; 3]> {
    Some(match byte {
        b'"' => b"%22",
        b'<' => b"%3C",
        b'>' => b"%3E",
        b'`' => b"%60",
        _ => return None,
    })
}

impl<S> Targets<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self {
            stream,
            place: Place::Method,
            ahead: Vec::new(),
        }
    }

    pub(crate) fn into_inner(self) -> S {
        self.stream
    }

    /// What is to be handed on in place of `read`, where that is something else.
    fn replaced(&mut self, read: &[u8]) -> Option<Vec<u8>> {
        let mut replaced: Option<Vec<u8>> = None;
        for (at, byte) in read.iter().enumerate() {
            if self.place == Place::Elsewhere {
                if let Some(replaced) = &mut replaced {
                    replaced.extend_from_slice(&read[at..]);
                }
                break;
            }
            let sign = written(*byte).filter(|_| self.place == Place::Target);
            if let Some(sign) = sign {
                let replaced = replaced.get_or_insert_with(|| read[..at].to_vec());
                replaced.extend_from_slice(sign);
            } else if let Some(replaced) = &mut replaced {
                replaced.push(*byte);
            }
            self.place = self.place.behind(*byte);
        }
        replaced
    }
}

/// Moves as much of `ahead` as there is room for.
fn hand_on(ahead: &mut Vec<u8>, into: &mut ReadBuf<'_>) {
    let count = ahead.len().min(into.remaining());
    into.put_slice(&ahead[..count]);
    ahead.drain(..count);
}

impl<S: AsyncRead + Unpin> AsyncRead for Targets<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let own = self.get_mut();
        if own.ahead.is_empty() {
            let before = into.filled().len();
            ready!(Pin::new(&mut own.stream).poll_read(context, into))?;
            if own.place == Place::Elsewhere {
                return Poll::Ready(Ok(()));
            }
            if let Some(replaced) = own.replaced(&into.filled()[before..]) {
                own.ahead = replaced;
                into.set_filled(before);
            }
        }
        hand_on(&mut own.ahead, into);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Targets<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let own = self.get_mut();
        // Behind an answer comes a request. What else comes there, a body that was waited for, does not begin like one.
        own.place = Place::Method;
        Pin::new(&mut own.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let own = self.get_mut();
        own.place = Place::Method;
        Pin::new(&mut own.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    /// What is read of `text`, which arrives in pieces of a size.
    async fn read(text: &'static str, size: usize) -> String {
        let (mut client, server) = tokio::io::duplex(size);
        let writing = tokio::spawn(async move { client.write_all(text.as_bytes()).await });
        let (mut targets, mut read, mut few) = (Targets::new(server), Vec::new(), [0; 2]);
        loop {
            let count = targets.read(&mut few).await.unwrap();
            if count == 0 {
                break;
            }
            read.extend_from_slice(&few[..count]);
        }
        writing.await.unwrap().unwrap();
        String::from_utf8(read).unwrap()
    }

    #[tokio::test]
    async fn signs_are_written_properly_in_targets_alone() {
        for (text, expected) in [
            (
                "GET /s?q=<a\"> HTTP/1.1\r\nx: <y>\r\n",
                "GET /s?q=%3Ca%22%3E HTTP/1.1\r\nx: <y>\r\n",
            ),
            ("GET /a`<b HTTP/1.1\r\n<", "GET /a%60%3Cb HTTP/1.1\r\n<"),
            ("{\"a\": \"<b>\"}", "{\"a\": \"<b>\"}"),
            ("A <b> in a text", "A <b> in a text"),
            ("GET /plain HTTP/1.1\r\n\r\n", "GET /plain HTTP/1.1\r\n\r\n"),
        ] {
            for size in [1, 3, 64] {
                assert_eq!(read(text, size).await, expected, "{text:?} {size}");
            }
        }
    }
}
