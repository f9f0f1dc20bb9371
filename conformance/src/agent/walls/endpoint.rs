//! Where an agent may connect to, beside the case's server.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

/// A host and a port of it, or all ports of loopback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    host: String,
    port: Option<u16>,
}

impl Endpoint {
    /// The host's name or address.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port; none where all ports of loopback are meant, which an agent opens itself.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The address that the host is written as, if it is; `localhost` is one, too.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        if self.host == "localhost" {
            return Some(Ipv4Addr::LOCALHOST.into());
        }
        self.host.trim_matches(['[', ']']).parse().ok()
    }
}

impl FromStr for Endpoint {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("`{text}` is not HOST:PORT, such as api.example.com:443");
        let (host, port) = text
            .rsplit_once(':')
            .filter(|(host, _)| is_host(host))
            .ok_or_else(wrong)?;
        let mut endpoint = Self {
            host: host.to_owned(),
            port: None,
        };
        if port != "*" {
            let number = port.parse().ok().filter(|port| *port > 0);
            endpoint.port = Some(number.ok_or_else(wrong)?);
            return Ok(endpoint);
        }
        match endpoint.address() {
            Some(address) if address.is_loopback() => Ok(endpoint),
            _ => Err(format!(
                "`{text}`: only ports of 127.0.0.1 can be allowed all at once, because there the \
                 agent is alone; name the port of any other host"
            )),
        }
    }
}

/// What can stand in a file of hosts.
fn is_host(host: &str) -> bool {
    let inner = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    match inner {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.chars().all(is_name),
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => write!(f, "{}:{port}", self.host),
            None => write!(f, "{}:*", self.host),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_have_ports_and_loopback_may_have_all() {
        for right in [
            "a.example:443",
            "10.0.0.1:80",
            "[::1]:80",
            "127.0.0.1:*",
            "localhost:*",
        ] {
            assert_eq!(right.parse::<Endpoint>().unwrap().to_string(), right);
        }
        for wrong in [
            "443",
            ":443",
            "host:0",
            "host:https",
            "host:*",
            "a b:1",
            "::1:80",
            "[a]:1",
        ] {
            assert!(wrong.parse::<Endpoint>().is_err(), "{wrong}");
        }
    }
}
