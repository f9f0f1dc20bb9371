//! Words of names, logs, manifests and paths.

use super::{Entry, Topic};

pub(super) static ENTRIES: &[Entry] = &[
    Entry {
        topic: Topic::Naming,
        about: "deterministic run naming",
        rules: &["LAY002"],
        terms: "run identifier from, identifier from, name is a function, \
            name is a pure function, function of, named the same, name is fixed, names are fixed, \
            names runs, same inputs same name, naming, name scheme, name pattern*, name format, \
            name template*, name convention, name builder, name generator, name function, \
            named after, named by, named from, named deterministically, deterministic name*, \
            deterministic run name*, deterministic id*, deterministic run id*, \
            deterministic experiment name*, deterministic and unique name*, \
            deterministically name*, deterministically derive*, names derived, name derived, \
            names are derived, name is derived, names come from, name comes from, names follow, \
            names encode, name encodes, names that encode, name that encodes, names computed, \
            name computed, names built, name built, derive the run name*, derive run names, \
            derive a run name, derive the name*, derive names, derives the run name*, \
            derives run names, derive each run, derive every run, derives names, \
            derives the name*, derived name*, derived run name*, name every run, name each run, \
            name runs, name all runs, name the runs, names every run, names each run, run slug*, \
            run id scheme, run label*, run names must, run names are, run names from, \
            run name from, run names follow, slug, slugs, config hash, configuration hash, \
            hash of the config*, stable name*, stable run name*, reproducible name*, \
            reproducible run name*, unambiguous name*, canonical name*, canonical run name*, \
            unique run name*, fixed run name*, fixed name*, predictable name*, \
            predictable run name*, systematic name*, systematic run name*, same run name, \
            same name",
    },
    Entry {
        topic: Topic::RunName,
        about: "names of runs, which count with a word of how they come about",
        rules: &["LAY002"],
        terms: "run tag*, run title*, run key*, trial id*, trial label*, experiment id*, \
            experiment label*, run name*, labels for runs, label for each run, names for runs, \
            name for each run, names of runs, trial name*, experiment name*, job name*, log name*, \
            names of the runs, run identifier*",
    },
    Entry {
        topic: Topic::Deriving,
        about: "how a name comes about",
        rules: &["LAY002"],
        terms: "function of, comput*, hash*, formula, fixed by, always the same, repeatab*, \
            predictab*, stable, determin*, reproducib*, deriv*, encod*, scheme*, pattern*, \
            unique*, made of, composed*, built from, template*, convention*, generated from",
    },
    Entry {
        topic: Topic::Capture,
        about: "capture of stdout and stderr",
        rules: &["LAY003"],
        terms: "output and err*, normal and error, both outputs, both channels, \
            output channels, out and err, sysout*, transcripts of each run, \
            transcript of each run, transcript per run, stdout*, stderr*, standard output, \
            standard out, standard error, std out, tee, tees, redirect*, console output, \
            console log*, terminal output, capture output*, captures output*, captured output*, \
            output capture, capture all output, capture the output*, captures the output*, \
            captures all output, captures both streams, both streams, both output streams, \
            output streams, log capture, capture logs, capture the logs, captures logs, \
            captured log*, capture each run, captures each run, capture every run, \
            captures every run, captured to, captures to, capture to",
    },
    Entry {
        topic: Topic::LogFile,
        about: "log files, which with a word of writing are a capture too",
        rules: &["LAY003"],
        terms: "log file*, logfile*, log per run, logs per run, log of its own, own log, \
            per run log*, run log*, logs to, log to, printed output, everything it prints, \
            everything that it prints, whatever it prints",
    },
    Entry {
        topic: Topic::Writing,
        about: "writing something to a file",
        rules: &["LAY003"],
        terms: "captur*, redirect*, writ*, pipe*, send*, save*, stream*, store*, persist*, \
            collect*",
    },
    Entry {
        topic: Topic::Manifest,
        about: "run manifests",
        rules: &["LAY004"],
        terms: "manifest*, provenance, run record*, run card*, run metadata, metadata file*, \
            metadata record*, run description*, run json",
    },
    Entry {
        topic: Topic::Command,
        about: "the command, in a manifest",
        rules: &["LAY004"],
        terms: "the call, call it was, exact call, what was executed, what was run, command*, \
            cmd*, invocation*, argv, call line, arguments",
    },
    Entry {
        topic: Topic::Seed,
        about: "the seed, in a manifest",
        rules: &["LAY004"],
        terms: "seed*, rng*, random state",
    },
    Entry {
        topic: Topic::Commit,
        about: "the commit, in a manifest",
        rules: &["LAY004"],
        terms: "commit*, git sha*, git hash*, git rev*, git head, git state, git describe, \
            sha, revision*, code version, source version, changeset",
    },
    Entry {
        topic: Topic::Timestamp,
        about: "the timestamp, in a manifest",
        rules: &["LAY004"],
        terms: "when it ran, when it was, when the run, launch time*, date and time, hour, \
            epoch seconds, clock, time it, wall time, timestamp*, time stamp*, start time*, \
            starting time, started at, start date, created at, datetime, date, date time, \
            wall clock, utc, iso 8601, clock time, when it started, when it began, time of, \
            start and end, start end, ts, time",
    },
    Entry {
        topic: Topic::PathRule,
        about: "run commands that use the planned paths",
        rules: &["LAY005"],
        terms: "paths that all commands, paths all commands, paths that all run commands, \
            consistent path*, consistent script path*, consistent log path*, \
            consistent file path*, consistent and planned path*, consistent location*, \
            consistent set of path*, consistently use*, use consistently, \
            consistent with the layout, consistent layout*, consistent use of, consistent across, \
            path consistency, path convention*, path constant*, path rule*, path template*, \
            path scheme, path layout, path contract, path policy, path check*, path lint*, \
            paths consistently, paths are consistent, paths consistent, paths in run commands, \
            paths used by, paths used in, paths referenced, paths that run commands, \
            paths that commands, paths every run, paths of the layout, paths from the layout, \
            paths only from, paths come from, paths and no others, paths and nothing else, \
            planned path*, planned log path*, planned launcher*, planned script*, same path*, \
            same script path*, same script and log path*, same log path*, canonical path*, \
            fixed path*, shared path*, standard path*, only these path*, only those path*, \
            only the planned, only planned, reference only, references only, refer only, \
            use only path*, uses only path*, path registry, central path*, paths module, \
            paths file, single source of path*, path map*, agreed path*, layout path*, \
            command template*, run command template*",
    },
    Entry {
        topic: Topic::Playbook,
        about: "the prompt-skill playbook",
        rules: &["PBK003"],
        terms: "playbook*, play book*",
    },
];
