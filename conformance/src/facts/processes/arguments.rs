//! What of a program's arguments is itself a program.

/// Programs other than Python and shells whose programs are text.
pub(super) const INTERPRETERS: [&str; 11] = [
    "perl", "ruby", "node", "nodejs", "awk", "gawk", "mawk", "php", "lua", "tclsh", "expect",
];

/// Those of them whose program is one argument, and all others files or assignments.
const AWKS: [&str; 3] = ["awk", "gawk", "mawk"];

/// Programs that have a shell do what one or another of their arguments says.
const COMMANDERS: [&str; 6] = ["script", "parallel", "entr", "tmux", "screen", "su"];

/// What `find` executes is between one of these and one of those.
const EXECUTING: [&str; 4] = ["-exec", "-execdir", "-ok", "-okdir"];
const CLOSING: [&str; 2] = [";", "+"];

/// Options of `watch` that take the next argument.
const OF_WATCH: [&str; 4] = ["-n", "--interval", "-q", "--equexit"];

/// Options of `awk` that take the next argument, and those of them that take a program.
const OF_AWK: [&str; 8] = [
    "-F",
    "-v",
    "-f",
    "-i",
    "-l",
    "--file",
    "--assign",
    "--include",
];
const SOURCES: [&str; 2] = ["-e", "--source"];

/// Without one of these a program of `awk` executes nothing.
const EXECUTES: [&str; 4] = ["system", "|", "@load", "@include"];

/// The texts among the arguments of the program `name` that are programs.
pub(super) fn programs(name: &str, argv: &[String]) -> Vec<String> {
    let arguments = argv.get(1..).unwrap_or_default();
    match name {
        "watch" => vec![of_watch(arguments)],
        name if AWKS.contains(&name) => {
            let mut programs = of_awk(arguments);
            programs.retain(|program| EXECUTES.iter().any(|word| program.contains(word)));
            programs
        }
        name if INTERPRETERS.contains(&name) || COMMANDERS.contains(&name) => arguments.to_vec(),
        _ => Vec::new(),
    }
}

/// It gives all its words behind the options to one shell.
fn of_watch(arguments: &[String]) -> String {
    let mut rest = arguments;
    while let Some((option, behind)) = rest.split_first().filter(|(word, _)| word.starts_with('-'))
    {
        let takes_next = OF_WATCH.contains(&option.as_str());
        rest = behind.get(usize::from(takes_next)..).unwrap_or_default();
    }
    rest.join(" ")
}

/// What `find` looks at and for, and what it executes.
#[derive(Debug, Default)]
pub(super) struct Finding<'a> {
    pub(super) sought: Vec<&'a String>,
    pub(super) commands: Vec<Vec<&'a String>>,
}

/// What stands for each file that `find` has found.
pub(super) const FOUND: &str = "{}";

impl<'a> Finding<'a> {
    pub(super) fn of(argv: &'a [String]) -> Self {
        let mut own = Self::default();
        let mut words = argv.iter().skip(1);
        while let Some(word) = words.next() {
            if EXECUTING.contains(&word.as_str()) {
                let command = words.by_ref();
                let command = command.take_while(|word| !CLOSING.contains(&word.as_str()));
                own.commands.push(command.collect());
            } else {
                own.sought.push(word);
            }
        }
        own.commands.retain(|command| !command.is_empty());
        own
    }
}

fn of_awk(arguments: &[String]) -> Vec<String> {
    let (mut programs, mut is_given) = (Vec::new(), false);
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        if SOURCES.contains(&word.as_str()) {
            programs.extend(words.next().cloned());
            is_given = true;
        } else if OF_AWK.contains(&word.as_str()) {
            is_given |= word == "-f" || word == "--file";
            words.next();
        } else if let Some(source) = word.strip_prefix("--source=") {
            programs.push(source.to_owned());
            is_given = true;
        } else if !word.starts_with('-') || word == "--" {
            let program = if word == "--" {
                words.next()
            } else {
                Some(word)
            };
            programs.extend(program.filter(|_| !is_given).cloned());
            return programs;
        }
    }
    programs
}
