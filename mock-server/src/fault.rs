//! Failing on demand: which requests fail, and how.
//!
//! A [`Fault`] says where it strikes ([`Fault::method`], [`Fault::path`]) and what it does
//! ([`Action`]). [`FaultPlan::strike`] is the one place that decides; `connection.rs` and
//! `record.rs` carry out what was decided.

use serde::{Deserialize, Serialize};

/// Number of an armed fault, unique within one server.
pub type FaultId = u64;

/// A failure to be produced.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Form")]
pub struct Fault {
    /// Only this method (`GET`); any method when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Only paths of this pattern: `*` stands for anything within one segment, `**` for anything.
    pub path: String,
    /// What happens.
    #[serde(flatten)]
    pub action: Action,
}

/// What a fault does.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Action {
    /// Answer with this status in place of the real answer; the handler does not run.
    Status {
        /// HTTP status, 100 to 599.
        status: u16,
        /// Body; `{"detail": "<reason phrase>"}` when absent.
        #[serde(skip_serializing_if = "Option::is_none")]
        body: Option<String>,
    },
    /// Wait before going on, in seconds of the server's clock.
    Delay {
        /// How long.
        seconds: f64,
    },
    /// Accept no connection. With a path or a method, which can only be known once a connection
    /// is accepted, the connection is reset instead.
    Refuse,
}

/// A fault as it is written down: flat, with the keys that its action takes and no others.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    method: Option<String>,
    #[serde(default = "any_path")]
    path: String,
    action: ActionName,
    status: Option<u16>,
    body: Option<String>,
    seconds: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ActionName {
    Status,
    Delay,
    Refuse,
}

impl TryFrom<Form> for Fault {
    type Error = String;

    fn try_from(form: Form) -> Result<Self, String> {
        let action = match (form.action, form.status, form.body, form.seconds) {
            (ActionName::Status, Some(status), body, None) => Action::Status { status, body },
            (ActionName::Delay, None, None, Some(seconds)) => Action::Delay { seconds },
            (ActionName::Refuse, None, None, None) => Action::Refuse,
            (ActionName::Status, ..) => {
                return Err("action 'status' takes 'status' and perhaps 'body'".to_owned());
            }
            (ActionName::Delay, ..) => return Err("action 'delay' takes 'seconds'".to_owned()),
            (ActionName::Refuse, ..) => {
                return Err("action 'refuse' takes no further key".to_owned());
            }
        };
        let fault = Self {
            method: form.method,
            path: form.path,
            action,
        };
        fault.check()?;
        Ok(fault)
    }
}

impl Fault {
    /// Answers `status` to every `method` request on `path`.
    pub fn status(method: &str, path: &str, status: u16) -> Self {
        Self {
            method: Some(method.to_owned()),
            path: path.to_owned(),
            action: Action::Status { status, body: None },
        }
    }

    /// Delays every `method` request on `path` by `seconds` of the server's clock.
    pub fn delay(method: &str, path: &str, seconds: f64) -> Self {
        Self {
            method: Some(method.to_owned()),
            path: path.to_owned(),
            action: Action::Delay { seconds },
        }
    }

    /// The whole server is down: connections are refused.
    pub fn server_down() -> Self {
        Self {
            method: None,
            path: any_path(),
            action: Action::Refuse,
        }
    }

    /// Whether this fault takes the whole server down.
    pub fn is_server_down(&self) -> bool {
        matches!(self.action, Action::Refuse) && self.method.is_none() && self.path == ANY_PATH
    }

    /// Says what is wrong with a fault that came from outside.
    pub fn check(&self) -> Result<(), String> {
        match self.action {
            Action::Status { status, .. } if !(100..=599).contains(&status) => {
                Err(format!("status {status} is outside 100 to 599"))
            }
            Action::Delay { seconds } if !(seconds >= 0.0 && seconds.is_finite()) => {
                Err(format!("delay {seconds} is not a number of seconds"))
            }
            Action::Status { .. } | Action::Delay { .. } | Action::Refuse => Ok(()),
        }
    }

    fn applies_to(&self, method: &str, path: &str) -> bool {
        self.method
            .as_deref()
            .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && path_matches(&self.path, path)
    }

    /// How the journal names this fault.
    fn label(&self, id: FaultId) -> String {
        let what = match &self.action {
            Action::Status { status, .. } => format!("status {status}"),
            Action::Delay { seconds } => format!("delay {seconds}s"),
            Action::Refuse => "refuse".to_owned(),
        };
        format!("#{id} {what}")
    }
}

const ANY_PATH: &str = "**";

fn any_path() -> String {
    ANY_PATH.to_owned()
}

