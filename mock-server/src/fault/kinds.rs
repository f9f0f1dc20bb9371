//! The kinds of failures by name, each with a fault that shows it and what `curl -sf` makes of it.

use std::collections::BTreeMap;

use super::answer::Answer;
use super::broken::Broken;
use super::delay::Delay;
use super::{Action, Fault};

/// The paths that the planning prompt has an agent probe.
pub const PROBES: [&str; 5] = [
    "/docs",
    "/openapi.json",
    "/prompt-skills",
    "/prompt-skills/wild_v2_execution_ops_protocol",
    "/wild/v2/system-health",
];

/// A kind of failure.
#[derive(Debug, Clone, PartialEq)]
pub struct Kind {
    /// Its name: lower-case words joined by hyphens.
    pub name: &'static str,
    /// What happens, in a few words.
    pub summary: &'static str,
    /// What a fault of this kind does.
    pub action: Action,
    /// How `curl -sf` exits on a GET that it strikes: 0 is success, everything else failure.
    pub curl_exit: u8,
    /// Whether other clients judge otherwise than curl, so that nobody should be held to either.
    pub is_disputed: bool,
}

impl Kind {
    /// Whether `curl -sf` calls it a failure.
    pub fn fails(&self) -> bool {
        self.curl_exit != 0
    }

    /// Whether it takes the whole server down, so that it cannot strike one path alone.
    pub fn takes_server_down(&self) -> bool {
        matches!(self.action, Action::Broken(Broken::Refuse))
    }

    /// A fault of this kind for every `method` request on `path`; for the whole server where that
    /// is all that it can strike.
    pub fn fault(&self, method: &str, path: &str) -> Fault {
        if self.takes_server_down() {
            return Fault::server_down();
        }
        Fault::on(method, path, self.action.clone())
    }
}

/// Exit codes of curl.
mod curl {
    pub(super) const OK: u8 = 0;
    pub(super) const NO_HTTP: u8 = 1;
    pub(super) const REFUSED: u8 = 7;
    pub(super) const CUT_SHORT: u8 = 18;
    pub(super) const STATUS: u8 = 22;
    pub(super) const TOO_LARGE: u8 = 27;
    pub(super) const EMPTY_REPLY: u8 = 52;
    pub(super) const RECEIVE: u8 = 56;
}

/// All kinds: first those of the transport, then those of HTTP.
pub fn kinds() -> Vec<Kind> {
    let mut all = transport();
    all.extend(statuses());
    all.extend(pages());
    all.extend(bodies());
    all.extend(delays());
    all
}

/// The kind of this name.
pub fn kind(name: &str) -> Option<Kind> {
    kinds().into_iter().find(|kind| kind.name == name)
}

fn broken(name: &'static str, summary: &'static str, broken: Broken, curl_exit: u8) -> Kind {
    Kind {
        name,
        summary,
        action: Action::Broken(broken),
        curl_exit,
        is_disputed: false,
    }
}

fn answer(name: &'static str, summary: &'static str, answer: Answer, curl_exit: u8) -> Kind {
    Kind {
        name,
        summary,
        action: Action::Answer(answer),
        curl_exit,
        is_disputed: false,
    }
}

/// curl is content with a head that is cut off behind the status line; hardly any other client is.
fn close_in_head() -> Kind {
    let close = Broken::CloseAfter { bytes: 40 };
    Kind {
        is_disputed: true,
        ..broken(
            "close-in-head",
            "the connection is closed in the head",
            close,
            curl::OK,
        )
    }
}

#[rustfmt::skip]
fn transport() -> Vec<Kind> {
    vec![
        broken("refused", "nothing listens at the port", Broken::Refuse, curl::REFUSED),
        broken("reset", "the connection is reset", Broken::Reset, curl::RECEIVE),
        broken("empty-reply", "the connection is closed without a byte", Broken::EmptyReply, curl::EMPTY_REPLY),
        broken("stall", "silence for a second, then the connection is closed", Broken::Stall { seconds: 1.0 }, curl::EMPTY_REPLY),
        broken("stall-forever", "silence until the stall limit", Broken::StallForever, curl::EMPTY_REPLY),
        broken("garbage", "bytes that are no HTTP", Broken::Garbage, curl::NO_HTTP),
        broken("close-in-status-line", "the connection is closed in the status line", Broken::CloseAfter { bytes: 9 }, curl::EMPTY_REPLY),
        close_in_head(),
        broken("endless-headers", "the head never ends", Broken::EndlessHeaders { bytes: 1024 * 1024 }, curl::RECEIVE),
        broken("oversized-header", "one header of half a mebibyte", Broken::OversizedHeaders { bytes: 512 * 1024 }, curl::TOO_LARGE),
        broken("truncated-body", "half of the promised body arrives", Broken::TruncatedBody { bytes: None }, curl::CUT_SHORT),
        broken("no-body", "nothing of the promised body arrives", Broken::TruncatedBody { bytes: Some(0) }, curl::CUT_SHORT),
        broken("length-too-large", "the head promises ten bytes more than there are", Broken::WrongLength { off_by: 10 }, curl::CUT_SHORT),
        broken("length-too-small", "the head promises ten bytes less than there are", Broken::WrongLength { off_by: -10 }, curl::OK),
        broken("cut-chunk", "a chunked body ends in a chunk", Broken::CutChunk, curl::CUT_SHORT),
        broken("bad-chunk", "a chunk's size is no number", Broken::BadChunk, curl::RECEIVE),
        broken("drip", "the body arrives bit by bit", Broken::Drip { bytes_per_second: 1024 * 1024 }, curl::OK),
    ]
}

