//! What runs a task asks for: a command with names in braces, and the values of each name.

/// What pins a run to a device.
pub(super) const PIN: &str = "CUDA_VISIBLE_DEVICES=";

/// The runs of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order {
    /// The command, with `{lr}` for a value and `{name}` for the run's name.
    template: String,
    axes: Vec<(String, Vec<String>)>,
}

/// One configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Configuration {
    pub(crate) name: String,
    pub(crate) command: String,
}

impl Order {
    /// Reads a task's text: the command in backticks, and `lr in {0.1, 0.2}` behind it. A task
    /// without `POST /runs` asks for none.
    pub(crate) fn of(text: &str) -> Option<Self> {
        if !text.contains("POST /runs") {
            return None;
        }
        let (_, behind) = text.split_once("the command `")?;
        let (template, rest) = behind.split_once('`')?;
        // Where it starts and on which device, the agent says itself.
        let template = match template.split_once(" && ") {
            Some((start, script)) if start.starts_with("cd ") => script,
            _ => template,
        };
        let words = template.split(' ').filter(|word| !word.starts_with(PIN));
        let words: Vec<&str> = words.collect();
        Some(Self {
            template: words.join(" "),
            axes: axes(rest),
        })
    }

    /// How many configurations there are.
    pub(crate) fn count(&self) -> usize {
        let sizes = self.axes.iter().map(|(_, values)| values.len());
        sizes.fold(1, usize::saturating_mul)
    }

    /// Its configurations, the last axis changing fastest.
    pub(crate) fn configurations(&self) -> Vec<Configuration> {
        let mut all: Vec<Vec<(&str, &str)>> = vec![Vec::new()];
        for (name, values) in &self.axes {
            let longer = all.iter().flat_map(|known| {
                values.iter().map(move |value| {
                    let mut next = known.clone();
                    next.push((name, value));
                    next
                })
            });
            all = longer.collect();
        }
        all.iter()
            .map(|values| self.configuration(values))
            .collect()
    }

    fn configuration(&self, values: &[(&str, &str)]) -> Configuration {
        let parts: Vec<String> = values
            .iter()
            .map(|(name, value)| format!("{name}{value}"))
            .collect();
        let name = if parts.is_empty() {
            self.stem()
        } else {
            parts.join("-")
        };
        let command = values
            .iter()
            .fold(self.template.clone(), |command, (axis, value)| {
                command.replace(&format!("{{{axis}}}"), value)
            })
            .replace("{name}", &name);
        Configuration { name, command }
    }

    /// The name of the folder for results, or else of the script, for a task with one run.
    fn stem(&self) -> String {
        let out = self.template.split_once("--out ").map(|(_, rest)| rest);
        let out = out.and_then(|rest| rest.split_whitespace().next());
        let script = self
            .template
            .split_whitespace()
            .find(|word| word.contains(".py"));
        let name = out.or(script).and_then(|path| path.rsplit('/').next());
        let stem = name.and_then(|name| name.split('.').next());
        stem.unwrap_or("trial").to_owned()
    }
}

/// The parameters that a text spells out with their values.
pub(in crate::agent::reference) fn axes(text: &str) -> Vec<(String, Vec<String>)> {
    let mut axes = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(" in {") {
        let Some((values, next)) = behind.split_once('}') else {
            break;
        };
        let name = before.split([' ', ',']).next_back().unwrap_or_default();
        let values = values.split(',').map(|value| value.trim().to_owned());
        axes.push((name.to_owned(), values.collect()));
        rest = next;
    }
    axes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_is_every_combination_of_its_values() {
        let order = Order::of(
            "By `POST /runs`: the command `t.py --lr {lr} > {name}.log` for lr in {1, 2}, seed in {0, 1} | x",
        )
        .unwrap();
        let all = order.configurations();
        assert_eq!(all.len(), 4);
        assert_eq!(all[3].name, "lr2-seed1");
        assert_eq!(all[0].command, "t.py --lr 1 > lr1-seed0.log");
        assert_eq!(Order::of("Read `a.py`"), None);
    }
}