/// Whether `path` fits `pattern`, where `*` is anything within a segment and `**` anything.
pub fn path_matches(pattern: &str, path: &str) -> bool {
    let Some(star) = pattern.find('*') else {
        return pattern == path;
    };
    let (literal, rest) = pattern.split_at(star);
    let Some(tail) = path.strip_prefix(literal) else {
        return false;
    };
    let (rest, may_cross) = match rest.strip_prefix(ANY_PATH) {
        Some(rest) => (rest, true),
        None => (&rest[1..], false),
    };
    let reach = if may_cross {
        tail.len()
    } else {
        tail.find('/').unwrap_or(tail.len())
    };
    (0..=reach)
        .filter(|&end| tail.is_char_boundary(end))
        .any(|end| path_matches(rest, &tail[end..]))
}

/// The faults that are armed, in the order in which they were.
#[derive(Debug, Clone, Default)]
pub struct FaultPlan {
    next: FaultId,
    armed: Vec<(FaultId, Fault)>,
}

/// What befalls one request.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Strike {
    /// Seconds to wait first.
    pub delay: f64,
    /// What replaces the answer, if anything does.
    pub verdict: Option<Action>,
    /// The faults that struck, for the journal.
    pub labels: Vec<String>,
}

impl FaultPlan {
    /// Arms a fault.
    pub fn arm(&mut self, fault: Fault) -> FaultId {
        self.next += 1;
        self.armed.push((self.next, fault));
        self.next
    }

    /// Disarms one fault; tells whether it was armed.
    pub fn disarm(&mut self, id: FaultId) -> bool {
        let before = self.armed.len();
        self.armed.retain(|(armed, _)| *armed != id);
        self.armed.len() < before
    }

    /// Disarms all.
    pub fn clear(&mut self) {
        self.armed.clear();
    }

    /// The armed faults.
    pub fn armed(&self) -> &[(FaultId, Fault)] {
        &self.armed
    }

    /// Whether nothing is armed.
    pub fn is_empty(&self) -> bool {
        self.armed.is_empty()
    }

    /// Whether the listener is to be closed.
    pub fn server_is_down(&self) -> bool {
        self.armed.iter().any(|(_, fault)| fault.is_server_down())
    }

    /// What befalls a request: all delays that fit, then the first other action that fits.
    pub fn strike(&self, method: &str, path: &str) -> Strike {
        let mut strike = Strike::default();
        for (id, fault) in &self.armed {
            if !fault.applies_to(method, path) {
                continue;
            }
            match &fault.action {
                Action::Delay { seconds } => strike.delay += seconds,
                action @ (Action::Status { .. } | Action::Refuse) => {
                    if strike.verdict.is_some() {
                        continue;
                    }
                    strike.verdict = Some(action.clone());
                }
            }
            strike.labels.push(fault.label(*id));
        }
        strike
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let check = |pattern, path| path_matches(pattern, path);
        assert!(check("/runs", "/runs"));
        assert!(!check("/runs", "/runs/x"));
        assert!(check("/runs/*", "/runs/x"));
        assert!(!check("/runs/*", "/runs/x/logs"));
        assert!(check("/runs/**", "/runs/x/logs"));
        assert!(check("/runs/*/logs", "/runs/x/logs"));
        assert!(check("**", "/anything/at/all"));
        assert!(check(
            "/p*-skills/**/SKILL.md",
            "/prompt-skills/é/files/SKILL.md"
        ));
    }

    #[test]
    fn delays_add_up_and_the_first_other_fault_decides() {
        let mut plan = FaultPlan::default();
        plan.arm(Fault::delay("GET", "**", 1.0));
        plan.arm(Fault::status("GET", "/docs", 503));
        plan.arm(Fault::status("GET", "/docs", 500));
        plan.arm(Fault::delay("GET", "/docs", 0.5));
        let strike = plan.strike("GET", "/docs");
        assert_eq!(strike.delay, 1.5);
        assert_eq!(
            strike.verdict,
            Some(Action::Status {
                status: 503,
                body: None
            })
        );
        assert_eq!(
            strike.labels,
            ["#1 delay 1s", "#2 status 503", "#4 delay 0.5s"]
        );
        assert_eq!(plan.strike("POST", "/docs"), Strike::default());
    }

    #[test]
    fn faults_are_read_from_json() {
        let fault: Fault = serde_json::from_str(
            r#"{"method": "GET", "path": "/docs", "action": "status", "status": 503}"#,
        )
        .unwrap();
        assert_eq!(fault, Fault::status("GET", "/docs", 503));
        let down: Fault = serde_json::from_str(r#"{"action": "refuse"}"#).unwrap();
        assert!(down.is_server_down());
        let refused = |text: &str| serde_json::from_str::<Fault>(text).unwrap_err().to_string();
        assert!(refused(r#"{"action": "status", "status": 42}"#).contains("42"));
        assert!(refused(r#"{"action": "delay", "status": 503}"#).contains("'seconds'"));
        assert!(refused(r#"{"action": "refuse", "when": 1}"#).contains("`when`"));
    }

    #[test]
    fn disarming_is_by_number() {
        let mut plan = FaultPlan::default();
        let id = plan.arm(Fault::server_down());
        assert!(plan.server_is_down());
        assert!(plan.disarm(id));
        assert!(!plan.disarm(id));
        assert!(plan.is_empty());
    }
}
