//! Clients that follow redirects: what came of it is not what `curl -sf` would have seen, and nobody who wrote the
//! agent sees it. What gives them away is told with what mends it; it changes no verdict.

use std::collections::HashMap;

use wild_mock_server::{Exchange, ExchangeOutcome};

use crate::facts::{HttpFacts, Probe};
use crate::verdict::outcome_in_words;

/// How many are told.
const MOST: usize = 3;

/// What a client is told to do, by its own name for itself.
const CLIENTS: [(&str, &str); 6] = [
    ("python-requests/", "give `allow_redirects=False`"),
    (
        "python-urllib/",
        "give `build_opener` a subclass of `HTTPRedirectHandler` whose `redirect_request` returns None",
    ),
    ("python-httpx/", "give `follow_redirects=False`"),
    ("python/", "give `allow_redirects=False`"),
    ("node", "give `redirect: \"manual\"` to `fetch`"),
    ("curl/", "leave `-L` away"),
];

/// What is told to a client that is not known.
const ELSE: &str = "let the client follow no redirects";

/// An answer that led elsewhere, and the request that followed it.
struct Followed<'e> {
    first: &'e Exchange,
    then: &'e Exchange,
}

/// What is to be said of redirects that were followed and did harm.
pub(super) fn of(exchanges: &[Exchange]) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    let mut more = 0;
    for note in followed(exchanges).iter().filter_map(Followed::harm) {
        if told.contains(&note) {
            continue;
        }
        if told.len() < MOST {
            told.push(note);
        } else {
            more += 1;
        }
    }
    if more > 0 {
        told.push(format!("{more} more redirects were followed in this way"));
    }
    told
}

/// The redirects that were followed, in the order of the journal.
fn followed(exchanges: &[Exchange]) -> Vec<Followed<'_>> {
    let mut next: HashMap<Option<&str>, &Exchange> = HashMap::new();
    let mut followed = Vec::new();
    for first in exchanges.iter().rev() {
        let then = next.insert(first.header("user-agent"), first);
        let then = then.filter(|then| is_followed_by(first, then));
        followed.extend(then.map(|then| Followed { first, then }));
    }
    followed.reverse();
    followed
}

/// Whether the next request of the client of a redirect went where it leads.
fn is_followed_by(first: &Exchange, then: &Exchange) -> bool {
    let Some(target) = target(first) else {
        return false;
    };
    let client = first.header("user-agent");
    // Somebody at a shell asks anew over a connection of its own.
    let is_shell = client.is_some_and(|client| client.starts_with("curl/"));
    let is_own = !is_shell || then.connection == first.connection;
    is_own && then.path == target && then.path != first.path
}

/// The path to which an answer leads.
fn target(exchange: &Exchange) -> Option<String> {
    let ExchangeOutcome::Responded {
        status, headers, ..
    } = &exchange.outcome
    else {
        return None;
    };
    if !matches!(status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = headers.iter().find(|(name, _)| name == "location");
    let (_, location) = location?;
    let path = match location.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => location,
    };
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8();
    decoded.ok().map(std::borrow::Cow::into_owned)
}

impl Followed<'_> {
    /// What is to be changed, where following was no good.
    fn harm(&self) -> Option<String> {
        let Self { first, then } = self;
        let status = first.status()?;
        let what = format!(
            "{} {} was answered {status}, and the client followed it: {} {} -> {}",
            first.method,
            first.path,
            then.method,
            then.path,
            outcome_in_words(then)
        );
        let manner = manner(first);
        if Probe::of(first).is_some() {
            let is_harm = !then.is_success();
            return is_harm.then(|| {
                format!("{what}; for `curl -sf`, which follows none, the redirect is a success: {manner}")
            });
        }
        let is_change = HttpFacts::asks_for_change(first);
        let changed = first.method != then.method;
        let lost = first.body.size > 0 && then.body.size == 0;
        let harm = match (is_change, changed, lost) {
            (true, true, true) => {
                format!("{} became {} and lost its body", first.method, then.method)
            }
            (true, true, false) => format!("{} became {}", first.method, then.method),
            (_, false, true) => "its body was lost".to_owned(),
            _ => return None,
        };
        Some(format!(
            "{what}; {harm}: ask for {} itself, or {manner}",
            then.path
        ))
    }
}

