//! Tokens that a recorder has seen, and their replacement in what it tells.

use std::sync::RwLock;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::exchange::{Body, Exchange, ExchangeOutcome};
use crate::locks::{read, write};

/// What stands in place of a token.
pub(crate) const REPLACEMENT: &str = "recorded-token";

/// Tokens shorter than this are replaced as whole words only: a single letter stands everywhere.
const SHORT: usize = 4;

/// What a client may leave as it is when it encodes a token for a URL.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The tokens that were seen.
#[derive(Debug, Default)]
pub(crate) struct Secrets(RwLock<Vec<Secret>>);

/// A token, and how it may be spelt in a text.
#[derive(Debug)]
struct Secret {
    token: String,
    spellings: Vec<String>,
}

impl Secret {
    fn new(token: &str) -> Self {
        let json = serde_json::Value::from(token).to_string();
        // Without the quotes around it; the token may end with one of its own.
        let json = json[1..json.len() - 1].to_owned();
        let url = utf8_percent_encode(token, UNRESERVED).to_string();
        let mut spellings = vec![
            token.to_owned(),
            json.replace('/', "\\/"),
            json,
            url.to_lowercase(),
            url.replace("%2F", "/"),
            url,
        ];
        spellings.sort();
        spellings.dedup();
        Self {
            token: token.to_owned(),
            spellings,
        }
    }

    fn searches(&self) -> impl Iterator<Item = Search<'_>> {
        let whole_words = self.token.len() < SHORT;
        let spellings = self.spellings.iter();
        spellings.map(move |spelling| Search::new(spelling, whole_words))
    }
}

/// The search for one spelling through a text, which goes over every part of it once.
struct Search<'s> {
    spelling: &'s str,
    whole_words: bool,
    /// Where it stands next; none when it stands nowhere any more.
    next: Option<usize>,
}

impl<'s> Search<'s> {
    fn new(spelling: &'s str, whole_words: bool) -> Self {
        Self {
            spelling,
            whole_words,
            next: None,
        }
    }

    /// Goes to the first place from `from` on.
    fn seek(&mut self, text: &str, from: usize) {
        let stands = |at: &usize| !self.whole_words || is_word(text, *at, self.spelling.len());
        let mut found = text[from..].match_indices(self.spelling);
        self.next = found.find_map(|(at, _)| Some(from + at).filter(stands));
    }
}

/// Whether what stands at a place is no part of a longer word.
fn is_word(text: &str, at: usize, length: usize) -> bool {
    let inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-');
    !inside(text[..at].chars().next_back()) && !inside(text[at + length..].chars().next())
}

impl Secrets {
    /// Takes a token in; returns its number, counted from 1.
    pub(crate) fn learn(&self, token: &str) -> usize {
        let place = |known: &[Secret]| known.iter().position(|secret| secret.token == token);
        if let Some(at) = place(&read(&self.0)) {
            return at + 1;
        }
        let mut known = write(&self.0);
        place(&known).map_or_else(
            || {
                known.push(Secret::new(token));
                known.len()
            },
            |at| at + 1,
        )
    }

    /// A text without the tokens.
    pub(crate) fn hide_in(&self, text: &mut String) {
        let known = read(&self.0);
        let mut searches: Vec<Search<'_>> = known.iter().flat_map(Secret::searches).collect();
        // A token may stand in its own replacement, which is passed over.
        searches.push(Search::new(REPLACEMENT, false));
        for search in &mut searches {
            search.seek(text, 0);
        }
        let mut hidden = String::new();
        let mut told = 0;
        loop {
            searches.retain(|search| search.next.is_some());
            // Of two at one place the longer one counts.
            let places = searches.iter().filter_map(|search| {
                let at = search.next?;
                Some((at, std::cmp::Reverse(search.spelling.len())))
            });
            let Some((at, length)) = places.min() else {
                break;
            };
            hidden += &text[told..at];
            hidden += REPLACEMENT;
            told = at + length.0;
            for search in &mut searches {
                if search.next.is_some_and(|next| next < told) {
                    search.seek(text, told);
                }
            }
        }
        if told > 0 {
            hidden += &text[told..];
            *text = hidden;
        }
    }

    /// An exchange without the tokens.
    pub(crate) fn hide(&self, exchange: &mut Exchange) {
        self.hide_in(&mut exchange.path);
        if let Some(query) = &mut exchange.query {
            self.hide_in_query(query);
        }
        self.hide_in_headers(&mut exchange.headers);
        self.hide_in_body(&mut exchange.body);
        match &mut exchange.outcome {
            ExchangeOutcome::Responded { headers, body, .. } => {
                self.hide_in_headers(headers);
                self.hide_in_body(body);
            }
            ExchangeOutcome::Malformed { error } => self.hide_in(error),
            ExchangeOutcome::Dropped { .. } => {}
        }
        if let Some(sent) = &mut exchange.sent {
            self.hide_in_body(sent);
        }
    }

    /// However oddly a client has encoded a query, its parts are looked at as what they mean.
    fn hide_in_query(&self, query: &mut String) {
        self.hide_in(query);
        let part = |part: &str| {
            let plain = percent_decode_str(&part.replace('+', " "))
                .decode_utf8_lossy()
                .into_owned();
            let mut hidden = plain.clone();
            self.hide_in(&mut hidden);
            if hidden == plain {
                part.to_owned()
            } else {
                utf8_percent_encode(&hidden, UNRESERVED).to_string()
            }
        };
        let pair = |pair: &str| pair.split('=').map(part).collect::<Vec<_>>().join("=");
        *query = query.split('&').map(pair).collect::<Vec<_>>().join("&");
    }

