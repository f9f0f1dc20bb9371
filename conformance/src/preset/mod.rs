//! Presets: agent programs that are known, as data (`fixtures/presets`, whose README has the keys).

mod dress;
mod file;
mod found;
mod url;

pub use dress::{Dressed, Given};
pub use file::{Preset, PresetError};
pub use found::Program;
pub use url::{BaseUrl, BaseUrlError};

use std::path::Path;

use include_dir::{Dir, include_dir};

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../fixtures/presets");

/// Largest file of a preset that is read, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// All presets by name: the built-in ones, and those of `folder`, which win.
///
/// # Errors
/// Fails when a file is no preset, or `folder` cannot be read.
pub fn all(folder: Option<&Path>) -> Result<Vec<Preset>, PresetError> {
    let mut presets = Vec::new();
    for file in BUILT_IN.files().filter(|file| is_preset(file.path())) {
        let text = file.contents_utf8().unwrap_or_default();
        presets.push(Preset::read(file.path(), text)?);
    }
    for path in folder.map_or_else(|| Ok(Vec::new()), files_of)? {
        let text = crate::bounded::read_text(&path, LARGEST);
        let text = text.map_err(|error| PresetError::new(&path, error.to_string()))?;
        let own = Preset::read(&path, &text)?;
        presets.retain(|preset| preset.name != own.name);
        presets.push(own);
    }
    presets.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(presets)
}

/// The preset of this name.
///
/// # Errors
/// Fails when there is none, naming the nearest, and as [`all`] does.
pub fn find(name: &str, folder: Option<&Path>) -> Result<Preset, PresetError> {
    let all = all(folder)?;
    let near = all
        .iter()
        .map(|preset| {
            (
                strsim::normalized_damerau_levenshtein(&preset.name, name),
                preset,
            )
        })
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(likeness, _)| *likeness >= 0.5)
        .map_or_else(
            || ";".to_owned(),
            |(_, preset)| format!("; did you mean `{}`?", preset.name),
        );
    let found = all.into_iter().find(|preset| preset.name == name);
    found.ok_or_else(|| PresetError::Unknown {
        name: name.to_owned(),
        near,
    })
}

/// The preset of the program that `argv` starts, if it is known.
pub fn of_program(argv: &[std::ffi::OsString], presets: Vec<Preset>) -> Option<Preset> {
    let name = Path::new(argv.first()?).file_name()?.to_owned();
    presets
        .into_iter()
        .find(|preset| *preset.program() == *name)
}

fn files_of(folder: &Path) -> Result<Vec<std::path::PathBuf>, PresetError> {
    let failed = |source| PresetError::Folder {
        folder: folder.to_owned(),
        source,
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if is_preset(&path) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn is_preset(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "toml")
}

#[cfg(test)]
mod tests;
