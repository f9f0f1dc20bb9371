//! Which walls the machine grants: tried out once, by a launcher that starts nothing.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Mutex, PoisonError};

use crate::agent::fence::{Allowance, Fence};
use crate::agent::order::Order;
use crate::evidence::{SandboxRecord, Standing, TAKEN_AWAY, Wall};

/// Walls as the machine grants them, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant(Vec<Standing>);

impl Grant {
    /// The walls that can be put up.
    pub fn walls(&self) -> Vec<Wall> {
        let standing = self.0.iter().filter(|standing| standing.stands);
        standing.map(|standing| standing.wall).collect()
    }

    /// Whether this wall can be put up.
    pub fn has(&self, wall: Wall) -> bool {
        self.0.iter().any(|own| own.wall == wall && own.stands)
    }

    /// Why this wall cannot be put up, if so.
    pub fn refusal(&self, wall: Wall) -> Option<&str> {
        let own = self.0.iter().find(|own| own.wall == wall && !own.stands)?;
        own.reason.as_deref()
    }

    /// Does without a wall, for this reason.
    pub(crate) fn give_up(&mut self, wall: Wall, reason: &str) {
        let own = self.0.iter_mut().find(|own| own.wall == wall && own.stands);
        if let Some(own) = own {
            *own = Standing::down(wall, reason);
        }
    }

    fn count(&self) -> usize {
        self.walls().len()
    }
}

type Question = (PathBuf, Vec<Wall>);

static KNOWN: Mutex<Option<HashMap<Question, Grant>>> = Mutex::new(None);

/// Finds out which walls `launcher` can put up; `without` are not wanted.
pub fn granted(launcher: &Path, without: &[Wall]) -> Grant {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    let question = (launcher.to_owned(), without.to_vec());
    known
        .entry(question)
        .or_insert_with(|| best(launcher, without))
        .clone()
}

/// Some systems grant a user namespace and nothing in it, which the administrator does better without.
fn best(launcher: &Path, without: &[Wall]) -> Grant {
    let first = tried(launcher, without, None);
    let mut inner = Wall::ALL.into_iter().filter(|wall| wall.is_inner());
    let is_hollow =
        first.has(Wall::User) && inner.any(|wall| !first.has(wall) && !without.contains(&wall));
    if !is_hollow {
        return first;
    }
    let second = tried(launcher, without, Some(Wall::User));
    if second.count() > first.count() {
        second
    } else {
        first
    }
}

fn tried(launcher: &Path, without: &[Wall], given_up: Option<Wall>) -> Grant {
    let wanted: Vec<Wall> = Wall::ALL
        .into_iter()
        .filter(|wall| !without.contains(wall) && given_up != Some(*wall))
        .filter(|wall| *wall != Wall::Pid || !without.contains(&Wall::Mount))
        .collect();
    let outcome = trial(launcher, &wanted);
    let standings = Wall::ALL.into_iter().map(|wall| {
        if without.contains(&wall) {
            return Standing::down(wall, TAKEN_AWAY);
        }
        if given_up == Some(wall) {
            return Standing::down(wall, "the system grants no other namespaces in it");
        }
        if !wanted.contains(&wall) {
            return Standing::down(wall, "its /proc needs the wall `mount`");
        }
        match &outcome {
            Err(reason) => Standing::down(wall, reason),
            Ok(record) => {
                let own = record.walls.iter().find(|own| own.wall == wall);
                own.cloned()
                    .unwrap_or_else(|| Standing::down(wall, "it was not reached"))
            }
        }
    });
    let mut grant = Grant(standings.collect());
    if !grant.has(Wall::Mount) {
        grant.give_up(Wall::Pid, "its /proc needs the wall `mount`");
    }
    grant
}

fn trial(launcher: &Path, walls: &[Wall]) -> Result<SandboxRecord, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let fence = Fence {
        walls: walls.to_vec(),
        allowance: Allowance {
            ports: Some(Vec::new()),
            forbidden: folder.path().join("forbidden"),
            ..Allowance::default()
        },
        is_trial: true,
        ..Fence::default()
    };
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", launcher.display());
    let output = Order::Try(fence)
        .command(launcher)
        .map_err(|error| failed(&error))?
        .stdin(Stdio::null())
        .output()
        .map_err(|error| failed(&error))?;
    serde_json::from_slice(&output.stdout).map_err(|_| {
        let said = String::from_utf8_lossy(&output.stderr);
        failed(&said.lines().next().unwrap_or("it is no launcher"))
    })
}
