//! Rebuilds the crate when a workspace that it embeds is added, changed or removed: the embedding
//! macro itself sees changes of known files only.

fn main() {
    println!("cargo::rerun-if-changed=../fixtures/workspaces");
}
