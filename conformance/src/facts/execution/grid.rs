//! Which configurations of a grid have a run.

use super::runs::RunFacts;
use super::shell::Command;
use crate::case::GridAxis;

/// Most configurations that are looked at one by one.
const MOST: usize = 10_000;

/// What runs make of a grid.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Configurations without a run, as `lr=0.1 seed=2`.
    pub missing: Vec<String>,
    /// Configurations with several runs, and the ids of these.
    pub doubled: Vec<(String, Vec<String>)>,
    /// How many configurations there are.
    pub total: usize,
}

/// All configurations of a grid, each as the values of its axes in order.
pub fn combinations(grid: &[GridAxis]) -> Vec<Vec<(&str, &str)>> {
    let mut all: Vec<Vec<(&str, &str)>> = vec![Vec::new()];
    for axis in grid {
        let longer = all.iter().flat_map(|known| {
            axis.values.iter().map(move |value| {
                let mut next = known.clone();
                next.push((axis.name.as_str(), value.as_str()));
                next
            })
        });
        all = longer.take(MOST).collect();
    }
    all
}

/// Holds runs against a grid. A run that names another value for an axis is none of a configuration;
/// one that does not name the axis at all is one where the value stands somewhere in its command or
/// name.
pub fn coverage<'r>(grid: &[GridAxis], runs: impl Iterator<Item = &'r RunFacts<'r>>) -> Coverage {
    let runs: Vec<Reading<'_>> = runs.map(Reading::of).collect();
    let combinations = combinations(grid);
    let mut coverage = Coverage {
        total: combinations.len(),
        ..Coverage::default()
    };
    for combination in combinations {
        let fitting: Vec<&Reading<'_>> = runs.iter().filter(|run| run.fits(&combination)).collect();
        let shown: Vec<String> = combination
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let shown = shown.join(" ");
        match fitting.as_slice() {
            [] => coverage.missing.push(shown),
            [_] => {}
            several => {
                // Runs that leave open which configuration they are prove no repetition.
                let ids: Vec<String> = several
                    .iter()
                    .filter(|run| run.names_all(&combination))
                    .map(|run| run.run.id.clone())
                    .collect();
                if ids.len() > 1 {
                    coverage.doubled.push((shown, ids));
                }
            }
        }
    }
    coverage
}

/// Whether names alone say which configurations of a grid runs are: there is an axis whose value every
/// name holds.
pub fn names_tell(grid: &[GridAxis], runs: &[&RunFacts<'_>]) -> bool {
    let tells = |axis: &GridAxis, run: &RunFacts<'_>| {
        let tokens = tokens(&run.name);
        match Command::parse(&run.command).option(&axis.name) {
            Some(given) => holds(&tokens, &axis.name, given),
            None => axis
                .values
                .iter()
                .any(|value| holds(&tokens, &axis.name, value)),
        }
    };
    let mut several = grid.iter().filter(|axis| axis.values.len() > 1);
    several.any(|axis| runs.iter().all(|run| tells(axis, run)))
}

/// A run, with its command taken apart.
pub(in crate::facts) struct Reading<'r> {
    run: &'r RunFacts<'r>,
    command: Command,
    tokens: Vec<String>,
}

impl<'r> Reading<'r> {
    pub(in crate::facts) fn of(run: &'r RunFacts<'r>) -> Self {
        Self {
            run,
            command: Command::parse(&run.command),
            tokens: tokens(&format!("{} {}", run.command, run.name)),
        }
    }

    /// Its command.
    pub(in crate::facts) fn command(&self) -> &Command {
        &self.command
    }

    /// How many words are gone through to find a value.
    pub(in crate::facts) fn size(&self) -> usize {
        self.tokens.len()
    }

    /// Whether it is one of the runs that have this value for this parameter.
    pub(in crate::facts) fn has(&self, name: &str, value: &str) -> bool {
        match self.command.option(name) {
            Some(given) => is_same(given, value),
            None => holds(&self.tokens, name, value),
        }
    }

    fn fits(&self, combination: &[(&str, &str)]) -> bool {
        let mut all = combination.iter();
        all.all(|(name, value)| self.has(name, value))
    }

