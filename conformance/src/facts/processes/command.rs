//! What a command line makes run: the reading of an interpreter's and a launcher's arguments.

use crate::programs::{LAUNCHERS, PYTHONS, SCHEDULERS, SHELLS};

/// What an execution runs, told by its arguments alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reading<'a> {
    /// A file, with the arguments behind it.
    Script(&'a str, &'a [String]),
    /// A module, with the arguments behind it.
    Module(&'a str, &'a [String]),
    /// Code from the command line.
    Code(&'a str),
    /// Whatever comes from standard input.
    Stdin,
    /// A program that starts others, by its name, with its arguments.
    Launcher(&'a str, &'a [String]),
    /// A command of a scheduler, by its name, with its arguments.
    Scheduler(&'a str, &'a [String]),
    /// Nothing of interest.
    Nothing,
}

/// Beginnings of the names of dynamic loaders, which start what their first argument names.
const LOADERS: [&str; 3] = ["ld-linux", "ld-musl", "ld.so"];

/// Options of Python that take the next argument.
const WITH_VALUE: [&str; 3] = ["-W", "-X", "--check-hash-based-pycs"];

/// Modules that are launchers, or that run a script in some other way.
const RUNNING_MODULES: [&str; 11] = [
    "torch.distributed.run",
    "torch.distributed.launch",
    "accelerate.commands.launch",
    "deepspeed.launcher.runner",
    "runpy",
    "cProfile",
    "profile",
    "pdb",
    "trace",
    "coverage",
    "debugpy",
];

/// Reads the arguments of an execution, of which `executable` is the file. `is_foreign` tells whether
/// that file is one that the agent has put in place, so that its name says nothing.
pub(super) fn read<'a>(executable: &'a str, argv: &'a [String], is_foreign: bool) -> Reading<'a> {
    let rest = argv.get(1..).unwrap_or_default();
    let file = name(executable);
    let called = argv.first().map_or(file, |word| name(word));
    // `exec -a` gives a program any name, hence the file counts first.
    if is_interpreter(file) || (is_interpreter(called) && file == called) {
        return of_python(rest);
    }
    if is_shell(file) {
        return of_shell(rest);
    }
    if is_loader(file) {
        let program = rest.iter().position(|word| !word.starts_with('-'));
        return program.map_or(Reading::Nothing, |at| {
            read(&rest[at], &rest[at..], is_foreign)
        });
    }
    if is_foreign {
        // It may be an interpreter under another name.
        return match of_python(rest) {
            Reading::Stdin => Reading::Nothing,
            reading => reading,
        };
    }
    of_command(file, rest)
}

/// Whether the arguments ask for nothing but an explanation.
pub(super) fn only_looks(arguments: &[String]) -> bool {
    const LOOKING: [&str; 4] = ["--help", "-h", "--version", "-V"];
    arguments
        .iter()
        .any(|word| LOOKING.contains(&word.as_str()))
}

fn of_command<'a>(name: &'a str, rest: &'a [String]) -> Reading<'a> {
    if only_looks(rest) {
        return Reading::Nothing;
    }
    let words = rest.iter().filter(|word| !word.starts_with('-'));
    let words: Vec<&str> = words.map(String::as_str).take(2).collect();
    match (name, words.as_slice()) {
        ("accelerate", ["launch", ..])
        | ("kubectl", ["apply" | "create" | "run" | "replace", ..])
        | ("ray", ["submit", ..] | ["job", "submit"]) => {}
        ("accelerate" | "kubectl" | "ray", _) => return Reading::Nothing,
        _ => {}
    }
    if LAUNCHERS.contains(&name) {
        Reading::Launcher(name, rest)
    } else if SCHEDULERS.contains(&name) {
        Reading::Scheduler(name, rest)
    } else {
        Reading::Nothing
    }
}

fn of_python(arguments: &[String]) -> Reading<'_> {
    let mut at = 0;
    while let Some(word) = arguments.get(at) {
        let rest = &arguments[at + 1..];
        match word.as_str() {
            "-" => return Reading::Stdin,
            "-h" | "--help" | "-V" | "-VV" | "--version" => return Reading::Nothing,
            word if WITH_VALUE.contains(&word) => at += 1,
            word if word.starts_with("--") => {}
            word if word.starts_with('-') => {
                if let Some(reading) = of_short_options(&word[1..], rest) {
                    return reading;
                }
            }
            script => return of_script(script, rest),
        }
        at += 1;
    }
    Reading::Stdin
}

