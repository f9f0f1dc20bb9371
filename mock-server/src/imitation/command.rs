//! A run's command as far as a simulated program needs it: which words it got, where it worked, and where
//! its output went.

/// Most levels of shells within shells that are looked into.
const DEEPEST: usize = 4;

/// How a command calls a program.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Invocation {
    /// The words behind the program's name.
    pub words: Vec<String>,
    /// The folder that the command changed to, if it did.
    pub folder: Option<String>,
    /// The file that its output goes to.
    pub log: Option<String>,
    /// The file that `tee` copies its output to.
    pub copy: Option<String>,
}

/// A part of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Word(String),
    /// `>` and its like, whether for standard output.
    Redirect(bool),
    Pipe,
    /// `&&`, `;` and other ends of a simple command.
    End,
}

impl Invocation {
    /// How `command` calls what ends in `name`; nothing where it does not.
    pub fn of(command: &str, name: &str) -> Option<Self> {
        Self::within(command, name, None, DEEPEST)
    }

    /// A path of the program's as seen from where the run began.
    pub fn path(&self, path: &str) -> String {
        match &self.folder {
            Some(folder) if !path.starts_with('/') => format!("{folder}/{path}"),
            _ => path.to_owned(),
        }
    }

    fn within(command: &str, name: &str, folder: Option<String>, depth: usize) -> Option<Self> {
        let parts = parts(command);
        let mut folder = folder;
        for simple in parts.split(|part| *part == Part::End) {
            let first = simple.split(|part| *part == Part::Pipe).next()?;
            let (words, log) = words_of(first);
            if let Some(at) = words.iter().position(|word| is_named(word, name)) {
                return Some(Self {
                    words: words[at + 1..].to_vec(),
                    folder,
                    log,
                    copy: copy_of(simple),
                });
            }
            let nested = words.iter().filter(|word| depth > 0 && word.contains(' '));
            for word in nested {
                if let Some(mut found) = Self::within(word, name, folder.clone(), depth - 1) {
                    found.log = found.log.or(log);
                    return Some(found);
                }
            }
            if let [cd, target, ..] = words.as_slice()
                && cd == "cd"
            {
                folder = Some(match (&folder, target.starts_with('/')) {
                    (Some(above), false) => format!("{above}/{target}"),
                    _ => target.clone(),
                });
            }
        }
        None
    }
}

/// Whether a word is the program's name, or a path that ends with it.
fn is_named(word: &str, name: &str) -> bool {
    word.strip_suffix(name)
        .is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// The words of a simple command, and where its standard output goes.
fn words_of(simple: &[Part]) -> (Vec<String>, Option<String>) {
    let (mut words, mut log) = (Vec::new(), None);
    let mut parts = simple.iter();
    while let Some(part) = parts.next() {
        match part {
            Part::Word(word) => words.push(word.clone()),
            Part::Redirect(is_output) => {
                if let Some(Part::Word(target)) = parts.next()
                    && *is_output
                {
                    log = Some(target.clone());
                }
            }
            Part::Pipe | Part::End => {}
        }
    }
    (words, log.filter(|log| log != "/dev/null"))
}

fn copy_of(simple: &[Part]) -> Option<String> {
    let behind = simple.split(|part| *part == Part::Pipe).skip(1);
    let mut words = behind.map(|part| words_of(part).0);
    let tee = words.find(|words| words.first().is_some_and(|word| is_named(word, "tee")))?;
    tee.into_iter().skip(1).find(|word| !word.starts_with('-'))
}

fn parts(command: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = command.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                while let Some(inner) = chars.next().filter(|inner| *inner != c) {
                    if inner == '\\' && c == '"' {
                        word.extend(chars.next());
                    } else {
                        word.push(inner);
                    }
                }
            }
            '\\' => word.get_or_insert_default().extend(chars.next()),
            '>' => {
                let before = word.take();
                let is_error = before.as_deref() == Some("2");
                let is_output = !is_error;
                parts.extend(
                    before
                        .filter(|text| text != "1" && text != "2")
                        .map(Part::Word),
                );
                while chars.next_if_eq(&'>').is_some() {}
                if chars.next_if_eq(&'&').is_some() {
                    // Another descriptor: `2>&1`.
                    while chars.next_if(char::is_ascii_alphanumeric).is_some() {}
                } else {
                    parts.push(Part::Redirect(is_output));
                }
            }
            '&' if chars.peek() == Some(&'>') => parts.extend(word.take().map(Part::Word)),
            '|' | '&' | ';' | '\n' | '(' | ')' => {
                parts.extend(word.take().map(Part::Word));
                let is_double = chars.next_if_eq(&c).is_some();
                parts.push(if c == '|' && !is_double {
                    Part::Pipe
                } else {
                    Part::End
                });
            }
            c if c.is_whitespace() => parts.extend(word.take().map(Part::Word)),
            c => word.get_or_insert_default().push(c),
        }
    }
    parts.extend(word.map(Part::Word));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(command: &str) -> Invocation {
        Invocation::of(command, "train.py").unwrap()
    }

    #[test]
    fn words_folder_and_log_are_found() {
        let own = found(
            "cd /w && X=1 srun -p a python scripts/train.py --lr 0.1 --o 'a b' > l/x.log 2>&1",
        );
        assert_eq!(own.words, ["--lr", "0.1", "--o", "a b"]);
        assert_eq!(own.folder.as_deref(), Some("/w"));
        assert_eq!(own.path("out"), "/w/out");
        assert_eq!(own.path("/out"), "/out");
        assert_eq!(own.log.as_deref(), Some("l/x.log"));
    }

    #[test]
    fn other_ways_to_send_output_are_known() {
        assert_eq!(found("train.py -a 2> e.log").log, None);
        assert_eq!(found("train.py &> b.log").log.as_deref(), Some("b.log"));
        assert_eq!(found("train.py >>c.log").log.as_deref(), Some("c.log"));
        assert_eq!(found("train.py > /dev/null").log, None);
        let teed = found("./train.py 2>&1 | tee -a d.log");
        assert_eq!((teed.log, teed.copy.as_deref()), (None, Some("d.log")));
    }

    #[test]
    fn shells_within_shells_are_looked_into() {
        let own = found("bash -lc \"cd /w; python train.py --seed 1\" > a.log");
        assert_eq!(own.words, ["--seed", "1"]);
        assert_eq!(
            (own.folder.as_deref(), own.log.as_deref()),
            (Some("/w"), Some("a.log"))
        );
        assert_eq!(Invocation::of("python retrain.py", "train.py"), None);
        assert_eq!(Invocation::of("echo 'unclosed", "train.py"), None);
    }
}