/// What the client of a request has to be given.
fn manner(exchange: &Exchange) -> &'static str {
    let client = exchange
        .header("user-agent")
        .unwrap_or_default()
        .to_lowercase();
    let known = CLIENTS.iter().find(|(own, _)| client.starts_with(own));
    known.map_or(ELSE, |(_, manner)| manner)
}

#[cfg(test)]
mod tests {
    use wild_mock_server::version::Version;
    use wild_mock_server::{Body, SCENARIO_EPOCH, TokenState};

    use super::*;

    /// `GET /docs 301 /elsewhere`: an exchange of a client.
    fn exchange(client: &str, line: &str) -> Exchange {
        let words: Vec<&str> = line.split_whitespace().collect();
        let location = words
            .get(3)
            .map(|to| ("location".to_owned(), (*to).to_owned()));
        let size = if line.contains("body") { 2 } else { 0 };
        Exchange {
            format: Version,
            seq: 1,
            connection: 1,
            received_at: SCENARIO_EPOCH,
            completed_at: SCENARIO_EPOCH,
            method: words[0].to_owned(),
            path: words[1].to_owned(),
            query: None,
            headers: vec![("user-agent".to_owned(), client.to_owned())],
            token: TokenState::Absent,
            body: Body {
                size,
                ..Body::default()
            },
            outcome: ExchangeOutcome::Responded {
                status: words[2].parse().unwrap(),
                headers: location
                    .into_iter()
                    .filter(|(_, to)| to != "body")
                    .collect(),
                body: Body::default(),
            },
            sent: None,
            faults: Vec::new(),
            effects: Vec::new(),
        }
    }

    fn told(client: &str, lines: &[&str]) -> Vec<String> {
        let all: Vec<Exchange> = lines.iter().map(|line| exchange(client, line)).collect();
        of(&all)
    }

    const REQUESTS: &str = "python-requests/2.32.0";
    const URLLIB: &str = "Python-urllib/3.12";

    #[test]
    fn a_probe_that_was_followed_to_a_failure_is_told() {
        let lines = ["GET /docs 301 /elsewhere", "GET /elsewhere 404"];
        assert_eq!(
            told(REQUESTS, &lines),
            [
                "GET /docs was answered 301, and the client followed it: GET /elsewhere -> 404; for `curl -sf`, which \
              follows none, the redirect is a success: give `allow_redirects=False`"
            ]
        );
        assert!(told(URLLIB, &lines)[0].ends_with("`redirect_request` returns None"));
        assert!(told("mine/1", &lines)[0].ends_with(ELSE));
        // It did no harm, or nobody followed.
        assert_eq!(told(REQUESTS, &["GET /docs 301 /x", "GET /x 200"]), [""; 0]);
        assert_eq!(
            told(REQUESTS, &["GET /docs 301 /x", "GET /health 200"]),
            [""; 0]
        );
        let other = [exchange(REQUESTS, lines[0]), exchange(URLLIB, lines[1])];
        assert_eq!(of(&other), [""; 0]);
    }

    #[test]
    fn a_change_that_became_a_question_or_lost_its_body_is_told() {
        let of = |lines: &[&str]| told(REQUESTS, lines).concat();
        let lost = of(&["POST /runs/ 307 http://h:1/runs?x=1 body", "GET /runs 200"]);
        assert!(
            lost.contains("POST became GET and lost its body: ask for /runs itself, or give"),
            "{lost}"
        );
        let changed = of(&[
            "POST /runs/1/start/ 301 /runs/1/start",
            "GET /runs/1/start 405",
        ]);
        assert!(
            changed.contains("POST became GET: ask for /runs/1/start"),
            "{changed}"
        );
        let empty = of(&["POST /runs/ 307 /runs body", "POST /runs 422"]);
        assert!(empty.contains("its body was lost"), "{empty}");
        // As it should be.
        assert_eq!(
            of(&["POST /runs/ 307 /runs body", "POST /runs 201 body"]),
            ""
        );
        assert_eq!(of(&["GET /runs/ 307 /runs", "GET /runs 200"]), "");
    }

    #[test]
    fn somebody_at_a_shell_follows_over_the_same_connection() {
        let mut lines = [
            exchange("curl/8.5", "POST /runs/ 307 /runs body"),
            exchange("curl/8.5", "GET /runs 200"),
        ];
        assert_eq!(of(&lines).len(), 1);
        lines[1].connection = 2;
        assert_eq!(of(&lines), [""; 0]);
    }
}
