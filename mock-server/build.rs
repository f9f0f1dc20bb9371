//! Embeds the built-in cases, so that `wild-mock serve --case ID` works from an installed binary, and
//! the names of what cases refer to.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let folder = Path::new(&root).join("../fixtures/cases");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<_> = fs::read_dir(&folder)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    files.sort();
    let mut code = String::from("&[\n");
    for file in files {
        let id = file.file_stem().unwrap_or_default().to_string_lossy();
        let path = file.canonicalize()?;
        // Writing to a String cannot fail.
        let _ = writeln!(
            code,
            "    ({id:?}, include_str!({:?})),",
            path.display().to_string()
        );
    }
    code.push_str("]\n");
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join("cases.rs"), code)?;
    for (folder, is_listed) in [
        ("workspaces", Path::is_dir as fn(&Path) -> bool),
        ("executions", Path::is_file),
    ] {
        let names = names(
            &Path::new(&root).join("../fixtures").join(folder),
            is_listed,
        )?;
        let code = format!("&{names:?}");
        fs::write(Path::new(&out).join(folder).with_extension("rs"), code)?;
    }
    Ok(())
}

/// The names in a folder without their extensions, sorted.
fn names(folder: &Path, is_listed: fn(&Path) -> bool) -> io::Result<Vec<String>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if is_listed(&path) {
            names.extend(
                path.file_stem()
                    .map(|name| name.to_string_lossy().into_owned()),
            );
        }
    }
    names.sort();
    Ok(names)
}
