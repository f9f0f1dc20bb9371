//! Whether a Python script of the agent's own starts an experiment in a loop.
//!
//! This is no Python. Lines, their indentation and the names in them are enough to follow a script's name
//! from where it is written to the call that starts it; where they are not, nothing is said.

use std::collections::BTreeSet;

use super::words::base;

/// Calls that start a program.
const STARTERS: [&str; 9] = [
    "subprocess.",
    "os.system",
    "os.popen",
    "os.spawn",
    "Popen(",
    "check_call(",
    "check_output(",
    "create_subprocess",
    "runpy.",
];

/// Words of the language that would be taken for names.
const KEYWORDS: [&str; 8] = ["for", "in", "if", "else", "and", "or", "not", "return"];

/// How often names are followed on: through so many variables and functions.
const ROUNDS: usize = 8;

/// Whether a start of an entry point stands in a loop, or in a function that a loop calls.
pub(super) fn repeats(text: &str, entry_points: &[String]) -> bool {
    let lines = lines(text);
    let mut carriers: BTreeSet<&str> = BTreeSet::new();
    let mut starters: BTreeSet<&str> = BTreeSet::new();
    for _ in 0..ROUNDS {
        let before = (carriers.len(), starters.len());
        for line in &lines {
            if line.carries(entry_points, &carriers) {
                carriers.extend(line.receivers());
            }
            if line.is_start(&starters) {
                starters.extend(line.function);
                // A function that starts one stands for it where it is called.
                let is_own = line.carries(entry_points, &carriers);
                carriers.extend(line.function.filter(|_| is_own));
            }
        }
        if before == (carriers.len(), starters.len()) {
            break;
        }
    }
    lines.iter().any(|line| {
        let is_repeated = line.loops > 0 || line.is_comprehension();
        is_repeated && line.is_start(&starters) && line.carries(entry_points, &carriers)
    })
}

/// A line with those that its brackets hold.
struct Line<'t> {
    text: String,
    names: Vec<&'t str>,
    /// The innermost function around it.
    function: Option<&'t str>,
    /// How many loops of that function, or of the module, are around it.
    loops: usize,
}

impl<'t> Line<'t> {
    /// Whether the name of an entry point stands in it, or the name of something that holds one.
    fn carries(&self, entry_points: &[String], carriers: &BTreeSet<&str>) -> bool {
        entry_points
            .iter()
            .any(|entry| self.text.contains(base(entry)))
            || self.names.iter().any(|name| carriers.contains(name))
    }

    /// The names that hold afterwards what stands in it.
    fn receivers(&self) -> Vec<&'t str> {
        let text = self.text.as_str();
        let is_name = |name: &&&str| !KEYWORDS.contains(*name);
        let first = |count: usize| self.names.iter().take(count).filter(is_name).copied();
        let count_in = |part: &str| words(part).count();
        if let Some(targets) = text
            .strip_prefix("for ")
            .and_then(|rest| rest.split_once(" in "))
        {
            return first(1 + count_in(targets.0)).collect();
        }
        if text.starts_with("return") || text.starts_with("yield") {
            return self.function.into_iter().collect();
        }
        if text.contains(".append(") || text.contains(".extend(") {
            return first(1).collect();
        }
        let assigned = text.find('=').filter(|at| {
            let target = &text[..*at];
            !target.contains('(') && !text[at + 1..].starts_with('=')
        });
        assigned.map_or_else(Vec::new, |at| first(count_in(&text[..at])).collect())
    }

    /// Whether it starts a program, or calls what does.
    fn is_start(&self, starters: &BTreeSet<&str>) -> bool {
        let text = self.text.as_str();
        let is_declaration = ["import ", "from ", "def ", "async def "]
            .iter()
            .any(|word| text.starts_with(word));
        let calls = |name: &&str| starters.contains(*name);
        !is_declaration
            && (STARTERS.iter().any(|call| text.contains(call)) || self.names.iter().any(calls))
    }

    /// Whether it does something for each of several things by itself.
    fn is_comprehension(&self) -> bool {
        let is_loop = self.text.starts_with("for ") || self.text.starts_with("async for ");
        let has_for = self.text.contains(" for ") && self.text.contains(" in ");
        (has_for && !is_loop) || self.text.contains("map(")
    }
}

