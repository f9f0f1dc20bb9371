//! What demands and rules look for in a plan's text.

macro_rules! topics {
    ($($name:ident $key:literal),+ $(,)?) => {
        /// Something that a plan can speak of. The lexicon says by which signs it is recognised.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the lexicon says what each topic is about")]
        pub enum Topic { $($name),+ }

        impl Topic {
            /// All topics.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The name that it has in the lexicon.
            pub fn key(self) -> &'static str {
                match self { $(Self::$name => $key),+ }
            }
        }
    };
}

topics! {
    DenyAhead "deny-ahead",
    DenyBack "deny-back",
    DenyLead "deny-lead",
    NoDenial "no-denial",
    Turn "turn",
    Restart "restart",
    Condition "condition",
    ListEnd "list-end",
    NextStep "next-step",
    MakesNoun "makes-noun",
    Nothing "nothing",
    SpokenOf "spoken-of",
    Hedge "hedge",
    Prescribe "prescribe",
    Refer "refer",
    Findings "findings",
    Risks "risks",
    Root "root",
    FurtherNote "further-note",
    Filler "filler",
    Reason "reason",
    Start "start",
    LookBack "look-back",
    Launcher "launcher",
    Build "build",
    Acting "acting",
    Sweep "sweep",
    Create "create",
    Watch "watch",
    Capacity "capacity",
    Several "several",
    OneByOne "one-by-one",
    OneRunEach "one-run-each",
    AllInOne "all-in-one",
    Pinning "pinning",
    OneDevice "one-device",
    Resources "resources",
    EvoSweep "evo-sweep",
    Fitness "fitness",
    SearchSpace "search-space",
    Naming "naming",
    Capture "capture",
    ManifestRecord "manifest",
    Command "command",
    Seed "seed",
    Commit "commit",
    Timestamp "timestamp",
    PathRule "path-rule",
    Environment "environment",
    Dependencies "dependencies",
    Understanding "understanding",
    Baseline "baseline",
    Proposed "proposed",
    Playbook "playbook",
    ProtocolSection "protocol-section",
    WhenUsed "when-used",
    ExpectedOutput "expected-output",
    Reflection "reflection",
    Midpoint "midpoint",
    Final "final",
    Evidence "evidence",
    FollowUp "follow-up",
    Occasion "occasion",
    FollowUpWord "follow-up-word",
    Continue "continue",
    Replan "replan",
    Criterion "criterion",
    VagueCriterion "vague-criterion",
    Ablation "ablation",
    Primary "primary",
    Secondary "secondary",
    Statistics "statistics",
    Artifacts "artifacts",
    Vague "vague",
    Checkable "checkable",
    English "english",
    Foreign "foreign",
    Order "order",
    Execute "execute",
    AllAtOnce "all-at-once",
    VagueCore "vague-core",
    ResultFile "result-file",
    Tool "tool",
    Tracked "tracked",
    Look "look",
    Quotation "quotation",
    Local "local",
    ByHand "by-hand",
    Asking "asking",
    Failure "failure",
    Grid "grid",
    Experiment "experiment",
    Telling "telling",
    AskAnother "ask-another",
    AskOfOneself "ask-of-oneself",
    AskOfEverybody "ask-of-everybody",
    AskRequest "ask-request",
    AskPlanned "ask-planned",
    AskKeys "ask-keys",
}

/// A set of topics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Topics(u128);

impl Topics {
    /// Whether this topic is in it.
    pub fn has(self, topic: Topic) -> bool {
        self.0 & (1 << topic as u8) != 0
    }

    /// Whether one of these is in it.
    pub fn has_any(self, topics: &[Topic]) -> bool {
        topics.iter().any(|topic| self.has(*topic))
    }

    /// Puts a topic into it.
    pub fn insert(&mut self, topic: Topic) {
        self.0 |= 1 << topic as u8;
    }
}
