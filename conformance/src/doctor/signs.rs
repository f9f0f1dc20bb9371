//! By what an ailment is known: data of the doctor's own, and of presets.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::ailment::{Ailment, History};

/// The data of this module.
static TABLE: &str = include_str!("signs.toml");

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    signs: BTreeMap<String, Vec<String>>,
    programs: BTreeMap<String, Vec<String>>,
    mends: BTreeMap<String, String>,
    mends_over_protocols: BTreeMap<String, String>,
}

fn table() -> &'static Table {
    // A test rules out that the table is wrong.
    static READ: LazyLock<Table> = LazyLock::new(|| toml::from_str(TABLE).unwrap_or_default());
    &READ
}

/// How much of a line is quoted before a sign, in bytes.
const BEFORE: usize = 60;

/// The line of `printed`, from shortly before the sign, that gives `ailment` away. What a preset says of its
/// program comes first.
pub(super) fn line<'t>(
    ailment: Ailment,
    history: History<'_>,
    printed: &'t str,
) -> Option<&'t str> {
    let special = history
        .preset
        .and_then(|preset| preset.signs.get(ailment.key()));
    let general = table().signs.get(ailment.key());
    let mut signs = special.into_iter().chain(general).flatten();
    signs.find_map(|sign| {
        let sign = sign.to_ascii_lowercase();
        printed.lines().find_map(|line| {
            let at = line.to_ascii_lowercase().find(&sign)?;
            let from = at.saturating_sub(BEFORE);
            let start = (from..=at).find(|at| line.is_char_boundary(*at))?;
            line.get(start..)
        })
    })
}

/// Whether a program of this name gives `ailment` away.
pub(super) fn is_program(ailment: Ailment, name: &str) -> bool {
    let names = table().programs.get(ailment.key());
    names.is_some_and(|names| names.iter().any(|own| own == name))
}

/// What mends `ailment`.
pub(super) fn mend(ailment: Ailment, history: History<'_>) -> String {
    let special = history
        .preset
        .and_then(|preset| preset.mends.get(ailment.key()));
    let spoken = || {
        let mends = &table().mends_over_protocols;
        mends.get(ailment.key()).filter(|_| history.is_spoken_with)
    };
    let general = || table().mends.get(ailment.key());
    let mend = special.or_else(spoken).or_else(general);
    mend.cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ailment_can_be_mended_and_no_key_is_unknown() {
        let table: Table = toml::from_str(TABLE).unwrap();
        let keys: Vec<&str> = Ailment::ALL.iter().map(|ailment| ailment.key()).collect();
        for key in &keys {
            assert!(table.mends.contains_key(*key), "{key}");
        }
        let presets = crate::preset::all(None).unwrap();
        let of_presets = presets
            .iter()
            .flat_map(|p| p.signs.keys().chain(p.mends.keys()));
        let spoken = table.mends_over_protocols.keys();
        let own = table.signs.keys().chain(table.programs.keys());
        let own = own.chain(spoken);
        for key in own.chain(of_presets) {
            assert!(keys.contains(&key.as_str()), "{key}");
        }
    }
}
