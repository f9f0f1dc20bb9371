//! Rebuilds the crate when a fixture that it embeds is added, changed or removed: the embedding
//! macro itself sees changes of known files only.

fn main() {
    for folder in [
        "executions",
        "models",
        "pasts",
        "presets",
        "stubs",
        "workspaces",
    ] {
        println!("cargo::rerun-if-changed=../fixtures/{folder}");
    }
}
