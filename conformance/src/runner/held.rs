//! What holds an agent in a play: the walls that the machine grants, and its network namespace.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::agent::Supervision;
use crate::agent::walls::{Grant, Room};
use crate::evidence::{
    NOT_STARTED, Refusal, SandboxRecord, SandboxState, Standing, TAKEN_AWAY, Wall,
};

/// What holds an agent. It is made once a play; iterations share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Held {
    /// The walls; none where nothing is to be confined.
    pub(super) grant: Option<Grant>,
    /// The network namespace, where that wall is one of them.
    pub(super) room: Option<Arc<Room>>,
}

impl Held {
    /// Makes what `supervision` wants. Without `is_alone`, the server is to be reached from this machine.
    pub(super) async fn prepare(supervision: &Supervision, is_alone: bool) -> Self {
        let own = supervision.clone();
        let asked = tokio::task::spawn_blocking(move || own.grant()).await;
        let Some(mut grant) = asked.ok().flatten() else {
            return Self::default();
        };
        if !is_alone {
            grant.give_up(
                Wall::Network,
                "the server listens where everybody reaches it",
            );
        }
        let room = match &supervision.launcher {
            Some(launcher) if grant.has(Wall::Network) => {
                if needs_hosts(supervision) && !grant.has(Wall::Mount) {
                    let reason =
                        "names of --allow-net need an /etc/hosts, and that the wall `mount`";
                    grant.give_up(Wall::Network, reason);
                    None
                } else {
                    let allowed = &supervision.allow_net;
                    let opened = Room::open(launcher, grant.has(Wall::User), allowed).await;
                    opened
                        .map_err(|error| grant.give_up(Wall::Network, &error.to_string()))
                        .ok()
                        .map(Arc::new)
                }
            }
            _ => None,
        };
        Self {
            grant: Some(grant),
            room,
        }
    }

    /// Whether the agent may be able to signal the harness.
    pub(super) fn lets_it_signal_the_harness(&self) -> bool {
        !self.has(Wall::Pid)
    }

    /// Whether the agent has the machine's shared memory, and none of its own.
    pub(super) fn shares_memory(&self) -> bool {
        !self.has(Wall::Mount)
    }

    fn has(&self, wall: Wall) -> bool {
        self.grant.as_ref().is_some_and(|grant| grant.has(wall))
    }

    /// What stood, from what was granted and what the launcher told, and what was refused.
    pub(super) fn sandbox(
        &self,
        told: &SandboxRecord,
        refused: Vec<Refusal>,
        server: SocketAddr,
    ) -> SandboxRecord {
        let Some(grant) = &self.grant else {
            return SandboxRecord {
                reason: Some("none was asked for".to_owned()),
                ..SandboxRecord::default()
            };
        };
        let mut record = told.clone();
        record.walls = Wall::ALL
            .into_iter()
            .map(|wall| standing(grant, told, wall))
            .collect();
        record.refused = refused;
        let own = server.to_string();
        // What a fault of the case refuses is no wall's doing.
        record.refused.retain(|refusal| refusal.to != own);
        let unreached = self.room.iter().flat_map(|room| room.unreached());
        record.refused.extend(unreached);
        record.refused.sort();
        record.open.extend(left_open(&record));
        record.state = state(&record);
        record.reason = reason(&record);
        record
    }
}

/// Whether a name of another machine has to be found.
fn needs_hosts(supervision: &Supervision) -> bool {
    let mut allowed = supervision.allow_net.iter();
    allowed.any(|end| end.address().is_none())
}

fn standing(grant: &Grant, told: &SandboxRecord, wall: Wall) -> Standing {
    if let Some(reason) = grant.refusal(wall) {
        return Standing::down(wall, reason);
    }
    let own = told.walls.iter().find(|own| own.wall == wall);
    own.cloned()
        .unwrap_or_else(|| Standing::down(wall, NOT_STARTED))
}

/// What an agent could do through the places of walls that are not there.
fn left_open(record: &SandboxRecord) -> Vec<String> {
    let doors = [
        (
            Wall::Network,
            "UDP, and TCP to any host at the allowed ports",
        ),
        (
            Wall::Mount,
            "the evidence of this run, other files in /tmp, and Unix sockets",
        ),
        (
            Wall::Pid,
            "command lines and environments of the same user's processes",
        ),
        (Wall::Landlock, "writing wherever the user may"),
        (Wall::Seccomp, "processes that the tracer does not see"),
    ];
    let open = doors.into_iter().filter(|(wall, _)| !record.stands(*wall));
    open.map(|(wall, what)| format!("{what} (no {wall})"))
        .collect()
}

fn state(record: &SandboxRecord) -> SandboxState {
    let is_chosen = |standing: &Standing| standing.reason.as_deref() == Some(TAKEN_AWAY);
    let mut wanted = record.walls.iter().filter(|own| !is_chosen(own));
    let lacks = |own: &Standing| {
        let is_landlock = own.wall == Wall::Landlock;
        !own.stands || (is_landlock && own.reason.is_some())
    };
    if !record.walls.iter().any(|own| own.stands) {
        SandboxState::Unavailable
    } else if wanted.any(lacks) {
        SandboxState::Partial
    } else {
        SandboxState::Enforced
    }
}

fn reason(record: &SandboxRecord) -> Option<String> {
    let parts: Vec<String> = record
        .walls
        .iter()
        .filter_map(|own| Some(format!("{}: {}", own.wall, own.reason.as_deref()?)))
        .collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(down: &[(Wall, &str)]) -> SandboxRecord {
        let walls = Wall::ALL.into_iter().map(|wall| {
            let own = down.iter().find(|(own, _)| *own == wall);
            own.map_or_else(
                || Standing::up(wall),
                |(_, reason)| Standing::down(wall, *reason),
            )
        });
        SandboxRecord {
            walls: walls.collect(),
            ..SandboxRecord::default()
        }
    }

    #[test]
    fn what_the_user_took_away_lacks_nothing_and_is_told() {
        let whole = record(&[]);
        assert_eq!(state(&whole), SandboxState::Enforced);
        assert_eq!(reason(&whole), None);
        assert_eq!(left_open(&whole), [""; 0]);
        let chosen = record(&[(Wall::Network, TAKEN_AWAY)]);
        assert_eq!(state(&chosen), SandboxState::Enforced);
        assert!(reason(&chosen).unwrap().starts_with("network: taken away"));
        assert!(left_open(&chosen)[0].contains("UDP"));
    }

    #[test]
    fn what_the_machine_refused_is_lacking() {
        let refused = record(&[(Wall::Pid, "no")]);
        assert_eq!(state(&refused), SandboxState::Partial);
        let nothing: Vec<_> = Wall::ALL.into_iter().map(|wall| (wall, "no")).collect();
        assert_eq!(state(&record(&nothing)), SandboxState::Unavailable);
        // It stands, and the kernel is too old for a part of it.
        let mut old = record(&[]);
        for own in &mut old.walls {
            if own.wall == Wall::Landlock {
                own.reason = Some("not confined: signals".to_owned());
            }
        }
        assert_eq!(state(&old), SandboxState::Partial);
    }
}
