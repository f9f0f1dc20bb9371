//! What goes over the socket in place of an answer: bytes, pauses and an end, the same for the same
//! answer.

use std::fmt::Write as _;

use bytes::{Bytes, BytesMut};

use super::broken::Broken;

/// How often a second something drips.
const DROPS_PER_SECOND: u32 = 10;

/// Bytes of headers that are sent at once when they do not end.
const HEADERS_AT_ONCE: usize = 4096;

/// What is sent in place of a status line.
const GARBAGE: &[u8] = b"\x00\xff\xfe this is not HTTP\r\n\r\n\x80\x81";

/// What is done with the socket, one after the other.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    /// Send bytes.
    Send(Bytes),
    /// Let seconds of the server's clock pass.
    Wait(f64),
    /// Let time pass until the stall limit.
    Hold,
    /// End the connection with RST. Without this step it is closed.
    Reset,
}

/// A script, and whether what it sends amounts to a whole answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Script {
    pub(crate) steps: Vec<Step>,
    /// The body that a client gets out of it, when the answer is whole.
    pub(crate) received: Option<Bytes>,
}

/// The answer that would have been sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Whole {
    /// Status line and headers but those of framing, each with its line end.
    pub(crate) open_head: String,
    /// Body.
    pub(crate) body: Bytes,
}

impl Whole {
    /// The head with a framing header of its own, and its end.
    fn head(&self, framing: &str) -> Bytes {
        format!("{}{framing}\r\n\r\n", self.open_head).into()
    }

    fn head_promising(&self, length: usize) -> Bytes {
        self.head(&format!("content-length: {length}"))
    }

    /// The first half of the body; of a body of one byte, nothing.
    fn half(&self) -> Bytes {
        self.body.slice(..self.body.len() / 2)
    }
}

/// What goes over the socket.
pub(crate) fn script(broken: &Broken, answer: &Whole) -> Script {
    match *broken {
        Broken::Refuse | Broken::Reset => incomplete(vec![Step::Reset]),
        Broken::EmptyReply => incomplete(vec![]),
        Broken::Stall { seconds } => incomplete(vec![Step::Wait(seconds)]),
        Broken::StallForever => incomplete(vec![Step::Hold]),
        Broken::Garbage => incomplete(vec![Step::Send(Bytes::from_static(GARBAGE))]),
        Broken::Drip { bytes_per_second } => drip(answer, bytes_per_second),
        Broken::TruncatedBody { bytes } => truncated(answer, bytes),
        Broken::CutChunk => {
            // One byte more than there is, so that even an empty body is cut.
            let size = format!("{:x}\r\n", answer.body.len() + 1);
            chunked(answer, &[size.as_bytes(), &answer.half()])
        }
        Broken::BadChunk => chunked(answer, &[b"not-a-size\r\n", &answer.body, b"\r\n0\r\n\r\n"]),
        Broken::EndlessHeaders { bytes } => endless(answer, bytes as usize),
        Broken::OversizedHeaders { bytes } => oversized(answer, bytes as usize),
        Broken::WrongLength { off_by } => wrong_length(answer, off_by),
        Broken::CloseAfter { bytes } => close_after(answer, bytes as usize),
    }
}

fn incomplete(steps: Vec<Step>) -> Script {
    Script {
        steps,
        received: None,
    }
}

fn drip(answer: &Whole, rate: u32) -> Script {
    let drop = rate.div_ceil(DROPS_PER_SECOND);
    let pause = f64::from(drop) / f64::from(rate);
    let mut steps = vec![Step::Send(answer.head_promising(answer.body.len()))];
    let mut rest = answer.body.clone();
    while !rest.is_empty() {
        steps.push(Step::Wait(pause));
        let next = rest.split_to(rest.len().min(drop as usize));
        steps.push(Step::Send(next));
    }
    Script {
        steps,
        received: Some(answer.body.clone()),
    }
}

fn truncated(answer: &Whole, bytes: Option<u32>) -> Script {
    let sent = match bytes {
        Some(bytes) => answer.body.slice(..answer.body.len().min(bytes as usize)),
        None => answer.half(),
    };
    let promised = answer.body.len().max(sent.len() + 1);
    incomplete(vec![
        Step::Send(answer.head_promising(promised)),
        Step::Send(sent),
    ])
}

fn chunked(answer: &Whole, parts: &[&[u8]]) -> Script {
    let mut bytes = BytesMut::from(answer.head("transfer-encoding: chunked").as_ref());
    for part in parts {
        bytes.extend_from_slice(part);
    }
    incomplete(vec![Step::Send(bytes.freeze())])
}

fn endless(answer: &Whole, most: usize) -> Script {
    let mut steps = vec![Step::Send(answer.open_head.clone().into())];
    let (mut part, mut sent, mut number) = (String::new(), 0, 0_u32);
    while sent < most {
        part.clear();
        while part.len() < HEADERS_AT_ONCE {
            number += 1;
            // Writing to a String cannot fail.
            let _ = write!(part, "x-more-{number}: and more\r\n");
        }
        sent += part.len();
        steps.push(Step::Send(part.clone().into()));
    }
    incomplete(steps)
}

