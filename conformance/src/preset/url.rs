//! The address of a model's endpoint, in the spellings that programs want.

use std::str::FromStr;

use crate::agent::walls::Endpoint;

/// An `http` or `https` address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    text: String,
    endpoint: Endpoint,
}

/// Text is no such address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no address of a model endpoint; write it as http://127.0.0.1:8000/v1")]
pub struct BaseUrlError(String);

impl BaseUrl {
    /// As it was given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where it is reached.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Without a version at its end.
    pub fn root(&self) -> &str {
        let text = self.text.trim_end_matches('/');
        match text.rsplit_once('/') {
            Some((root, last)) if is_version(last) => root,
            _ => text,
        }
    }

    /// With a version at its end: `v1`, if none was given.
    pub fn versioned(&self) -> String {
        let text = self.text.trim_end_matches('/');
        let last = text.rsplit('/').next().unwrap_or_default();
        if is_version(last) {
            text.to_owned()
        } else {
            format!("{text}/v1")
        }
    }
}

/// Whether a part of a path is a version, such as `v1` or `v1beta`.
fn is_version(part: &str) -> bool {
    let rest = part.strip_prefix('v').unwrap_or_default();
    rest.starts_with(|c: char| c.is_ascii_digit())
        && rest.chars().all(|c| c.is_ascii_alphanumeric())
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || BaseUrlError(text.to_owned());
        let (scheme, rest) = text.split_once("://").ok_or_else(wrong)?;
        let port = match scheme {
            "http" => 80,
            "https" => 443,
            _ => return Err(wrong()),
        };
        let is_plain = |c: char| c.is_ascii_graphic() && !"\"'\\{}<>`?#@".contains(c);
        if !rest.chars().all(is_plain) {
            return Err(wrong());
        }
        let authority = rest.split('/').next().unwrap_or_default();
        let has_port = authority
            .rsplit_once(':')
            .is_some_and(|(_, port)| !port.ends_with(']'));
        let endpoint = if has_port {
            authority.parse()
        } else {
            format!("{authority}:{port}").parse()
        };
        let endpoint: Endpoint = endpoint.map_err(|_| wrong())?;
        if endpoint.port().is_none() {
            return Err(wrong());
        }
        Ok(Self {
            text: text.to_owned(),
            endpoint,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_leads_to_both() {
        for (text, root, versioned, endpoint) in [
            (
                "http://127.0.0.1:80/v1/",
                "http://127.0.0.1:80",
                "http://127.0.0.1:80/v1",
                "127.0.0.1:80",
            ),
            (
                "https://a.example",
                "https://a.example",
                "https://a.example/v1",
                "a.example:443",
            ),
            (
                "http://[::1]/x/v1beta",
                "http://[::1]/x",
                "http://[::1]/x/v1beta",
                "[::1]:80",
            ),
            (
                "http://a/openai",
                "http://a/openai",
                "http://a/openai/v1",
                "a:80",
            ),
        ] {
            let url: BaseUrl = text.parse().unwrap();
            assert_eq!((url.root(), url.versioned().as_str()), (root, versioned));
            assert_eq!(url.endpoint().to_string(), endpoint);
        }
        for wrong in [
            "",
            "a.example",
            "ftp://a",
            "http://",
            "http://u:p@a",
            "http://a\"b",
            "http://a:*",
        ] {
            assert!(wrong.parse::<BaseUrl>().is_err(), "{wrong}");
        }
    }
}
