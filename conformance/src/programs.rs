//! Programs that run others, or scripts that they are given: which there are, and where each is known for it.
//!
//! This is the one table. What reads plans, what reads executions, and what stands in an agent's `PATH` take
//! their lists from it, so that a program that is new is one row, and what it is not known for is seen there.

/// It begins a command of a plan that runs a script.
const PLANNED: u16 = 1;
/// It is a word of English as well, and a program only in code.
const ENGLISH: u16 = 1 << 1;
/// Names that begin so are interpreters of experiments, with a version behind: `python3.12`.
const PYTHON: u16 = 1 << 2;
/// It takes a script as its first argument, as shells do.
const SHELL: u16 = 1 << 3;
/// What a command of a run has it do is read.
const READ: u16 = 1 << 4;
/// It starts copies of a script.
const LAUNCHER: u16 = 1 << 5;
/// It hands work to a scheduler.
const SCHEDULER: u16 = 1 << 6;
/// It executes what its arguments name.
const STARTER: u16 = 1 << 7;
/// A shim tells of its calls, where nobody traces.
const SHIMMED: u16 = 1 << 8;

/// A program, and what it is known for.
type Row = (&'static str, u16);

const PROGRAMS: &[Row] = &[
    // Interpreters of experiments, and their versions.
    ("python", PLANNED | PYTHON | SHIMMED),
    ("python3", PLANNED | SHIMMED),
    ("python2", PLANNED),
    ("py", PLANNED),
    ("pypy", PLANNED | PYTHON),
    ("ipython", PLANNED | PYTHON),
    // Shells.
    ("sh", PLANNED | SHELL | READ),
    ("bash", PLANNED | SHELL | READ),
    ("dash", SHELL | READ),
    ("zsh", PLANNED | SHELL | READ),
    ("ksh", SHELL),
    ("ash", SHELL),
    ("source", PLANNED | ENGLISH),
    // Other languages.
    ("node", PLANNED | ENGLISH),
    ("rscript", PLANNED),
    ("julia", PLANNED),
    ("perl", PLANNED),
    ("ruby", PLANNED),
    ("go", PLANNED | ENGLISH),
    ("cargo", PLANNED | ENGLISH),
    // What starts several processes.
    ("torchrun", PLANNED | LAUNCHER | SHIMMED),
    ("accelerate", PLANNED | ENGLISH | LAUNCHER | SHIMMED),
    ("deepspeed", PLANNED | LAUNCHER | SHIMMED),
    ("mpirun", PLANNED | LAUNCHER | SHIMMED),
    ("mpiexec", PLANNED | LAUNCHER | SHIMMED),
    ("orterun", LAUNCHER),
    ("horovodrun", PLANNED | LAUNCHER),
    ("composer", LAUNCHER),
    // Schedulers.
    ("sbatch", PLANNED | SCHEDULER | SHIMMED),
    ("srun", PLANNED | SCHEDULER | SHIMMED),
    ("salloc", PLANNED | SCHEDULER),
    ("qsub", SCHEDULER | SHIMMED),
    ("bsub", SCHEDULER),
    ("kubectl", SCHEDULER | SHIMMED),
    ("ray", SCHEDULER | SHIMMED),
    // Environments.
    ("uv", PLANNED | SHIMMED),
    ("poetry", PLANNED),
    ("conda", PLANNED),
    ("micromamba", PLANNED),
    ("pipenv", PLANNED),
    // What executes the rest of its line.
    ("nohup", PLANNED | STARTER),
    ("xargs", PLANNED | STARTER),
    ("parallel", PLANNED | ENGLISH),
    ("time", PLANNED | ENGLISH),
    ("timeout", PLANNED | ENGLISH | STARTER),
    ("taskset", PLANNED | STARTER),
    ("numactl", PLANNED),
    ("setsid", STARTER),
    ("env", STARTER),
    ("nice", STARTER),
    ("ionice", STARTER),
    ("stdbuf", STARTER),
    ("chrt", STARTER),
    ("flock", STARTER),
];

/// Programs that run a script given to them, in the commands of plans.
pub(crate) const IN_PLANS: &[&str] = &known::<{ count(PLANNED) }>(PLANNED);

/// Those of them that are words of English as well, and programs only in code.
pub(crate) const ENGLISH_TOO: &[&str] = &known::<{ count(ENGLISH) }>(ENGLISH);

/// Beginnings of the names of interpreters that take a script as their first argument.
pub(crate) const PYTHONS: &[&str] = &known::<{ count(PYTHON) }>(PYTHON);

/// Shells, which take a script in the same place.
pub(crate) const SHELLS: &[&str] = &known::<{ count(SHELL) }>(SHELL);

/// Shells whose scripts are read where a run's command names them.
pub(crate) const SHELLS_OF_RUNS: &[&str] = &known::<{ count(READ) }>(READ);

/// Programs that start copies of a script.
pub(crate) const LAUNCHERS: &[&str] = &known::<{ count(LAUNCHER) }>(LAUNCHER);

/// Commands that hand work to a scheduler.
pub(crate) const SCHEDULERS: &[&str] = &known::<{ count(SCHEDULER) }>(SCHEDULER);

/// Programs that execute what their arguments name.
pub(crate) const STARTERS: &[&str] = &known::<{ count(STARTER) }>(STARTER);

/// What calls are told of by a shim.
pub(crate) const WITH_SHIM: &[&str] = &known::<{ count(SHIMMED) }>(SHIMMED);

/// How many programs are known for something.
const fn count(what: u16) -> usize {
    let (mut count, mut at) = (0, 0);
    while at < PROGRAMS.len() {
        if PROGRAMS[at].1 & what != 0 {
            count += 1;
        }
        at += 1;
    }
    count
}

/// The names of the programs that are known for something.
const fn known<const COUNT: usize>(what: u16) -> [&'static str; COUNT] {
    let mut names = [""; COUNT];
    let (mut found, mut at) = (0, 0);
    while at < PROGRAMS.len() {
        if PROGRAMS[at].1 & what != 0 {
            names[found] = PROGRAMS[at].0;
            found += 1;
        }
        at += 1;
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_has_one_row() {
        let names: std::collections::BTreeSet<&str> = PROGRAMS.iter().map(|row| row.0).collect();
        assert_eq!(names.len(), PROGRAMS.len());
    }

    #[test]
    fn what_is_a_word_of_english_is_a_program_of_plans() {
        assert!(ENGLISH_TOO.iter().all(|name| IN_PLANS.contains(name)));
        assert_eq!(
            (IN_PLANS.len(), ENGLISH_TOO.len(), WITH_SHIM.len()),
            (38, 8, 13)
        );
    }
}