fn oversized(answer: &Whole, size: usize) -> Script {
    let length = answer.body.len();
    let header = format!("x-filler: {}\r\ncontent-length: {length}", "x".repeat(size));
    incomplete(vec![
        Step::Send(answer.head(&header)),
        Step::Send(answer.body.clone()),
    ])
}

fn wrong_length(answer: &Whole, off_by: i32) -> Script {
    let promised = answer
        .body
        .len()
        .saturating_add_signed(off_by.try_into().unwrap_or(0));
    Script {
        steps: vec![
            Step::Send(answer.head_promising(promised)),
            Step::Send(answer.body.clone()),
        ],
        received: (promised <= answer.body.len()).then(|| answer.body.slice(..promised)),
    }
}

fn close_after(answer: &Whole, bytes: usize) -> Script {
    let mut all = BytesMut::from(answer.head_promising(answer.body.len()).as_ref());
    all.extend_from_slice(&answer.body);
    let whole = bytes >= all.len();
    all.truncate(bytes);
    Script {
        steps: vec![Step::Send(all.freeze())],
        received: whole.then(|| answer.body.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn played(broken: &Broken) -> Script {
        let answer = Whole {
            open_head: "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n".to_owned(),
            body: Bytes::from_static(b"twelve bytes"),
        };
        script(broken, &answer)
    }

    fn sent(broken: &Broken) -> String {
        let bytes: Vec<u8> = played(broken)
            .steps
            .into_iter()
            .filter_map(|step| match step {
                Step::Send(bytes) => Some(bytes),
                Step::Wait(_) | Step::Hold | Step::Reset => None,
            })
            .flatten()
            .collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    #[test]
    fn what_is_sent_is_known_byte_for_byte() {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n";
        for silent in [Broken::Reset, Broken::EmptyReply, Broken::StallForever] {
            assert_eq!(sent(&silent), "");
        }
        let whole = format!("{head}content-length: 12\r\n\r\ntwelve bytes");
        assert_eq!(
            sent(&Broken::Drip {
                bytes_per_second: 30
            }),
            whole
        );
        let half = format!("{head}content-length: 12\r\n\r\ntwelve");
        assert_eq!(sent(&Broken::TruncatedBody { bytes: None }), half);
        let one = format!("{head}content-length: 12\r\n\r\nt");
        assert_eq!(sent(&Broken::TruncatedBody { bytes: Some(1) }), one);
        let chunked = format!("{head}transfer-encoding: chunked\r\n\r\n");
        assert_eq!(sent(&Broken::CutChunk), format!("{chunked}d\r\ntwelve"));
        let bad = format!("{chunked}not-a-size\r\ntwelve bytes\r\n0\r\n\r\n");
        assert_eq!(sent(&Broken::BadChunk), bad);
        let less = format!("{head}content-length: 2\r\n\r\ntwelve bytes");
        assert_eq!(sent(&Broken::WrongLength { off_by: -10 }), less);
        assert_eq!(sent(&Broken::CloseAfter { bytes: 12 }), "HTTP/1.1 200");
        assert!(!sent(&Broken::Garbage).starts_with("HTTP"));
        let endless = sent(&Broken::EndlessHeaders { bytes: 10_000 });
        assert!(endless.len() > 10_000 && !endless.contains("\r\n\r\n"));
        assert!(sent(&Broken::OversizedHeaders { bytes: 70_000 }).len() > 70_000);
    }

    #[test]
    fn a_drip_keeps_its_rate() {
        let steps = played(&Broken::Drip {
            bytes_per_second: 30,
        })
        .steps;
        let waited: f64 = steps
            .iter()
            .map(|step| match step {
                Step::Wait(seconds) => *seconds,
                _ => 0.0,
            })
            .sum();
        assert!((waited - 12.0 / 30.0).abs() < 1e-9, "{waited}");
    }

    #[test]
    fn only_what_a_client_can_read_whole_is_received() {
        let received = |broken| played(&broken).received;
        let whole = Some(Bytes::from_static(b"twelve bytes"));
        assert_eq!(
            received(Broken::Drip {
                bytes_per_second: 1
            }),
            whole
        );
        assert_eq!(received(Broken::CloseAfter { bytes: 999 }), whole);
        let two = Some(Bytes::from_static(b"tw"));
        assert_eq!(received(Broken::WrongLength { off_by: -10 }), two);
        assert_eq!(received(Broken::WrongLength { off_by: 1 }), None);
        assert_eq!(received(Broken::TruncatedBody { bytes: Some(99) }), None);
        assert_eq!(received(Broken::CloseAfter { bytes: 60 }), None);
    }
}