    fn names_all(&self, combination: &[(&str, &str)]) -> bool {
        combination
            .iter()
            .all(|(name, _)| self.command.option(name).is_some())
    }
}

/// Whether a value stands somewhere, alone or glued to its axis: `cosine`, `lr0.01`, `lr0p01`, `s1`.
fn holds(tokens: &[String], name: &str, value: &str) -> bool {
    let lower = name.to_lowercase();
    let initial = lower.chars().take(1).collect::<String>();
    let spelt = |text: &str| {
        let text = text.trim_start_matches(['-', '_', '=']);
        is_same(text, value) || is_same(&text.replace('p', ".").replace("em", "e-"), value)
    };
    tokens.iter().any(|token| {
        let glued = [lower.as_str(), initial.as_str()];
        let mut glued = glued.iter().filter_map(|prefix| token.strip_prefix(prefix));
        spelt(token) || glued.any(spelt)
    })
}

fn tokens(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| c.is_whitespace() || "=,;'\"()[]{}/:".contains(c))
        .flat_map(|word| {
            let parts = word.split(['-', '_']).map(str::to_owned);
            parts.chain([word.to_owned()]).collect::<Vec<_>>()
        })
        .filter(|token| !token.is_empty())
        .collect()
}

/// Whether two values are the same: as numbers where both are, as words otherwise.
fn is_same(given: &str, wanted: &str) -> bool {
    match (given.parse::<f64>(), wanted.parse::<f64>()) {
        (Ok(a), Ok(b)) => a == b,
        _ => given.eq_ignore_ascii_case(wanted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(id: &str, name: &str, command: &str) -> RunFacts<'static> {
        RunFacts {
            id: id.to_owned(),
            name: name.to_owned(),
            command: command.to_owned(),
            last: "ready".to_owned(),
            ..RunFacts::default()
        }
    }

    fn grid() -> Vec<GridAxis> {
        let axis = |name: &str, values: [&str; 2]| GridAxis {
            name: name.to_owned(),
            values: values.map(str::to_owned).to_vec(),
        };
        vec![axis("lr", ["0.01", "0.1"]), axis("seed", ["0", "1"])]
    }

    #[test]
    fn options_decide_and_numbers_are_compared_as_numbers() {
        let runs = [
            run("a", "a", "t.py --lr 1e-2 --seed 0"),
            run("b", "b", "t.py --lr=0.01 --seed=1"),
            run("c", "c", "t.py --lr 0.1 --seed 0"),
            run("d", "d", "t.py --lr 0.10 --seed 0"),
        ];
        let coverage = coverage(&grid(), runs.iter());
        assert_eq!(coverage.missing, ["lr=0.1 seed=1"]);
        assert_eq!(coverage.doubled.len(), 1);
        assert_eq!(coverage.doubled[0].1, ["c", "d"]);
    }

    #[test]
    fn names_tell_where_each_holds_a_value_of_its_own() {
        let named = |names: [&str; 2]| {
            let runs = [
                run("a", names[0], "t.py --lr 0.01 --seed 0"),
                run("b", names[1], "t.py --lr 0.1 --seed 1"),
            ];
            names_tell(&grid(), &[&runs[0], &runs[1]])
        };
        assert!(named(["lr1e-2-seed0", "lr1e-1-seed1"]));
        assert!(named(["lr0p01", "lr0p1"]));
        assert!(named(["slow-s0", "fast-s1"]));
        assert!(!named(["run-1", "run-2"]));
        assert!(!named(["lr0.01", "lr0.02"]));
    }

    #[test]
    fn values_in_names_count_where_no_option_tells() {
        let runs = [
            run("a", "lr0.01-s0", "launch.sh lr0.01-s0"),
            run("b", "lr0.01-s1", "launch.sh lr0.01-s1"),
            run("c", "lr0.1-s0", "launch.sh lr0.1-s0"),
        ];
        let coverage = coverage(&grid(), runs.iter());
        assert_eq!(coverage.missing, ["lr=0.1 seed=1"]);
        assert!(coverage.doubled.is_empty());
    }
}
