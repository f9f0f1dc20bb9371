//! What a session does otherwise than the prompt asks, where a mutant has it do so.
//!
//! A session knows its mistakes and not the mutants, which are made of what sessions can do.

/// Mistakes of execution iterations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slip {
    NoGuard,
    GoOnAfterGuard,
    IgnoreSentinel,
    NoCapacity,
    BareRead,
    PlainSweep,
    NoSweep,
    NoSession,
    Loop,
    SameName,
    NoCd,
    OtherPaths,
    NoResources,
    NoPinning,
    StartAll,
    StartOne,
    NoMonitor,
    FastPolling,
    SilentFailure,
    ForgetBox,
    FalseDone,
    NoSummary,
    Invent,
    TickEarly,
    NoDeliverable,
    Boast,
    DropOne,
    InventNumber,
    PickSeed,
    CiteFailed,
    NoProtocolSection,
    NoSkillMap,
}

/// All mistakes of one session.
#[derive(Debug, Default)]
pub(super) struct Mistakes {
    /// Paths that are never asked for.
    pub(super) skipped: Vec<&'static str>,
    /// Whether a failed preflight does not count.
    pub(super) ignores_failure: bool,
    /// Whether the probes carry the token.
    pub(super) authorizes_probes: bool,
    /// Mistakes of execution iterations.
    pub(super) slips: Vec<Slip>,
    /// What a shell is to run by hand in an execution iteration.
    pub(super) commands: Vec<&'static str>,
}