fn statuses() -> Vec<Kind> {
    let forced = [
        ("status-400", "a forced status, 400", 400),
        ("status-401", "a forced status, 401", 401),
        ("status-403", "a forced status, 403", 403),
        ("status-404", "a forced status, 404", 404),
        ("status-408", "a forced status, 408", 408),
        ("status-418", "a forced status, 418", 418),
        ("status-500", "a forced status, 500", 500),
        ("status-502", "a forced status, 502", 502),
        ("status-503", "a forced status, 503", 503),
        ("status-504", "a forced status, 504", 504),
        ("status-599", "a forced status, 599", 599),
    ];
    forced
        .into_iter()
        .map(|(name, words, status)| answer(name, words, Answer::status(status), curl::STATUS))
        .collect()
}

#[rustfmt::skip]
fn pages() -> Vec<Kind> {
    let redirect = |status| Answer::Redirect { location: "/elsewhere".to_owned(), status };
    vec![
        answer("rate-limited", "429 with Retry-After", Answer::RateLimited { retry_after: 30 }, curl::STATUS),
        answer("maintenance", "503 with a maintenance page", Answer::Maintenance { retry_after: 120 }, curl::STATUS),
        answer("html-error", "502 with a proxy's page", Answer::HtmlError { status: 502 }, curl::STATUS),
        answer("html-page", "200 with an HTML error page", Answer::HtmlError { status: 200 }, curl::OK),
        answer("redirect-301", "a redirect for good", redirect(301), curl::OK),
        answer("redirect-302", "a redirect", redirect(302), curl::OK),
        answer("redirect-307", "a redirect for now", redirect(307), curl::OK),
        answer("redirect-308", "a redirect for good that keeps the method", redirect(308), curl::OK),
        answer("not-modified", "304", Answer::EmptyBody { status: 304 }, curl::OK),
    ]
}

#[rustfmt::skip]
fn bodies() -> Vec<Kind> {
    let text = Answer::Status {
        status: 200,
        body: Some("ok".to_owned()),
        headers: BTreeMap::from([("content-type".to_owned(), "text/plain".to_owned())]),
    };
    vec![
        answer("empty-200", "200 without a body", Answer::EmptyBody { status: 200 }, curl::OK),
        answer("no-content", "204", Answer::NoContent, curl::OK),
        answer("created", "201 in place of 200", Answer::status(201), curl::OK),
        answer("plain-text", "200 with a word of text", text, curl::OK),
        answer("wrong-type", "the real body under another type", Answer::WrongType { content_type: "application/octet-stream".to_owned() }, curl::OK),
        answer("invalid-json", "200 with JSON that ends in the middle", Answer::InvalidJson, curl::OK),
        answer("stale-body", "the first answer again and again", Answer::StaleBody, curl::OK),
        answer("foreign-body", "another endpoint's answer", Answer::ForeignBody { from: "/health".to_owned() }, curl::OK),
    ]
}

#[rustfmt::skip]
fn delays() -> Vec<Kind> {
    let delay = |name, summary, delay| Kind { name, summary, action: Action::Delay(delay), curl_exit: curl::OK, is_disputed: false };
    vec![
        delay("slow", "the real answer after a second", Delay::Fixed { seconds: 1.0 }),
        delay("slow-uniform", "the real answer after half a second to two", Delay::Uniform { min: 0.5, max: 2.0 }),
        delay("slow-log-normal", "the real answer after a second or so", Delay::LogNormal { median: 1.0, sigma: 0.5 }),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_words() {
        let all = kinds();
        for (at, kind) in all.iter().enumerate() {
            let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(kind.name.chars().all(fits), "{}", kind.name);
            let twice = all[..at].iter().any(|other| other.name == kind.name);
            assert!(!twice, "{} stands there twice", kind.name);
            assert_eq!(kind.fault("GET", "/docs").check(), Ok(()), "{}", kind.name);
        }
        assert_eq!(super::kind("reset").unwrap().name, "reset");
    }
}
