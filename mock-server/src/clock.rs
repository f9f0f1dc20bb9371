//! Time as the server sees it: real, scaled, stepped or set by hand.
//!
//! Everything that the server stamps or schedules (runs, alerts, journal) asks this clock, so that
//! a test decides how fast time passes and a replay sees the same times again.

use std::ops::Add;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use crate::locks::lock;

/// A moment in microseconds since the Unix epoch.
///
/// The wire shows moments as float seconds ([`Timestamp::as_secs_f64`]), as the real server does.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// A moment given in microseconds since the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the Unix epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Seconds since the Unix epoch, as the wire shows them.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// The moment `seconds` later; what does not fit saturates.
    #[must_use]
    pub fn plus_secs(self, seconds: f64) -> Self {
        Self(self.0.saturating_add((seconds * 1e6).round() as i64))
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)),
        )
    }
}

/// Where scenario time starts when nothing else is said: 2026-01-01T00:00:00Z.
pub const SCENARIO_EPOCH: Timestamp = Timestamp(1_767_225_600_000_000);

/// How a [`Clock`] moves.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum ClockMode {
    /// The machine's clock, `factor` times as fast.
    Running {
        /// 1.0 is real time, 10.0 lets ten seconds pass in one.
        factor: f64,
    },
    /// Stands still but for a fixed step with each request: the same requests see the same times.
    Stepped {
        /// Seconds that pass with each request.
        step: f64,
    },
    /// Stands still until it is advanced or set.
    Manual,
}

/// A clock shared by everything in one server. Cloning gives another handle to the same clock.
#[derive(Debug, Clone)]
pub struct Clock {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    state: Mutex<State>,
    moved: Notify,
}

#[derive(Debug)]
struct State {
    mode: ClockMode,
    /// Clock time at `anchor`.
    base: Timestamp,
    anchor: Instant,
}

impl State {
    fn now(&self) -> Timestamp {
        match self.mode {
            ClockMode::Running { factor } => self
                .base
                .plus_secs(self.anchor.elapsed().as_secs_f64() * factor),
            ClockMode::Stepped { .. } | ClockMode::Manual => self.base,
        }
    }

    fn rebase(&mut self, to: Timestamp) {
        self.base = to;
        self.anchor = Instant::now();
    }
}

impl Clock {
    /// The machine's clock.
    pub fn real() -> Self {
        Self::scaled(1.0)
    }

    /// Starts at the machine's time and runs `factor` times as fast (0 and below stand still).
    pub fn scaled(factor: f64) -> Self {
        let factor = if factor.is_finite() {
            factor.max(0.0)
        } else {
            1.0
        };
        Self::new(ClockMode::Running { factor }, system_now())
    }

    /// Starts at `start` and moves `step` seconds with each request.
    pub fn stepped(start: Timestamp, step: f64) -> Self {
        Self::new(ClockMode::Stepped { step }, start)
    }

    /// Stands at `start` until it is moved.
    pub fn manual(start: Timestamp) -> Self {
        Self::new(ClockMode::Manual, start)
    }

    fn new(mode: ClockMode, base: Timestamp) -> Self {
        let state = State {
            mode,
            base,
            anchor: Instant::now(),
        };
        Self {
            inner: Arc::new(Inner {
                state: Mutex::new(state),
                moved: Notify::new(),
            }),
        }
    }

    /// How this clock moves.
    pub fn mode(&self) -> ClockMode {
        self.with(|state| state.mode)
    }

    /// The current moment.
    pub fn now(&self) -> Timestamp {
        self.with(|state| state.now())
    }

    /// Called once a request: moves a stepped clock on and tells the moment.
    pub fn tick(&self) -> Timestamp {
        self.with(|state| {
            if let ClockMode::Stepped { step } = state.mode {
                state.base = state.base.plus_secs(step);
            }
            state.now()
        })
    }

    /// Moves the clock on by `seconds`, whatever its mode.
    pub fn advance(&self, seconds: f64) {
        self.with(|state| {
            let to = state.now().plus_secs(seconds);
            state.rebase(to);
        });
        self.inner.moved.notify_waiters();
    }

