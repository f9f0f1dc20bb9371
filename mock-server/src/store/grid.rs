//! Expanding a parameter grid into runs.

use super::room::THING;
use crate::json::{Json, Object, str_of, weight_of};
use crate::python_text;

/// Runs that one grid may make. The real server knows no limit and would die of a grid with more.
pub const MAX_GRID: u128 = 100_000;

/// What the runs of a grid weigh together, at most: each has a command with its values and the texts of
/// its sweep, which are so long.
pub(super) fn weight_of_grid(count: u128, parameters: &Object, texts: usize) -> u64 {
    let axis = |(key, value): (&String, &Json)| {
        let values = value.as_array().unwrap_or(std::slice::from_ref(value));
        let value = |value: &Json| 2 * (value.weight() + str_of(value).len() as u64);
        let largest = values.iter().map(value).max().unwrap_or_default();
        weight_of(&Object::from_iter([(key.clone(), Json::Null)])) + 2 * key.len() as u64 + largest
    };
    let each = THING + 2 * texts as u64 + parameters.iter().map(axis).sum::<u64>();
    each.saturating_mul(u64::try_from(count).unwrap_or(u64::MAX))
}

/// How many combinations a grid has, cut by `limit` as a Python slice cuts a list (`-1` drops the last).
pub fn count(parameters: &Object, limit: i64) -> u128 {
    let lengths = parameters.values().map(|value| axis(value).len() as u128);
    let total = lengths.fold(1_u128, u128::saturating_mul);
    slice_end(total, limit)
}

/// The first combinations of a grid in the order of its keys, the last key changing fastest.
pub fn expand(parameters: &Object, count: u128) -> Vec<Object> {
    let axes: Vec<(&String, &[Json])> = parameters
        .iter()
        .map(|(key, value)| (key, axis(value)))
        .collect();
    (0..count).map(|index| combination(&axes, index)).collect()
}

/// The values of a parameter: a list's items, or the value alone.
fn axis(value: &Json) -> &[Json] {
    value.as_array().unwrap_or(std::slice::from_ref(value))
}

/// Where Python's `[:limit]` ends.
fn slice_end(total: u128, limit: i64) -> u128 {
    let size = u128::from(limit.unsigned_abs());
    if limit < 0 {
        total.saturating_sub(size)
    } else {
        total.min(size)
    }
}

/// The combination with a number, reading the number in the mixed radix of the axes.
fn combination(axes: &[(&String, &[Json])], index: u128) -> Object {
    let mut rest = index;
    let mut values: Vec<(String, Json)> = axes
        .iter()
        .rev()
        .map(|(key, values)| {
            let radix = values.len() as u128;
            let value = values[(rest % radix) as usize].clone();
            rest /= radix;
            ((*key).clone(), value)
        })
        .collect();
    values.reverse();
    values.into_iter().collect()
}

/// A command with its parameters as options: `base --key=value ...`.
pub fn command_with(base: &str, parameters: &Object) -> String {
    let options: Vec<String> = parameters
        .iter()
        .map(|(key, value)| format!("--{key}={}", str_of(value)))
        .collect();
    python_text::strip(&format!("{base} {}", options.join(" "))).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::decode;

    fn commands(parameters: &str, limit: i64) -> Vec<String> {
        let json = decode(parameters.as_bytes()).unwrap();
        let parameters = json.as_object().unwrap();
        let combinations = expand(parameters, count(parameters, limit));
        combinations
            .iter()
            .map(|combination| command_with("t", combination))
            .collect()
    }

    #[test]
    fn the_last_key_changes_fastest() {
        assert_eq!(
            commands(r#"{"a": [1, 2], "b": [3, 4]}"#, 3),
            ["t --a=1 --b=3", "t --a=1 --b=4", "t --a=2 --b=3"]
        );
    }

    #[test]
    fn limits_cut_as_python_slices_do() {
        assert_eq!(commands(r#"{"a": [1, 2, 3]}"#, -1), ["t --a=1", "t --a=2"]);
        assert!(commands(r#"{"a": [1, 2, 3]}"#, -9).is_empty());
        assert!(commands(r#"{"a": [1, 2, 3]}"#, 0).is_empty());
        assert_eq!(commands(r#"{"a": [1]}"#, i64::MAX).len(), 1);
    }

    #[test]
    fn no_parameters_make_one_run_and_an_empty_list_makes_none() {
        assert_eq!(commands("{}", 10), ["t"]);
        assert!(commands(r#"{"a": [], "b": [1, 2]}"#, 10).is_empty());
    }

    #[test]
    fn absurd_grids_are_counted_before_they_are_built() {
        let axis: Vec<Json> = (0..1000).map(Json::Int).collect();
        let grid: Object = (0..20)
            .map(|i| (format!("k{i}"), Json::Array(axis.clone())))
            .collect();
        assert!(count(&grid, i64::MAX) > MAX_GRID);
        assert_eq!(expand(&grid, count(&grid, 5)).len(), 5);
    }
}