enum Block<'t> {
    Loop,
    Function(&'t str),
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut blocks: Vec<(usize, Block<'_>)> = Vec::new();
    let mut open = 0_usize;
    for raw in text.lines() {
        let bare = raw.trim();
        if bare.is_empty() || bare.starts_with('#') {
            continue;
        }
        let brackets = |set: &str| bare.chars().filter(|c| set.contains(*c)).count();
        let was_open = open > 0;
        open = (open + brackets("([{")).saturating_sub(brackets(")]}"));
        if let (true, Some(last)) = (was_open, lines.last_mut()) {
            last.text.push(' ');
            last.text.push_str(bare);
            last.names.extend(words(bare));
            continue;
        }
        let indent = raw.len() - raw.trim_start().len();
        while blocks.last().is_some_and(|(at, _)| *at >= indent) {
            blocks.pop();
        }
        let function = blocks
            .iter()
            .rposition(|(_, block)| matches!(block, Block::Function(_)));
        let own = function.map_or(&blocks[..], |at| &blocks[at + 1..]);
        lines.push(Line {
            text: bare.to_owned(),
            names: words(bare).collect(),
            function: function.and_then(|at| match blocks[at].1 {
                Block::Function(name) => Some(name),
                Block::Loop => None,
            }),
            loops: own.len(),
        });
        let head = bare.strip_prefix("async ").unwrap_or(bare);
        if head.starts_with("for ") || head.starts_with("while ") {
            blocks.push((indent, Block::Loop));
        } else if let Some(name) = head
            .strip_prefix("def ")
            .and_then(|rest| words(rest).next())
        {
            blocks.push((indent, Block::Function(name)));
        }
    }
    lines
}

/// The names in a line. What belongs to something else, as `run` does in `subprocess.run`, is none.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.split(move |c: char| !is_part(c)).filter(move |word| {
        let at = word.as_ptr() as usize - text.as_ptr() as usize;
        let ahead = &text[..at];
        let is_own = !ahead.ends_with('.') || ahead.ends_with("self.");
        is_own && word.starts_with(|c: char| c.is_alphabetic() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repeated(text: &str) -> bool {
        repeats(text, &["scripts/train.py".to_owned()])
    }

    #[test]
    fn starts_in_loops_are_seen_however_they_are_written() {
        for text in [
            "import subprocess\nfor s in (1, 2):\n    subprocess.run(['python', 'scripts/train.py', str(s)])\n",
            "for s in (1, 2):\n    os.system(f'python scripts/train.py --seed {s}')\n",
            "cmd = ['python', 'scripts/train.py']\nwhile todo:\n    subprocess.check_call(cmd + [todo.pop()])\n",
            "def run(s):\n    subprocess.run(['python',\n        'scripts/train.py', s])\n\nfor s in '12':\n    run(s)\n",
            "cmds = []\nfor s in '12':\n    cmds.append(['python', 'scripts/train.py', s])\nfor c in cmds:\n    subprocess.run(c)\n",
            "[subprocess.run(['python', 'scripts/train.py', s]) for s in '12']\n",
            "def run(s):\n    subprocess.run(['python', 'scripts/train.py', s])\nlist(map(run, '12'))\n",
        ] {
            assert!(repeated(text), "{text}");
        }
    }

    #[test]
    fn one_start_beside_a_loop_is_no_repetition() {
        for text in [
            "subprocess.run(['python', 'scripts/train.py'])\nfor line in open('log'):\n    print(line)\n",
            "lines = []\nfor line in open('c.toml'):\n    lines.append(line.replace('a', 'b'))\nsubprocess.run(['python', 'scripts/train.py'])\n",
            "def main():\n    p = subprocess.Popen(['python', 'scripts/train.py'])\n    while p.poll() is None:\n        time.sleep(1)\nmain()\n",
            "for d in ('logs', 'out'):\n    subprocess.run(['mkdir', '-p', d])\nsubprocess.run(['python', 'scripts/train.py'])\n",
            "def run(s):\n    subprocess.run(['python', 'scripts/train.py', s])\nrun(1)\nfor d in 'ab':\n    subprocess.run(['mkdir', d])\n",
            "# scripts/train.py\nfor s in '12':\n    print('scripts/train.py', s)\n",
        ] {
            assert!(!repeated(text), "{text}");
        }
    }
}