/// `-um train`, `-mtrain`, `-c code`: an option behind others, its value attached or not.
fn of_short_options<'a>(options: &'a str, rest: &'a [String]) -> Option<Reading<'a>> {
    let at = options.find(['m', 'c', 'W', 'X'])?;
    let attached = &options[at + 1..];
    let (value, behind) = match (attached, rest.split_first()) {
        ("", Some((value, behind))) => (value.as_str(), behind),
        ("", None) => return Some(Reading::Nothing),
        (attached, _) => (attached, rest),
    };
    match &options[at..=at] {
        "m" => Some(of_module(value, behind)),
        "c" => Some(Reading::Code(value)),
        _ => None,
    }
}

fn of_module<'a>(module: &'a str, rest: &'a [String]) -> Reading<'a> {
    if RUNNING_MODULES.contains(&module) {
        Reading::Launcher(module, rest)
    } else {
        Reading::Module(module, rest)
    }
}

/// An installed command is a script of the interpreter: `python .venv/bin/torchrun train.py`.
fn of_script<'a>(script: &'a str, rest: &'a [String]) -> Reading<'a> {
    match of_command(name(script), rest) {
        Reading::Nothing => Reading::Script(script, rest),
        reading => reading,
    }
}

fn of_shell(arguments: &[String]) -> Reading<'_> {
    for (at, word) in arguments.iter().enumerate() {
        if word.starts_with('-') && !word.starts_with("--") && word.contains('c') {
            // What it runs is executed and seen by itself.
            return Reading::Nothing;
        }
        if !word.starts_with(['-', '+']) {
            return of_script(word, &arguments[at + 1..]);
        }
    }
    Reading::Stdin
}

/// Whether a program of this name is a shell.
pub(super) fn is_shell(name: &str) -> bool {
    SHELLS.contains(&name)
}

/// Whether a program of this name is an interpreter of experiments.
pub(super) fn is_interpreter(name: &str) -> bool {
    let version = |rest: &str| rest.chars().all(|c| c.is_ascii_digit() || c == '.');
    let mut prefixes = PYTHONS.iter();
    prefixes.any(|prefix| name.strip_prefix(prefix).is_some_and(version))
}

/// Whether a program of this name starts what its arguments name, itself being a dynamic loader.
pub(super) fn is_loader(name: &str) -> bool {
    LOADERS.iter().any(|loader| name.starts_with(loader))
}

/// The last segment of a path.
pub(super) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        let argv: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let reading = match read(&argv[0], &argv, false) {
            Reading::Script(script, _) => format!("script {script}"),
            Reading::Module(module, _) => format!("module {module}"),
            Reading::Code(code) => format!("code {code}"),
            Reading::Stdin => "stdin".to_owned(),
            Reading::Launcher(name, _) => format!("launcher {name}"),
            Reading::Scheduler(name, _) => format!("scheduler {name}"),
            Reading::Nothing => String::new(),
        };
        assert_eq!(reading, expected, "{line}");
    }

    #[test]
    fn command_lines_are_read_as_their_programs_do() {
        check(
            "/usr/bin/python3.11 -u scripts/train.py --lr 1",
            "script scripts/train.py",
        );
        check("python -W ignore -X dev train.py", "script train.py");
        check("python -um scripts.train --lr 1", "module scripts.train");
        check("python -Wignore train.py", "script train.py");
        check("python -mtrain", "module train");
        check("python -c import_x", "code import_x");
        check("python -", "stdin");
        check("python", "stdin");
        check("python --version", "");
        check(
            "python -m torch.distributed.run train.py",
            "launcher torch.distributed.run",
        );
        check("python .venv/bin/torchrun train.py", "launcher torchrun");
        check("bash run.sh", "script run.sh");
        check("bash -lc python", "");
        check("accelerate launch train.py", "launcher accelerate");
        check("accelerate config", "");
        check("sbatch --help", "");
        check("sbatch job.sh", "scheduler sbatch");
        check("kubectl get pods", "");
        check("kubectl apply -f job.yaml", "scheduler kubectl");
        check("ray job submit -- python train.py", "scheduler ray");
        check(
            "/lib64/ld-linux-x86-64.so.2 --inhibit-cache /usr/bin/python3 -u t.py",
            "script t.py",
        );
        check("cat train.py", "");
        check("python-config train.py", "");
    }
}
