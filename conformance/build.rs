//! Rebuilds the crate when a fixture that it embeds is added, changed or removed: the embedding
//! macro itself sees changes of known files only.

fn main() {
    for folder in ["workspaces", "executions", "models"] {
        println!("cargo::rerun-if-changed=../fixtures/{folder}");
    }
}
