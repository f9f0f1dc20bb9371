//! Where a path with a slash too many or too few leads, as the real server words it: under the scheme
//! and the host by which it believes to be known.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::body::Body;
use axum::response::Response;
use hyper::StatusCode;
use hyper::header::{HOST, HeaderMap, HeaderName, HeaderValue, LOCATION};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// What the real server encodes in a location: all that cannot stand in a URL.
const IN_LOCATION: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// In a path also what would end it.
const IN_PATH: &AsciiSet = &IN_LOCATION.add(b'?').add(b'#');

/// The addresses at both ends of a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ends {
    pub(crate) local: SocketAddr,
    pub(crate) peer: SocketAddr,
}

/// 307 to a decoded path, with the query kept.
pub(crate) fn to(path: &str, query: Option<&str>, headers: &HeaderMap, ends: Ends) -> Response {
    let scheme = scheme(headers, ends.peer);
    let host = named_host(headers).map_or_else(|| own_host(scheme, ends.local), str::to_owned);
    let path = utf8_percent_encode(path, IN_PATH);
    let query = query.filter(|query| !query.is_empty());
    let query = query.map(|query| format!("?{}", utf8_percent_encode(query, IN_LOCATION)));
    let location = format!("{scheme}://{host}{path}{}", query.unwrap_or_default());
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

/// A proxy on this machine is believed what scheme it was asked by; its last header counts.
fn scheme(headers: &HeaderMap, peer: SocketAddr) -> &'static str {
    const KNOWN: [&str; 4] = ["http", "https", "ws", "wss"];
    let is_trusted = peer.ip() == Ipv4Addr::LOCALHOST;
    let told = headers.get_all(FORWARDED_PROTO).iter().next_back();
    let told = told
        .filter(|_| is_trusted)
        .and_then(|value| value.to_str().ok());
    let known = told.and_then(|told| KNOWN.into_iter().find(|known| told.trim() == *known));
    known.unwrap_or("http")
}

/// The host that the client names, if it can stand in a URL.
fn named_host(headers: &HeaderMap) -> Option<&str> {
    let named = headers.get(HOST)?.to_str().ok()?;
    let (host, port) = match named.rsplit_once(':') {
        // The last colon of a bare IPv6 address belongs to the address.
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (named, "0"),
    };
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    (is_port && is_host(host)).then_some(named)
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[') {
        let address = address.strip_suffix(']').unwrap_or_default();
        return address.parse::<Ipv6Addr>().is_ok();
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._~%!$&'()*+,;=-".contains(&byte);
    !host.is_empty() && host.bytes().all(plain)
}

/// The address that the client has reached, without the port that its scheme implies.
fn own_host(scheme: &str, local: SocketAddr) -> String {
    let implied = if matches!(scheme, "https" | "wss") {
        443
    } else {
        80
    };
    match local {
        SocketAddr::V4(v4) if v4.port() == implied => v4.ip().to_string(),
        SocketAddr::V6(v6) if v6.port() == implied => format!("[{}]", v6.ip()),
        with_port => with_port.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // What is expected below was observed of Starlette 1.10 behind uvicorn 0.54.

    fn location(path: &str, query: &str, headers: &[(&'static str, &str)], ends: Ends) -> String {
        let header = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), value.parse().unwrap())
        };
        let mut map = HeaderMap::new();
        for (name, value) in headers.iter().map(header) {
            map.append(name, value);
        }
        let response = to(path, Some(query), &map, ends);
        response.headers()[LOCATION].to_str().unwrap().to_owned()
    }

    fn ends(local: &str, peer: &str) -> Ends {
        Ends {
            local: local.parse().unwrap(),
            peer: peer.parse().unwrap(),
        }
    }

    #[test]
    fn the_host_is_the_one_that_was_named_or_reached() {
        let here = ends("127.0.0.1:8123", "127.0.0.1:5");
        for host in ["a.example", "a:8", "[::1]:8", "[::1]", "h:007", "h:0"] {
            let url = location("/runs", "", &[("host", host)], here);
            assert_eq!(url, format!("http://{host}/runs"));
        }
        for host in ["", "a/b", "a b", "h:", "h:x", "h:70000", "[x]", "u@h"] {
            let url = location("/runs", "", &[("host", host)], here);
            assert_eq!(url, "http://127.0.0.1:8123/runs", "{host:?}");
        }
        assert_eq!(
            location("/runs", "", &[], here),
            "http://127.0.0.1:8123/runs"
        );
        let web = ends("[::1]:80", "[::1]:5");
        assert_eq!(location("/runs", "", &[], web), "http://[::1]/runs");
    }

    #[test]
    fn a_proxy_on_this_machine_names_the_scheme() {
        let proto = |value: &'static str| [("host", "h"), ("x-forwarded-proto", value)];
        let here = ends("127.0.0.1:443", "127.0.0.1:5");
        for (value, scheme) in [("https", "https"), (" wss ", "wss"), ("HTTPS", "http")] {
            let url = location("/runs", "", &proto(value), here);
            assert_eq!(url, format!("{scheme}://h/runs"), "{value}");
        }
        let twice = [
            ("x-forwarded-proto", "http"),
            ("x-forwarded-proto", "https"),
        ];
        assert_eq!(
            location("/runs", "", &twice, here),
            "https://127.0.0.1/runs"
        );
        let there = ends("10.0.0.1:8", "10.0.0.2:5");
        assert_eq!(
            location("/runs", "", &proto("https"), there),
            "http://h/runs"
        );
    }

    #[test]
    fn what_cannot_stand_in_a_url_is_encoded() {
        let here = ends("127.0.0.1:8123", "127.0.0.1:5");
        let url = location("/runs/ä %[?#\\\n|", "q=\"%20", &[("host", "h")], here);
        assert_eq!(url, "http://h/runs/%C3%A4%20%[%3F%23%5C%0A%7C?q=%22%20");
    }
}
