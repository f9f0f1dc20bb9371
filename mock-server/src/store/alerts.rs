//! Alerts that runs raise and people answer.

use serde::{Deserialize, Serialize};

use super::room::THING;
use super::{Refusal, Store};
use crate::clock::Timestamp;
use crate::journal::Change;
use crate::json::to_bytes;
use crate::python_text;

/// The choice on which the sidecar of a run ends its command.
const STOP_JOB: &str = "Stop Job";

/// An alert. Its saved form and its form on the wire differ only in how moments are written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    id: String,
    run_id: String,
    timestamp: Timestamp,
    severity: String,
    message: String,
    choices: Vec<String>,
    status: AlertStatus,
    response: Option<String>,
    responded_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum AlertStatus {
    Pending,
    Resolved,
}

/// An alert to be raised.
#[derive(Debug, Clone, Default)]
pub struct NewAlert {
    /// What happened.
    pub message: String,
    /// What may be answered.
    pub choices: Vec<String>,
    /// `info`, `warning` or `critical`; other words mean `warning`.
    pub severity: String,
}

#[derive(Serialize)]
struct WireAlert<'a> {
    id: &'a str,
    run_id: &'a str,
    timestamp: f64,
    severity: &'a str,
    message: &'a str,
    choices: &'a [String],
    status: AlertStatus,
    response: Option<&'a str>,
    responded_at: Option<f64>,
    session_id: Option<&'a str>,
    auto_session: bool,
}

impl Alert {
    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What happened.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The run that raised it.
    pub fn run_id(&self) -> &str {
        &self.run_id
    }

    /// About how many bytes it takes, once it is answered as well.
    pub(super) fn weight(&self) -> u64 {
        let choices = self.choices.iter().map(|choice| 2 * choice.len() + 64);
        let texts = self.run_id.len() + self.severity.len() + self.message.len();
        THING / 4 + (texts + choices.sum::<usize>()) as u64
    }

    pub(super) fn is_pending(&self) -> bool {
        self.status == AlertStatus::Pending
    }

    fn on_the_wire(&self) -> WireAlert<'_> {
        WireAlert {
            id: &self.id,
            run_id: &self.run_id,
            timestamp: self.timestamp.as_secs_f64(),
            severity: &self.severity,
            message: &self.message,
            choices: &self.choices,
            status: self.status,
            response: self.response.as_deref(),
            responded_at: self.responded_at.map(Timestamp::as_secs_f64),
            session_id: None,
            auto_session: false,
        }
    }
}

impl Store {
    /// Raises an alert for a run; returns its id.
    pub fn create_alert(
        &mut self,
        run_id: &str,
        new: NewAlert,
        now: Timestamp,
    ) -> Result<String, Refusal> {
        self.require_run(run_id)?;
        if new.choices.is_empty() {
            return Err(Refusal::Invalid(
                "At least one choice is required".to_owned(),
            ));
        }
        let severity = match python_text::word(&new.severity).as_str() {
            known @ ("info" | "critical") => known.to_owned(),
            _ => "warning".to_owned(),
        };
        let alert = Alert {
            id: self.ids.long(),
            run_id: run_id.to_owned(),
            timestamp: now,
            severity,
            message: new.message,
            choices: new.choices,
            status: AlertStatus::Pending,
            response: None,
            responded_at: None,
        };
        let id = alert.id.clone();
        let at = self.alerts.len();
        self.index_alert(alert);
        self.outbox.touched.alerts.insert(at);
        self.effect(
            now,
            Change::AlertCreated {
                alert: id.clone(),
                run: run_id.to_owned(),
            },
        );
        Ok(id)
    }

    pub(super) fn index_alert(&mut self, alert: Alert) {
        let at = self.alerts.len();
        if alert.is_pending() {
            self.pending_alerts.insert(at);
        }
        self.alert_index.insert(alert.id.clone(), at);
        self.room.replace(0, alert.weight());
        self.alerts.push(alert);
    }

    /// All alerts, newest first, encoded.
    pub fn list_alerts(&self) -> bytes::Bytes {
        let shown: Vec<_> = self.alerts.iter().rev().map(Alert::on_the_wire).collect();
        to_bytes(&shown)
    }

    /// Answers an alert with one of its choices.
    pub fn respond(&mut self, id: &str, choice: &str, now: Timestamp) -> Result<(), Refusal> {
        let Some(&at) = self.alert_index.get(id) else {
            return Err(Refusal::NotFound("Alert not found".to_owned()));
        };
        let alert = &mut self.alerts[at];
        if !alert.choices.iter().any(|offered| offered == choice) {
            return Err(Refusal::Invalid("Invalid choice".to_owned()));
        }
        alert.response = Some(choice.to_owned());
        alert.responded_at = Some(now);
        let run = alert.run_id.clone();
        self.mark_resolved(at, now);
        if choice == STOP_JOB {
            self.stop_by_sidecar(&run, now);
        }
        Ok(())
    }

    pub(super) fn mark_resolved(&mut self, at: usize, now: Timestamp) {
        let alert = &mut self.alerts[at];
        alert.status = AlertStatus::Resolved;
        let alert = alert.id.clone();
        self.pending_alerts.remove(&at);
        self.outbox.touched.alerts.insert(at);
        self.effect(now, Change::AlertResolved { alert });
    }
}