    /// Sets the clock to `to`, whatever its mode.
    pub fn set(&self, to: Timestamp) {
        self.with(|state| state.rebase(to));
        self.inner.moved.notify_waiters();
    }

    /// Lets `seconds` of this clock pass: sleeps on a running clock, waits to be moved on a manual
    /// one, and simply moves a stepped one, which nobody else would move.
    pub async fn sleep(&self, seconds: f64) {
        if seconds.is_nan() || seconds <= 0.0 {
            return;
        }
        match self.mode() {
            ClockMode::Running { factor } if factor > 0.0 => {
                let real = (seconds / factor).min(MAX_SLEEP_SECS);
                tokio::time::sleep(Duration::from_secs_f64(real)).await;
            }
            ClockMode::Stepped { .. } => {
                self.advance(seconds);
                // A loop that sleeps must not keep the others from running.
                tokio::task::yield_now().await;
            }
            ClockMode::Running { .. } | ClockMode::Manual => {
                self.wait_until(self.now().plus_secs(seconds)).await;
            }
        }
    }

    /// Lets a fault's `seconds` pass, as [`Self::sleep`] does; a clock that nobody moves does not
    /// keep a client waiting for longer than `limit` of real time.
    pub(crate) async fn pass(&self, seconds: f64, limit: Duration) {
        match self.mode() {
            ClockMode::Running { factor } if factor > 0.0 => self.sleep(seconds).await,
            ClockMode::Stepped { .. } => self.sleep(seconds).await,
            ClockMode::Running { .. } | ClockMode::Manual => {
                let _ = tokio::time::timeout(limit, self.sleep(seconds)).await;
            }
        }
    }

    /// Waits for `limit` of real time, for a fault that knows no end. A stepped clock, which nobody
    /// else would move, is moved by as much.
    pub(crate) async fn hold(&self, limit: Duration) {
        if let ClockMode::Stepped { .. } = self.mode() {
            self.advance(limit.as_secs_f64());
        }
        tokio::time::sleep(limit).await;
    }

    async fn wait_until(&self, moment: Timestamp) {
        loop {
            let moved = self.inner.moved.notified();
            if self.now() >= moment {
                return;
            }
            moved.await;
        }
    }

    fn with<R>(&self, f: impl FnOnce(&mut State) -> R) -> R {
        f(&mut lock(&self.inner.state))
    }
}

/// Longest single sleep: a year. Keeps absurd delays inside what a timer accepts.
const MAX_SLEEP_SECS: f64 = 31_536_000.0;

fn system_now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::default() + since
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stepped_clock_moves_with_each_tick_only() {
        let clock = Clock::stepped(SCENARIO_EPOCH, 0.25);
        assert_eq!(clock.now(), SCENARIO_EPOCH);
        assert_eq!(clock.tick(), SCENARIO_EPOCH.plus_secs(0.25));
        assert_eq!(clock.now(), SCENARIO_EPOCH.plus_secs(0.25));
    }

    #[test]
    fn a_manual_clock_moves_when_told() {
        let clock = Clock::manual(SCENARIO_EPOCH);
        clock.tick();
        assert_eq!(clock.now(), SCENARIO_EPOCH);
        clock.advance(2.5);
        assert_eq!(clock.now(), SCENARIO_EPOCH.plus_secs(2.5));
        clock.set(Timestamp::from_micros(7));
        assert_eq!(clock.now().as_micros(), 7);
    }

    #[tokio::test]
    async fn sleeping_on_a_stepped_clock_moves_it() {
        let clock = Clock::stepped(SCENARIO_EPOCH, 0.0);
        clock.sleep(30.0).await;
        assert_eq!(clock.now(), SCENARIO_EPOCH.plus_secs(30.0));
    }

    #[tokio::test]
    async fn sleeping_on_a_manual_clock_ends_when_it_is_moved() {
        let clock = Clock::manual(SCENARIO_EPOCH);
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep(10.0).await }
        });
        while !sleeper.is_finished() {
            clock.advance(5.0);
            tokio::task::yield_now().await;
        }
        sleeper.await.unwrap();
    }
}