    fn hide_in_headers(&self, headers: &mut [(String, String)]) {
        for (_, value) in headers {
            self.hide_in(value);
            let basic = value
                .strip_prefix("Basic ")
                .map(|coded| BASE64_STANDARD.decode(coded));
            if let Some(Ok(plain)) = basic {
                let plain = String::from_utf8_lossy(&plain).into_owned();
                let mut hidden = plain.clone();
                self.hide_in(&mut hidden);
                if hidden != plain {
                    *value = format!("Basic {}", BASE64_STANDARD.encode(hidden));
                }
            }
        }
    }

    fn hide_in_body(&self, body: &mut Body) {
        if let Some(text) = &mut body.text {
            self.hide_in(text);
        }
        let bytes = body
            .base64
            .as_ref()
            .and_then(|coded| BASE64_STANDARD.decode(coded).ok());
        if let Some(mut bytes) = bytes {
            let known = read(&self.0);
            for secret in known.iter().filter(|secret| secret.token.len() >= SHORT) {
                overwrite(&mut bytes, secret.token.as_bytes());
            }
            body.base64 = Some(BASE64_STANDARD.encode(bytes));
        }
    }
}

/// Overwrites a token among bytes that are no text, whose places may matter.
fn overwrite(bytes: &mut [u8], token: &[u8]) {
    let mut at = 0;
    while at + token.len() <= bytes.len() {
        if bytes[at..].starts_with(token) {
            bytes[at..at + token.len()].fill(b'*');
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(tokens: &[&str], text: &str) -> String {
        let secrets = Secrets::default();
        for token in tokens {
            secrets.learn(token);
        }
        let mut text = text.to_owned();
        secrets.hide_in(&mut text);
        text
    }

    #[test]
    fn a_token_is_replaced_however_it_is_spelt() {
        let token = "s3/c\"r+t";
        for spelling in [
            "s3/c\"r+t",
            "s3/c\\\"r+t",
            "s3\\/c\\\"r+t",
            "s3%2Fc%22r%2Bt",
            "s3/c%22r%2Bt",
            "s3%2fc%22r%2bt",
        ] {
            let text = format!("a {spelling}b");
            assert_eq!(hidden(&[token], &text), "a recorded-tokenb", "{spelling}");
        }
        assert_eq!(
            hidden(&["a"], "a banana,a-b a_ (a)"),
            "recorded-token banana,a-b a_ (recorded-token)"
        );
        assert_eq!(
            hidden(&["abc\""], r#"{"t": "abc\""}"#),
            r#"{"t": "recorded-token"}"#
        );
        let both = hidden(&["token", "tokentoken"], "xtokentoken token");
        assert_eq!(both, "xrecorded-token recorded-token");
        assert_eq!(hidden(&["token"], &both), both);
    }

    #[test]
    fn a_long_text_full_of_tokens_is_gone_over_once() {
        let text = "tOken".repeat(100_000);
        let started = std::time::Instant::now();
        let told = hidden(&["tOken", "0ther"], &text);
        assert_eq!(told.len(), 100_000 * REPLACEMENT.len());
        assert!(started.elapsed().as_secs() < 20);
    }

    #[test]
    fn it_is_replaced_in_every_part_of_an_exchange() {
        let secrets = Secrets::default();
        assert_eq!(
            (
                secrets.learn("t0k+n"),
                secrets.learn("other"),
                secrets.learn("t0k+n")
            ),
            (1, 2, 1)
        );
        let basic = BASE64_STANDARD.encode("me:t0k+n");
        let mut exchange: Exchange = serde_json::from_value(serde_json::json!({
            "seq": 1, "connection": 1, "received_at": 0, "completed_at": 0, "method": "POST",
            "path": "/x/t0k+n", "query": "a=%740k%2Bn&b=t0k%2bn&c=1+2", "token": "wrong",
            "headers": [["authorization", format!("Basic {basic}")], ["cookie", "s=t0k+n"]],
            "body": {"size": 1, "text": "{\"command\": \"--token t0k+n\"}"},
            "outcome": {"kind": "responded", "status": 200, "headers": [["set-cookie", "t0k+n"]],
                        "body": {"size": 9, "base64": BASE64_STANDARD.encode(b"\xfft0k+n\xff")}},
        }))
        .unwrap();
        secrets.hide(&mut exchange);
        assert_eq!(
            exchange.query.as_deref(),
            Some("a=recorded-token&b=recorded-token&c=1+2")
        );
        let basic = BASE64_STANDARD.encode("me:recorded-token");
        assert_eq!(exchange.headers[0].1, format!("Basic {basic}"));
        let ExchangeOutcome::Responded { body, .. } = &exchange.outcome else {
            panic!("{exchange:?}")
        };
        let bytes = BASE64_STANDARD
            .decode(body.base64.as_ref().unwrap())
            .unwrap();
        assert_eq!(bytes, b"\xff*****\xff");
        assert!(
            !serde_json::to_string(&exchange).unwrap().contains("t0k"),
            "{exchange:?}"
        );
    }
}
