//! The keys of a configuration file: which option each stands for.

pub(super) use super::key::{Key, Kind, id, key};

/// What walls are nothing without.
const WALLS: &[&str] = &["no-sandbox"];

/// All keys, in the order in which they are told.
pub(super) fn all() -> impl Iterator<Item = &'static Key> {
    KEYS.iter().chain(super::submitted::KEYS)
}

/// Those that are for everything that has their option.
pub(super) const KEYS: &[Key] = &[
    key(
        "agent.command",
        "",
        Kind::Program,
        "The agent's program and its arguments, as behind `--`",
    ),
    key(
        "agent.kind",
        "agent",
        Kind::Text,
        "How the agent is driven, as --agent says: exec, acp, preset:NAME, ...",
    ),
    key("agent.model", "model", Kind::Text, "The model of a preset"),
    key(
        "agent.base_url",
        "base-url",
        Kind::Text,
        "The address of a preset's model endpoint",
    ),
    key(
        "agent.api_key_env",
        "api-key-env",
        Kind::Text,
        "The environment variable that holds the endpoint's key",
    ),
    key(
        "agent.presets",
        "presets",
        Kind::Path,
        "A folder with presets of your own",
    ),
    key(
        "agent.permissions",
        "permissions",
        Kind::Word(&["allow", "deny"]),
        "What an agent is answered that asks for permission",
    ),
    key(
        "agent.final_text",
        "final-text",
        Kind::Text,
        "Where the agent's answer is",
    ),
    key(
        "agent.env",
        "env",
        Kind::Texts,
        "The variables that the agent inherits",
    ),
    key(
        "suite",
        "suite",
        Kind::Word(&["smoke", "core", "full"]),
        "Which part of the built-in cases is played",
    )
    .yielding(&["case", "last-failed"]),
    key(
        "cases",
        "case",
        Kind::Cases,
        "Which cases are played: globs over ids, case files, or folders with case files",
    )
    .yielding(&["suite"]),
    key(
        "repeat",
        "repeat",
        Kind::Whole,
        "How many times each case is played",
    ),
    key(
        "jobs",
        "jobs",
        Kind::Whole,
        "How many cases are played at the same time",
    ),
    key(
        "seed",
        "seed",
        Kind::Whole,
        "Seed of the server's identifiers",
    ),
    key(
        "time_limit",
        "time-limit",
        Kind::Whole,
        "Seconds that each play has, in place of the cases' own",
    ),
    key(
        "max_failures",
        "max-failures",
        Kind::Whole,
        "After how many failed plays nothing more is played",
    ),
    key(
        "max_cost",
        "max-cost",
        Kind::Number,
        "After how many dollars nothing more is played",
    ),
    key(
        "out",
        "out",
        Kind::Path,
        "Where a run leaves evidence and reports",
    ),
    key(
        "reports",
        "report",
        Kind::Reports,
        "Formats of reports, FORMAT or FORMAT=FILE",
    ),
    key(
        "baseline",
        "baseline",
        Kind::Path,
        "The file with known findings",
    ),
    key(
        "rules.files",
        "rules",
        Kind::Paths,
        "Files with demands on plans of your own",
    ),
    key(
        "rules.select",
        "select",
        Kind::Texts,
        "Rules that are judged even if the prompt does not tell them",
    ),
    key(
        "rules.ignore",
        "ignore",
        Kind::Texts,
        "Rules that are not judged",
    ),
    key(
        "rules.levels",
        "level",
        Kind::Texts,
        "What rules weigh in place of the catalogue's level, such as PLN006=must or PLN@abort-*=should",
    ),
    key(
        "rules.strict",
        "strict",
        Kind::Switch,
        "Whether violations of SHOULD rules are errors",
    ),
    key(
        "rules.doubts",
        "doubts",
        Kind::Word(&["pass", "fail"]),
        "What doubts amount to",
    ),
    key(
        "prompts.planning",
        "prompt",
        Kind::Path,
        "The planning prompt's template",
    ),
    key(
        "prompts.iteration",
        "iteration-prompt",
        Kind::Path,
        "The template of the prompt for later iterations",
    ),
    key(
        "adjudicator.command",
        "adjudicator",
        Kind::Helper,
        "The program that is asked what is in doubt, and its arguments",
    ),
    key(
        "adjudicator.timeout",
        "adjudicator-timeout",
        Kind::Whole,
        "Seconds that it has",
    ),
    key(
        "walls.audit",
        "audit",
        Kind::Word(&["auto", "ptrace", "announcements", "off"]),
        "How the agent's processes are watched",
    )
    .usually("auto"),
    key(
        "walls.sandbox",
        "no-sandbox",
        Kind::Unless,
        "Whether there are walls around the agent",
    )
    .yielding(&["allow-net", "allow-write", "allow-read", "without-wall"]),
    key(
        "walls.allow_net",
        "allow-net",
        Kind::Texts,
        "Hosts and ports that the agent may connect to",
    )
    .yielding(WALLS),
    key(
        "walls.allow_write",
        "allow-write",
        Kind::Paths,
        "Folders that the agent may write to",
    )
    .yielding(WALLS),
    key(
        "walls.allow_read",
        "allow-read",
        Kind::Paths,
        "Files or folders of /tmp, /run or /dev/shm that the agent finds",
    )
    .yielding(WALLS),
    key(
        "walls.without",
        "without-wall",
        Kind::Texts,
        "Walls that are left away",
    )
    .yielding(WALLS),
    key(
        "gates.claims",
        "gate",
        Kind::Texts,
        "What is claimed of rates, such as TRK001>=0.95",
    ),
    key(
        "gates.demonstrate",
        "gate-demonstrate",
        Kind::Switch,
        "Whether the plays have to show what is claimed",
    ),
];

/// The key of this name.
pub(super) fn find(name: &str) -> Option<&'static Key> {
    all().find(|key| key.name == name)
}

/// Whether keys, or tables with keys, stand in a table of this name.
pub(super) fn is_table(name: &str) -> bool {
    all().any(|key| {
        let rest = key.table().strip_prefix(name);
        !name.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

/// The key, or the table, that is closest to a name that is none.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    let names = all().flat_map(|key| [key.name, key.table()]);
    let last = name.rsplit('.').next().unwrap_or(name);
    let full = names
        .filter(|known| !known.is_empty())
        .map(|known| (strsim::damerau_levenshtein(name, known), known));
    // Somebody may look for it in the wrong table.
    let elsewhere = all().map(|key| {
        let distance = strsim::damerau_levenshtein(last, key.own_name());
        (distance, key.name)
    });
    let (distance, known) = full
        .chain(elsewhere)
        .min_by_key(|(distance, _)| *distance)?;
    (distance <= 3).then_some(known)
}
